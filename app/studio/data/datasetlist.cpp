// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/datasetlist.h"

#include "app/studio/common/background.h"
#include "app/studio/data/datasetview.h"
#include "app/studio/data/demodialog.h"
#include "app/studio/runs/workspace.h"
#include "core/data/summary.h"
#include "widgets/theme.h"

#include <QAction>
#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kPathRole = Qt::UserRole;
constexpr int kBrokenRole = Qt::UserRole + 1;
constexpr int kIconPixels = 48; ///< enough for twice the size on fine screens

/// A row of the list; `error` says why a dataset is broken.
struct Entry {
    QString path;
    data::Summary summary;
    QString error;
};

QList<Entry> readEntries(const QStringList& paths)
{
    QList<Entry> entries;
    for (const QString& path : paths) {
        Entry entry{path, {}, {}};
        try {
            entry.summary = data::readSummary(path.toStdString());
        } catch (const std::exception& error) {
            entry.error = QString::fromUtf8(error.what());
        }
        entries.append(entry);
    }
    return entries;
}

QString textOf(const Entry& entry)
{
    if (!entry.error.isEmpty())
        return DatasetList::tr("%1\nbroken").arg(QDir(entry.path).dirName());
    const data::Summary& s = entry.summary;
    if (s.markets > 0)
        return DatasetList::tr("%1\nready, %2 users\n%3 markets, %4 items")
            .arg(QDir(entry.path).dirName(), counted(s.users), counted(s.markets), counted(s.items[0]));
    return DatasetList::tr("%1\nready, %2 users\n%3: %4 items\n%5: %6 items")
        .arg(QDir(entry.path).dirName(), counted(s.users), QString::fromStdString(s.domainNames[0]),
            counted(s.items[0]), QString::fromStdString(s.domainNames[1]), counted(s.items[1]));
}

} // namespace

