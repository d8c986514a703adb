// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/plots/chartcontent.h"
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "widgets/charts/curveexport.h"
#include "widgets/charts/heatmap.h"
#include "widgets/charts/intervalbars.h"

#include <QApplication>
#include <QLocale>

#include <algorithm>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;

namespace {

using namespace fedcctr;

constexpr QSize kSize(720, 400); ///< in pixels at 96 per inch
constexpr double kScale = 2; ///< PNG: pixels per pixel of it

QString writePicture(const report::Chart& chart, const QString& path)
{
    widgets::PictureOptions options;
    options.size = kSize;
    options.scale = kScale;
    return widgets::writePicture(plots::contentOf(chart), path, options);
}

QString writePicture(const report::HeatMap& map, const QString& path)
{
    widgets::HeatMap widget(u"heat_map"_s);
    plots::show(map, widget);
    const QSize size(kSize.width(), std::max(320, 120 + 44 * static_cast<int>(map.yValues.size())));
    return widget.writePicture(path, size, kScale);
}

QString writePicture(const report::BarChart& chart, const QString& path)
{
    widgets::IntervalBars widget(u"bars"_s);
    plots::show(chart, widget);
    return widget.writePicture(path, kSize, kScale);
}

void writeAll(const report::Picture& picture, const std::filesystem::path& folder)
{
    for (const char* ending : {".png", ".svg", ".pdf"}) {
        const QString path = QString::fromStdString((folder / (picture.file + ending)).string());
        const QString failure =
            std::visit([&path](const auto& chart) { return writePicture(chart, path); }, picture.content);
        if (!failure.isEmpty())
            throw Error(failure.toStdString(), Error::Kind::Failure);
    }
}

std::vector<report::Picture> readPictures(const std::string& file)
{
    try {
        return report::picturesFrom(nlohmann::json::parse(readFile(file)));
    } catch (const nlohmann::json::exception&) {
        throw Error(file + ": is not JSON; 'fedcctr report' writes such a file, charts.json");
    } catch (const Error& error) {
        throw Error(file + ": " + error.what());
    }
}

int run(const std::vector<std::string>& words)
{
    const Arguments arguments(words, {{"--out", "DIR", "folder for the pictures; those of the same name are replaced"}},
        "fedcctr-plots CHARTS --out DIR");
    if (arguments.wantsHelp()) {
        std::cout << arguments.help()
                  << "\nDraws the charts that 'fedcctr report' has computed, the charts.json of its folder, as PNG, "
                     "SVG and PDF. The report starts this program by itself.\n";
        return 0;
    }
    if (arguments.positional().size() != 1)
        throw Error("give one file of charts; usage: fedcctr-plots CHARTS --out DIR");
    const std::filesystem::path out = arguments.required("--out");
    const std::vector<report::Picture> pictures = readPictures(arguments.positional().front());
    makeWritableDirectory(out);
    for (const report::Picture& picture : pictures)
        writeAll(picture, out);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
        if (words.size() == 1 && words.front() == "--version") {
            std::cout << "fedcctr-plots " << FEDCCTR_VERSION << '\n';
            return 0;
        }
        // Drawing into files needs no display, whatever the session offers.
        qputenv("QT_QPA_PLATFORM", "offscreen");
        qInstallMessageHandler([](QtMsgType type, const QMessageLogContext&, const QString& message) {
            // What Qt misses in a session without a desktop is of no interest here.
            if (type == QtCriticalMsg || type == QtFatalMsg)
                std::cerr << message.toStdString() << '\n';
        });
        const QApplication application(argc, argv);
        useDecimalPoint();
        QLocale::setDefault(QLocale::c()); // pictures are the same on every desktop
        return run(words);
    } catch (const Error& error) {
        std::cerr << "fedcctr-plots: " << error.what() << std::endl;
        return error.exitCode();
    } catch (const std::exception& error) {
        std::cerr << "fedcctr-plots: " << error.what() << std::endl;
    }
    return 1;
}
