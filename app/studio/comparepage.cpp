// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/comparepage.h"

#include "app/studio/comparetab.h"
#include "app/studio/curvestab.h"
#include "app/studio/differencestab.h"
#include "app/studio/metricstab.h"
#include "app/studio/runactions.h"
#include "app/studio/runlist.h"
#include "app/studio/runproxy.h"
#include "app/studio/runqueue.h"
#include "app/studio/runtablemodel.h"
#include "app/studio/runvalues.h"
#include "app/studio/sensitivitytab.h"
#include "app/studio/tradeofftab.h"
#include "app/studio/viewbar.h"
#include "app/studio/workspace.h"
#include "core/experiment/run_catalogue.h"
#include "widgets/emptystate.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QDesktopServices>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QShortcut>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

constexpr int kSettleMs = 30;
constexpr int kSlowMs = 300;
constexpr std::size_t kMostRounds = 400; ///< runs whose rounds are read for one comparison

QString pathOf(const EntryPtr& run)
{
    return QString::fromStdString(run->path.string());
}

} // namespace

ComparePage::ComparePage(Workspace* workspace, RunQueue* queue, QWidget* parent)
    : Page(u"page_compare"_s, parent)
    , m_workspace(workspace)
    , m_library(workspace->runsFolder())
    , m_model(new RunTableModel(this))
    , m_actions(new RunActions(workspace, queue, &m_library, this))
    , m_message(new MessageBar(this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_list(new RunList(m_model, this))
    , m_tabs(new QTabWidget(this))
    , m_empty(new widgets::EmptyState(u"empty_compare"_s, u"info"_s, tr("No finished runs."),
          tr("Queue the quick demo"), this))
    , m_stack(new QStackedWidget(this))
{
    QLayout* header = buildHeader();
    QWidget* valueBar = buildValueBar();
    buildMoreMenu();
    buildTabs();
    auto* lower = new QWidget(m_splitter);
    auto* lowerColumn = new QVBoxLayout(lower);
    lowerColumn->setContentsMargins(0, 0, 0, 0);
    lowerColumn->setSpacing(4);
    lowerColumn->addWidget(valueBar);
    lowerColumn->addWidget(m_tabs, 1);
    m_splitter->setObjectName(u"splitter_compare"_s);
    m_splitter->addWidget(m_list);
    m_splitter->addWidget(lower);
    m_splitter->setChildrenCollapsible(false);
    m_empty->setLink(tr("Import a run directory…"));
    m_empty->button()->setToolTip(tr("Trains for about two minutes on the open dataset, or on the demo dataset"));
    m_stack->addWidget(m_splitter);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addLayout(header);
    column->addWidget(m_message);
    column->addWidget(m_stack, 1);
    m_message->hide();
    m_compareTimer.setSingleShot(true);
    m_compareTimer.setInterval(kSettleMs);
    m_slow.setSingleShot(true);
    m_slow.setInterval(kSlowMs);
    resetLayout();
    connectParts();
    connect(queue, &RunQueue::runEnded, this, [this] { m_library.rescan(); });
}

QLayout* ComparePage::buildHeader()
{
    auto* title = new QLabel(tr("Compare"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    title->setFont(large);
    m_count = new QLabel(this);
    m_count->setObjectName(u"label_count"_s);
    m_filter = new QLineEdit(this);
    m_filter->setObjectName(u"edit_filter"_s);
    m_filter->setAccessibleName(tr("Filter of the runs"));
    m_filter->setPlaceholderText(tr("find: dataset:book λ2>0 state:finished"));
    m_filter->setToolTip(RunFilter::help());
    m_filter->setClearButtonEnabled(true);
    m_group = new QComboBox(this);
    m_group->setObjectName(u"combo_group"_s);
    m_group->setAccessibleName(tr("Grouping of the runs"));
    m_group->setToolTip(tr("One row per run, or one per configuration with the mean over its seeds"));
    m_group->addItems({tr("Group: none"), tr("Group: all but seed")});
    m_columns = new QToolButton(this);
    m_columns->setObjectName(u"button_columns"_s);
    m_columns->setText(tr("Columns"));
    m_columns->setToolTip(tr("Which columns the table shows; drag a header to move it"));
    m_more = new QToolButton(this);
    m_more->setObjectName(u"button_more"_s);
    m_more->setText(tr("More"));
    m_more->setToolTip(tr("Import a run, read the folder again, write a report"));
    for (QToolButton* button : {m_columns, m_more}) {
        button->setPopupMode(QToolButton::InstantPopup);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setMenu(new QMenu(button));
    }
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(u"progress_compare"_s);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 28);
    m_progress->hide();
    m_cancel = new QToolButton(this);
    m_cancel->setObjectName(u"button_cancel_compare"_s);
    m_cancel->setText(tr("Cancel"));
    m_cancel->setToolTip(tr("Cancels the report or the import"));
    m_cancel->setFocusPolicy(Qt::StrongFocus);
    m_cancel->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(title);
    row->addWidget(m_count);
    row->addWidget(m_progress);
    row->addWidget(m_cancel);
    row->addWidget(m_filter, 1);
    row->addWidget(m_group);
    row->addWidget(m_columns);
    row->addWidget(m_more);
    return row;
}

QWidget* ComparePage::buildValueBar()
{
    auto* bar = new QWidget(this);
    auto* label = new QLabel(tr("&Value"), bar);
    m_value = new QComboBox(bar);
    label->setBuddy(m_value);
    m_value->setObjectName(u"combo_value"_s);
    m_value->setAccessibleName(tr("Value that stands for a run"));
    m_value->setToolTip(tr("Best at validation: test metrics of the parameters kept. The others are validation "
                           "metrics of one round."));
    m_value->addItems({tr("best at validation (test)"), tr("last round"), tr("at round"), tr("at budget end")});
    m_round = new QSpinBox(bar);
    m_round->setObjectName(u"edit_value_round"_s);
    m_round->setAccessibleName(tr("Round"));
    m_round->setToolTip(tr("The last evaluated round up to this one, 1 to 1,000,000"));
    m_round->setRange(1, 1000000);
    m_round->setValue(100);
    m_round->hide();
    m_valueNote = new QLabel(bar);
    m_valueNote->setObjectName(u"label_value_note"_s);
    m_views = new ViewBar(bar);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 2, 0, 0);
    row->addWidget(label);
    row->addWidget(m_value);
    row->addWidget(m_round);
    row->addWidget(m_valueNote, 1);
    row->addWidget(m_views);
    return bar;
}

void ComparePage::buildMoreMenu()
{
    QMenu* menu = m_more->menu();
    menu->setToolTipsVisible(true);
    const auto add = [&](const QString& name, const QString& text, const QString& help, auto run) {
        QAction* action = menu->addAction(text, this, run);
        action->setObjectName(name);
        action->setToolTip(help);
    };
    add(u"action_report"_s, tr("Export report…"),
        tr("Writes a folder with an HTML page, figures and tables about the checked runs"),
        [this] { m_actions->askForReport(checkedRuns()); });
    add(u"action_import_run"_s, tr("Import run directory…"), tr("Copies a run from elsewhere to the workspace"),
        [this] { m_actions->askToImport(); });
    add(u"action_rescan"_s, tr("Read the folder again"), tr("Looks for runs that came or went"),
        [this] { m_library.rescan(); });
    menu->addSeparator();
    add(u"action_clear_checks"_s, tr("Draw none"), tr("Unchecks all runs"), [this] { m_model->check({}, false); });
    add(u"action_no_base"_s, tr("No base"), tr("Compares with no run"), [this] { m_model->setBase({}); });
    connect(m_columns->menu(), &QMenu::aboutToShow, this, [this] { m_list->fillColumnMenu(m_columns->menu()); });
    m_list->fillColumnMenu(m_columns->menu());
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
    add(new SensitivityTab(m_tabs), tr("Sensitivity"), tr("A metric over one or two settings"));
    add(new TradeoffTab(m_tabs), tr("Trade-off"), tr("NDCG@10 against ε, from the runs shown"));
    add(new DifferencesTab(m_tabs), tr("Differences"), tr("Settings in which the checked runs differ"));
    add(new SpendTab(m_tabs), tr("Time and privacy"), tr("Wall time, rounds, and ε under each accountant"));
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
    connect(&m_library, &RunLibrary::scanned, this, &ComparePage::showRuns);
    connect(&m_library, &RunLibrary::progress, this,
        [this](int done, int all) { showProgress(tr("reading runs"), done, all); });
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
                experiment::writeNotes(run.toStdString(), words, note.toStdString());
                m_library.refresh(run);
            } catch (const std::exception& error) {
                m_message->showMessage(MessageBar::Kind::Error, QString::fromUtf8(error.what()));
            }
        });
    connect(&m_compareTimer, &QTimer::timeout, this, &ComparePage::compareNow);
    connect(m_filter, &QLineEdit::textChanged, this, &ComparePage::applyFilter);
    auto* escape = new QShortcut(Qt::Key_Escape, m_filter);
    escape->setContext(Qt::WidgetShortcut);
    connect(escape, &QShortcut::activated, m_filter, &QLineEdit::clear);
    connect(m_group, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_model->setGrouped(index == 1);
        showCounts();
        changed();
    });
    connect(m_value, &QComboBox::currentIndexChanged, this, &ComparePage::chooseValue);
    connect(m_round, &QSpinBox::valueChanged, this, &ComparePage::chooseValue);
    connect(m_views, &ViewBar::saveRequested, this, [this](const QString& name) { m_views->save(name, view()); });
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
    connect(m_empty, &widgets::EmptyState::linkActivated, m_actions, &RunActions::askToImport);
    connect(m_cancel, &QToolButton::clicked, this, &ComparePage::cancelWork);
    connect(m_actions, &RunActions::messaged, m_message, &MessageBar::showMessage);
    connect(m_actions, &RunActions::reportingChanged, this, [this](bool on) {
        m_cancel->setVisible(on);
        m_progress->setVisible(on);
        if (on)
            showProgress(tr("writing the report"), 0, 0);
    });
}

