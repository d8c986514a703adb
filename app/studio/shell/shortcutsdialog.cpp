// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/shortcutsdialog.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

void addRow(QTableWidget* table, const QString& key, const QString& what)
{
    const int row = table->rowCount();
    table->insertRow(row);
    table->setItem(row, 0, new QTableWidgetItem(key));
    table->setItem(row, 1, new QTableWidgetItem(what));
}

} // namespace

ShortcutsDialog::ShortcutsDialog(const QList<QAction*>& actions, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(u"dialog_shortcuts"_s);
    setWindowTitle(tr("Keyboard shortcuts"));
    auto* table = new QTableWidget(0, 2, this);
    table->setObjectName(u"table_shortcuts"_s);
    table->setAccessibleName(windowTitle());
    table->setToolTip(tr("Every key of the window and of its charts"));
    table->setHorizontalHeaderLabels({tr("Key"), tr("Does")});
    table->verticalHeader()->hide();
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    for (const QAction* action : actions)
        for (const QKeySequence& key : action->shortcuts())
            addRow(table, key.toString(QKeySequence::NativeText), action->text().remove(u'&').remove(u'…'));
    const QList<QPair<QString, QString>> charts{{u"F"_s, tr("Chart: follow new values")},
        {u"0"_s, tr("Chart: fit")}, {tr("Arrows"), tr("Chart: pan")}, {u"+  −"_s, tr("Chart: zoom")},
        {u"[  ]"_s, tr("Chart: previous, next point with read-out")}, {u"L"_s, tr("Chart: log y")},
        {u"T"_s, tr("Chart: show as table")}, {tr("Ctrl+Shift+C"), tr("Chart: copy as image")},
        {tr("Ctrl+Wheel"), tr("Chart: zoom at the pointer")},
        {tr("Alt+Up, Alt+Down"), tr("Run queue: move the run")}};
    for (const auto& [key, what] : charts)
        addRow(table, key, what);
    table->resizeColumnsToContents();
    table->horizontalHeader()->setStretchLastSection(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(table);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 70, fontMetrics().height() * 32);
}

} // namespace fedcctr::studio
