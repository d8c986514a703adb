// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/comparepage.h"

#include "app/studio/compare/ablationtab.h"
#include "app/studio/compare/compareheader.h"
#include "app/studio/compare/comparetab.h"
#include "app/studio/compare/curvestab.h"
#include "app/studio/compare/differencestab.h"
#include "app/studio/compare/metricstab.h"
#include "app/studio/compare/modelstab.h"
#include "app/studio/compare/reliabilitytab.h"
#include "app/studio/compare/runactions.h"
#include "app/studio/compare/runlist.h"
#include "app/studio/compare/runproxy.h"
#include "app/studio/compare/runtablemodel.h"
#include "app/studio/compare/sensitivitytab.h"
#include "app/studio/compare/tradeofftab.h"
#include "app/studio/compare/viewbar.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/runvalues.h"
#include "app/studio/runs/workspace.h"
#include "core/runs/run_catalogue.h"
#include "widgets/emptystate.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QDesktopServices>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

constexpr int kSettleMs = 30;
constexpr std::size_t kMostRounds = 400; ///< runs whose rounds are read for one comparison

} // namespace

ComparePage::ComparePage(Workspace* workspace, RunQueue* queue, QWidget* parent)
    : Page(u"page_compare"_s, parent)
    , m_workspace(workspace)
    , m_library(workspace->runs())
    , m_model(new RunTableModel(this))
    , m_actions(new RunActions(workspace, queue, m_library, this))
    , m_header(new CompareHeader(this))
    , m_message(new MessageBar(this))
    , m_value(new ValueBar(this))
    , m_views(new ViewBar(this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_list(new RunList(m_model, this))
    , m_tabs(new QTabWidget(this))
    , m_empty(new widgets::EmptyState(
          u"empty_compare"_s, u"info"_s, tr("No finished runs."), tr("Queue the quick demo"), this))
    , m_stack(new QStackedWidget(this))
{
    buildMoreMenu();
    buildTabs();
    auto* lower = new QWidget(m_splitter);
    auto* lowerColumn = new QVBoxLayout(lower);
    lowerColumn->setContentsMargins(0, 0, 0, 0);
    lowerColumn->setSpacing(4);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_value, 1);
    bar->addWidget(m_views);
    lowerColumn->addLayout(bar);
    lowerColumn->addWidget(m_tabs, 1);
    m_splitter->setObjectName(u"splitter_compare"_s);
    m_splitter->addWidget(m_list);
    m_splitter->addWidget(lower);
    m_splitter->setChildrenCollapsible(false);
    m_empty->setLink(tr("Queue the ablation set"));
    m_empty->button()->setToolTip(
        tr("Trains for about two minutes on the open dataset, or on the demo dataset"));
    m_stack->addWidget(m_splitter);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addWidget(m_header);
    column->addWidget(m_message);
    column->addWidget(m_stack, 1);
    m_message->hide();
    m_compareTimer.setSingleShot(true);
    m_compareTimer.setInterval(kSettleMs);
    resetLayout();
    connectParts();
}

void ComparePage::buildMoreMenu()
{
    QMenu* menu = m_header->moreMenu();
    menu->setToolTipsVisible(true);
    const auto add = [&](const QString& name, const QString& text, const QString& help, auto run) {
        QAction* action = menu->addAction(text, this, run);
        action->setObjectName(name);
        action->setToolTip(help);
    };
    add(u"action_report"_s, tr("Export report…"),
        tr("Writes a folder with an HTML page, figures and tables about the checked runs"),
        [this] { m_actions->askForReport(checkedRuns()); });
    add(u"action_import_run"_s, tr("Import run directory…"),
        tr("Copies a run from elsewhere to the workspace"), [this] { m_actions->askToImport(); });
    add(u"action_rescan"_s, tr("Read the folder again"), tr("Looks for runs that came or went"),
        [this] { m_library->rescan(); });
    menu->addSeparator();
    add(u"action_clear_checks"_s, tr("Draw none"), tr("Unchecks all runs"),
        [this] { m_model->check({}, false); });
    add(u"action_no_base"_s, tr("No base"), tr("Compares with no run"), [this] { m_model->setBase({}); });
    connect(m_header->columnsMenu(), &QMenu::aboutToShow, this,
        [this] { m_list->fillColumnMenu(m_header->columnsMenu()); });
    m_list->fillColumnMenu(m_header->columnsMenu());
}

void ComparePage::buildTabs()
{
    m_tabs->setObjectName(u"tabs_compare"_s);
    m_tabs->setAccessibleName(tr("What the checked runs show"));
    m_tabs->setDocumentMode(true);
    const auto add = [this](CompareTab* tab, const QString& title, const QString& help) {
        m_parts.append(tab);
        m_tabs->setTabToolTip(m_tabs->addTab(tab, title), help);
        connectTab(tab);
    };
    add(new CurvesTab(m_tabs), tr("Curves"), tr("A metric of the checked runs over their rounds"));
    add(new MetricsTab(m_tabs), tr("Metrics"), tr("Final metrics with intervals"));
    auto* models = new ModelsTab(m_tabs);
    connect(models, &ModelsTab::comparisonRequested, m_actions, &RunActions::queueComparison);
    add(models, tr("Models"), tr("Tables 4 and 5 and Figure 12 of the comparisons among the runs shown"));
    add(new AblationTab(m_tabs), tr("Ablation"), tr("Table 6: what the full model loses without each part"));
    add(new SensitivityTab(m_tabs), tr("Sensitivity"), tr("A metric over one or two settings"));
    add(new TradeoffTab(m_tabs), tr("Trade-off"), tr("NDCG@10 against ε, from the runs shown"));
    add(new DifferencesTab(m_tabs), tr("Differences"), tr("Settings in which the checked runs differ"));
    add(new SpendTab(m_tabs), tr("Time and privacy"), tr("Wall time, rounds, and ε under each accountant"));
    add(new ReliabilityTab(m_tabs), tr("Reliability"),
        tr("Predicted probabilities against what happened (CTR)"));
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        compareLater();
        changed();
    });
}

