// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "widgets/theme.h"

#include <QMainWindow>

#include <array>

class QDockWidget;
class QLabel;
class QMenu;
class QProgressBar;
class QStackedWidget;
class QToolButton;

namespace fedcctr::widgets {
class MessageBar;
}

namespace fedcctr::studio {

class ExplainDock;
class FirstExperimentGuide;
class Navigation;
class QueueDock;
class RunQueue;
class Workspace;

/// Joins the pages: navigation, menus, docks, what is kept between starts. Knows nothing of what is on them.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// `engine` is the path of fedcctr-engine, `workspace` the folder for datasets and runs. Shows itself at
    /// once; the workspace is read when the window stands.
    MainWindow(const QString& engine, const QString& workspace, QWidget* parent = nullptr);
    ~MainWindow() override;

    Workspace* workspace() const { return m_workspace; }
    RunQueue* queue() const { return m_queue; }

    /// Builds it if this is the first visit.
    Page* page(PageId id);
    void goTo(PageId id);
    void showRun(PageId id, const QString& run);

    /// Queues the preset on the open dataset; without one, on the demo dataset once that is made.
    void queueQuickRun(const QString& preset);

    void resetLayout();

protected:
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    Page* makePage(PageId id);
    void connectPage(Page* page, PageId id);
    void buildCenter();
    void buildDocks();
    void buildToolBar();
    void buildMenus();
    void buildFileMenu(QMenu* menu);
    void buildEditMenu(QMenu* menu);
    void buildRunMenu(QMenu* menu);
    void buildViewMenu(QMenu* menu);
    void buildThemeMenu(QMenu* menu);
    void buildHelpMenu(QMenu* menu);
    void fillRecentMenu();
    void buildStatusBar();
    void connectQueue();
    void connectWorkspace();

    void openWorkspace();
    void startWorkspace(const QString& path);
    void askForDataset();
    void importData();
    void exportHere();
    void setChartKeys();
    void openSettings();
    void showGuide();
    void pointAt(const QString& objectName);
    void showShortcuts();
    void followLink(const QUrl& link);
    void refreshGuide();

    void resizeToScreen();
    void restoreWindow();
    void saveWindow();
    void restorePages();
    void savePages();
    void resumeQuickRun();
    void proposeSettings(const QString& preset, const QStringList& assignments);
    void updateTitle();
    void updateRunActions();
    void updateStatus();
    void refreshIcons();
    void askBeforeClosing(const QString& work);
    bool mayClose();

    Workspace* m_workspace;
    RunQueue* m_queue;
    widgets::Theme m_theme;
    Navigation* m_navigation = nullptr;
    QStackedWidget* m_stack = nullptr;
    widgets::MessageBar* m_message = nullptr;
    std::array<Page*, kPageCount> m_pages{};
    ExplainDock* m_explain = nullptr;
    QDockWidget* m_queueDock = nullptr;
    QueueDock* m_queueTable = nullptr;
    QDockWidget* m_guideDock = nullptr;
    FirstExperimentGuide* m_guide = nullptr;

    QAction* m_start = nullptr;
    QAction* m_pause = nullptr;
    QAction* m_stop = nullptr;
    QAction* m_export = nullptr;
    QMenu* m_recent = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_activity = nullptr;
    QLabel* m_machine = nullptr;
    QToolButton* m_backend = nullptr;
    QToolButton* m_trust = nullptr;

    QString m_quickPreset; ///< queued as soon as the demo dataset is there
    bool m_opened = false;
    bool m_closeWhenIdle = false;
    bool m_closeAnyway = false;
};

} // namespace fedcctr::studio
