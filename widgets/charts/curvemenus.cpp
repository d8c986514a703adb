// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/curvemenus.h"

#include "widgets/charts/curveplot.h"
#include "widgets/theme.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QSlider>
#include <QWidgetAction>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr int kSmoothingSteps = 99; ///< hundredths: 0 to 0.99

QIcon swatch(const QColor& color)
{
    QPixmap pixmap(16, 16);
    pixmap.fill(color);
    return pixmap;
}

/// The colours of both themes have the same hues in the same order.
QStringList colorNames()
{
    return {QObject::tr("Blue"), QObject::tr("Orange"), QObject::tr("Green"), QObject::tr("Pink"),
        QObject::tr("Yellow"), QObject::tr("Violet"), QObject::tr("Teal"), QObject::tr("Red")};
}

} // namespace

CurveMenus::CurveMenus(CurvePlot* plot)
    : QObject(plot)
    , m_plot(plot)
    , m_lines(new QMenu(tr("Lines"), plot))
    , m_axis(new QMenu(tr("x axis"), plot))
    , m_smoothing(new QMenu(tr("Smoothing"), plot))
    , m_smoothings(new QActionGroup(this))
{
    m_lines->setObjectName(plot->objectName() + u"_lines_menu"_s);
    m_axis->setObjectName(plot->objectName() + u"_axis_menu"_s);
    m_axis->menuAction()->setVisible(false);
    buildSmoothing();
    connect(m_lines, &QMenu::aboutToShow, this, &CurveMenus::fillLines);
}

void CurveMenus::buildSmoothing()
{
    for (const double weight : {0.0, 0.5, 0.8, 0.9, 0.95, 0.99}) {
        QAction* action = m_smoothing->addAction(weight == 0 ? tr("Off") : QLocale().toString(weight));
        action->setObjectName(
            m_plot->objectName() + u"_smoothing_"_s + QString::number(qRound(weight * 100)));
        action->setCheckable(true);
        action->setChecked(weight == 0);
        action->setData(qRound(weight * 100));
        m_smoothings->addAction(action);
        connect(action, &QAction::triggered, this, [this, weight] { m_plot->setSmoothing(weight); });
    }
    m_smoothings->setExclusionPolicy(QActionGroup::ExclusionPolicy::ExclusiveOptional);
    m_smoothing->addSeparator();
    auto* row = new QWidget(m_smoothing);
    m_slider = new QSlider(Qt::Horizontal, row);
    m_slider->setObjectName(m_plot->objectName() + u"_smoothing_slider"_s);
    m_slider->setRange(0, kSmoothingSteps);
    m_slider->setToolTip(tr("Weight of the past in the smoothed line, 0 (off) to 0.99"));
    m_slider->setAccessibleName(tr("Smoothing"));
    m_slider->setMinimumWidth(m_plot->fontMetrics().averageCharWidth() * 24);
    auto* number = new QLabel(QLocale().toString(0.0, 'f', 2), row);
    auto* layout = new QHBoxLayout(row);
    layout->addWidget(m_slider);
    layout->addWidget(number);
    connect(m_slider, &QSlider::valueChanged, this, [this, number](int hundredths) {
        number->setText(QLocale().toString(hundredths / 100.0, 'f', 2));
        if (qRound(m_plot->smoothing() * 100) != hundredths)
            m_plot->setSmoothing(hundredths / 100.0);
    });
    auto* action = new QWidgetAction(m_smoothing);
    action->setDefaultWidget(row);
    m_smoothing->addAction(action);
}

void CurveMenus::showSmoothing(double weight)
{
    const int hundredths = qRound(weight * 100);
    m_slider->setValue(hundredths);
    for (QAction* action : m_smoothings->actions())
        action->setChecked(action->data().toInt() == hundredths);
}

void CurveMenus::fillAxis()
{
    m_axis->clear();
    auto* group = new QActionGroup(m_axis);
    const auto add = [&](const QString& id, const QString& text) {
        QAction* action = m_axis->addAction(text);
        action->setObjectName(m_plot->objectName() + u"_axis_"_s + (id.isEmpty() ? u"own"_s : id));
        action->setCheckable(true);
        action->setChecked(m_plot->content().axisChoice == id);
        group->addAction(action);
        // Queued: choosing fills this menu anew.
        connect(
            action, &QAction::triggered, this, [this, id] { m_plot->setAxisChoice(id); },
            Qt::QueuedConnection);
    };
    add({}, m_plot->content().xLabel);
    for (const AxisChoice& choice : m_plot->content().axisChoices)
        add(choice.id, choice.label);
}

void CurveMenus::fillLines()
{
    m_lines->clear();
    const std::vector<CurveSeries>& series = m_plot->content().series;
    for (std::size_t i = 0; i < series.size(); ++i) {
        QAction* action = m_lines->addAction(series[i].spec.name);
        action->setCheckable(true);
        action->setChecked(series[i].visible);
        connect(action, &QAction::toggled, this, [this, i](bool on) { setVisible(static_cast<int>(i), on); });
    }
}

void CurveMenus::setVisible(int series, bool visible)
{
    m_plot->setSeriesVisible(series, visible);
    Q_EMIT m_plot->seriesVisibleChanged(series, visible);
}

void CurveMenus::popUpSeries(int series, const QPoint& globalPosition)
{
    auto* menu = new QMenu(m_plot);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(m_plot->objectName() + u"_series_menu"_s);
    connect(m_plot, &CurvePlot::seriesRemoved, menu, &QMenu::close);
    const CurveSeries& shown = m_plot->content().series.at(static_cast<std::size_t>(series));
    menu->addSection(shown.spec.name);
    const QAction* hide = menu->addAction(shown.visible ? tr("Hide") : tr("Show"));
    connect(hide, &QAction::triggered, this,
        [this, series, visible = shown.visible] { setVisible(series, !visible); });
    connect(menu->addAction(tr("Show only this, or all")), &QAction::triggered, this,
        [this, series] { m_plot->isolateSeries(series); });
    menu->addSeparator();
    const ThemeColors& colors = themeColors(m_plot->palette());
    const QStringList names = colorNames();
    for (int color = 0; color < std::min(names.size(), colors.series.size()); ++color) {
        QAction* action = menu->addAction(swatch(colors.series[color]), names[color]);
        action->setObjectName(m_plot->objectName() + u"_color_%1"_s.arg(color));
        action->setCheckable(true);
        action->setChecked(shown.spec.color == color);
        connect(action, &QAction::triggered, this, [this, series, color] {
            m_plot->setSeriesColor(series, color);
            Q_EMIT m_plot->seriesColorChanged(series, color);
        });
    }
    menu->popup(globalPosition);
}

} // namespace fedcctr::widgets
