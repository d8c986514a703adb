// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/embeddingspage.h"

#include "app/studio/common/background.h"
#include "app/studio/embeddings/codespanel.h"
#include "app/studio/embeddings/embeddingboard.h"
#include "app/studio/embeddings/embeddingdetails.h"
#include "app/studio/embeddings/embeddingtext.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "core/data/dataset.h"
#include "core/projection/tsne_estimate.h"
#include "widgets/charts/scatterview.h"
#include "widgets/emptystate.h"
#include "widgets/messagebar.h"

#include <QComboBox>
#include <QDir>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using projection::Matrix;
using widgets::MessageBar;

namespace {

constexpr std::size_t kFoundItems = 100;

QString duration(double seconds)
{
    const auto whole = std::lround(seconds);
    return u"%1:%2"_s.arg(whole / 60).arg(whole % 60, 2, 10, QChar(u'0'));
}

/// Runs whose vectors can be computed.
std::vector<EntryPtr> showable(std::vector<EntryPtr> runs)
{
    std::erase_if(runs,
        [](const EntryPtr& run) { return !run->hasCheckpoint || run->state == runs::RunState::Running; });
    return runs;
}

struct Titles {
    std::shared_ptr<const data::Dataset> dataset;
    QString error;
};

Titles readTitles(const QString& path)
{
    try {
        return {std::make_shared<const data::Dataset>(data::load(path.toStdString())), {}};
    } catch (const std::exception& error) {
        return {nullptr, QString::fromUtf8(error.what())};
    }
}

} // namespace

EmbeddingsPage::EmbeddingsPage(Workspace* workspace, RunQueue* queue, QWidget* parent)
    : Page(u"page_embeddings"_s, parent)
    , m_workspace(workspace)
    , m_queue(queue)
    , m_job(workspace->engine())
    , m_message(new MessageBar(this))
    , m_empty(new widgets::EmptyState(u"empty_embeddings"_s, u"info"_s, tr("No run with a checkpoint yet."),
          tr("Queue the quick demo"), this))
    , m_stack(new QStackedWidget(this))
{
    m_message->setObjectName(u"message_embeddings"_s);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(buildBody());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 2);
    column->setSpacing(4);
    column->addLayout(buildHeader());
    column->addWidget(m_message);
    column->addWidget(m_stack, 1);
    connectParts();
    resetLayout();
    listRuns();
    m_workspace->runs()->rescan();
}

QLayout* EmbeddingsPage::buildHeader()
{
    auto* title = new QLabel(tr("Embeddings"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    title->setFont(large);
    auto* purpose =
        new QLabel(tr("See how users and items lie, and how the domains part during the training."), this);
    purpose->setMinimumWidth(1);
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(title);
    row->addSpacing(8);
    row->addWidget(purpose, 1);
    return row;
}

QWidget* EmbeddingsPage::buildBody()
{
    auto* body = new QWidget(m_stack);
    m_controls = new EmbeddingControls(body);
    m_content = new QStackedWidget(body);
    m_codes = new CodesPanel(m_content);
    m_columns = new QSplitter(Qt::Horizontal, m_content);
    m_content->addWidget(m_columns);
    m_content->addWidget(m_codes);
    m_columns->setObjectName(u"splitter_embeddings"_s);
    m_board = new EmbeddingBoard(m_columns);
    m_details = new EmbeddingDetails(m_columns);
    m_columns->setStretchFactor(0, 1);
    m_columns->setStretchFactor(1, 0);
    m_columns->setCollapsible(0, false);
    m_note = new QLabel(tr("Distances between clusters mean little."), body);
    m_note->setObjectName(u"label_note"_s);
    m_note->setWordWrap(true);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_controls);
    column->addWidget(m_content, 1);
    column->addLayout(buildStatusRow());
    return body;
}

QLayout* EmbeddingsPage::buildStatusRow()
{
    m_color = new QComboBox(this);
    m_color->setObjectName(u"combo_color"_s);
    m_color->setAccessibleName(tr("Colour"));
    for (const QString& name : colorNames())
        m_color->addItem(name);
    for (int i = 0; i < m_color->count(); ++i)
        m_color->setItemData(i, colorHelp(static_cast<ColorBy>(i)), Qt::ToolTipRole);
    m_color->setToolTip(tr("What the colour of the users' points tells; the shape is the representation"));
    auto* label = new QLabel(tr("Colour"), this);
    label->setBuddy(m_color);
    m_status = new QLabel(this);
    m_status->setObjectName(u"label_status"_s);
    m_status->setAccessibleName(tr("Progress"));
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(u"progress_embeddings"_s);
    constexpr int kProgressSteps = 1000;
    m_progress->setRange(0, kProgressSteps);
    m_progress->setTextVisible(false);
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 24);
    m_progress->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(label);
    row->addWidget(m_color);
    row->addSpacing(8);
    row->addWidget(m_note, 1);
    row->addWidget(m_status);
    row->addWidget(m_progress);
    return row;
}

