// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "app/studio/data/datasetview.h"

#include <QPointer>

class QLabel;
class QProgressBar;
class QSplitter;
class QStackedWidget;
class QTabWidget;

namespace fedcctr::widgets {
class MessageBar;
}

namespace fedcctr::studio {

class DatasetList;
class FeaturesTab;
class ImportWizard;
class OverviewTab;
class RunQueue;
class RetrievalTab;
class SplitTab;
class UsersTab;
class Workspace;

/// Datasets: import them, look at their numbers and users, filter them anew, check them.
class DataPage : public Page {
    Q_OBJECT
public:
    DataPage(Workspace* workspace, RunQueue* queue, QWidget* parent = nullptr);

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    void resetLayout() override;
    QString pendingWork() const override;
    void cancelWork() override;
    void exportPage() override;
    void find() override;

    /// Opens the import wizard, or shows the one that is open.
    void importData(const QStringList& files = {});

private:
    QLayout* buildHeader();
    QWidget* buildEmpty();
    QWidget* buildTabs();
    void connectParts();
    void showDataset();
    void showView(const SharedView& view);
    void showLoading(bool loading, const QString& what);
    void complain(const QString& message);

    Workspace* m_workspace;
    widgets::MessageBar* m_message;
    QLabel* m_busy;
    QProgressBar* m_progress;
    QSplitter* m_columns;
    DatasetList* m_list;
    QStackedWidget* m_stack;
    QTabWidget* m_tabs = nullptr;
    OverviewTab* m_overview = nullptr;
    UsersTab* m_users = nullptr;
    RetrievalTab* m_retrieval = nullptr;
    SplitTab* m_split = nullptr;
    FeaturesTab* m_features = nullptr;
    QPointer<ImportWizard> m_wizard; ///< while it is open
    SharedView m_view;
    int m_views = 0; ///< number of the newest view; older answers are dropped
};

} // namespace fedcctr::studio
