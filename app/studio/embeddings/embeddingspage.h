// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"
#include "app/studio/embeddings/embeddingjob.h"
#include "app/studio/embeddings/embeddinglook.h"

class QComboBox;
class QLabel;
class QProgressBar;
class QSplitter;
class QStackedWidget;

namespace fedcctr::widgets {
class EmptyState;
class MessageBar;
} // namespace fedcctr::widgets

namespace fedcctr::studio {

class CodesPanel;
class EmbeddingBoard;
class EmbeddingDetails;
class RunQueue;
class Workspace;

/// h^A, h^B and h^M of users, or all items, of up to four runs as points of a plane: t-SNE or PCA, over the
/// training, with who the points are and how far the three stand apart. Vectors come from fedcctr-engine,
/// projections from a worker thread; nothing is computed before Start.
class EmbeddingsPage : public Page {
    Q_OBJECT
public:
    EmbeddingsPage(Workspace* workspace, RunQueue* queue, QWidget* parent = nullptr);

    QJsonObject state() const override;
    void restore(const QJsonObject& state) override;
    void resetLayout() override;
    QString pendingWork() const override;
    void cancelWork() override;
    void exportPage() override;
    void find() override;
    void showRun(const QString& run) override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// One of the runs side by side.
    struct Picture {
        QString run; ///< directory
        QString name;
        std::shared_ptr<const EmbeddingSet> set; ///< null until it is there
    };

    QLayout* buildHeader();
    QWidget* buildBody();
    QLayout* buildStatusRow();
    void connectParts();

    void listRuns();
    void queueDemo();
    void start();
    void begin();
    bool showCodes();
    void takeVectors(int picture, const std::shared_ptr<const EmbeddingSet>& set);
    void takeFrames(int picture, const std::vector<projection::Matrix>& frames);
    void finish(const QString& error);
    void stop();

    void loadTitles(const QString& dataset);
    void showLook();
    void showSelection(int panel);
    void showSeparation();
    void choosePoint(int point);
    void search(const QString& text);
    QStringList pictureNames() const;

    Workspace* m_workspace;
    RunQueue* m_queue;
    EmbeddingJob m_job;
    EmbeddingChoice m_choice; ///< of the pictures that are shown or under way
    std::vector<Picture> m_pictures;
    std::shared_ptr<const data::Dataset> m_titles; ///< the runs' dataset
    QString m_titlesOf; ///< its directory
    int m_titleLoads = 0;
    bool m_startWithTitles = false; ///< Start waits for them
    int m_shownPanel = 0; ///< whose point is described

    widgets::MessageBar* m_message;
    widgets::EmptyState* m_empty;
    QStackedWidget* m_stack;
    EmbeddingControls* m_controls;
    QStackedWidget* m_content; ///< the pictures, or the codes of a run of markets
    CodesPanel* m_codes;
    QSplitter* m_columns;
    EmbeddingBoard* m_board;
    EmbeddingDetails* m_details;
    QComboBox* m_color;
    QLabel* m_note;
    QLabel* m_status;
    QProgressBar* m_progress;
};

} // namespace fedcctr::studio
