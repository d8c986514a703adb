// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runqueue.h"
#include "app/studio/workspace.h"
#include "widgets/theme.h"

#include <QMainWindow>
#include <QSettings>

class QLabel;
class QListWidget;
class QMenu;
class QStackedWidget;

namespace fedcctr::studio {

class AugmentPage;
class TrainPage;

/// Joins the pages; knows nothing of what is on them.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// `engine` is the path of fedcctr-engine, `workspace` the folder for datasets and runs.
    MainWindow(const QString& engine, const QString& workspace, QWidget* parent = nullptr);

    TrainPage* trainPage() const { return m_train; }
    AugmentPage* augmentPage() const { return m_augment; }
    Workspace* workspace() { return &m_workspace; }

protected:
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void resizeToScreen();
    void addPage(const QString& title, const QString& icon, QWidget* page);
    void buildMenus();
    void buildPageMenu(QMenu* menu);
    void joinPages();
    void askForDataset();
    void buildThemeMenu(QMenu* menu);
    void buildStatusBar();
    void restore();
    void resetLayout();
    void askBeforeClosing();
    void showAbout();
    void refreshIcons();

    QSettings m_settings;
    widgets::Theme m_theme;
    Workspace m_workspace;
    RunQueue m_queue;
    QListWidget* m_navigation;
    QStackedWidget* m_pages;
    TrainPage* m_train;
    AugmentPage* m_augment;
    QLabel* m_backend = nullptr;
    bool m_closeWhenEnded = false;
};

} // namespace fedcctr::studio
