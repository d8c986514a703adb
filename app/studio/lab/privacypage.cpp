// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/privacypage.h"

#include "app/studio/common/background.h"
#include "app/studio/common/settingsbridge.h"
#include "app/studio/lab/gradientleakpanel.h"
#include "app/studio/lab/knobpanel.h"
#include "app/studio/lab/labboard.h"
#include "app/studio/lab/labhandout.h"
#include "app/studio/lab/lablessons.h"
#include "app/studio/lab/lessonstrip.h"
#include "app/studio/lab/utilitycard.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "widgets/charts/curveplot.h"
#include "widgets/messagebar.h"

#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QStandardPaths>
#include <QUrl>
#include <QVBoxLayout>
#include <QtConcurrent>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

/// The knobs have to rest so long before the slow accountants begin.
constexpr int kRestMs = 150;

/// What a run with these knobs starts from: the paper's model, or the small one that a sum of noisy uploads
/// can train.
constexpr auto kPaperPreset = "paper";
constexpr auto kHeadPreset = "private-head-eps3";

} // namespace

PrivacyPage::PrivacyPage(Workspace* workspace, RunQueue* queue, QWidget* parent)
    : Page(u"page_privacy_lab"_s, parent)
    , m_workspace(workspace)
    , m_queue(queue)
    , m_message(new MessageBar(this))
    , m_lessons(new LessonStrip(this))
    , m_columns(new QSplitter(Qt::Horizontal, this))
    , m_leak(new LeakPanel(workspace->engine()))
    , m_utility(new UtilityCard)
    , m_library(workspace->runs())
    , m_preset(QString::fromLatin1(kPaperPreset))
    , m_exportFolder(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation))
{
    m_fast.setMaxThreadCount(1);
    m_slow.setMaxThreadCount(1);
    m_restTimer.setSingleShot(true);
    m_restTimer.setInterval(kRestMs);
    m_message->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 2);
    column->setSpacing(4);
    column->addLayout(buildHeader());
    column->addWidget(m_message);
    column->addWidget(m_lessons);
    buildBody();
    column->addWidget(m_columns, 1);
    connectParts();
    connectRuns();
    // At once, so that the page is never seen empty.
    showResult(computeFast(m_knobs->knobs()));
}

PrivacyPage::~PrivacyPage()
{
    cancelWork();
}

