// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/queuemodel.h"

#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/runtexts.h"
#include "widgets/theme.h"

#include <QDir>
#include <QGuiApplication>
#include <QLocale>
#include <QMimeData>
#include <QPalette>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr auto kMimeType = "application/x-fedcctr-job";
constexpr int kRefreshMs = 100;

} // namespace

QueueModel::QueueModel(RunQueue* queue, QObject* parent)
    : QAbstractTableModel(parent)
    , m_queue(queue)
{
    const JobList* list = queue->list();
    connect(list, &JobList::adding, this, [this](int row) { beginInsertRows({}, row, row); });
    connect(list, &JobList::added, this, [this] { endInsertRows(); });
    connect(list, &JobList::removing, this, [this](int row) { beginRemoveRows({}, row, row); });
    connect(list, &JobList::removed, this, [this] { endRemoveRows(); });
    connect(list, &JobList::moving, this,
        [this](int from, int to) { beginMoveRows({}, from, from, {}, to > from ? to + 1 : to); });
    connect(list, &JobList::moved, this, [this] { endMoveRows(); });
    connect(list, &JobList::touched, this, &QueueModel::touch);
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMs);
    connect(&m_refresh, &QTimer::timeout, this, &QueueModel::refreshRows);
}

void QueueModel::touch(const QString& run)
{
    m_dirty.insert(run);
    if (!m_refresh.isActive())
        m_refresh.start();
}

void QueueModel::refreshRows()
{
    for (const QString& run : std::exchange(m_dirty, {}))
        if (const int row = m_queue->rowOf(run); row >= 0)
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

int QueueModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_queue->jobCount();
}

int QueueModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const bool help = role == Qt::ToolTipRole;
    switch (section) {
    case Number:
        return help ? tr("Place in the queue") : u"#"_s;
    case Name:
        return help ? tr("Name of the run") : tr("Name");
    case DatasetName:
        return help ? tr("What it trains on, and where if not on this machine") : tr("Dataset");
    case State:
        return help ? tr("What the run is doing") : tr("State");
    case Progress:
        return help ? tr("Finished rounds of the planned ones (T)") : tr("Progress");
    case Ndcg:
        return help
            ? tr("NDCG@10 on validation targets, in percent, of domain A and B, with half of the 95 % "
                 "interval over users.")
            : tr("NDCG@10 A / B (%)");
    case Epsilon:
        return help
            ? tr(
                "Budget spent by the client that spent most, with its accountant, δ and trust model; after a "
                "rule as printed what really holds")
            : tr("ε spent");
    case Left:
        return help ? tr("Time to the last round at the speed of the last seconds") : tr("Left");
    default:
        return {};
    }
}

QVariant QueueModel::textOf(const RunJob& job, int column) const
{
    const QLocale locale;
    switch (column) {
    case Number:
        return m_queue->rowOf(job.run) + 1;
    case Name:
        return job.name;
    case DatasetName: {
        const QString dataset = QDir(job.setup.dataset).dirName();
        return job.setup.target.isEmpty() ? dataset : tr("%1 on %2").arg(dataset, job.setup.target);
    }
    case State:
        return job.activity.isEmpty() ? stateWord(job.state) : job.activity;
    case Progress:
        if (job.record.hello.rounds <= 0 || (job.record.rounds.empty() && !job.record.greeted))
            return {};
        return u"%1/%2"_s.arg(
            locale.toString(job.record.round()), locale.toString(job.record.hello.expectedRounds()));
    case Ndcg: {
        const runs::MetricSet* a = job.record.lastQuality(0);
        const runs::MetricSet* b = job.record.lastQuality(1);
        if (!a || !b)
            return {};
        const auto text = [](const runs::MetricSet& metrics) {
            const auto [low, high] = metrics.interval().value_or(std::pair(0.0, 0.0));
            return u"%1 ±%2"_s.arg(
                percentText(metrics.at("ndcg@10")), QLocale().toString(50 * (high - low), 'f', 1));
        };
        return u"%1 / %2"_s.arg(text(*a), text(*b));
    }
    case Epsilon:
        return spentText(job.record);
    case Left:
        if (const std::optional<double> left = job.timeLeft())
            return durationText(*left);
        return {};
    default:
        return {};
    }
}

QVariant QueueModel::hintOf(const RunJob& job, int column) const
{
    if (column == State && job.record.end && !job.record.end->message.isEmpty())
        return u"%1: %2"_s.arg(stateWord(job.state), job.record.end->message);
    if (column == State && job.isWaiting() && m_queue->isHeld())
        return tr("Waits since the last session; Start (F5) starts it");
    if (column == State && !job.canPause)
        return tr("Was left to itself when the studio closed; it can be stopped, but not paused or changed");
    if (column == Epsilon)
        return spentText(job.record);
    if (column == DatasetName)
        return QDir::toNativeSeparators(job.setup.dataset);
    if (column == Name)
        return QDir::toNativeSeparators(job.run);
    return {};
}

QVariant QueueModel::data(const QModelIndex& index, int role) const
{
    const RunJob* job = index.isValid() ? m_queue->jobAt(index.row()) : nullptr;
    if (!job)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return textOf(*job, index.column());
    case Qt::ToolTipRole:
        return hintOf(*job, index.column());
    case Qt::DecorationRole:
        if (index.column() == State)
            return widgets::themeIcon(stateIcon(job->state), QGuiApplication::palette());
        return {};
    case Qt::TextAlignmentRole:
        if (index.column() == Number || index.column() == Left)
            return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
        return {};
    case kShareRole:
        if (index.column() == Progress && job->record.hello.expectedRounds() > 0
            && !job->record.rounds.empty())
            return static_cast<double>(job->record.round()) / job->record.hello.expectedRounds();
        return {};
    default:
        return {};
    }
}

Qt::ItemFlags QueueModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::ItemIsDropEnabled;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren;
}

QStringList QueueModel::mimeTypes() const
{
    return {QString::fromLatin1(kMimeType)};
}

QMimeData* QueueModel::mimeData(const QModelIndexList& indexes) const
{
    // Owned by the drag.
    auto* data = new QMimeData;
    if (const RunJob* job = indexes.isEmpty() ? nullptr : m_queue->jobAt(indexes.first().row()))
        data->setData(QString::fromLatin1(kMimeType), job->run.toUtf8());
    return data;
}

bool QueueModel::dropMimeData(
    const QMimeData* data, Qt::DropAction action, int row, int /*column*/, const QModelIndex& parent)
{
    if (action != Qt::MoveAction || !data->hasFormat(QString::fromLatin1(kMimeType)))
        return false;
    const QString run = QString::fromUtf8(data->data(QString::fromLatin1(kMimeType)));
    const int from = m_queue->rowOf(run);
    if (from < 0)
        return false;
    int to = row >= 0 ? row : parent.isValid() ? parent.row() : m_queue->jobCount();
    // Between rows: the own place is free again.
    if (to > from)
        --to;
    m_queue->move(run, to - from);
    // The row has been moved already: a view that removes the dragged one must not.
    return false;
}

} // namespace fedcctr::studio
