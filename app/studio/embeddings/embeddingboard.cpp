// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/embeddingboard.h"

#include "app/studio/embeddings/embeddinglook.h"
#include "widgets/charts/scatterview.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using projection::Matrix;
using widgets::ScatterView;

namespace {

constexpr int kPlayMs = 100; ///< ten pictures a second
constexpr int kPlaySteps = 80; ///< of the whole training
constexpr int kSliderSteps = 1000;

/// All places of all frames, so that the picture does not zoom while it plays.
QRectF boundsOf(const std::vector<Matrix>& frames)
{
    QRectF bounds;
    for (const Matrix& frame : frames)
        for (std::size_t i = 0; i < frame.rows; ++i) {
            const QPointF point(frame.at(i, 0), frame.at(i, 1));
            if (bounds.isNull())
                bounds = QRectF(point, QSizeF(1e-9, 1e-9));
            bounds.setLeft(std::min(bounds.left(), point.x()));
            bounds.setRight(std::max(bounds.right(), point.x()));
            bounds.setTop(std::min(bounds.top(), point.y()));
            bounds.setBottom(std::max(bounds.bottom(), point.y()));
        }
    return bounds;
}

} // namespace

EmbeddingBoard::EmbeddingBoard(QWidget* parent)
    : QWidget(parent)
    , m_grid(new QGridLayout)
    , m_timeRow(new QWidget(this))
    , m_play(new QToolButton(m_timeRow))
    , m_slider(new QSlider(Qt::Horizontal, m_timeRow))
    , m_roundLabel(new QLabel(m_timeRow))
{
    m_grid->setSpacing(4);
    m_timeRow->setLayout(buildTimeRow());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(m_grid, 1);
    column->addWidget(m_timeRow);
    m_timeRow->hide();
    m_playTimer.setInterval(kPlayMs);
    connect(&m_playTimer, &QTimer::timeout, this, &EmbeddingBoard::playStep);
    refreshIcons();
    setPanels({QString()}, {});
}

QLayout* EmbeddingBoard::buildTimeRow()
{
    m_play->setObjectName(u"button_play"_s);
    m_play->setCheckable(true);
    m_play->setToolTip(tr("Play how the clouds move during the training"));
    m_play->setAccessibleName(tr("Play the training"));
    m_play->setFocusPolicy(Qt::StrongFocus);
    m_slider->setObjectName(u"slider_round"_s);
    m_slider->setRange(0, kSliderSteps);
    m_slider->setAccessibleName(tr("Round of the training"));
    m_slider->setToolTip(tr("The round whose vectors are shown; pictures between two snapshots are blended"));
    m_roundLabel->setObjectName(u"label_round"_s);
    m_roundLabel->setMinimumWidth(fontMetrics().averageCharWidth() * 24);
    connect(m_play, &QToolButton::toggled, this, &EmbeddingBoard::setPlaying);
    connect(m_slider, &QSlider::valueChanged, this, &EmbeddingBoard::showTime);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_play);
    row->addWidget(m_slider, 1);
    row->addWidget(m_roundLabel);
    return row;
}

ScatterView* EmbeddingBoard::view(int panel) const
{
    return m_panels[static_cast<std::size_t>(panel)].view;
}

void EmbeddingBoard::setPanels(const QStringList& titles, const QString& origin)
{
    setPlaying(false);
    while (m_panels.size() > static_cast<std::size_t>(titles.size())) {
        delete m_panels.back().view;
        m_panels.pop_back();
    }
    for (int i = panelCount(); i < titles.size(); ++i) {
        auto* made = new ScatterView(u"scatter_%1"_s.arg(QChar(u'a' + i)), this);
        made->setEmptyText(tr("Press Start: nothing is computed before."));
        connect(made, &ScatterView::selectionMade, this, [this, i](const QSet<int>& points) {
            select(points);
            Q_EMIT selectionChanged(points, i);
        });
        connect(made, &ScatterView::exported, this, &EmbeddingBoard::exported);
        connect(made, &ScatterView::exportFailed, this, &EmbeddingBoard::exportFailed);
        m_grid->addWidget(made, i / 2, i % 2);
        m_panels.push_back({made, {}, {}});
    }
    for (int i = 0; i < titles.size(); ++i) {
        Panel& panel = m_panels[static_cast<std::size_t>(i)];
        panel.frames.clear();
        panel.rounds.clear();
        panel.view->setTitle(titles.size() > 1 ? u"(%1) %2"_s.arg(QChar(u'a' + i)).arg(titles[i]) : titles[i],
            tr("Distances between clusters mean little. Drag: move, Ctrl+wheel: zoom, Shift+drag: select"));
        panel.view->setOrigin(origin);
        panel.view->setContent({});
    }
    m_selection.clear();
    m_timeRow->hide();
}