void EmbeddingsPage::connectParts()
{
    connect(m_empty, &widgets::EmptyState::clicked, this, &EmbeddingsPage::queueDemo);
    connect(m_workspace->runs(), &RunLibrary::scanned, this, &EmbeddingsPage::listRuns);
    connect(m_controls, &EmbeddingControls::startRequested, this, &EmbeddingsPage::start);
    connect(m_controls, &EmbeddingControls::stopRequested, this, &EmbeddingsPage::stop);
    connect(m_controls, &EmbeddingControls::changed, this, &Page::stateChanged);
    connect(m_controls, &EmbeddingControls::pauseRequested, &m_job, &EmbeddingJob::setPaused);
    connect(&m_job, &EmbeddingJob::phaseChanged, m_controls, &EmbeddingControls::setPhase);
    connect(&m_job, &EmbeddingJob::progressed, this, [this](const QString& text, double share) {
        m_status->setText(text);
        m_progress->setValue(static_cast<int>(share * m_progress->maximum()));
    });
    connect(&m_job, &EmbeddingJob::vectorsReady, this, &EmbeddingsPage::takeVectors);
    connect(&m_job, &EmbeddingJob::moved, m_board, &EmbeddingBoard::showCoordinates);
    connect(&m_job, &EmbeddingJob::projected, this, &EmbeddingsPage::takeFrames);
    connect(&m_job, &EmbeddingJob::ended, this, &EmbeddingsPage::finish);
    connect(m_color, &QComboBox::currentIndexChanged, this, [this] {
        showLook();
        Q_EMIT stateChanged();
    });
    connect(m_board, &EmbeddingBoard::selectionChanged, this,
        [this](const QSet<int>& /*points*/, int panel) { showSelection(panel); });
    connect(m_board, &EmbeddingBoard::frameChanged, this, &EmbeddingsPage::showSeparation);
    connect(m_board, &EmbeddingBoard::exported, this, [this](const QString& path) {
        m_message->showMessage(MessageBar::Kind::Success, tr("Written: %1").arg(path));
    });
    connect(m_board, &EmbeddingBoard::exportFailed, this,
        [this](const QString& text) { m_message->showMessage(MessageBar::Kind::Error, text); });
    connect(m_details, &EmbeddingDetails::pointRequested, this, &EmbeddingsPage::choosePoint);
    connect(m_details, &EmbeddingDetails::searched, this, &EmbeddingsPage::search);
    connect(m_columns, &QSplitter::splitterMoved, this, &Page::stateChanged);
}

void EmbeddingsPage::listRuns()
{
    if (!m_workspace->runs()->isKnown())
        return;
    const std::vector<EntryPtr> runs = showable(m_workspace->runs()->runs());
    m_controls->setRuns(runs);
    m_stack->setCurrentIndex(runs.empty() && m_pictures.empty() ? 0 : 1);
}

void EmbeddingsPage::queueDemo()
{
    if (m_workspace->dataset().isEmpty()) {
        connect(m_workspace, &Workspace::datasetChanged, this, &EmbeddingsPage::queueDemo,
            Qt::SingleShotConnection);
        m_workspace->createDemo();
        return;
    }
    RunSetup setup;
    setup.dataset = m_workspace->dataset();
    setup.preset = u"demo"_s;
    m_queue->enqueue(setup);
    m_empty->button()->setEnabled(false);
    m_empty->setText(tr("The demo is in the queue; its embeddings can be shown here once it has ended."));
    Q_EMIT said(tr("Queued: the quick demo on %1").arg(QDir(setup.dataset).dirName()));
}

