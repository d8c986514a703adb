// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>

class QAction;
class QMenu;

namespace fedcctr::widgets {
class Theme;
}

namespace fedcctr::studio {

class MainWindow;
class Navigation;
class RunQueue;
class Workspace;

/// The main window's menus and tool bar, and what they open.
class MainMenu : public QObject {
    Q_OBJECT
public:
    /// `docks` show and hide the docks.
    MainMenu(MainWindow* window, Navigation* navigation, widgets::Theme* theme, const QList<QAction*>& docks);

    /// Start, Pause and Stop as the queue allows them now.
    void updateRunActions();
    void refreshIcons();

    /// A chart has a key of its own for what the window's key does for the page.
    void setChartKeys();

private:
    void buildFileMenu(QMenu* menu);
    void buildEditMenu(QMenu* menu);
    void buildRunMenu(QMenu* menu);
    void buildViewMenu(QMenu* menu, const QList<QAction*>& docks);
    void buildThemeMenu(QMenu* menu);
    void buildHelpMenu(QMenu* menu);
    void buildToolBar();
    void fillRecentMenu();
    void openWorkspace();
    void startWorkspace(const QString& path);
    void askForDataset();
    void importData();
    void openRunsFolder();
    void openSettings();
    void showShortcuts();
    void showAbout();

    MainWindow* m_window;
    Navigation* m_navigation;
    widgets::Theme* m_theme;
    Workspace* m_workspace;
    RunQueue* m_queue;
    QAction* m_start = nullptr;
    QAction* m_pause = nullptr;
    QAction* m_stop = nullptr;
    QAction* m_export = nullptr;
    QMenu* m_recent = nullptr;
};

} // namespace fedcctr::studio
