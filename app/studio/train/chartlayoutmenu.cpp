// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/chartlayoutmenu.h"

#include "app/studio/common/chartgrid.h"

#include <QActionGroup>
#include <QMenu>

#include <tuple>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

QMenu* makeChartLayoutMenu(ChartGrid* grid, QWidget* parent)
{
    auto* menu = new QMenu(parent);
    menu->setObjectName(u"menu_layout"_s);
    auto* modes = new QActionGroup(menu);
    auto* charts = new QActionGroup(menu);
    for (const auto& [name, text, mode] :
        {std::tuple(u"action_layout_grid"_s, ChartGrid::tr("Two by two"), ChartGrid::Mode::TwoByTwo),
            std::tuple(u"action_layout_big"_s, ChartGrid::tr("One big"), ChartGrid::Mode::OneBig),
            std::tuple(u"action_layout_single"_s, ChartGrid::tr("Single"), ChartGrid::Mode::Single)}) {
        QAction* action = modes->addAction(menu->addAction(text));
        action->setObjectName(name);
        action->setCheckable(true);
        QObject::connect(action, &QAction::triggered, grid, [grid, mode = mode] { grid->setMode(mode); });
    }
    QMenu* which = menu->addMenu(ChartGrid::tr("Main chart"));
    for (const QString& text : {ChartGrid::tr("Ranking quality"), ChartGrid::tr("Privacy budget"),
             ChartGrid::tr("Loss terms"), ChartGrid::tr("Noise and clipping"), ChartGrid::tr("Clients"),
             ChartGrid::tr("Reliability"), ChartGrid::tr("Markets"), ChartGrid::tr("Codebooks")}) {
        QAction* action = charts->addAction(which->addAction(text));
        const auto index = static_cast<int>(charts->actions().size()) - 1;
        action->setObjectName(u"action_main_chart_%1"_s.arg(index));
        action->setCheckable(true);
        QObject::connect(action, &QAction::triggered, grid, [grid, index] {
            if (index >= 4)
                grid->setShowsOptional(true);
            grid->setMain(index);
        });
    }
    menu->addSeparator();
    QAction* optional = menu->addAction(ChartGrid::tr("Show clients, reliability and the like too"));
    optional->setObjectName(u"action_clients_chart"_s);
    optional->setCheckable(true);
    QObject::connect(optional, &QAction::toggled, grid, &ChartGrid::setShowsOptional);
    const auto tick = [grid, modes, charts, optional] {
        modes->actions().at(static_cast<int>(grid->mode()))->setChecked(true);
        charts->actions().at(grid->main())->setChecked(true);
        optional->setChecked(grid->showsOptional());
    };
    QObject::connect(menu, &QMenu::aboutToShow, grid, tick);
    tick();
    return menu;
}

} // namespace fedcctr::studio
