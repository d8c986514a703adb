// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/augmentshelf.h"

#include "app/studio/common/background.h"
#include "app/studio/runs/workspace.h"
#include "core/augment/augmentation.h"
#include "core/augment/shelf.h"
#include "core/runs/run_catalogue.h"
#include "core/runs/run_notes.h"

#include <QAction>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <exception>
#include <memory>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kLinesShown = 5;

/// Looks at the runs too: at what is known of them, not at their rounds.
std::vector<AugmentShelf::Row> readShelf(const QString& dataset, const QString& runsFolder)
{
    std::vector<AugmentShelf::Row> rows;
    const std::string directory = dataset.toStdString();
    const std::vector<runs::RunEntry> runs = runs::scanRuns(runsFolder.toStdString());
    const std::string key = std::string(runs::kDataPrefix) + runs::kAugmentation;
    for (const augment::ShelvedAugmentation& each : augment::listAugmentations(directory)) {
        const QFileInfo file(
            QString::fromStdString(augment::augmentationFile(directory, each.name).string()));
        const auto checksum = augment::augmentationChecksum(directory, each.name);
        const auto used = std::ranges::count_if(
            runs, [&](const runs::RunEntry& run) { return checksum && run.setting(key) == *checksum; });
        rows.push_back({each.name, QString::fromStdString(each.backend),
            QLocale().toString(file.lastModified(), QLocale::ShortFormat), static_cast<int>(used)});
    }
    return rows;
}

/// What went wrong with the work; empty if nothing did.
template <typename Work> QString problemOf(const Work& work)
{
    try {
        work();
        return {};
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
}

} // namespace

QString shownName(const std::string& name)
{
    return name.empty() ? AugmentShelf::tr("the dataset's own") : QString::fromStdString(name);
}

AugmentShelf::AugmentShelf(Workspace* workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_list(new QListWidget(this))
    , m_remove(new QPushButton(tr("Remove"), this))
{
    auto* title = new QLabel(tr("&Kept augmentations"), this);
    title->setBuddy(m_list);
    m_list->setObjectName(u"list_augmentations"_s);
    m_list->setAccessibleName(tr("Augmentations of the dataset"));
    m_list->setToolTip(tr("What the dataset has; a run names the one that it was trained with and keeps "
                          "finding it, also when a later one has taken its place"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setAlternatingRowColors(true);
    m_list->setFixedHeight(fontMetrics().lineSpacing() * kLinesShown);
    m_remove->setObjectName(u"button_remove_augmentation"_s);
    m_remove->setAccessibleName(tr("Remove the selected augmentation"));
    m_remove->setToolTip(tr("Take the selected augmentation away (Del); Undo puts it back"));
    auto* top = new QHBoxLayout;
    top->addWidget(title, 1);
    top->addWidget(m_remove);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 0, 4, 4);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(m_list);
    setTabOrder(m_list, m_remove);

    auto* remove = new QAction(tr("Remove"), m_list);
    remove->setShortcut(Qt::Key_Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(remove);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(remove, &QAction::triggered, this, &AugmentShelf::removeSelected);
    connect(m_remove, &QPushButton::clicked, this, &AugmentShelf::removeSelected);
    connect(m_list, &QListWidget::currentRowChanged, this, &AugmentShelf::refreshButton);
    refreshButton();
}

void AugmentShelf::setDataset(const QString& path)
{
    m_dataset = path;
    const int number = ++m_reads;
    inBackground(
        this, [path, runs = m_workspace->runsFolder()] { return readShelf(path, runs); },
        [this, number](const std::vector<Row>& rows) {
            if (number == m_reads)
                show(rows);
        });
}

void AugmentShelf::show(const std::vector<Row>& rows)
{
    m_rows = rows;
    const int kept = m_list->currentRow();
    m_list->clear();
    for (const Row& row : m_rows) {
        auto* item = new QListWidgetItem(
            tr("%1: %2", "an augmentation's name, and who made it").arg(shownName(row.name), row.maker)
            + u", "_s + tr("%n run(s)", nullptr, row.runs));
        item->setToolTip(tr("%1, made by %2 on %3; used by %n run(s) of this workspace", nullptr, row.runs)
                             .arg(shownName(row.name), row.maker, row.time));
        m_list->addItem(item);
    }
    m_list->setCurrentRow(std::min(kept, m_list->count() - 1));
    refreshButton();
    Q_EMIT read();
}

void AugmentShelf::setReadOnly(bool readOnly)
{
    m_readOnly = readOnly;
    refreshButton();
}

void AugmentShelf::refreshButton()
{
    m_remove->setEnabled(!m_readOnly && m_list->currentRow() >= 0);
}

QString AugmentShelf::effectOf(const std::string& name) const
{
    const auto present = std::ranges::find(m_rows, name, &Row::name);
    const QString keeps = tr("The present one (%1) stays under a name of its own, and earlier runs keep it.")
                              .arg(present == m_rows.end() ? QString() : present->maker);
    if (!name.empty())
        return present == m_rows.end()
            ? tr("Only runs with augment.name = %1 will be trained with the result.")
                  .arg(QString::fromStdString(name))
            : tr("Runs with augment.name = %1 will be trained with the result.")
                    .arg(QString::fromStdString(name))
                + u' ' + keeps;
    return tr("New runs of this dataset will be trained with the result.") + u' '
        + (present == m_rows.end() ? tr("Earlier runs keep what they were trained with.") : keeps);
}

void AugmentShelf::removeSelected()
{
    const int selected = m_list->currentRow();
    if (m_readOnly || selected < 0)
        return;
    const Row row = m_rows[static_cast<std::size_t>(selected)];
    inBackground(
        this,
        [dataset = m_dataset.toStdString(), name = row.name] {
            return problemOf([&] { augment::removeAugmentation(dataset, name); });
        },
        [this, row, dataset = m_dataset](const QString& error) {
            if (!error.isEmpty()) {
                Q_EMIT problem(error);
                return;
            }
            m_removedFrom = dataset;
            refresh();
            Q_EMIT removed(row);
            if (row.name.empty())
                Q_EMIT ownChanged();
        });
}

void AugmentShelf::putBack()
{
    if (m_readOnly || m_removedFrom.isEmpty() || m_removedFrom != m_dataset)
        return;
    m_removedFrom.clear();
    const auto name = std::make_shared<std::string>();
    inBackground(
        this,
        [dataset = m_dataset.toStdString(), name] {
            return problemOf([&] { *name = augment::restoreAugmentation(dataset); });
        },
        [this, name](const QString& error) {
            if (!error.isEmpty()) {
                Q_EMIT problem(error);
                return;
            }
            refresh();
            Q_EMIT restored(shownName(*name));
            if (name->empty())
                Q_EMIT ownChanged();
        });
}

} // namespace fedcctr::studio