void ComparePage::showProgress(const QString& what, int done, int all)
{
    m_progress->setRange(0, all);
    m_progress->setValue(done);
    m_progress->setFormat(all > 0 ? u"%1 %v / %m"_s.arg(what) : what);
    m_progress->setToolTip(what);
    if (!m_library.isScanning() || m_actions->isReporting())
        return;
    if (!m_slow.isActive() && m_progress->isHidden())
        m_slow.start();
    if (m_slow.remainingTime() <= 0)
        m_progress->show();
}

void ComparePage::applyFilter()
{
    const RunFilter filter = RunFilter::parse(m_filter->text());
    const bool bad = !filter.error().isEmpty();
    QPalette colors = palette();
    if (bad)
        colors.setColor(QPalette::Text, widgets::themeColors(palette()).error);
    m_filter->setPalette(colors);
    m_filter->setToolTip(bad ? tr("Not applied: %1.").arg(filter.error()) : RunFilter::help());
    m_valueNote->setText(bad ? tr("Filter not applied: %1.").arg(filter.error()) : QString());
    if (bad)
        return;
    m_list->proxy()->setFilter(filter);
    showCounts();
    compareLater();
    changed();
}

void ComparePage::chooseValue()
{
    const ValueChoice choice{static_cast<ValueRule>(m_value->currentIndex()), m_round->value()};
    m_round->setVisible(choice.rule == ValueRule::AtRound);
    m_model->setValue(choice);
    compareLater();
    changed();
}

