// SPDX-License-Identifier: GPL-3.0-or-later
// The main window's menus, tool bar and what they call.
#include "app/studio/data/datapage.h"
#include "app/studio/runs/queuedock.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/shell/aboutdialog.h"
#include "app/studio/shell/explaindock.h"
#include "app/studio/shell/guide.h"
#include "app/studio/shell/mainwindow.h"
#include "app/studio/shell/navigation.h"
#include "app/studio/shell/settingsdialog.h"
#include "app/studio/shell/shortcutsdialog.h"

#include <QAction>
#include <QActionGroup>
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

void MainWindow::buildMenus()
{
    buildFileMenu(menuBar()->addMenu(tr("&File")));
    buildEditMenu(menuBar()->addMenu(tr("&Edit")));
    buildRunMenu(menuBar()->addMenu(tr("&Run")));
    buildViewMenu(menuBar()->addMenu(tr("&View")));
    buildHelpMenu(menuBar()->addMenu(tr("&Help")));
}

void MainWindow::buildFileMenu(QMenu* menu)
{
    named(menu->addAction(tr("&New or open workspace…"), this, &MainWindow::openWorkspace),
        u"action_open_workspace"_s, QKeySequence::New);
    m_recent = menu->addMenu(tr("&Recent workspaces"));
    connect(m_recent, &QMenu::aboutToShow, this, &MainWindow::fillRecentMenu);
    menu->addSeparator();
    named(menu->addAction(tr("&Import data…"), this, &MainWindow::importData), u"action_import"_s,
        Qt::CTRL | Qt::Key_I);
    named(menu->addAction(tr("Create &demo data"), m_workspace, &Workspace::createDemo), u"action_demo"_s);
    named(menu->addAction(tr("&Open dataset folder…"), this, &MainWindow::askForDataset),
        u"action_open_dataset"_s, QKeySequence::Open);
    named(menu->addAction(tr("Open &runs folder"), this,
              [this] {
                  QDir().mkpath(m_workspace->runsFolder());
                  QDesktopServices::openUrl(QUrl::fromLocalFile(m_workspace->runsFolder()));
              }),
        u"action_runs_folder"_s);
    menu->addSeparator();
    named(menu->addAction(tr("&Save"), this, [this] { page(m_navigation->currentPage())->saveDocument(); }),
        u"action_save"_s, QKeySequence::Save);
    m_export = named(menu->addAction(tr("&Export page…"), this, &MainWindow::exportHere), u"action_export"_s,
        Qt::CTRL | Qt::Key_E);
    menu->addSeparator();
    named(menu->addAction(tr("&Quit"), this, &QWidget::close), u"action_quit"_s, Qt::CTRL | Qt::Key_Q);
}

void MainWindow::buildEditMenu(QMenu* menu)
{
    named(menu->addAction(tr("&Undo"), this, [this] { page(m_navigation->currentPage())->undo(); }),
        u"action_undo"_s, Qt::CTRL | Qt::Key_Z);
    named(menu->addAction(tr("&Redo"), this, [this] { page(m_navigation->currentPage())->redo(); }),
        u"action_redo"_s, Qt::CTRL | Qt::SHIFT | Qt::Key_Z);
    menu->addSeparator();
    named(menu->addAction(tr("&Find"), this, [this] { page(m_navigation->currentPage())->find(); }),
        u"action_find"_s, QKeySequence::Find);
    menu->addSeparator();
    named(menu->addAction(tr("&Settings…"), this, &MainWindow::openSettings), u"action_settings"_s,
        Qt::CTRL | Qt::Key_Comma);
}

void MainWindow::buildRunMenu(QMenu* menu)
{
    m_start = named(
        menu->addAction(tr("&Start queue"), m_queue, &RunQueue::startQueue), u"action_start"_s, Qt::Key_F5);
    m_pause = named(
        menu->addAction(tr("&Pause"), m_queue, &RunQueue::toggleCurrentPause), u"action_pause"_s, Qt::Key_F6);
    m_stop = named(menu->addAction(tr("S&top"), m_queue, &RunQueue::stopCurrent), u"action_stop"_s,
        Qt::SHIFT | Qt::Key_F5);
    menu->addSeparator();
    named(menu->addAction(tr("&Quick demo run"), this, [this] { queueQuickRun(u"demo"_s); }),
        u"action_quick_run"_s);
}

void MainWindow::buildViewMenu(QMenu* menu)
{
    for (int i = 0; i < kPageCount; ++i) {
        const auto id = static_cast<PageId>(i);
        named(menu->addAction(Navigation::title(id), this, [this, id] { goTo(id); }),
            u"action_page_%1"_s.arg(i + 1), Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i));
    }
    menu->addSeparator();
    QAction* queue = named(m_queueDock->toggleViewAction(), u"action_queue"_s, Qt::CTRL | Qt::Key_J);
    QAction* explain = named(m_explain->toggleViewAction(), u"action_explain"_s, Qt::Key_F1);
    menu->addActions({queue, explain});
    named(menu->addAction(
              tr("&Narrow navigation"), this, [this] { m_navigation->setNarrow(!m_navigation->isNarrow()); }),
        u"action_narrow"_s, Qt::CTRL | Qt::Key_B);
    named(menu->addAction(
              tr("&Full screen"), this, [this] { isFullScreen() ? showNormal() : showFullScreen(); }),
        u"action_full_screen"_s, Qt::Key_F11);
    menu->addSeparator();
    buildThemeMenu(menu->addMenu(tr("&Theme")));
    named(menu->addAction(tr("&Reset layout"), this, &MainWindow::resetLayout), u"action_reset_layout"_s);
}