void ComparePage::connectTab(CompareTab* tab)
{
    connect(tab, &CompareTab::edited, this, [this] {
        compareLater();
        changed();
    });
    connect(tab, &CompareTab::exported, this, [this](const QString& path) {
        const QString folder = QFileInfo(path).absolutePath();
        m_message->showMessage(MessageBar::Kind::Success, tr("Written: %1").arg(path),
            {{u"button_open_folder"_s, tr("Open folder"), tr("Open %1").arg(folder),
                [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); }}});
    });
    connect(tab, &CompareTab::exportFailed, this,
        [this](const QString& message) { m_message->showMessage(MessageBar::Kind::Error, message); });
    connect(tab, &CompareTab::selectionRequested, this, [this](const QStringList& runs) {
        QList<int> rows;
        for (const QString& run : runs)
            if (const int row = m_model->rowOfRun(run); row >= 0 && !rows.contains(row))
                rows.append(row);
        m_model->check(rows, false);
        if (!runs.isEmpty())
            m_list->selectRun(runs.front());
    });
    connect(tab, &CompareTab::openRequested, this,
        [this](const QString& run) { Q_EMIT runRequested(PageId::Train, run); });
    connect(tab, &CompareTab::runsRequested, m_actions, &RunActions::queueLike);
}

void ComparePage::connectParts()
{
    connect(m_library, &RunLibrary::scanned, this, [this] {
        if (isVisible())
            showRuns();
    });
    connect(m_library, &RunLibrary::progress, this, [this](int done, int all) {
        if (isVisible() && !m_actions->isReporting())
            m_header->showProgress(tr("reading runs"), done, all, false);
    });
    connect(&m_rounds, &RoundsCache::loaded, this, [this] {
        m_model->valuesChanged();
        compareLater();
    });
    connect(&m_rounds, &RoundsCache::failed, this,
        [this](const QString& message) { m_message->showMessage(MessageBar::Kind::Warning, message); });
    m_model->setRounds([this](const EntryPtr& run) { return m_rounds.find(run); });
    connect(m_model, &RunTableModel::checkedChanged, this, [this] {
        showCounts();
        compareLater();
        changed();
    });
    connect(m_model, &RunTableModel::baseChanged, this, [this] {
        compareLater();
        changed();
    });
    connect(m_model, &RunTableModel::notesEdited, this,
        [this](const QString& run, const QStringList& tags, const QString& note) {
            std::vector<std::string> words;
            for (const QString& tag : tags)
                words.push_back(tag.toStdString());
            try {
                runs::writeNotes(run.toStdString(), words, note.toStdString());
                m_library->refresh(run);
            } catch (const std::exception& error) {
                m_message->showMessage(MessageBar::Kind::Error, QString::fromUtf8(error.what()));
            }
        });
    connect(&m_tester, &RowTester::finished, this, &ComparePage::showTests);
    connect(&m_compareTimer, &QTimer::timeout, this, &ComparePage::compareNow);
    connect(m_header, &CompareHeader::filterChanged, this, [this](const RunFilter& filter) {
        m_list->proxy()->setFilter(filter);
        showCounts();
        compareLater();
        changed();
    });
    connect(m_header, &CompareHeader::filterRefused, this, [this](const QString& reason) {
        m_value->setNote(reason.isEmpty() ? QString() : tr("Filter not applied: %1.").arg(reason));
    });
    connect(m_header, &CompareHeader::groupingChanged, this, [this](RunGrouping grouping) {
        m_model->setGrouping(grouping);
        showCounts();
        changed();
    });
    connect(m_header, &CompareHeader::cancelRequested, this, &ComparePage::cancelWork);
    connect(m_value, &ValueBar::chosen, this, [this](const ValueChoice& choice) {
        m_model->setValue(choice);
        compareLater();
        changed();
    });
    connect(
        m_views, &ViewBar::saveRequested, this, [this](const QString& name) { m_views->save(name, view()); });
    connect(m_views, &ViewBar::chosen, this, [this](const QJsonObject& chosen) {
        applyView(chosen);
        changed();
    });
    connect(m_views, &ViewBar::viewsChanged, this, &ComparePage::changed);
    connect(m_splitter, &QSplitter::splitterMoved, this, &ComparePage::changed);
    connect(m_list, &RunList::layoutEdited, this, &ComparePage::changed);
    connect(m_list, &RunList::baseChosen, m_model, &RunTableModel::setBase);
    connect(m_list, &RunList::showRequested, this,
        [this](const QString& run) { Q_EMIT runRequested(PageId::Train, run); });
    connect(m_list, &RunList::embeddingsRequested, this,
        [this](const QString& run) { Q_EMIT runRequested(PageId::Embeddings, run); });
    connect(m_list, &RunList::duplicateRequested, this, &ComparePage::duplicate);
    connect(m_list, &RunList::folderRequested, this,
        [](const QString& run) { QDesktopServices::openUrl(QUrl::fromLocalFile(run)); });
    connect(m_list, &RunList::deleteRequested, m_actions, &RunActions::askToDelete);
    connect(m_empty, &widgets::EmptyState::clicked, m_actions, &RunActions::queueDemo);
    connect(m_empty, &widgets::EmptyState::linkActivated, m_actions, &RunActions::queueAblation);
    connect(m_actions, &RunActions::messaged, m_message, &MessageBar::showMessage);
    connect(m_actions, &RunActions::reportingChanged, this, [this](bool on) {
        if (on)
            m_header->showProgress(tr("writing the report"), 0, 0, true);
        else
            m_header->hideProgress();
    });
}

