// SPDX-License-Identifier: GPL-3.0-or-later
// What a page with four live charts costs per tick, and how many ticks a second are reached while values
// arrive.
#include "widgets/charts/curveplot.h"
#include "widgets/charts/redrawclock.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QGridLayout>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <memory>
#include <random>

using namespace Qt::StringLiterals;
using namespace fedcctr::widgets;

namespace {

constexpr int kPlots = 4;
constexpr int kLines = 6;

/// Of this thread, so that other work on the machine does not count.
double cpuMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

struct Case {
    int points = 10000;
    bool noise = false; ///< over the whole height, the worst case; else a learning curve
    double smoothing = 0;
    bool dashed = true; ///< every second line
    const char* name = "";
};

class Page {
public:
    explicit Page(const Case& what)
        : m_case(what)
    {
        m_window.resize(1120, 600);
        auto* grid = new QGridLayout(&m_window);
        for (int i = 0; i < kPlots; ++i) {
            auto* plot = new CurvePlot(u"plot_%1"_s.arg(i), &m_clock, &m_window);
            plot->setTitle(u"Chart %1"_s.arg(i));
            plot->setAxes(u"round"_s, u"value"_s);
            for (int line = 0; line < kLines; ++line)
                plot->addSeries({u"line %1"_s.arg(line), {}, line,
                    what.dashed && line % 2 ? LineStyle::Dashed : LineStyle::Solid});
            plot->setSmoothing(what.smoothing);
            grid->addWidget(plot, i / 2, i % 2);
            m_plots.push_back(plot);
        }
        for (int i = 0; i < what.points; ++i)
            appendRound();
        m_window.show();
        QApplication::processEvents();
    }

    void appendRound()
    {
        ++m_round;
        for (CurvePlot* plot : m_plots)
            for (int line = 0; line < kLines; ++line)
                plot->append(line, m_round, value(line));
    }

    /// CPU milliseconds of each tick while a round arrives before every one.
    std::vector<double> ticks(int count)
    {
        std::vector<double> spent;
        for (int i = 0; i < count; ++i) {
            appendRound();
            const double before = cpuMs();
            Q_EMIT m_clock.tick();
            // What the tick queued belongs to it: the replots and the widgets' painting.
            QApplication::sendPostedEvents();
            m_window.repaint();
            spent.push_back(cpuMs() - before);
        }
        return spent;
    }

    /// Ticks a second of the page's own clock while 250 rounds a second arrive, that is 6,000 values.
    double rate(int milliseconds)
    {
        int count = 0;
        const auto counting =
            QObject::connect(&m_clock, &RedrawClock::tick, &m_window, [&count] { ++count; });
        QTimer feed;
        QObject::connect(&feed, &QTimer::timeout, &m_window, [this] { appendRound(); });
        feed.start(4);
        QEventLoop loop;
        QElapsedTimer timer;
        timer.start();
        QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
        loop.exec();
        QObject::disconnect(counting);
        return count * 1000.0 / static_cast<double>(timer.elapsed());
    }

    void setRate(int perSecond) { m_clock.setRate(perSecond); }

private:
    double value(int line)
    {
        const double noise = std::uniform_real_distribution(0.0, 1.0)(m_random);
        if (m_case.noise)
            return 20 * noise;
        return 5 + line + 15 * (1 - std::exp(-m_round / (m_case.points * 0.2))) + 0.3 * noise;
    }

    Case m_case;
    std::mt19937 m_random{1};
    QWidget m_window;
    RedrawClock m_clock;
    std::vector<CurvePlot*> m_plots;
    int m_round = 0;
};

void measure(const Case& what)
{
    Page page(what);
    std::vector<double> spent = page.ticks(40);
    std::ranges::sort(spent);
    page.setRate(30);
    const double usual = page.rate(1500);
    page.setRate(60);
    const double fast = page.rate(1500);
    std::printf("%-34s DPR %.0f: tick median %.1f CPU ms, 95 %% %.1f; %.0f ticks/s at 30, %.0f at 60\n",
        what.name, qApp->devicePixelRatio(), spent[spent.size() / 2], spent[spent.size() * 95 / 100], usual,
        fast);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    std::printf("%d charts of %d lines, 1120x600, a new round before every tick\n", kPlots, kLines);
    measure({500, false, 0, true, "learning curve, 500 points"});
    measure({10000, false, 0, true, "learning curve, 10,000 points"});
    measure({10000, false, 0, false, "the same, all lines solid"});
    measure({10000, false, 0.9, true, "dashed again, smoothed 0.9"});
    measure({10000, true, 0, true, "white noise, 10,000 points"});
    return 0;
}
