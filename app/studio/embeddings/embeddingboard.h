// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/matrix.h"
#include "widgets/charts/scattercontent.h"

#include <QSet>
#include <QTimer>
#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;
class QSlider;
class QToolButton;

namespace fedcctr::widgets {
class ScatterView;
}

namespace fedcctr::studio {

/// One to four pictures of the same points side by side, with one selection and one time: a slider over the
/// rounds of the training, and a button that plays it.
class EmbeddingBoard : public QWidget {
    Q_OBJECT
public:
    explicit EmbeddingBoard(QWidget* parent = nullptr);

    /// Empty pictures with these titles ("(a) " … is put in front where there are several).
    void setPanels(const QStringList& titles, const QString& origin);
    int panelCount() const { return static_cast<int>(m_panels.size()); }
    widgets::ScatterView* view(int panel) const;

    /// Shapes, colours and names of a picture; its positions stay.
    void setLook(int panel, const widgets::ScatterContent& look);

    /// While it is computed.
    void showCoordinates(int panel, const projection::Matrix& coordinates);

    /// The finished picture, one frame per round.
    void setFrames(int panel, std::vector<projection::Matrix> frames, std::vector<int> rounds);

    /// The frame of a picture that is nearest to the time shown.
    std::size_t frameShown(int panel) const;

    QSet<int> selection() const { return m_selection; }
    void select(const QSet<int>& points);

    void setPlaying(bool playing);

Q_SIGNALS:
    void selectionChanged(const QSet<int>& points, int panel); ///< by the person
    void frameChanged();
    void exported(const QString& path);
    void exportFailed(const QString& message);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Panel {
        widgets::ScatterView* view = nullptr;
        std::vector<projection::Matrix> frames;
        std::vector<int> rounds;
    };

    QLayout* buildTimeRow();
    void setLastRound();
    void playStep();
    void showTime();
    double round() const; ///< shown, between rounds while it plays
    void refreshIcons();

    std::vector<Panel> m_panels;
    QSet<int> m_selection;
    QGridLayout* m_grid;
    QWidget* m_timeRow;
    QToolButton* m_play;
    QSlider* m_slider;
    QLabel* m_roundLabel;
    QTimer m_playTimer;
    int m_lastRound = 0;
};

} // namespace fedcctr::studio