void ComparePage::showRuns()
{
    m_scannedOnce = true;
    m_slow.stop();
    if (!m_actions->isReporting())
        m_progress->hide();
    m_model->setRuns(m_library.runs());
    m_list->setUnreadable(m_library.unreadable());
    const bool empty = m_library.runs().empty();
    m_stack->setCurrentWidget(empty && m_library.unreadable().empty() ? static_cast<QWidget*>(m_empty)
                                                                      : m_splitter);
    for (QWidget* control : std::initializer_list<QWidget*>{m_filter, m_group, m_columns})
        control->setEnabled(!empty);
    showCounts();
    compareLater();
    if (!m_pendingRun.isEmpty() && m_list->selectRun(m_pendingRun))
        showRun(std::exchange(m_pendingRun, {}));
}

void ComparePage::showCounts()
{
    const int all = m_model->rowCount();
    const int shown = m_list->proxy()->rowCount();
    const QString what = m_model->isGrouped() ? tr("%n group(s)", nullptr, all) : tr("%n run(s)", nullptr, all);
    m_count->setText(tr("%1, %2 shown, %3 drawn").arg(what).arg(shown).arg(m_model->checkedCount()));
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
    comparison.value = m_model->value();
    comparison.rounds = [this](const EntryPtr& run) { return m_rounds.find(run); };
    for (CompareTab* tab : std::as_const(m_parts))
        tab->setComparison(comparison);
    std::vector<EntryPtr> wanted = currentTab()->wantedRounds();
    if (comparison.value.rule != ValueRule::BestAtValidation)
        wanted.insert(wanted.end(), comparison.shown.begin(), comparison.shown.end());
    if (wanted.size() > kMostRounds) {
        m_valueNote->setText(tr("Rounds of the first %1 runs; filter to see the others.").arg(kMostRounds));
        wanted.resize(kMostRounds);
    }
    if (!wanted.empty() && isVisible())
        m_rounds.request(wanted);
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
    for (const EntryPtr& entry : m_library.runs())
        if (pathOf(entry) == run)
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
    return {{u"table"_s, m_list->state()}, {u"rows"_s, m_model->state()}, {u"filter"_s, m_filter->text()},
        {u"value"_s, m_value->currentIndex()}, {u"round"_s, m_round->value()},
        {u"tab"_s, currentTab()->objectName()}, {u"tabs"_s, tabs}};
}