/// Asks first where it takes long.
void EmbeddingsPage::start()
{
    if (showCodes())
        return;
    const EmbeddingChoice choice = m_controls->choice();
    std::size_t points = static_cast<std::size_t>(3 * choice.users);
    if (choice.items) {
        // How many items there are is known from the dataset.
        if (const EntryPtr run = m_controls->entry(choice.runs.front()))
            loadTitles(QString::fromStdString(run->datasetPath));
        m_startWithTitles = !m_titles;
        if (m_startWithTitles)
            return;
        points = m_titles->items.size();
    }
    if (choice.method == projection::Projection::Pca || points <= projection::kMostExactPoints) {
        begin();
        return;
    }
    constexpr std::size_t kTypicalWidth = 64;
    deliver(QtConcurrent::run(projection::estimatedSeconds, points, kTypicalWidth, choice.tsne), this,
        [this, points](double seconds) {
            m_message->showMessage(MessageBar::Kind::Info,
                tr("%L1 points: t-SNE takes about %2 on this machine for the first picture of a run; each "
                   "later "
                   "round takes a third of it.")
                    .arg(points)
                    .arg(duration(seconds)),
                {{u"button_start_anyway"_s, tr("Start anyway"), tr("Compute it; Pause and Stop act at once"),
                    [this] { begin(); }}});
        });
}

/// Runs of markets have a model in each, and no common vectors: what they share are codes.
bool EmbeddingsPage::showCodes()
{
    const EntryPtr run = m_controls->entry(m_controls->choice().runs.front());
    const bool isSilo = run && run->setting("federation.client") == "silo";
    m_content->setCurrentWidget(isSilo ? static_cast<QWidget*>(m_codes) : m_columns);
    if (isSilo)
        m_codes->show(QString::fromStdString(run->path.string()), QString::fromStdString(run->datasetPath));
    return isSilo;
}

void EmbeddingsPage::begin()
{
    if (m_job.isActive())
        return;
    m_message->hide();
    m_choice = m_controls->choice();
    m_pictures.clear();
    for (const QString& run : m_choice.runs)
        m_pictures.push_back({run, QDir(run).dirName(), nullptr});
    m_board->setPanels(pictureNames(), tr("FedCCTR Studio, run %1").arg(m_choice.runs.join(u", "_s)));
    m_details->setItemsShown(m_choice.items);
    m_details->showText({});
    m_details->showSeparation({});
    m_note->setText(tr("Distances between clusters mean little."));
    if (const EntryPtr run = m_controls->entry(m_choice.runs.front()))
        loadTitles(QString::fromStdString(run->datasetPath));
    m_progress->show();
    m_job.start(m_choice);
}

void EmbeddingsPage::takeVectors(int picture, const std::shared_ptr<const EmbeddingSet>& set)
{
    m_pictures[static_cast<std::size_t>(picture)].set = set;
    if (!set->note.isEmpty())
        m_note->setText(tr("Distances between clusters mean little. %1").arg(set->note));
    showLook();
}

void EmbeddingsPage::takeFrames(int picture, const std::vector<Matrix>& frames)
{
    std::vector<int> rounds;
    for (const EmbeddingFrame& frame : m_pictures[static_cast<std::size_t>(picture)].set->frames)
        rounds.push_back(frame.round);
    m_board->setFrames(picture, frames, rounds);
    showSeparation();
}

void EmbeddingsPage::finish(const QString& error)
{
    m_controls->setPhase(EmbeddingControls::Phase::Idle);
    m_progress->hide();
    m_status->clear();
    if (!error.isEmpty())
        m_message->showMessage(MessageBar::Kind::Error, error);
    if (!isVisible())
        Q_EMIT noticed();
}

void EmbeddingsPage::stop()
{
    if (!m_job.isActive())
        return;
    m_job.stop();
    finish({});
    m_status->setText(tr("stopped"));
}

void EmbeddingsPage::loadTitles(const QString& dataset)
{
    if (m_titles && m_titlesOf == dataset)
        return;
    const int number = ++m_titleLoads;
    m_titlesOf = dataset;
    if (QDir(dataset) == QDir(m_workspace->dataset()) && m_workspace->data()) {
        m_titles = m_workspace->data();
        return;
    }
    m_titles.reset();
    deliver(QtConcurrent::run(readTitles, dataset), this, [this, number](const Titles& titles) {
        if (number != m_titleLoads)
            return;
        m_titles = titles.dataset;
        if (!m_titles)
            m_message->showMessage(MessageBar::Kind::Warning, tr("No titles: %1").arg(titles.error));
        if (std::exchange(m_startWithTitles, false) && m_titles) {
            start();
            return;
        }
        showLook();
        showSelection(m_shownPanel);
    });
}

