// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/consentdialog.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

ConsentDialog::ConsentDialog(
    const QString& host, const QString& statement, const QString& example, bool offerItems, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(u"dialog_consent"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setWindowTitle(tr("May histories leave this machine?"));
    auto* text = new QLabel(statement, this);
    text->setObjectName(u"label_consent"_s);
    text->setWordWrap(true);
    text->setTextFormat(Qt::PlainText);
    auto* label = new QLabel(tr("For example, as it would be sent:"), this);
    auto* shown = new QPlainTextEdit(example, this);
    shown->setObjectName(u"text_consent_example"_s);
    shown->setAccessibleName(tr("Example of what would be sent"));
    shown->setReadOnly(true);
    shown->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    shown->setTabChangesFocus(true);

    auto* buttons = new QDialogButtonBox(this);
    QPushButton* cancel = buttons->addButton(QDialogButtonBox::Cancel);
    cancel->setObjectName(u"button_consent_cancel"_s);
    cancel->setToolTip(tr("Nothing is sent"));
    if (offerItems) {
        QPushButton* items = buttons->addButton(tr("Items only"), QDialogButtonBox::ActionRole);
        items->setObjectName(u"button_consent_items"_s);
        items->setToolTip(tr("Send the texts of items; no history leaves this machine"));
        connect(items, &QPushButton::clicked, this, [this] {
            Q_EMIT itemsOnlyChosen();
            accept();
        });
    }
    QPushButton* send =
        buttons->addButton(tr("Send histories to %1").arg(host), QDialogButtonBox::ActionRole);
    send->setObjectName(u"button_consent_send"_s);
    send->setToolTip(tr("Remembered for this host and dataset until the window is closed"));
    connect(send, &QPushButton::clicked, this, [this] {
        Q_EMIT consented();
        accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (QPushButton* button : findChildren<QPushButton*>())
        button->setAutoDefault(button == cancel);
    cancel->setDefault(true);
    cancel->setFocus();

    auto* column = new QVBoxLayout(this);
    column->addWidget(text);
    column->addWidget(label);
    column->addWidget(shown, 1);
    column->addWidget(buttons);
    resize(640, 440);
}

} // namespace fedcctr::studio