QLayout* PrivacyPage::buildHeader()
{
    auto* title = new QLabel(tr("Privacy lab"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    title->setFont(large);
    auto* purpose = new QLabel(tr("What does privacy cost? No training needed."), this);
    auto* handout = new QPushButton(tr("Export hand-out…"), this);
    handout->setObjectName(u"button_lab_export"_s);
    handout->setToolTip(tr("Knobs, charts and what the accountants say as one PDF page (Ctrl+E)"));
    connect(handout, &QPushButton::clicked, this, &PrivacyPage::exportPage);
    auto* row = new QHBoxLayout;
    row->addWidget(title);
    row->addSpacing(8);
    row->addWidget(purpose, 1);
    row->addWidget(handout);
    return row;
}

void PrivacyPage::buildBody()
{
    m_columns->setObjectName(u"splitter_lab"_s);
    m_knobs = new KnobPanel(this);
    auto* scroll = new QScrollArea(m_columns);
    scroll->setObjectName(u"scroll_lab_knobs"_s);
    scroll->setWidget(m_knobs);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumWidth(
        m_knobs->minimumSizeHint().width() + scroll->verticalScrollBar()->sizeHint().width() + 2);
    m_board = new LabBoard(m_columns);
    m_board->addWideCard(u"card_lab_leak"_s, m_leak);
    m_board->addWideCard(u"card_lab_utility"_s, m_utility, m_utility->chart());
    m_columns->addWidget(scroll);
    m_columns->addWidget(m_board);
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setCollapsible(0, false);
    m_columns->setCollapsible(1, false);
    resetLayout();
}

void PrivacyPage::resetLayout()
{
    m_columns->setSizes({fontMetrics().averageCharWidth() * 46, 1000});
}

void PrivacyPage::connectParts()
{
    connect(m_knobs, &KnobPanel::edited, this, [this] {
        compute();
        Q_EMIT stateChanged();
    });
    connect(m_knobs, &KnobPanel::applyRequested, this, &PrivacyPage::apply);
    connect(m_knobs, &KnobPanel::runChosen, this, &PrivacyPage::takeFrom);
    connect(&m_restTimer, &QTimer::timeout, this, &PrivacyPage::computeRest);
    connect(m_lessons, &LessonStrip::lessonChosen, this, &PrivacyPage::openLesson);
    connect(m_lessons, &LessonStrip::answerRequested, this, &PrivacyPage::answer);
    connect(m_lessons, &LessonStrip::closed, this, [this] {
        m_board->setFocusOn({}, true, false);
        Q_EMIT stateChanged();
    });
    connect(m_board, &LabBoard::gradientChanged, this, [this] {
        m_lessons->refreshAnswer();
        Q_EMIT stateChanged();
    });
    connect(m_board, &LabBoard::exported, this, &PrivacyPage::tell);
    connect(m_board, &LabBoard::exportFailed, this,
        [this](const QString& text) { m_message->showMessage(MessageBar::Kind::Error, text); });
}

void PrivacyPage::connectRuns()
{
    connect(m_library, &RunLibrary::scanned, this, &PrivacyPage::showRuns);
    connect(m_workspace, &Workspace::datasetChanged, this, &PrivacyPage::showRuns);
    connect(m_utility, &UtilityCard::sweepRequested, this, &PrivacyPage::queueSweep);
    connect(m_leak, &LeakPanel::trainRequested, this, [this] { Q_EMIT pageRequested(PageId::Train); });
    showRuns();
    m_library->rescan();
}

void PrivacyPage::showRuns()
{
    const std::vector<EntryPtr> runs = m_library->runs();
    // A scan that found nothing new leaves lists and charts alone.
    if (std::exchange(m_runsShown, true) && runs == m_runs && m_runsOn == m_workspace->dataset())
        return;
    m_runs = runs;
    m_runsOn = m_workspace->dataset();
    QList<QPair<QString, QString>> finished;
    for (const EntryPtr& run : runs)
        if (run->summary)
            finished.append({QString::fromStdString(run->name), QString::fromStdString(run->path.string())});
    m_knobs->setRuns(finished);
    m_leak->setRuns(runs);
    m_utility->setRuns(runs, m_runsOn);
}

void PrivacyPage::queueSweep()
{
    if (m_workspace->dataset().isEmpty()) {
        m_message->showMessage(MessageBar::Kind::Warning, tr("There is no dataset to train on yet."),
            {{u"button_lab_data"_s, tr("Go to Data"), tr("Open the Data page"),
                [this] { Q_EMIT pageRequested(PageId::Data); }}});
        return;
    }
    try {
        for (const double epsilon : UtilityCard::sweepEpsilons()) {
            RunSetup setup;
            setup.dataset = m_workspace->dataset();
            setup.preset = UtilityCard::sweepPreset();
            setup.settings = UtilityCard::sweepAssignments(epsilon);
            m_queue->enqueue(setup, u"lab-eps%1"_s.arg(epsilon));
        }
    } catch (const std::exception& failure) {
        m_message->showMessage(MessageBar::Kind::Error, QString::fromUtf8(failure.what()));
        return;
    }
    m_message->showMessage(MessageBar::Kind::Info,
        tr("Six runs are queued. Each appears in the utility chart when it is finished."),
        {{u"button_lab_watch"_s, tr("Watch"), tr("Open the Train page"),
            [this] { Q_EMIT pageRequested(PageId::Train); }}});
}

void PrivacyPage::compute()
{
    ++m_generation;
    m_restTimer.stop();
    if (m_cancelRest)
        *m_cancelRest = true;
    if (m_computing) {
        m_again = true;
        return;
    }
    m_computing = true;
    deliver(QtConcurrent::run(&m_fast, computeFast, m_knobs->knobs()), this, [this](const LabResult& result) {
        m_computing = false;
        showResult(result);
        if (std::exchange(m_again, false))
            compute();
    });
}

void PrivacyPage::showResult(const LabResult& result)
{
    m_result = result;
    m_knobs->showResult(result);
    m_board->showResult(result);
    m_leak->setKnobs(result.knobs);
    m_lessons->refreshAnswer();
    if (result.isPending() && !m_again)
        m_restTimer.start();
    Q_EMIT shown();
}

void PrivacyPage::computeRest()
{
    if (m_cancelRest)
        *m_cancelRest = true;
    m_cancelRest = std::make_shared<std::atomic<bool>>(false);
    const auto cancel = m_cancelRest;
    const int generation = m_generation;
    deliver(QtConcurrent::run(&m_slow, computeSlow, m_result, [cancel] { return cancel->load(); }), this,
        [this, generation, cancel](const LabResult& result) {
            if (generation == m_generation && !*cancel)
                showResult(result);
        });
}

void PrivacyPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    m_library->setActive(this, true);
    if (m_result.isPending())
        m_restTimer.start();
}

void PrivacyPage::hideEvent(QHideEvent* event)
{
    Page::hideEvent(event);
    m_library->setActive(this, false);
}

QString PrivacyPage::pendingWork() const
{
    return m_leak->isReading() ? tr("Reading an upload") : QString();
}

void PrivacyPage::cancelWork()
{
    m_restTimer.stop();
    if (m_cancelRest)
        *m_cancelRest = true;
    if (m_leak->isReading())
        m_leak->cancel();
}

void PrivacyPage::openLesson(int lesson)
{
    const Lesson& chosen = lessons()[lesson];
    m_preset = QString::fromLatin1(
        chosen.knobs.adversary == privacy::Adversary::Aggregate ? kHeadPreset : kPaperPreset);
    m_knobs->setKnobs(chosen.knobs);
    m_board->setAveraged(chosen.averaged);
    compute();
    m_board->setFocusOn(chosen.chart, chosen.logBudget, chosen.onlyChosen);
    Q_EMIT said(tr("Lesson %1 of %2: %3").arg(lesson + 1).arg(lessons().size()).arg(chosen.title));
    Q_EMIT stateChanged();
}

void PrivacyPage::answer(int lesson)
{
    m_lessons->showAnswer(lessons()[lesson].answer(m_result, m_board->gradientView()));
    Q_EMIT stateChanged();
}

void PrivacyPage::apply()
{
    const QStringList changes = assignments(m_result.knobs);
    const QString problem = problemWith(m_preset, changes);
    if (!problem.isEmpty()) {
        m_message->showMessage(
            MessageBar::Kind::Warning, tr("A run cannot be set up like this: %1").arg(problem));
        return;
    }
    Q_EMIT settingsProposed(m_preset, changes);
}

void PrivacyPage::takeFrom(const QString& run)
{
    const EntryPtr entry = std::make_shared<const runs::RunEntry>(runs::readEntry(run.toStdString()));
    const QString name = QString::fromStdString(entry->name);
    if (!entry->problem.empty()) {
        m_message->showMessage(
            MessageBar::Kind::Error, u"%1: %2"_s.arg(name, QString::fromStdString(entry->problem)));
        return;
    }
    if (entry->setting("privacy.schedule") == "none") {
        m_message->showMessage(MessageBar::Kind::Warning,
            tr("%1 was trained without noise: there is nothing to take over.").arg(name));
        return;
    }
    m_preset = entry->preset == "none" ? QString() : QString::fromStdString(entry->preset);
    m_knobs->setKnobs(knobsFromSettings(
        [&entry](const QString& key) { return QString::fromStdString(entry->setting(key.toStdString())); },
        m_knobs->knobs()));
    compute();
    m_message->showMessage(MessageBar::Kind::Info, tr("The knobs stand as in %1.").arg(name));
    Q_EMIT stateChanged();
}

void PrivacyPage::showRun(const QString& run)
{
    takeFrom(run);
}

void PrivacyPage::tell(const QString& path)
{
    m_message->showMessage(MessageBar::Kind::Success, tr("Written: %1").arg(path),
        {{u"button_open_folder"_s, tr("Open folder"), tr("Open %1").arg(QFileInfo(path).absolutePath()),
            [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).absolutePath())); }}});
}

