// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/mainmenu.h"

#include "app/studio/data/datapage.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/shell/aboutdialog.h"
#include "app/studio/shell/mainwindow.h"
#include "app/studio/shell/navigation.h"
#include "app/studio/shell/settingsdialog.h"
#include "app/studio/shell/shortcutsdialog.h"
#include "widgets/charts/chart.h"
#include "widgets/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QMenuBar>
#include <QToolBar>
#include <QToolButton>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QAction* named(QAction* action, const QString& name, const QKeySequence& key = {})
{
    action->setObjectName(name);
    if (!key.isEmpty())
        action->setShortcut(key);
    return action;
}

} // namespace

MainMenu::MainMenu(
    MainWindow* window, Navigation* navigation, widgets::Theme* theme, const QList<QAction*>& docks)
    : QObject(window)
    , m_window(window)
    , m_navigation(navigation)
    , m_theme(theme)
    , m_workspace(window->workspace())
    , m_queue(window->queue())
{
    QMenuBar* bar = window->menuBar();
    buildFileMenu(bar->addMenu(tr("&File")));
    buildEditMenu(bar->addMenu(tr("&Edit")));
    buildRunMenu(bar->addMenu(tr("&Run")));
    buildViewMenu(bar->addMenu(tr("&View")), docks);
    buildHelpMenu(bar->addMenu(tr("&Help")));
    buildToolBar();
    updateRunActions();
    connect(qApp, &QApplication::focusChanged, this, &MainMenu::setChartKeys);
}

void MainMenu::buildFileMenu(QMenu* menu)
{
    named(menu->addAction(tr("&New or open workspace…"), this, &MainMenu::openWorkspace),
        u"action_open_workspace"_s, QKeySequence::New);
    m_recent = menu->addMenu(tr("&Recent workspaces"));
    connect(m_recent, &QMenu::aboutToShow, this, &MainMenu::fillRecentMenu);
    menu->addSeparator();
    named(menu->addAction(tr("&Import data…"), this, &MainMenu::importData), u"action_import"_s,
        Qt::CTRL | Qt::Key_I);
    named(menu->addAction(tr("Create &demo data"), m_workspace, &Workspace::createDemo), u"action_demo"_s);
    named(menu->addAction(tr("&Open dataset folder…"), this, &MainMenu::askForDataset),
        u"action_open_dataset"_s, QKeySequence::Open);
    named(menu->addAction(tr("Open &runs folder"), this, &MainMenu::openRunsFolder), u"action_runs_folder"_s);
    menu->addSeparator();
    named(menu->addAction(tr("&Save"), this, [this] { m_window->currentPage()->saveDocument(); }),
        u"action_save"_s, QKeySequence::Save);
    m_export =
        named(menu->addAction(tr("&Export page…"), this, [this] { m_window->currentPage()->exportPage(); }),
            u"action_export"_s, Qt::CTRL | Qt::Key_E);
    menu->addSeparator();
    named(menu->addAction(tr("&Quit"), m_window, &QWidget::close), u"action_quit"_s, Qt::CTRL | Qt::Key_Q);
}

void MainMenu::buildEditMenu(QMenu* menu)
{
    named(menu->addAction(tr("&Undo"), this, [this] { m_window->currentPage()->undo(); }), u"action_undo"_s,
        Qt::CTRL | Qt::Key_Z);
    named(menu->addAction(tr("&Redo"), this, [this] { m_window->currentPage()->redo(); }), u"action_redo"_s,
        Qt::CTRL | Qt::SHIFT | Qt::Key_Z);
    menu->addSeparator();
    named(menu->addAction(tr("&Find"), this, [this] { m_window->currentPage()->find(); }), u"action_find"_s,
        QKeySequence::Find);
    menu->addSeparator();
    named(menu->addAction(tr("&Settings…"), this, &MainMenu::openSettings), u"action_settings"_s,
        Qt::CTRL | Qt::Key_Comma);
}

void MainMenu::buildRunMenu(QMenu* menu)
{
    m_start = named(
        menu->addAction(tr("&Start queue"), m_queue, &RunQueue::startQueue), u"action_start"_s, Qt::Key_F5);
    m_pause = named(
        menu->addAction(tr("&Pause"), m_queue, &RunQueue::toggleCurrentPause), u"action_pause"_s, Qt::Key_F6);
    m_stop = named(menu->addAction(tr("S&top"), m_queue, &RunQueue::stopCurrent), u"action_stop"_s,
        Qt::SHIFT | Qt::Key_F5);
    menu->addSeparator();
    named(menu->addAction(tr("&Quick demo run"), this, [this] { m_window->queueQuickRun(u"demo"_s); }),
        u"action_quick_run"_s);
}

void MainMenu::buildViewMenu(QMenu* menu, const QList<QAction*>& docks)
{
    for (int i = 0; i < kPageCount; ++i) {
        const auto id = static_cast<PageId>(i);
        named(menu->addAction(Navigation::title(id), this, [this, id] { m_window->goTo(id); }),
            u"action_page_%1"_s.arg(i + 1), Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i));
    }
    menu->addSeparator();
    menu->addActions(docks);
    named(menu->addAction(
              tr("&Narrow navigation"), this, [this] { m_navigation->setNarrow(!m_navigation->isNarrow()); }),
        u"action_narrow"_s, Qt::CTRL | Qt::Key_B);
    named(menu->addAction(tr("&Full screen"), this,
              [this] { m_window->isFullScreen() ? m_window->showNormal() : m_window->showFullScreen(); }),
        u"action_full_screen"_s, Qt::Key_F11);
    menu->addSeparator();
    buildThemeMenu(menu->addMenu(tr("&Theme")));
    named(menu->addAction(tr("&Reset layout"), m_window, &MainWindow::resetLayout), u"action_reset_layout"_s);
}

