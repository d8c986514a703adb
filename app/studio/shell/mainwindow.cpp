// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/mainwindow.h"

#include "app/studio/augment/augmentpage.h"
#include "app/studio/compare/comparepage.h"
#include "app/studio/data/datapage.h"
#include "app/studio/embeddings/embeddingspage.h"
#include "app/studio/experiment/experimentpage.h"
#include "app/studio/lab/privacypage.h"
#include "app/studio/runs/comparisonrun.h"
#include "app/studio/runs/queuedock.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/shell/closeguard.h"
#include "app/studio/shell/explaindock.h"
#include "app/studio/shell/guide.h"
#include "app/studio/shell/mainmenu.h"
#include "app/studio/shell/navigation.h"
#include "app/studio/shell/statusbar.h"
#include "app/studio/train/trainpage.h"
#include "widgets/messagebar.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDockWidget>
#include <QRubberBand>
#include <QScreen>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

constexpr int kLayoutVersion = 2;
constexpr int kPointMs = 2500;

QString partName(PageId id)
{
    return u"page%1"_s.arg(static_cast<int>(id));
}

} // namespace

MainWindow::MainWindow(const QString& engine, const QString& workspace, QWidget* parent)
    : QMainWindow(parent)
    , m_workspace(new Workspace(workspace, engine, this))
    , m_queue(new RunQueue(m_workspace, this))
    , m_closing(new CloseGuard(m_queue, this))
    , m_status(new StatusBar(m_queue, this))
{
    setObjectName(u"main_window"_s);
    m_theme.setChoice(
        static_cast<widgets::Theme::Choice>(m_workspace->settings().value(u"theme"_s, 0).toInt()));
    buildCenter();
    buildDocks();
    m_menu = new MainMenu(
        this, m_navigation, &m_theme, {m_queueDock->toggleViewAction(), m_explain->toggleViewAction()});
    setStatusBar(m_status);
    connect(m_status, &StatusBar::pageRequested, this, &MainWindow::goTo);
    connectWorkspace();
    connectQueue();
    restoreWindow();
    updateTitle();
}

MainWindow::~MainWindow()
{
    // Pages speak to the workspace and the queue until they are gone.
    disconnect(qApp, nullptr, m_menu, nullptr);
    for (Page*& page : m_pages) {
        delete page;
        page = nullptr;
    }
}

void MainWindow::buildCenter()
{
    auto* center = new QWidget(this);
    m_navigation = new Navigation(center);
    m_stack = new QStackedWidget(center);
    m_stack->setObjectName(u"pages"_s);
    m_message = new MessageBar(center);
    m_message->setObjectName(u"message_window"_s);
    for (int i = 0; i < kPageCount; ++i)
        m_stack->addWidget(new QWidget(m_stack));
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(m_message);
    column->addWidget(m_stack, 1);
    auto* row = new QHBoxLayout(center);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_navigation);
    row->addLayout(column, 1);
    setCentralWidget(center);
    connect(m_navigation, &QListWidget::currentRowChanged, this,
        [this](int index) { goTo(static_cast<PageId>(index)); });
}

