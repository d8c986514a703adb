// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/diffdialog.h"

#include "core/augment/diff.h"
#include "widgets/theme.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QTextCursor>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

using Kind = augment::DiffLine::Kind;

QString signOf(Kind kind)
{
    return kind == Kind::Same ? u"  "_s : kind == Kind::Added ? u"+ "_s : u"- "_s;
}

void write(QPlainTextEdit* text, const std::vector<augment::DiffLine>& lines)
{
    const widgets::ThemeColors& colors = widgets::themeColors(text->palette());
    QTextCursor cursor(text->document());
    for (const augment::DiffLine& line : lines) {
        QTextCharFormat format;
        if (line.kind != Kind::Same)
            format.setForeground(line.kind == Kind::Added ? colors.success : colors.error);
        cursor.insertText(signOf(line.kind) + QString::fromStdString(line.text) + u'\n', format);
    }
    text->moveCursor(QTextCursor::Start);
}

} // namespace

void showDiff(QWidget* parent, const QString& title, const QString& before, const QString& after)
{
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"dialog_diff"_s);
    dialog->setWindowTitle(title);
    auto* text = new QPlainTextEdit(dialog);
    text->setObjectName(u"text_diff"_s);
    text->setAccessibleName(title);
    text->setReadOnly(true);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    if (before == after)
        text->setPlainText(QDialog::tr("Nothing was changed."));
    else
        write(text, augment::lineDiff(before.toStdString(), after.toStdString()));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(text);
    column->addWidget(buttons);
    dialog->resize(820, 480);
    dialog->show();
}

} // namespace fedcctr::studio