void PrivacyPage::exportPage()
{
    auto* dialog = new QFileDialog(this, tr("Export hand-out"), m_exportFolder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"dialog_lab_export"_s);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(tr("Document (*.pdf)"));
    dialog->setDefaultSuffix(u"pdf"_s);
    dialog->selectFile(u"privacy_lab.pdf"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        m_exportFolder = QFileInfo(path).absolutePath();
        const QString failure = writeHandout(path);
        if (failure.isEmpty())
            tell(path);
        else
            m_message->showMessage(MessageBar::Kind::Error, failure);
    });
    dialog->open();
}

QString PrivacyPage::writeHandout(const QString& path)
{
    LabHandout handout;
    handout.title = tr("Privacy lab: what does privacy cost?");
    handout.origin = tr("FedCCTR Studio %1").arg(QStringLiteral(FEDCCTR_VERSION));
    const int lesson = m_lessons->current();
    if (lesson >= 0) {
        const Lesson& open = lessons()[lesson];
        handout.text = {tr("Lesson %1 of %2: %3").arg(lesson + 1).arg(lessons().size()).arg(open.title),
            open.text, open.question};
    }
    handout.knobs = m_knobs->lines();
    handout.accountants = m_board->accountantLines();
    for (const widgets::Chart* chart : m_board->charts())
        handout.charts.append(chart);
    return writeHandoutFile(path, handout);
}

QJsonObject PrivacyPage::state() const
{
    return {{u"knobs"_s, toJson(m_knobs->knobs())}, {u"preset"_s, m_preset},
        {u"lesson"_s, m_lessons->current()}, {u"lessons_done"_s, m_lessons->done()},
        {u"averaged"_s, m_board->averaged()}, {u"draw"_s, m_board->draw()},
        {u"columns"_s, QString::fromLatin1(m_columns->saveState().toBase64())},
        {u"export_folder"_s, m_exportFolder}};
}

void PrivacyPage::restore(const QJsonObject& state)
{
    m_knobs->setKnobs(knobsFromJson(state[u"knobs"_s].toObject(), m_knobs->knobs()));
    if (state[u"preset"_s].isString())
        m_preset = state[u"preset"_s].toString();
    m_lessons->restore(state[u"lesson"_s].toInt(-1), state[u"lessons_done"_s].toInt());
    m_board->setAveraged(state[u"averaged"_s].toInt(1));
    m_board->setDraw(state[u"draw"_s].toInt(1));
    if (state[u"columns"_s].isString())
        m_columns->restoreState(QByteArray::fromBase64(state[u"columns"_s].toString().toLatin1()));
    if (state[u"export_folder"_s].isString())
        m_exportFolder = state[u"export_folder"_s].toString();
    const int lesson = m_lessons->current();
    if (lesson >= 0) {
        const Lesson& open = lessons()[lesson];
        m_board->setFocusOn(open.chart, open.logBudget, open.onlyChosen);
    }
    compute();
}

} // namespace fedcctr::studio