void MainWindow::buildDocks()
{
    m_explain = new ExplainDock(this);
    m_explain->toggleViewAction()->setObjectName(u"action_explain"_s);
    m_explain->toggleViewAction()->setShortcut(Qt::Key_F1);
    addDockWidget(Qt::RightDockWidgetArea, m_explain);
    connect(m_explain, &ExplainDock::linkClicked, this, &MainWindow::followLink);
    m_queueDock = new QDockWidget(tr("Run queue"), this);
    m_queueDock->setObjectName(u"dock_queue"_s);
    m_queueDock->toggleViewAction()->setObjectName(u"action_queue"_s);
    m_queueDock->toggleViewAction()->setShortcut(Qt::CTRL | Qt::Key_J);
    m_queueTable = new QueueDock(m_queue, &m_workspace->settings(), m_queueDock);
    m_queueDock->setWidget(m_queueTable);
    addDockWidget(Qt::BottomDockWidgetArea, m_queueDock);
    connect(m_queueTable, &QueueDock::runRequested, this, &MainWindow::showRun);
    m_guideDock = new QDockWidget(tr("First experiment"), this);
    m_guideDock->setObjectName(u"dock_guide"_s);
    m_guide = new FirstExperimentGuide(m_guideDock);
    m_guideDock->setWidget(m_guide);
    addDockWidget(Qt::RightDockWidgetArea, m_guideDock);
    m_guideDock->hide();
    connect(m_guide, &FirstExperimentGuide::pageRequested, this, &MainWindow::goTo);
    connect(m_guide, &FirstExperimentGuide::highlight, this, &MainWindow::pointAt);
    connect(m_guide, &FirstExperimentGuide::closed, m_guideDock, &QWidget::hide);
}

Page* MainWindow::makePage(PageId id)
{
    switch (id) {
    case PageId::Data:
        return new DataPage(m_workspace, m_queue, m_stack);
    case PageId::Augmentation: {
        auto* page = new AugmentPage(m_workspace, m_stack);
        m_status->setBackend(page->backendName());
        connect(page, &AugmentPage::backendChanged, m_status, &StatusBar::setBackend);
        connect(page, &AugmentPage::augmented, this, [this](const QString& path, const QString& summary) {
            m_message->showMessage(MessageBar::Kind::Info,
                tr("%1 is augmented: %2. The next run uses it.").arg(QDir(path).dirName(), summary));
        });
        return page;
    }
    case PageId::Experiment: {
        auto* page = new ExperimentPage(m_workspace, m_queue, m_stack);
        connect(page, &ExperimentPage::explain, m_explain, &ExplainDock::explain);
        return page;
    }
    case PageId::Train:
        return new TrainPage(m_workspace, m_queue, m_stack);
    case PageId::Compare:
        return new ComparePage(m_workspace, m_queue, m_stack);
    case PageId::Embeddings:
        return new EmbeddingsPage(m_workspace, m_queue, m_stack);
    case PageId::PrivacyLab:
        break;
    }
    return new PrivacyPage(m_workspace, m_queue, m_stack);
}

Page* MainWindow::page(PageId id)
{
    const auto index = static_cast<std::size_t>(id);
    if (m_pages[index])
        return m_pages[index];
    Page* page = makePage(id);
    m_pages[index] = page;
    QWidget* placeholder = m_stack->widget(static_cast<int>(id));
    m_stack->insertWidget(static_cast<int>(id), page);
    m_stack->removeWidget(placeholder);
    delete placeholder;
    connectPage(page, id);
    if (m_opened)
        page->restore(m_workspace->state(partName(id)));
    return page;
}

Page* MainWindow::currentPage()
{
    return page(m_navigation->currentPage());
}

void MainWindow::connectPage(Page* page, PageId id)
{
    connect(page, &Page::pageRequested, this, &MainWindow::goTo);
    connect(page, &Page::runRequested, this, &MainWindow::showRun);
    connect(page, &Page::settingsProposed, this, &MainWindow::proposeSettings);
    connect(page, &Page::noticed, this, [this, id] {
        if (m_navigation->currentPage() != id)
            m_navigation->setDot(id, true);
    });
    connect(page, &Page::stateChanged, this, [this, page, id] {
        if (m_opened)
            m_workspace->setState(partName(id), page->state());
    });
    connect(page, &Page::said, statusBar(), [this](const QString& text) { statusBar()->showMessage(text); });
}

void MainWindow::showRun(PageId id, const QString& run)
{
    goTo(id);
    page(id)->showRun(run);
}

void MainWindow::goTo(PageId id)
{
    Page* target = page(id);
    m_stack->setCurrentWidget(target);
    m_navigation->setDot(id, false);
    if (m_navigation->currentPage() != id)
        m_navigation->setCurrentPage(id);
    refreshGuide();
}

