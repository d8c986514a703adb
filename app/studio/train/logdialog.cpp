// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/logdialog.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QFile>
#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr qint64 kMostBytes = 256 * 1024;

QString endOfFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(qMax<qint64>(0, file.size() - kMostBytes));
    return QString::fromUtf8(file.readAll());
}

} // namespace

void showLog(QWidget* parent, const QString& runDirectory, const QString& errors)
{
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"dialog_log"_s);
    dialog->setWindowTitle(QDialog::tr("Log of %1").arg(runDirectory));
    auto* text = new QPlainTextEdit(dialog);
    text->setObjectName(u"text_log"_s);
    text->setAccessibleName(QDialog::tr("Log"));
    text->setReadOnly(true);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    const QString log = endOfFile(runDirectory + u"/log.txt"_s);
    text->setPlainText(log.isEmpty() ? errors : log + (errors.isEmpty() ? QString() : u'\n' + errors));
    text->moveCursor(QTextCursor::End);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(text);
    column->addWidget(buttons);
    dialog->resize(760, 420);
    dialog->show();
}

} // namespace fedcctr::studio
