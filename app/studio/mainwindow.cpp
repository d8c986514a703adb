// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/mainwindow.h"

#include "app/studio/augmentpage.h"
#include "app/studio/comparepage.h"
#include "app/studio/datapage.h"
#include "app/studio/embeddingspage.h"
#include "app/studio/experimentpage.h"
#include "app/studio/explaindock.h"
#include "app/studio/guide.h"
#include "app/studio/navigation.h"
#include "app/studio/privacypage.h"
#include "app/studio/queuedock.h"
#include "app/studio/runqueue.h"
#include "app/studio/trainpage.h"
#include "app/studio/workspace.h"
#include "widgets/chart.h"
#include "widgets/messagebar.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QProgressBar>
#include <QRubberBand>
#include <QScreen>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>
#include <QToolButton>
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
{
    setObjectName(u"main_window"_s);
    m_theme.setChoice(static_cast<widgets::Theme::Choice>(m_workspace->settings().value(u"theme"_s, 0).toInt()));
    buildCenter();
    buildDocks();
    buildMenus();
    buildToolBar();
    buildStatusBar();
    connectWorkspace();
    connectQueue();
    restoreWindow();
    updateTitle();
    updateRunActions();
    connect(qApp, &QApplication::focusChanged, this, &MainWindow::setChartKeys);
}

MainWindow::~MainWindow()
{
    // Pages speak to the workspace and the queue until they are gone.
    disconnect(qApp, nullptr, this, nullptr);
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

    addPage(tr("Train"), u"train"_s, m_train);
    addPage(tr("Augmentation"), u"augment"_s, m_augment);
    buildMenus();
    buildStatusBar();
    joinPages();
    auto* dock = new QDockWidget(tr("Run queue"), this);
    dock->setObjectName(u"dock_queue"_s);
    dock->setWidget(new QueueDock(&m_queue, &m_workspace.settings(), dock));
    addDockWidget(Qt::BottomDockWidgetArea, dock);
    connect(&m_queue, &RunQueue::allStopped, this, [this] {
        if (m_closeWhenEnded)
            close();
    });
    QTimer::singleShot(0, &m_workspace, &Workspace::open);
    restore();
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
    m_workspace->setState(u"window"_s, {{u"page"_s, m_navigation->currentRow()}, {u"guide"_s, m_guide->done()}});
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

void MainWindow::buildStatusBar()
{
    m_activity = new QLabel(this);
    m_activity->setObjectName(u"status_activity"_s);
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(u"progress_run"_s);
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 24);
    m_progress->hide();
    m_machine = new QLabel(this);
    m_machine->setObjectName(u"status_machine"_s);
    m_machine->setToolTip(tr("What the engine computes on; run.device and run.threads on Experiment choose it"));
    const auto link = [this](const QString& name, const QString& help, PageId target) {
        auto* button = new QToolButton(this);
        button->setObjectName(name);
        button->setAutoRaise(true);
        button->setToolTip(help);
        button->setAccessibleName(help);
        connect(button, &QToolButton::clicked, this, [this, target] { goTo(target); });
        statusBar()->addPermanentWidget(button);
        return button;
    };
    statusBar()->addWidget(m_activity, 1);
    statusBar()->addPermanentWidget(m_progress);
    statusBar()->addPermanentWidget(m_machine);
    m_backend = link(u"status_backend"_s, tr("Who augments the dataset; opens Augmentation"), PageId::Augmentation);
    m_trust = link(u"status_trust"_s, tr("Trust model of the run: who must not learn what a client holds; opens Experiment"),
        PageId::Experiment);
    m_trust->hide();
    m_activity->setText(tr("idle"));
}

void MainWindow::updateTitle()
{
    const QString dataset = m_workspace->dataset().isEmpty() ? QString() : u" – "_s + QDir(m_workspace->dataset()).dirName();
    setWindowTitle(tr("%1%2 – FedCCTR Studio").arg(m_workspace->name(), dataset)
        + (m_workspace->isReadOnly() ? tr(" (read only)") : QString()));
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
}

/// A chart has a key of its own for what the window's key does for the page.
void MainWindow::setChartKeys()
{
    const QWidget* focused = QApplication::focusWidget();
    while (focused && !qobject_cast<const widgets::Chart*>(focused))
        focused = focused->parentWidget();
    m_export->setShortcut(focused ? QKeySequence() : QKeySequence(Qt::CTRL | Qt::Key_E));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!mayClose()) {
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