void MainWindow::connectWorkspace()
{
    connect(m_workspace, &Workspace::problem, this,
        [this](const QString& text) { m_message->showMessage(MessageBar::Kind::Error, text); });
    connect(m_workspace, &Workspace::loadingChanged, this, [this](bool loading, const QString& what) {
        if (loading)
            m_status->setActivity(what);
        else
            m_status->showQueue();
    });
    connect(m_workspace, &Workspace::datasetChanged, this, [this] {
        updateTitle();
        refreshGuide();
        if (!m_quickPreset.isEmpty() && m_workspace->data())
            resumeQuickRun();
    });
}

void MainWindow::followLink(const QUrl& link)
{
    if (link.path() == "train"_L1) {
        goTo(PageId::Train);
    } else if (link.path() == "demo"_L1) {
        goTo(PageId::Data);
        m_workspace->createDemo();
    } else if (link.path() == "quick"_L1) {
        queueQuickRun(u"demo"_s);
    } else if (link.path() == "guide"_L1) {
        showGuide();
    }
}

void MainWindow::connectQueue()
{
    connect(m_queue, &RunQueue::jobAdded, m_menu, &MainMenu::updateRunActions);
    connect(m_queue, &RunQueue::jobAdded, this, &MainWindow::refreshGuide);
    connect(m_queue, &RunQueue::jobRemoved, m_menu, &MainMenu::updateRunActions);
    connect(m_queue, &RunQueue::jobChanged, m_menu, &MainMenu::updateRunActions);
    connect(m_queue, &RunQueue::runEnded, this, [this] {
        refreshGuide();
        for (const PageId id : {PageId::Train, PageId::Compare})
            if (m_navigation->currentPage() != id)
                m_navigation->setDot(id, true);
    });
    connect(m_queue, &RunQueue::problem, this,
        [this](const QString& text) { m_message->showMessage(widgets::MessageBar::Kind::Error, text); });
    connect(m_queue, &RunQueue::told, m_message, &widgets::MessageBar::showMessage);
    connect(m_queue, &RunQueue::duplicateRequested, this, &MainWindow::proposeSettings);
    auto* comparison = new ComparisonRun(m_queue, this);
    connect(comparison, &ComparisonRun::problem, m_queue, &RunQueue::problem);
}

void MainWindow::proposeSettings(const QString& preset, const QStringList& assignments)
{
    goTo(PageId::Experiment);
    static_cast<ExperimentPage*>(page(PageId::Experiment))->propose(preset, assignments);
}

void MainWindow::queueQuickRun(const QString& preset)
{
    m_quickPreset = preset;
    goTo(PageId::Train);
    if (m_workspace->data())
        resumeQuickRun();
    else if (!m_workspace->isLoading())
        m_workspace->createDemo();
}

void MainWindow::resumeQuickRun()
{
    RunSetup setup;
    setup.dataset = m_workspace->dataset();
    setup.preset = std::exchange(m_quickPreset, {});
    m_queue->enqueue(setup);
}

void MainWindow::showGuide()
{
    refreshGuide();
    m_guideDock->show();
    m_guideDock->raise();
}

/// Lays a frame over the widget for a moment.
void MainWindow::pointAt(const QString& objectName)
{
    auto* target = findChild<QWidget*>(objectName);
    if (!target || !target->isVisible())
        return;
    target->setFocus(Qt::OtherFocusReason);
    auto* frame = new QRubberBand(QRubberBand::Rectangle, target->parentWidget());
    frame->setGeometry(target->geometry().adjusted(-3, -3, 3, 3));
    frame->show();
    QTimer::singleShot(kPointMs, frame, &QObject::deleteLater);
}

