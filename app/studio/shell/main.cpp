// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/engineprocess.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/shell/mainwindow.h"
#include "app/studio/shell/plurals.h"
#include "app/studio/shell/settingsdialog.h"
#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/base/numbers.h"
#include "core/settings/config.h"
#include "core/settings/presets.h"

#include <QApplication>
#include <QDir>
#include <QIcon>
#include <QSettings>
#include <QTimer>

#include <iostream>
#include <memory>
#include <vector>

using namespace Qt::StringLiterals;

namespace {

fedcctr::Arguments parse(int argc, char** argv)
{
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    return fedcctr::Arguments(words,
        {{"--version", "", "print the version and end"},
            {"--workspace", "DIR",
                "folder for datasets and runs (default: the last one, or FedCCTR in the home folder)"},
            {"--dataset", "DIR", "open this dataset"},
            {"--preset", "NAME", "queue a run with this preset on the dataset as soon as it is read"},
            {"--demo", "", "make the demo dataset if there is none, and train on it with the preset demo"},
            {"--reset-layout", "", "start with the window as it was made"}},
        "fedcctr-studio [OPTIONS]");
}

/// Throws Error before a window is there.
void checkPreset(const std::string& preset)
{
    if (!preset.empty())
        fedcctr::settings::loadPreset(preset);
}

QString workspaceFolder(const fedcctr::Arguments& arguments)
{
    if (arguments.has("--workspace"))
        return QString::fromStdString(arguments.text("--workspace"));
    const QSettings settings(QSettings::IniFormat, QSettings::UserScope, u"FedCCTR"_s, u"studio"_s);
    const QString last = settings.value(u"workspace"_s).toString();
    if (settings.value(u"reopen"_s, true).toBool() && QDir(last).exists() && !last.isEmpty())
        return last;
    return QDir::homePath() + u"/FedCCTR"_s;
}

/// Does what the options ask for, once the window is there.
void obey(const fedcctr::Arguments& arguments, fedcctr::studio::MainWindow& window)
{
    const bool demo = arguments.has("--demo");
    if (arguments.has("--reset-layout"))
        window.resetLayout();
    if (demo)
        window.workspace()->createDemo();
    else if (arguments.has("--dataset"))
        window.workspace()->openDataset(QString::fromStdString(arguments.text("--dataset")));
    const std::string preset = arguments.text("--preset", demo ? "demo" : "");
    if (!preset.empty())
        window.queueQuickRun(QString::fromStdString(preset));
}

int run(int argc, char** argv)
{
    const fedcctr::Arguments arguments = parse(argc, argv);
    if (arguments.wantsHelp()) {
        std::cout << arguments.help();
        return 0;
    }
    if (arguments.has("--version")) {
        std::cout << "fedcctr-studio " << FEDCCTR_VERSION << '\n';
        return 0;
    }
    checkPreset(arguments.text("--preset"));
    QApplication application(argc, argv);
    fedcctr::useDecimalPoint();
    QApplication::setApplicationName(u"fedcctr-studio"_s);
    QApplication::setApplicationDisplayName(u"FedCCTR Studio"_s);
    QApplication::setApplicationVersion(QStringLiteral(FEDCCTR_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral(FEDCCTR_APP_ID));
    QApplication::setWindowIcon(QIcon(u":/fedcctr/app/fedcctr-studio.svg"_s));
    fedcctr::studio::Plurals plurals;
    QApplication::installTranslator(&plurals);
    fedcctr::studio::applyFontSize(
        QSettings(QSettings::IniFormat, QSettings::UserScope, u"FedCCTR"_s, u"studio"_s)
            .value(u"font_size"_s)
            .toInt());
    auto window = std::make_unique<fedcctr::studio::MainWindow>(
        fedcctr::studio::EngineProcess::besideThisProgram(), workspaceFolder(arguments));
    window->show();
    // After the window has read its workspace, whose last dataset the options replace.
    QTimer::singleShot(0, window.get(), [&arguments, &window] { obey(arguments, *window); });
    return QApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const fedcctr::Error& error) {
        std::cerr << "fedcctr-studio: " << error.what() << std::endl;
        return error.exitCode();
    } catch (const std::exception& error) {
        std::cerr << "fedcctr-studio: " << error.what() << std::endl;
        return 1;
    }
}