void MainMenu::buildThemeMenu(QMenu* menu)
{
    using Choice = widgets::Theme::Choice;
    auto* group = new QActionGroup(this);
    const QList<QPair<QString, Choice>> choices{
        {tr("&System"), Choice::System}, {tr("&Light"), Choice::Light}, {tr("&Dark"), Choice::Dark}};
    for (const auto& [text, choice] : choices) {
        QAction* action =
            named(menu->addAction(text), u"action_theme_"_s + QString::number(static_cast<int>(choice)));
        action->setCheckable(true);
        action->setChecked(choice == m_theme->choice());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, choice = choice] {
            m_theme->setChoice(choice);
            m_workspace->settings().setValue(u"theme"_s, static_cast<int>(choice));
        });
    }
    connect(menu, &QMenu::aboutToShow, group,
        [this, group] { group->actions().at(static_cast<int>(m_theme->choice()))->setChecked(true); });
}

void MainMenu::buildHelpMenu(QMenu* menu)
{
    named(menu->addAction(tr("&First experiment"), m_window, &MainWindow::showGuide), u"action_guide"_s);
    named(menu->addAction(tr("&Keyboard shortcuts"), this, &MainMenu::showShortcuts), u"action_shortcuts"_s);
    menu->addSeparator();
    named(menu->addAction(tr("&About FedCCTR Studio"), this, &MainMenu::showAbout), u"action_about"_s);
}

void MainMenu::buildToolBar()
{
    QToolBar* bar = m_window->addToolBar(tr("Run"));
    bar->setObjectName(u"toolbar_run"_s);
    bar->setMovable(false);
    bar->setIconSize(QSize(m_window->fontMetrics().height(), m_window->fontMetrics().height()));
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({m_start, m_pause, m_stop});
    bar->addSeparator();
    bar->addAction(m_export);
    for (QAction* action : {m_start, m_pause, m_stop, m_export})
        bar->widgetForAction(action)->setObjectName(
            action->objectName().replace(u"action_"_s, u"toolbutton_"_s));
    refreshIcons();
}

void MainMenu::refreshIcons()
{
    const auto icon = [this](const char* name) {
        return widgets::themeIcon(QLatin1String(name), m_window->palette());
    };
    m_start->setIcon(icon("start"));
    m_pause->setIcon(icon("pause"));
    m_stop->setIcon(icon("stop"));
    m_export->setIcon(icon("export"));
}

void MainMenu::fillRecentMenu()
{
    m_recent->clear();
    for (const QString& path : m_workspace->settings().value(u"recent"_s).toStringList())
        if (path != m_workspace->path() && QFileInfo::exists(path))
            m_recent->addAction(QDir::toNativeSeparators(path), this, [this, path] { startWorkspace(path); });
    if (m_recent->isEmpty())
        m_recent->addAction(tr("None yet"))->setEnabled(false);
}

void MainMenu::openWorkspace()
{
    auto* dialog = new QFileDialog(m_window, tr("Choose or make a workspace folder"), m_workspace->path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"dialog_open_workspace"_s);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &MainMenu::startWorkspace);
    dialog->open();
}

/// In a window of its own, which takes this one's place.
void MainMenu::startWorkspace(const QString& path)
{
    if (QDir(path) == QDir(m_workspace->path()) || !m_window->close())
        return;
    auto* next = new MainWindow(m_workspace->engine(), path);
    next->setAttribute(Qt::WA_DeleteOnClose);
    next->show();
}

void MainMenu::askForDataset()
{
    auto* dialog = new QFileDialog(m_window, tr("Open a dataset folder"), m_workspace->datasetsFolder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"dialog_open_dataset"_s);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, m_workspace, &Workspace::openDataset);
    dialog->open();
}

void MainMenu::importData()
{
    m_window->goTo(PageId::Data);
    static_cast<DataPage*>(m_window->page(PageId::Data))->importData();
}

void MainMenu::openSettings()
{
    auto* dialog = new SettingsDialog(m_workspace, m_theme, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainMenu::showShortcuts()
{
    QList<QAction*> actions;
    for (const QAction* menu : m_window->menuBar()->actions())
        for (QAction* action : menu->menu()->actions())
            if (!action->shortcuts().isEmpty())
                actions.append(action);
    auto* dialog = new ShortcutsDialog(actions, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainMenu::openRunsFolder()
{
    QDir().mkpath(m_workspace->runsFolder());
    QDesktopServices::openUrl(QUrl::fromLocalFile(m_workspace->runsFolder()));
}

void MainMenu::showAbout()
{
    auto* dialog = new AboutDialog(m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainMenu::updateRunActions()
{
    const RunJob* job = m_queue->job(m_queue->current());
    const bool paused = job && (job->state == RunState::Paused || job->state == RunState::Pausing);
    m_start->setEnabled(!job || paused);
    m_start->setText(m_queue->isHeld() ? tr("&Start queue") : tr("&Start"));
    m_pause->setEnabled(job && job->canPause && (paused || job->state == RunState::Running));
    m_pause->setText(paused ? tr("&Resume") : tr("&Pause"));
    m_pause->setIcon(widgets::themeIcon(paused ? u"start"_s : u"pause"_s, m_window->palette()));
    m_stop->setEnabled(job != nullptr);
    m_stop->setText(job && job->canStopNow ? tr("S&top now") : tr("S&top"));
}

void MainMenu::setChartKeys()
{
    const QWidget* focused = QApplication::focusWidget();
    while (focused && !qobject_cast<const widgets::Chart*>(focused))
        focused = focused->parentWidget();
    m_export->setShortcut(focused ? QKeySequence() : QKeySequence(Qt::CTRL | Qt::Key_E));
}

} // namespace fedcctr::studio
