// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/augment/augmentjob.h"
#include "app/studio/augment/tryout.h"
#include "app/studio/augment/vectorjob.h"
#include "app/studio/common/page.h"

#include <QSet>

#include <functional>
#include <optional>

class QLabel;
class QSettings;
class QSplitter;
class QStackedWidget;
class QTabWidget;

namespace fedcctr::widgets {
class MessageBar;
}

namespace fedcctr::studio {

class AugmentShelf;
class BackendPanel;
class BatchPanel;
class ServerKey;
class StageTab;
class VectorsPane;
class Workspace;
struct BackendChoice;

/// Enrich a dataset's items, users and sequences: see and edit every prompt, try it, run all of them, see
/// what came of it, and what leaves this machine.
class AugmentPage : public Page {
    Q_OBJECT
public:
    explicit AugmentPage(Workspace* workspace, QWidget* parent = nullptr);
    ~AugmentPage() override;

    bool isRunning() const { return m_job.isActive() || m_vectorJob.isActive(); }
    ServerKey* serverKey() const;

    /// "offline (no LLM)", or the server's host.
    QString backendName() const;

    void resetLayout() override;
    QString pendingWork() const override;

    /// What was answered is kept.
    void cancelWork() override;
    void saveDocument() override;

    /// Puts back the augmentation that was taken away last.
    void undo() override;

Q_SIGNALS:
    /// The dataset's augmentation is new; training reads it from now on.
    void augmented(const QString& path, const QString& summary);
    void backendChanged(const QString& name);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void openDataset(const QString& path);
    void save();
    QLayout* buildHeader();
    QWidget* buildEmpty();
    QWidget* buildBody();
    QWidget* buildSide();
    void resetColumns();
    void connectParts();
    void connectShelf();
    void showEffect();
    void reloadAugmentation();
    void loadPending();
    void showData(const AugmentData& opened);
    void shareData(const AugmentData& shared);

    std::optional<BackendChoice> checkedChoice();
    bool promptsAreReady(const BackendChoice& choice);
    void withConsent(const BackendChoice& choice, bool offerItems, const std::function<void()>& proceed);
    QString exampleOfHistory();
    void run();
    void startBatch(bool itemsOnly);
    void showEnd(const AugmentEnd& end);
    void tellServer();
    void makeVectors();
    void showVectors(const VectorJobEnd& end);
    void tryOne(StageTab* tab);
    void sendTry(StageTab* tab);
    void showTry(const TryResult& result);
    void setTrying(const StageTab* trying);
    void refreshIcons();

    Workspace* m_workspace;
    QSettings* m_settings;
    AugmentData m_data;
    QString m_pending; ///< a dataset that is to be opened
    int m_loads = 0; ///< number of the newest load; older answers are dropped
    QSet<QString> m_consents; ///< one or all histories, server and dataset; until the window is closed

    widgets::MessageBar* m_message;
    QStackedWidget* m_stack;
    QLabel* m_name = nullptr;
    QLabel* m_emptyIcon = nullptr;
    QLabel* m_emptyText = nullptr;
    QSplitter* m_columns = nullptr;
    QTabWidget* m_tabs = nullptr;
    QList<StageTab*> m_stages;
    BackendPanel* m_backend = nullptr;
    BatchPanel* m_batch = nullptr;
    AugmentShelf* m_shelf = nullptr;
    VectorsPane* m_vectors = nullptr;
    AugmentJob m_job;
    TryOut m_try;
    VectorJob m_vectorJob;
};

} // namespace fedcctr::studio
