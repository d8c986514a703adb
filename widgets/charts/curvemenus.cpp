// SPDX-License-Identifier: GPL-3.0-or-later
// CurvePlot's menus.
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

void CurvePlot::buildMenu()
{
    connect(addChartAction(u"fit"_s, tr("Fit"), Qt::Key_0), &QAction::triggered, this, &CurvePlot::fit);
    m_followAction = addChartAction(u"follow"_s, tr("Follow"), Qt::Key_F);
    m_logXAction = addChartAction(u"log_x"_s, tr("Log x"), {});
    m_logYAction = addChartAction(u"log"_s, tr("Log y"), Qt::Key_L);
    for (QAction* action : {m_followAction, m_logXAction, m_logYAction})
        action->setCheckable(true);
    m_followAction->setChecked(true);
    connect(m_followAction, &QAction::triggered, this, &CurvePlot::setFollow);
    connect(m_logXAction, &QAction::triggered, this, &CurvePlot::setLogX);
    connect(m_logYAction, &QAction::triggered, this, &CurvePlot::setLogY);
    m_axisMenu->setObjectName(objectName() + u"_axis_menu"_s);
    addChartMenu(m_axisMenu);
    m_axisMenu->menuAction()->setVisible(false);
    auto* smoothing = new QMenu(tr("Smoothing"), this);
    buildSmoothingMenu(smoothing);
    addChartMenu(smoothing);
    m_lines->setObjectName(objectName() + u"_lines_menu"_s);
    addChartMenu(m_lines);
    connect(m_lines, &QMenu::aboutToShow, this, &CurvePlot::fillLinesMenu);
}

void CurvePlot::buildSmoothingMenu(QMenu* menu)
{
    for (const double weight : {0.0, 0.5, 0.8, 0.9, 0.95, 0.99}) {
        QAction* action = menu->addAction(weight == 0 ? tr("Off") : QLocale().toString(weight));
        action->setObjectName(objectName() + u"_smoothing_"_s + QString::number(qRound(weight * 100)));
        action->setCheckable(true);
        action->setChecked(weight == 0);
        action->setData(qRound(weight * 100));
        m_smoothings->addAction(action);
        connect(action, &QAction::triggered, this, [this, weight] { setSmoothing(weight); });
    }
    m_smoothings->setExclusionPolicy(QActionGroup::ExclusionPolicy::ExclusiveOptional);
    menu->addSeparator();
    auto* row = new QWidget(menu);
    m_smoothingSlider = new QSlider(Qt::Horizontal, row);
    m_smoothingSlider->setObjectName(objectName() + u"_smoothing_slider"_s);
    m_smoothingSlider->setRange(0, kSmoothingSteps);
    m_smoothingSlider->setToolTip(tr("Weight of the past in the smoothed line, 0 (off) to 0.99"));
    m_smoothingSlider->setAccessibleName(tr("Smoothing"));
    m_smoothingSlider->setMinimumWidth(fontMetrics().averageCharWidth() * 24);
    auto* number = new QLabel(QLocale().toString(0.0, 'f', 2), row);
    auto* layout = new QHBoxLayout(row);
    layout->addWidget(m_smoothingSlider);
    layout->addWidget(number);
    connect(m_smoothingSlider, &QSlider::valueChanged, this, [this, number](int hundredths) {
        number->setText(QLocale().toString(hundredths / 100.0, 'f', 2));
        if (qRound(smoothing() * 100) != hundredths)
            setSmoothing(hundredths / 100.0);
    });
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(row);
    menu->addAction(action);
}

void CurvePlot::setSmoothing(double weight)
{
    m_content.smoothing = weight;
    for (CurveSeries& series : m_content.series)
        series.smooth(weight);
    const int hundredths = qRound(weight * 100);
    m_smoothingSlider->setValue(hundredths);
    for (QAction* action : m_smoothings->actions())
        action->setChecked(action->data().toInt() == hundredths);
    structureChanged();
    Q_EMIT smoothingChanged(weight);
}

void CurvePlot::fillAxisMenu()
{
    m_axisMenu->clear();
    auto* group = new QActionGroup(m_axisMenu);
    const auto add = [&](const QString& id, const QString& text) {
        QAction* action = m_axisMenu->addAction(text);
        action->setObjectName(objectName() + u"_axis_"_s + (id.isEmpty() ? u"own"_s : id));
        action->setCheckable(true);
        action->setChecked(m_content.axisChoice == id);
        group->addAction(action);
        // Queued: choosing fills this menu anew.
        connect(
            action, &QAction::triggered, this, [this, id] { setAxisChoice(id); }, Qt::QueuedConnection);
    };
    add({}, m_content.xLabel);
    for (const AxisChoice& choice : m_content.axisChoices)
        add(choice.id, choice.label);
}

void CurvePlot::fillLinesMenu()
{
    m_lines->clear();
    for (std::size_t i = 0; i < m_content.series.size(); ++i) {
        QAction* action = m_lines->addAction(m_content.series[i].spec.name);
        action->setCheckable(true);
        action->setChecked(m_content.series[i].visible);
        connect(action, &QAction::toggled, this, [this, i](bool on) {
            setSeriesVisible(static_cast<int>(i), on);
            Q_EMIT seriesVisibleChanged(static_cast<int>(i), on);
        });
    }
}

void CurvePlot::showSeriesMenu(int series, const QPoint& globalPosition)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(objectName() + u"_series_menu"_s);
    connect(this, &CurvePlot::seriesRemoved, menu, &QMenu::close);
    menu->addSection(seriesAt(series).spec.name);
    const QAction* hide = menu->addAction(seriesAt(series).visible ? tr("Hide") : tr("Show"));
    connect(hide, &QAction::triggered, this, [this, series] {
        setSeriesVisible(series, !seriesAt(series).visible);
        Q_EMIT seriesVisibleChanged(series, seriesAt(series).visible);
    });
    connect(menu->addAction(tr("Show only this, or all")), &QAction::triggered, this,
        [this, series] { isolateSeries(series); });
    menu->addSeparator();
    const ThemeColors& colors = themeColors(palette());
    const QStringList names = colorNames();
    for (int color = 0; color < std::min(names.size(), colors.series.size()); ++color) {
        QAction* action = menu->addAction(swatch(colors.series[color]), names[color]);
        action->setObjectName(objectName() + u"_color_%1"_s.arg(color));
        action->setCheckable(true);
        action->setChecked(seriesAt(series).spec.color == color);
        connect(action, &QAction::triggered, this, [this, series, color] {
            setSeriesColor(series, color);
            Q_EMIT seriesColorChanged(series, color);
        });
    }
    menu->popup(globalPosition);
}

} // namespace fedcctr::widgets