void EmbeddingBoard::setLook(int panel, const widgets::ScatterContent& look)
{
    view(panel)->setLook(look);
}

void EmbeddingBoard::showCoordinates(int panel, const Matrix& coordinates)
{
    view(panel)->setPositions(toPoints(coordinates));
}

void EmbeddingBoard::setFrames(int panel, std::vector<Matrix> frames, std::vector<int> rounds)
{
    Panel& target = m_panels[static_cast<std::size_t>(panel)];
    target.frames = std::move(frames);
    target.rounds = std::move(rounds);
    target.view->setPositions(toPoints(target.frames.back()));
    target.view->setFitBounds(boundsOf(target.frames));
    setLastRound();
}

void EmbeddingBoard::setLastRound()
{
    m_lastRound = 0;
    std::size_t most = 1;
    for (const Panel& panel : m_panels)
        if (!panel.rounds.empty()) {
            m_lastRound = std::max(m_lastRound, panel.rounds.back());
            most = std::max(most, panel.rounds.size());
        }
    m_timeRow->setVisible(most > 1);
    m_slider->setSingleStep(std::max(1, kSliderSteps / std::max(1, static_cast<int>(most) - 1)));
    m_slider->setPageStep(m_slider->singleStep());
    m_slider->setValue(kSliderSteps);
    showTime();
}

double EmbeddingBoard::round() const
{
    return static_cast<double>(m_slider->value()) * m_lastRound / kSliderSteps;
}

std::size_t EmbeddingBoard::frameShown(int panel) const
{
    const std::vector<int>& rounds = m_panels[static_cast<std::size_t>(panel)].rounds;
    std::size_t best = 0;
    for (std::size_t f = 1; f < rounds.size(); ++f)
        if (std::abs(rounds[f] - round()) <= std::abs(rounds[best] - round()))
            best = f;
    return best;
}

void EmbeddingBoard::showTime()
{
    const double now = round();
    for (Panel& panel : m_panels) {
        if (panel.frames.size() < 2)
            continue;
        const auto after = std::ranges::lower_bound(panel.rounds, now) - panel.rounds.begin();
        const std::size_t right = std::min(static_cast<std::size_t>(after), panel.rounds.size() - 1);
        const std::size_t left = right == 0 ? 0 : right - 1;
        const double width = panel.rounds[right] - panel.rounds[left];
        const double share = width > 0 ? std::clamp((now - panel.rounds[left]) / width, 0.0, 1.0) : 1;
        panel.view->setPositions(between(panel.frames[left], panel.frames[right], share));
    }
    m_roundLabel->setText(tr("round %1 of %2").arg(std::lround(now)).arg(m_lastRound));
    Q_EMIT frameChanged();
}

void EmbeddingBoard::setPlaying(bool playing)
{
    const QSignalBlocker quiet(m_play);
    m_play->setChecked(playing);
    refreshIcons();
    if (!playing) {
        m_playTimer.stop();
        return;
    }
    if (m_slider->value() == kSliderSteps)
        m_slider->setValue(0);
    m_playTimer.start();
}

void EmbeddingBoard::playStep()
{
    m_slider->setValue(m_slider->value() + (kSliderSteps + kPlaySteps - 1) / kPlaySteps);
    if (m_slider->value() == kSliderSteps)
        setPlaying(false);
}

void EmbeddingBoard::select(const QSet<int>& points)
{
    m_selection = points;
    for (const Panel& panel : m_panels)
        panel.view->setSelection(points);
}

void EmbeddingBoard::refreshIcons()
{
    m_play->setIcon(widgets::themeIcon(m_play->isChecked() ? u"pause"_s : u"start"_s, palette()));
}

void EmbeddingBoard::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
}

} // namespace fedcctr::studio