void ComparePage::applyView(const QJsonObject& view)
{
    m_restoring = true;
    if (view.contains("table"_L1))
        m_list->restore(view["table"_L1].toObject());
    if (view.contains("rows"_L1))
        m_model->restore(view["rows"_L1].toObject());
    m_group->setCurrentIndex(m_model->isGrouped() ? 1 : 0);
    m_filter->setText(view["filter"_L1].toString());
    m_round->setValue(view["round"_L1].toInt(m_round->value()));
    m_value->setCurrentIndex(std::clamp(view["value"_L1].toInt(), 0, m_value->count() - 1));
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
    return m_library.isImporting() ? tr("The import of a run") : QString();
}

void ComparePage::cancelWork()
{
    m_actions->cancel();
    m_library.cancel();
}

void ComparePage::exportPage()
{
    currentTab()->exportTab();
}

void ComparePage::find()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void ComparePage::showRun(const QString& run)
{
    const int row = m_model->rowOfRun(run);
    if (row < 0) {
        m_pendingRun = run;
        m_library.rescan();
        return;
    }
    if (!m_list->selectRun(run)) {
        m_filter->clear();
        m_list->selectRun(run);
    }
    m_model->check({row}, true);
}

void ComparePage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    m_library.setActive(true);
    m_library.rescan();
    compareLater();
}

void ComparePage::hideEvent(QHideEvent* event)
{
    Page::hideEvent(event);
    m_library.setActive(false);
}

void ComparePage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_model)
        m_list->table()->viewport()->update();
}

} // namespace fedcctr::studio