void ComparePage::showRuns()
{
    if (!m_actions->isReporting())
        m_header->hideProgress();
    m_model->setRuns(m_library->runs());
    m_list->setUnreadable(m_library->unreadable());
    const bool empty = m_library->runs().empty();
    m_stack->setCurrentWidget(
        empty && m_library->unreadable().empty() ? static_cast<QWidget*>(m_empty) : m_splitter);
    m_header->setRunsThere(!empty);
    showCounts();
    compareLater();
    if (!m_pendingRun.isEmpty() && m_list->selectRun(m_pendingRun))
        showRun(std::exchange(m_pendingRun, {}));
}

void ComparePage::showCounts()
{
    const int all = m_model->rowCount();
    const int shown = m_list->proxy()->rowCount();
    const QString what =
        m_model->isGrouped() ? tr("%n group(s)", nullptr, all) : tr("%n run(s)", nullptr, all);
    m_header->setCounts(tr("%1, %2 shown, %3 drawn").arg(what).arg(shown).arg(m_model->checkedCount()));
}

void ComparePage::compareLater()
{
    if (!m_compareTimer.isActive())
        m_compareTimer.start();
}

CompareTab* ComparePage::currentTab() const
{
    return m_parts[std::max(0, m_tabs->currentIndex())];
}

void ComparePage::compareNow()
{
    Comparison comparison;
    comparison.checked = m_model->checked();
    for (int row = 0; row < m_list->proxy()->rowCount(); ++row)
        for (const EntryPtr& run :
            m_model->runsAt(m_list->proxy()->mapToSource(m_list->proxy()->index(row, 0)).row()))
            comparison.shown.push_back(run);
    std::ranges::stable_sort(
        comparison.shown, [](const EntryPtr& a, const EntryPtr& b) { return a->started > b->started; });
    comparison.value = m_model->value();
    comparison.rounds = [this](const EntryPtr& run) { return m_rounds.find(run); };
    for (CompareTab* tab : std::as_const(m_parts))
        tab->setComparison(comparison);
    testRowsLater(comparison);
    std::vector<EntryPtr> wanted = currentTab()->wantedRounds();
    if (comparison.value.rule != ValueRule::BestAtValidation)
        wanted.insert(wanted.end(), comparison.shown.begin(), comparison.shown.end());
    if (wanted.size() > kMostRounds) {
        m_value->setNote(tr("Rounds of the first %1 runs; filter to see the others.").arg(kMostRounds));
        wanted.resize(kMostRounds);
    }
    if (!wanted.empty() && isVisible())
        m_rounds.request(wanted);
}

