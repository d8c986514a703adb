// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/engineprocess.h"
#include "app/studio/mainwindow.h"
#include "app/studio/trainpage.h"
#include "core/base/arguments.h"
#include "core/base/error.h"

#include <QApplication>
#include <QDir>

#include <iostream>
#include <vector>

using namespace Qt::StringLiterals;

namespace {

fedcctr::Arguments parse(int argc, char** argv)
{
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    return fedcctr::Arguments(words,
        {{"--version", "", "print the version and end"},
            {"--workspace", "DIR", "folder for datasets and runs (default: FedCCTR in the home folder)"},
            {"--dataset", "DIR", "open this dataset"},
            {"--demo", "", "make the demo dataset if there is none, and train on it with the preset demo"}},
        "fedcctr-studio [OPTIONS]");
}

/// Does what the options ask for, once the window is there.
void obey(const fedcctr::Arguments& arguments, fedcctr::studio::MainWindow& window)
{
    if (arguments.has("--demo"))
        window.trainPage()->queueDemo();
    else if (arguments.has("--dataset"))
        window.workspace()->openDataset(QString::fromStdString(arguments.text("--dataset")));
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
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"fedcctr-studio"_s);
    QApplication::setApplicationDisplayName(u"FedCCTR Studio"_s);
    QApplication::setApplicationVersion(QStringLiteral(FEDCCTR_VERSION));
    const QString workspace = arguments.has("--workspace")
        ? QString::fromStdString(arguments.text("--workspace"))
        : QDir::homePath() + u"/FedCCTR"_s;
    fedcctr::studio::MainWindow window(
        fedcctr::studio::EngineProcess::besideThisProgram(), QDir(workspace).absolutePath());
    window.show();
    obey(arguments, window);
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