void MainWindow::buildThemeMenu(QMenu* menu)
{
    using Choice = widgets::Theme::Choice;
    auto* group = new QActionGroup(this);
    const QList<QPair<QString, Choice>> choices{
        {tr("&System"), Choice::System}, {tr("&Light"), Choice::Light}, {tr("&Dark"), Choice::Dark}};
    for (const auto& [text, choice] : choices) {
        QAction* action =
            named(menu->addAction(text), u"action_theme_"_s + QString::number(static_cast<int>(choice)));
        action->setCheckable(true);
        action->setChecked(choice == m_theme.choice());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, choice = choice] {
            m_theme.setChoice(choice);
            m_workspace->settings().setValue(u"theme"_s, static_cast<int>(choice));
        });
    }
    connect(menu, &QMenu::aboutToShow, group,
        [this, group] { group->actions().at(static_cast<int>(m_theme.choice()))->setChecked(true); });
}

void MainWindow::buildHelpMenu(QMenu* menu)
{
    named(menu->addAction(tr("&First experiment"), this, &MainWindow::showGuide), u"action_guide"_s);
    named(
        menu->addAction(tr("&Keyboard shortcuts"), this, &MainWindow::showShortcuts), u"action_shortcuts"_s);
    menu->addSeparator();
    named(menu->addAction(tr("&About FedCCTR Studio"), this,
              [this] {
                  auto* dialog = new AboutDialog(this);
                  dialog->setAttribute(Qt::WA_DeleteOnClose);
                  dialog->open();
              }),
        u"action_about"_s);
}

void MainWindow::buildToolBar()
{
    QToolBar* bar = addToolBar(tr("Run"));
    bar->setObjectName(u"toolbar_run"_s);
    bar->setMovable(false);
    bar->setIconSize(QSize(fontMetrics().height(), fontMetrics().height()));
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({m_start, m_pause, m_stop});
    bar->addSeparator();
    bar->addAction(m_export);
    for (QAction* action : {m_start, m_pause, m_stop, m_export})
        bar->widgetForAction(action)->setObjectName(
            action->objectName().replace(u"action_"_s, u"toolbutton_"_s));
    refreshIcons();
}

void MainWindow::refreshIcons()
{
    const auto icon = [this](const char* name) { return widgets::themeIcon(QLatin1String(name), palette()); };
    m_start->setIcon(icon("start"));
    m_pause->setIcon(icon("pause"));
    m_stop->setIcon(icon("stop"));
    m_export->setIcon(icon("export"));
}

void MainWindow::fillRecentMenu()
{
    m_recent->clear();
    for (const QString& path : m_workspace->settings().value(u"recent"_s).toStringList())
        if (path != m_workspace->path() && QFileInfo::exists(path))
            m_recent->addAction(QDir::toNativeSeparators(path), this, [this, path] { startWorkspace(path); });
    if (m_recent->isEmpty())
        m_recent->addAction(tr("None yet"))->setEnabled(false);
}

void MainWindow::openWorkspace()
{
    auto* dialog = new QFileDialog(this, tr("Choose or make a workspace folder"), m_workspace->path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"dialog_open_workspace"_s);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::startWorkspace);
    dialog->open();
}

/// In a window of its own, which takes this one's place.
void MainWindow::startWorkspace(const QString& path)
{
    if (QDir(path) == QDir(m_workspace->path()) || !close())
        return;
    auto* next = new MainWindow(m_workspace->engine(), path);
    next->setAttribute(Qt::WA_DeleteOnClose);
    next->show();
}

void MainWindow::askForDataset()
{
    auto* dialog = new QFileDialog(this, tr("Open a dataset folder"), m_workspace->datasetsFolder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"dialog_open_dataset"_s);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, m_workspace, &Workspace::openDataset);
    dialog->open();
}

void MainWindow::importData()
{
    goTo(PageId::Data);
    static_cast<DataPage*>(page(PageId::Data))->importData();
}

void MainWindow::exportHere()
{
    page(m_navigation->currentPage())->exportPage();
}

void MainWindow::openSettings()
{
    auto* dialog = new SettingsDialog(m_workspace, &m_theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::showShortcuts()
{
    QList<QAction*> actions;
    for (const QAction* menu : menuBar()->actions())
        for (QAction* action : menu->menu()->actions())
            if (!action->shortcuts().isEmpty())
                actions.append(action);
    auto* dialog = new ShortcutsDialog(actions, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace fedcctr::studio