/// The drawn rows against the base; test numbers, so only for the value that shows them.
void ComparePage::testRowsLater(const Comparison& comparison)
{
    const std::vector<EntryPtr> base = m_model->baseRuns();
    m_testedIds.clear();
    std::vector<RowPair> pairs;
    for (const Subject& subject : comparison.checked) {
        if (subject.isBase)
            continue;
        m_testedIds.append(subject.id);
        pairs.push_back({base, subject.runs});
    }
    if (!base.empty() && !pairs.empty() && comparison.value.rule == ValueRule::BestAtValidation)
        m_tester.request(pairs);
    showTests();
}

void ComparePage::showTests()
{
    QHash<QString, report::RowTests> tests;
    const bool shown = m_model->value().rule == ValueRule::BestAtValidation && !m_model->baseRuns().empty();
    if (shown && m_tester.results().size() == static_cast<std::size_t>(m_testedIds.size()))
        for (qsizetype i = 0; i < m_testedIds.size(); ++i)
            tests.insert(m_testedIds[i], m_tester.results()[static_cast<std::size_t>(i)]);
    m_model->setTests(tests);
}

QStringList ComparePage::checkedRuns() const
{
    QStringList runs;
    for (const Subject& subject : m_model->checked())
        for (const EntryPtr& run : subject.runs)
            runs.append(pathOf(run));
    return runs;
}

void ComparePage::duplicate(const QString& run)
{
    if (const EntryPtr entry = m_library->find(run))
        Q_EMIT settingsProposed(QString::fromStdString(entry->preset), assignmentsOf(*entry));
}

void ComparePage::changed()
{
    if (!m_restoring)
        Q_EMIT stateChanged();
}

QJsonObject ComparePage::view() const
{
    QJsonObject tabs;
    for (const CompareTab* tab : m_parts)
        tabs[tab->objectName()] = tab->state();
    return {{u"table"_s, m_list->state()}, {u"rows"_s, m_model->state()},
        {u"filter"_s, m_header->filterText()}, {u"value"_s, static_cast<int>(m_value->choice().rule)},
        {u"round"_s, m_value->choice().round}, {u"tab"_s, currentTab()->objectName()}, {u"tabs"_s, tabs}};
}

void ComparePage::applyView(const QJsonObject& view)
{
    m_restoring = true;
    if (view.contains("table"_L1))
        m_list->restore(view["table"_L1].toObject());
    if (view.contains("rows"_L1))
        m_model->restore(view["rows"_L1].toObject());
    m_header->setGrouping(m_model->grouping());
    m_header->setFilterText(view["filter"_L1].toString());
    m_value->setChoice(
        {static_cast<ValueRule>(view["value"_L1].toInt()), view["round"_L1].toInt(m_value->choice().round)});
    const QJsonObject tabs = view["tabs"_L1].toObject();
    for (CompareTab* tab : std::as_const(m_parts)) {
        tab->restore(tabs[tab->objectName()].toObject());
        if (tab->objectName() == view["tab"_L1].toString())
            m_tabs->setCurrentWidget(tab);
    }
    m_restoring = false;
    showCounts();
    compareLater();
}

QJsonObject ComparePage::state() const
{
    return {{u"view"_s, view()}, {u"views"_s, m_views->views()},
        {u"splitter"_s, QString::fromLatin1(m_splitter->saveState().toBase64())}};
}

void ComparePage::restore(const QJsonObject& state)
{
    m_restoring = true;
    m_views->setViews(state["views"_L1].toObject());
    m_splitter->restoreState(QByteArray::fromBase64(state["splitter"_L1].toString().toLatin1()));
    if (state.contains("view"_L1))
        applyView(state["view"_L1].toObject());
    m_restoring = false;
}

void ComparePage::resetLayout()
{
    const int unit = fontMetrics().height();
    m_splitter->setSizes({unit * 12, unit * 20});
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_list->resetColumns();
}

QString ComparePage::pendingWork() const
{
    if (m_actions->isReporting())
        return tr("The report");
    return m_library->isImporting() ? tr("The import of a run") : QString();
}

void ComparePage::cancelWork()
{
    m_actions->cancel();
    m_library->cancel();
}

void ComparePage::exportPage()
{
    currentTab()->exportTab();
}

void ComparePage::find()
{
    m_header->focusFilter();
}

void ComparePage::showRun(const QString& run)
{
    const int row = m_model->rowOfRun(run);
    if (row < 0) {
        m_pendingRun = run;
        m_library->rescan();
        return;
    }
    if (!m_list->selectRun(run)) {
        m_header->setFilterText({});
        m_list->selectRun(run);
    }
    m_model->check({row}, true);
}

void ComparePage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    m_library->setActive(this, true);
    if (m_library->isKnown())
        showRuns();
    m_library->rescan();
    compareLater();
}

void ComparePage::hideEvent(QHideEvent* event)
{
    Page::hideEvent(event);
    m_library->setActive(this, false);
}

void ComparePage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_model)
        m_list->table()->viewport()->update();
}

} // namespace fedcctr::studio