DatasetList::DatasetList(Workspace* workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_list(new QListWidget(this))
    , m_import(addButton(u"button_import"_s, tr("Import…"),
          tr("Make a dataset of CSV files or Amazon review dumps (Ctrl+I)")))
    , m_demo(addButton(u"button_demo"_s, tr("Create demo…"),
          tr("Make a synthetic dataset of two domains, Books and Movies, or of many markets, as large as you "
             "like")))
    , m_folder(addButton(u"button_open_folder"_s, tr("Open folder…"),
          tr("Open a dataset folder from anywhere, as 'fedcctr data import' makes it")))
    , m_remove(addButton(u"button_remove_dataset"_s, tr("Remove"),
          tr("Take the selected dataset off this list (Del); its files stay where they are")))
{
    m_list->setObjectName(u"list_datasets"_s);
    m_list->setAccessibleName(tr("Datasets"));
    m_list->setToolTip(tr("Datasets of the workspace; a click or Enter opens one"));
    m_list->setWordWrap(true);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMinimumWidth(fontMetrics().averageCharWidth() * 24);
    auto* buttons = new QGridLayout;
    buttons->setSpacing(4);
    buttons->addWidget(m_import, 0, 0);
    buttons->addWidget(m_demo, 0, 1);
    buttons->addWidget(m_folder, 1, 0);
    buttons->addWidget(m_remove, 1, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_list, 1);
    column->addLayout(buttons);
    setTabOrder(m_list, m_import);
    setTabOrder(m_import, m_demo);
    setTabOrder(m_demo, m_folder);
    setTabOrder(m_folder, m_remove);

    auto* remove = new QAction(tr("Remove from list"), m_list);
    remove->setShortcut(Qt::Key_Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(remove);
    connect(remove, &QAction::triggered, this, &DatasetList::removeSelected);
    connect(m_import, &QPushButton::clicked, this, &DatasetList::importRequested);
    connect(m_demo, &QPushButton::clicked, this, &DatasetList::askForDemo);
    connect(m_folder, &QPushButton::clicked, this, &DatasetList::askForFolder);
    connect(m_remove, &QPushButton::clicked, this, &DatasetList::removeSelected);
    connect(m_list, &QWidget::customContextMenuRequested, this, &DatasetList::showMenu);
    connect(m_list, &QListWidget::currentItemChanged, this, &DatasetList::refreshButtons);
    const auto open = [this](const QListWidgetItem* item) {
        if (const QString path = item->data(kPathRole).toString(); path != m_workspace->dataset())
            Q_EMIT folderChosen(path);
    };
    connect(m_list, &QListWidget::itemClicked, this, open);
    connect(m_list, &QListWidget::itemActivated, this, open);
    connect(workspace, &Workspace::datasetsChanged, this, &DatasetList::refresh);
    connect(workspace, &Workspace::datasetChanged, this, &DatasetList::markOpen);
    refresh();
    refreshButtons();
}

QPushButton* DatasetList::addButton(const QString& name, const QString& text, const QString& help)
{
    auto* button = new QPushButton(text, this);
    button->setObjectName(name);
    button->setToolTip(help);
    button->setAccessibleName(text);
    return button;
}

void DatasetList::refresh()
{
    const int number = ++m_reads;
    deliver(QtConcurrent::run(readEntries, m_workspace->datasets()), this,
        [this, number](const QList<Entry>& entries) {
            if (number != m_reads)
                return;
            const QString kept = selected();
            m_list->clear();
            for (const Entry& entry : entries) {
                auto* item = new QListWidgetItem(textOf(entry), m_list);
                item->setData(kPathRole, entry.path);
                item->setData(kBrokenRole, !entry.error.isEmpty());
                item->setToolTip(entry.error.isEmpty() ? entry.path : entry.error);
                if (entry.path == kept)
                    m_list->setCurrentItem(item);
            }
            markOpen();
            refreshIcons();
        });
}

/// The open dataset stands in bold.
void DatasetList::markOpen()
{
    for (int row = 0; row < m_list->count(); ++row) {
        QListWidgetItem* item = m_list->item(row);
        const bool isOpen = item->data(kPathRole).toString() == m_workspace->dataset();
        QFont font = m_list->font();
        font.setBold(isOpen);
        item->setFont(font);
        if (isOpen)
            m_list->setCurrentItem(item);
    }
    refreshButtons();
}

QString DatasetList::selected() const
{
    const QListWidgetItem* item = m_list->currentItem();
    return item ? item->data(kPathRole).toString() : QString();
}

void DatasetList::refreshButtons()
{
    m_remove->setEnabled(m_list->currentItem() != nullptr);
}

void DatasetList::askForDemo()
{
    auto* dialog = new DemoDialog(m_workspace->datasetsFolder(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &DemoDialog::created, this, &DatasetList::folderChosen);
    dialog->open();
}

void DatasetList::askForFolder()
{
    auto* dialog = new QFileDialog(this, tr("Open a dataset folder"), m_workspace->datasetsFolder());
    dialog->setObjectName(u"dialog_open_folder"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &DatasetList::folderChosen);
    dialog->open();
}

void DatasetList::removeSelected()
{
    if (const QString path = selected(); !path.isEmpty())
        m_workspace->removeFromList(path);
}

void DatasetList::showMenu(const QPoint& at)
{
    const QString path = selected();
    if (path.isEmpty())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Open"), this, [this, path] { Q_EMIT folderChosen(path); });
    menu->addAction(tr("Show in the file manager"), this,
        [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); });
    menu->addAction(tr("Remove from list"), this, &DatasetList::removeSelected);
    menu->popup(m_list->viewport()->mapToGlobal(at));
}

void DatasetList::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
}

void DatasetList::refreshIcons()
{
    const widgets::ThemeColors& colors = widgets::themeColors(palette());
    for (int row = 0; row < m_list->count(); ++row) {
        QListWidgetItem* item = m_list->item(row);
        const bool isBroken = item->data(kBrokenRole).toBool();
        const QString name = isBroken ? u"error"_s : u"success"_s;
        QIcon icon = widgets::themeIcon(name, isBroken ? colors.error : colors.success);
        const QIcon selectedIcon = widgets::themeIcon(name, palette().color(QPalette::HighlightedText));
        icon.addPixmap(selectedIcon.pixmap(kIconPixels), QIcon::Selected);
        item->setIcon(icon);
    }
}

} // namespace fedcctr::studio
