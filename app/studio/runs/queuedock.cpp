// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/queuedock.h"

#include "app/studio/runs/queuemodel.h"
#include "app/studio/runs/remotedialog.h"
#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QDesktopServices>
#include <QEvent>
#include <QHeaderView>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// A bar behind the text; the text says the same.
class ProgressDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const QVariant share = index.data(QueueModel::kShareRole);
        if (!share.isValid())
            return;
        const QRect bar = option.rect.adjusted(2, option.rect.height() - 4, -2, -1);
        QRect done = bar;
        done.setWidth(static_cast<int>(bar.width() * std::clamp(share.toDouble(), 0.0, 1.0)));
        const widgets::ThemeColors& colors = widgets::themeColors(option.palette);
        painter->fillRect(bar, colors.border);
        painter->fillRect(done, colors.series[0]);
    }
};

} // namespace

QueueDock::QueueDock(RunQueue* queue, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_queue(queue)
    , m_model(new QueueModel(queue, queue))
    , m_settings(settings)
    , m_table(new QTreeView(this))
{
    setObjectName(u"queue_dock"_s);
    m_table->setObjectName(u"table_queue"_s);
    m_table->setAccessibleName(tr("Run queue"));
    m_table->setToolTip(tr(
        "Runs that wait, go on or have ended. Drag a row or press Alt+Up and Alt+Down to change the order; "
        "double click or Return shows the run on the Train page."));
    m_table->setModel(m_model);
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setAllColumnsShowFocus(true);
    m_table->setAlternatingRowColors(true);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setDragDropMode(QAbstractItemView::InternalMove);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_table->setItemDelegateForColumn(QueueModel::Progress, new ProgressDelegate(m_table));
    const int letter = fontMetrics().averageCharWidth();
    const std::pair<int, int> widths[] = {{QueueModel::Number, 5}, {QueueModel::Name, 28},
        {QueueModel::DatasetName, 18}, {QueueModel::State, 17}, {QueueModel::Progress, 15},
        {QueueModel::Ndcg, 27}, {QueueModel::Epsilon, 64}, {QueueModel::Left, 10}};
    for (const auto& [column, letters] : widths)
        m_table->setColumnWidth(column, letters * letter);
    m_table->header()->setStretchLastSection(true);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
    buildActions();
    connect(m_table, &QTreeView::activated, this, &QueueDock::showOnTrain);
    connect(
        m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &QueueDock::updateActions);
    connect(queue, &RunQueue::jobChanged, this, &QueueDock::updateActions);
    connect(m_model, &QueueModel::rowsMoved, this, &QueueDock::updateActions);
    connect(queue, &RunQueue::jobAdded, this, [this](const QString& run) {
        if (selected().isEmpty())
            select(run);
        updateActions();
    });
    connect(queue, &RunQueue::jobRemoved, this, &QueueDock::updateActions);
    if (queue->jobCount() > 0)
        select(queue->jobAt(0)->run);
    refreshIcons();
    updateActions();
}

QAction* QueueDock::make(const QString& name, const QString& text, const QString& help,
    const QKeySequence& key, void (QueueDock::*slot)())
{
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setToolTip(help);
    action->setShortcut(key);
    // The window has the same keys for the run that goes on.
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, slot);
    m_table->addAction(action);
    return action;
}

void QueueDock::buildActions()
{
    m_start =
        make(u"action_queue_start"_s, tr("Start"), tr("Start this run next; or go on from its checkpoint"),
            Qt::CTRL | Qt::Key_F5, &QueueDock::startOrResume);
    m_pause = make(u"action_queue_pause"_s, tr("Pause"), tr("Pause after this round, or go on"),
        Qt::CTRL | Qt::Key_F6, &QueueDock::pauseSelected);
    m_stop = make(u"action_queue_stop"_s, tr("Stop"),
        tr("Finish the round, write the checkpoint and the results"), {}, &QueueDock::stopSelected);
    m_stopNow = make(u"action_queue_stop_now"_s, tr("Stop now"),
        tr("Drop the round in progress; the last checkpoint stays"), {}, &QueueDock::stopSelectedNow);
    m_restart = make(u"action_queue_restart"_s, tr("Restart from checkpoint"),
        tr("Drop what came after the last checkpoint and go on from there"), {}, &QueueDock::restartSelected);
    m_up = make(u"action_queue_up"_s, tr("Move up"), tr("Earlier in the queue"), Qt::ALT | Qt::Key_Up,
        &QueueDock::moveUp);
    m_down = make(u"action_queue_down"_s, tr("Move down"), tr("Later in the queue"), Qt::ALT | Qt::Key_Down,
        &QueueDock::moveDown);
    m_places = new QMenu(tr("Run on"), this);
    m_places->setObjectName(u"menu_places"_s);
    connect(m_places, &QMenu::aboutToShow, this, &QueueDock::fillPlaces);
    m_table->addAction(m_places->menuAction());
    m_duplicate = make(u"action_queue_duplicate"_s, tr("Duplicate as new experiment"),
        tr("Copy the settings to the Experiment page"), Qt::CTRL | Qt::Key_D, &QueueDock::duplicateSelected);
    m_showTrain = make(u"action_queue_train"_s, tr("Show on Train"), tr("Show the run's curves"), {},
        &QueueDock::showOnTrain);
    m_showCompare = make(u"action_queue_compare"_s, tr("Show on Compare"), tr("Beside other runs"), {},
        &QueueDock::showOnCompare);
    m_folder = make(u"action_queue_folder"_s, tr("Open folder"), tr("Open the run directory"), {},
        &QueueDock::openFolder);
    m_remove =
        make(u"action_queue_remove"_s, tr("Remove…"), tr("Take it out of the list; asks about its results"),
            QKeySequence::Delete, &QueueDock::removeSelected);
}