void MainWindow::refreshGuide()
{
    m_guide->look(*m_workspace, *m_queue, m_navigation->currentPage());
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    if (m_opened)
        return;
    m_opened = true;
    // The window stands first, then the workspace is read.
    QTimer::singleShot(0, this, [this] {
        m_workspace->open();
        restorePages();
    });
}

void MainWindow::resizeToScreen()
{
    const QSize designed(1366, 768);
    resize(screen() ? designed.boundedTo(screen()->availableSize()) : designed);
}

void MainWindow::restoreWindow()
{
    QSettings& settings = m_workspace->settings();
    resizeToScreen();
    resizeDocks({m_queueDock}, {fontMetrics().height() * 7}, Qt::Vertical);
    resizeDocks({m_explain}, {fontMetrics().averageCharWidth() * 30}, Qt::Horizontal);
    restoreGeometry(settings.value(u"geometry"_s).toByteArray());
    restoreState(settings.value(u"state"_s).toByteArray(), kLayoutVersion);
    m_navigation->setNarrow(settings.value(u"narrow"_s, false).toBool());
    m_queueTable->restoreHeader(settings.value(u"queue_columns"_s).toByteArray());
}

void MainWindow::saveWindow()
{
    QSettings& settings = m_workspace->settings();
    settings.setValue(u"geometry"_s, saveGeometry());
    settings.setValue(u"state"_s, saveState(kLayoutVersion));
    settings.setValue(u"narrow"_s, m_navigation->isNarrow());
    settings.setValue(u"queue_columns"_s, m_queueTable->headerState());
    settings.setValue(u"workspace"_s, m_workspace->path());
    QStringList recent = settings.value(u"recent"_s).toStringList();
    recent.removeAll(m_workspace->path());
    recent.prepend(m_workspace->path());
    settings.setValue(u"recent"_s, QStringList(recent.mid(0, 8)));
}

void MainWindow::restorePages()
{
    for (int i = 0; i < kPageCount; ++i)
        if (Page* page = m_pages[static_cast<std::size_t>(i)])
            page->restore(m_workspace->state(partName(static_cast<PageId>(i))));
    const QJsonObject own = m_workspace->state(u"window"_s);
    m_guide->restore(own["guide"_L1].toInt());
    if (m_navigation->currentRow() < 0)
        m_navigation->setCurrentRow(std::clamp(own["page"_L1].toInt(), 0, kPageCount - 1));
}

void MainWindow::savePages()
{
    for (int i = 0; i < kPageCount; ++i)
        if (const Page* page = m_pages[static_cast<std::size_t>(i)])
            m_workspace->setState(partName(static_cast<PageId>(i)), page->state());
    m_workspace->setState(
        u"window"_s, {{u"page"_s, m_navigation->currentRow()}, {u"guide"_s, m_guide->done()}});
}

void MainWindow::resetLayout()
{
    showNormal();
    resizeToScreen();
    m_explain->show();
    m_queueDock->show();
    addDockWidget(Qt::RightDockWidgetArea, m_explain);
    addDockWidget(Qt::BottomDockWidgetArea, m_queueDock);
    m_navigation->setNarrow(false);
    for (Page* page : m_pages)
        if (page)
            page->resetLayout();
}

void MainWindow::updateTitle()
{
    const QString dataset =
        m_workspace->dataset().isEmpty() ? QString() : u" – "_s + QDir(m_workspace->dataset()).dirName();
    setWindowTitle(tr("%1%2 – FedCCTR Studio").arg(m_workspace->name(), dataset)
        + (m_workspace->isReadOnly() ? tr(" (read only)") : QString()));
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_menu->refreshIcons();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    QStringList work;
    for (const Page* page : m_pages)
        if (page && !page->pendingWork().isEmpty())
            work.append(page->pendingWork());
    if (!m_closing->mayClose(work)) {
        event->ignore();
        return;
    }
    savePages();
    saveWindow();
    m_workspace->save();
    for (Page* page : m_pages)
        if (page)
            page->cancelWork();
    event->accept();
}

} // namespace fedcctr::studio
