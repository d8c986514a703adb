// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "widgets/theme.h"

#include <QMainWindow>

#include <array>

class QDockWidget;
class QStackedWidget;

namespace fedcctr::widgets {
class MessageBar;
}

namespace fedcctr::studio {

class CloseGuard;
class ExplainDock;
class FirstExperimentGuide;
class MainMenu;
class Navigation;
class QueueDock;
class RunQueue;
class StatusBar;
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
    Page* currentPage();
    void goTo(PageId id);
    void showRun(PageId id, const QString& run);

    /// Queues the preset on the open dataset; without one, on the demo dataset once that is made.
    void queueQuickRun(const QString& preset);

    void showGuide();
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
    void connectQueue();
    void connectWorkspace();

    void pointAt(const QString& objectName);
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

    Workspace* m_workspace;
    RunQueue* m_queue;
    CloseGuard* m_closing;
    StatusBar* m_status;
    MainMenu* m_menu = nullptr;
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

    QString m_quickPreset; ///< queued as soon as the demo dataset is there
    bool m_opened = false;
};

} // namespace fedcctr::studio