QString QueueDock::selected() const
{
    const RunJob* job = m_queue->jobAt(m_table->selectionModel()->hasSelection()
            ? m_table->selectionModel()->selectedRows().first().row()
            : -1);
    return job ? job->run : QString();
}

void QueueDock::select(const QString& run)
{
    const int row = m_queue->rowOf(run);
    if (row >= 0)
        m_table->setCurrentIndex(m_model->index(row, 0));
}

void QueueDock::updateActions()
{
    const RunJob* job = m_queue->job(selected());
    const int row = job ? m_queue->rowOf(job->run) : -1;
    const bool active = job && job->isActive();
    const bool resumes = job && job->mayResume();
    const bool paused = job && (job->state == RunState::Paused || job->state == RunState::Pausing);
    m_start->setEnabled(job && (job->isWaiting() || resumes));
    m_start->setText(resumes ? tr("Resume from checkpoint") : tr("Start"));
    m_pause->setEnabled(active && job->canPause && (paused || job->state == RunState::Running));
    m_pause->setText(paused ? tr("Resume") : tr("Pause"));
    m_stop->setEnabled((active && job->state != RunState::Stopping) || (job && job->isWaiting()));
    m_stop->setText(job && job->isWaiting() ? tr("Take out of the queue") : tr("Stop"));
    m_stopNow->setEnabled(active);
    m_restart->setEnabled(active || resumes);
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row + 1 < m_queue->jobCount());
    m_places->setEnabled(
        job && (job->isWaiting() || (resumes && job->setup.target.isEmpty() && !job->record.greeted)));
    for (QAction* action : {m_duplicate, m_showTrain, m_showCompare, m_folder})
        action->setEnabled(job != nullptr);
    m_remove->setEnabled(job && !active);
}

void QueueDock::startOrResume()
{
    const RunJob* job = m_queue->job(selected());
    if (!job)
        return;
    if (job->isWaiting())
        m_queue->start(job->run);
    else
        m_queue->resume(job->run);
}

/// This machine, the others, and the dialog where they are set up.
void QueueDock::fillPlaces()
{
    m_places->clear();
    const RunJob* job = m_queue->job(selected());
    const auto add = [this, job](const QString& text, const QString& target) {
        QAction* action = m_places->addAction(text);
        action->setObjectName(u"action_place_"_s + target);
        action->setCheckable(true);
        action->setChecked(job && job->setup.target == target);
        connect(action, &QAction::triggered, this, [this, target] { sendTo(target); });
    };
    add(tr("This machine"), {});
    for (const RemoteTarget& target : remoteTargets(*m_settings))
        add(u"%1 (%2)"_s.arg(target.name, target.host), target.name);
    m_places->addSeparator();
    QAction* manage =
        m_places->addAction(tr("Machines…"), this, [this] { RemoteDialog(m_settings, this).exec(); });
    manage->setObjectName(u"action_places_manage"_s);
}

void QueueDock::sendTo(const QString& target)
{
    const RunJob* job = m_queue->job(selected());
    if (!job)
        return;
    bool found = false;
    const RemoteTarget place = remoteTarget(*m_settings, target, &found);
    const QString run = job->run;
    if (target.isEmpty())
        m_queue->setTarget(run, {}, false);
    else if (found && askToSend(this, place, job->setup.dataset))
        m_queue->setTarget(run, target, true);
}

void QueueDock::moveSelected(int by)
{
    const QString run = selected();
    m_queue->move(run, by);
    select(run);
}

void QueueDock::duplicateSelected()
{
    m_queue->duplicate(selected());
}

void QueueDock::openFolder()
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(selected()));
}

void QueueDock::removeSelected()
{
    const RunJob* job = m_queue->job(selected());
    if (!job || job->isActive())
        return;
    if (RunQueue::hasResults(job->run))
        askToRemove(*job);
    else
        m_queue->remove(job->run);
}

void QueueDock::askToRemove(const RunJob& job)
{
    auto* box = new QMessageBox(QMessageBox::Question, tr("Remove the run"),
        tr("%1 has results. Remove it from this list only, or move its folder to the workspace's bin too?")
            .arg(job.name),
        QMessageBox::Cancel, this);
    box->setObjectName(u"dialog_remove"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(job.run);
    QPushButton* list = box->addButton(tr("From the list only"), QMessageBox::AcceptRole);
    list->setObjectName(u"button_remove_from_list"_s);
    QPushButton* files = box->addButton(tr("Move the folder to the bin"), QMessageBox::DestructiveRole);
    files->setObjectName(u"button_delete_folder"_s);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(list, &QPushButton::clicked, m_queue, [queue = m_queue, run = job.run] { queue->remove(run); });
    connect(files, &QPushButton::clicked, m_queue,
        [queue = m_queue, run = job.run] { queue->remove(run, true); });
    box->open();
}

QByteArray QueueDock::headerState() const
{
    return m_table->header()->saveState();
}

void QueueDock::restoreHeader(const QByteArray& state)
{
    m_table->header()->restoreState(state);
}

QSize QueueDock::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 140, fontMetrics().height() * 8};
}

QSize QueueDock::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 40, fontMetrics().height() * 4};
}

void QueueDock::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
}

void QueueDock::refreshIcons()
{
    const std::pair<QAction*, QString> icons[] = {{m_start, u"start"_s}, {m_pause, u"pause"_s},
        {m_stop, u"stop"_s}, {m_restart, u"restart"_s}, {m_folder, u"folder"_s}, {m_remove, u"close"_s}};
    for (const auto& [action, name] : icons)
        action->setIcon(widgets::themeIcon(name, palette()));
}

} // namespace fedcctr::studio