QStringList EmbeddingsPage::pictureNames() const
{
    QStringList names;
    for (const Picture& picture : m_pictures)
        names.append(picture.name);
    return names;
}

void EmbeddingsPage::showLook()
{
    bool profiles = false;
    for (std::size_t p = 0; p < m_pictures.size(); ++p) {
        const Picture& picture = m_pictures[p];
        if (!picture.set)
            continue;
        profiles = profiles || picture.set->hasProfiles();
        m_board->setLook(static_cast<int>(p),
            m_choice.items ? itemLook(*picture.set, m_titles.get())
                           : userLook(*picture.set, static_cast<ColorBy>(m_color->currentIndex()),
                               pictureNames(), static_cast<int>(p)));
    }
    auto* entries = qobject_cast<QStandardItemModel*>(m_color->model());
    for (const ColorBy by : {ColorBy::Age, ColorBy::Gender, ColorBy::Interest})
        entries->item(static_cast<int>(by))->setEnabled(profiles);
    entries->item(static_cast<int>(ColorBy::Run))->setEnabled(m_pictures.size() > 1);
    m_color->setEnabled(!m_choice.items);
}

void EmbeddingsPage::showSelection(int panel)
{
    if (static_cast<std::size_t>(panel) >= m_pictures.size()
        || !m_pictures[static_cast<std::size_t>(panel)].set)
        return;
    m_shownPanel = panel;
    const EmbeddingSet& set = *m_pictures[static_cast<std::size_t>(panel)].set;
    const QSet<int> points = m_board->selection();
    if (points.isEmpty())
        m_details->showText({});
    else if (m_choice.items)
        m_details->showText(points.size() == 1 ? itemText(set, m_titles.get(), *points.begin())
                                               : itemGroupText(m_titles.get(), points));
    else if (points.size() == 1)
        m_details->showText(userText(set, std::min(m_board->frameShown(panel), set.frames.size() - 1),
            m_titles.get(), *points.begin()));
    else
        m_details->showText(groupText(set, points));
}

void EmbeddingsPage::showSeparation()
{
    std::vector<EmbeddingDetails::Column> columns;
    for (std::size_t p = 0; p < m_pictures.size(); ++p)
        if (const auto& set = m_pictures[p].set) {
            const std::size_t shown = m_board->frameShown(static_cast<int>(p));
            const EmbeddingFrame& frame = set->frames[std::min(shown, set->frames.size() - 1)];
            columns.push_back({m_pictures[p].name, frame.round, frame.numbers});
        }
    m_details->showSeparation(columns);
}

void EmbeddingsPage::choosePoint(int point)
{
    m_board->select({point});
    showSelection(m_shownPanel);
}

void EmbeddingsPage::search(const QString& text)
{
    std::vector<std::pair<int, QString>> found;
    if (m_titles && !text.isEmpty())
        for (const int item : itemsWith(*m_titles, text, kFoundItems))
            found.emplace_back(item, itemTitle(m_titles.get(), item));
    m_details->showFound(found);
}

QJsonObject EmbeddingsPage::state() const
{
    return {{u"controls"_s, m_controls->state()}, {u"color"_s, m_color->currentIndex()},
        {u"columns"_s, QString::fromLatin1(m_columns->saveState().toBase64())}};
}

void EmbeddingsPage::restore(const QJsonObject& state)
{
    m_controls->restore(state["controls"_L1].toObject());
    m_color->setCurrentIndex(state["color"_L1].toInt(m_color->currentIndex()));
    m_columns->restoreState(QByteArray::fromBase64(state["columns"_L1].toString().toLatin1()));
}

void EmbeddingsPage::resetLayout()
{
    m_columns->setSizes({1000, fontMetrics().averageCharWidth() * 48});
}

QString EmbeddingsPage::pendingWork() const
{
    return m_job.isActive() ? tr("The projection of the embeddings") : QString();
}

void EmbeddingsPage::cancelWork()
{
    stop();
}

void EmbeddingsPage::exportPage()
{
    m_board->view(0)->askForPicture();
}

void EmbeddingsPage::find()
{
    if (m_choice.items)
        m_details->focusSearch();
}

void EmbeddingsPage::showRun(const QString& run)
{
    m_controls->chooseRun(QDir::cleanPath(run));
    m_workspace->runs()->rescan();
}

void EmbeddingsPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_job.isActive())
        stop();
    else
        Page::keyPressEvent(event);
}

} // namespace fedcctr::studio
