// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/runactions.h"

#include "app/studio/runs/comparisonrun.h"
#include "app/studio/runs/runbin.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/runvalues.h"
#include "app/studio/runs/workspace.h"
#include "core/data/fingerprint.h"
#include "core/runs/run_notes.h"
#include "core/settings/config.h"
#include "core/settings/presets.h"
#include "core/sweeps/sweep.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QStandardPaths>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

constexpr qsizetype kManyRuns = 20;

bool isPreset(const std::string& name)
{
    try {
        const auto known = settings::presets();
        return std::ranges::find(known, name, &settings::PresetInfo::name) != known.end();
    } catch (const std::exception&) {
        return false;
    }
}

MessageBar::Action openAction(const QString& path, const QString& text)
{
    return {u"button_open_result"_s, text, RunActions::tr("Open %1").arg(path),
        [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); }};
}

/// Runs like an older one belong beside it only if its data are still there; empty if they are, or if that
/// cannot be told. Reads one small file.
QString dataProblem(const runs::RunEntry& base)
{
    try {
        const auto parts = runs::differingParts(runs::dataOf(base), data::fingerprintOf(base.datasetPath));
        if (parts.empty())
            return {};
        return RunActions::tr(
            "%1 was trained on other data than %2 holds now (by their checksums %3 differ); "
            "nothing was queued.")
            .arg(QString::fromStdString(base.name), QString::fromStdString(base.datasetPath),
                QString::fromStdString(runs::inWords(parts)));
    } catch (const std::exception&) {
        return {}; // the engine will say what is wrong with the dataset
    }
}

} // namespace

RunActions::RunActions(Workspace* workspace, RunQueue* queue, RunLibrary* library, QWidget* page)
    : QObject(page)
    , m_workspace(workspace)
    , m_queue(queue)
    , m_library(library)
    , m_page(page)
{
    connect(&m_report, &QProcess::finished, this, &RunActions::reportEnded);
    connect(&m_report, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            reportEnded();
    });
    connect(m_workspace, &Workspace::datasetChanged, this, [this] {
        if (m_demoWanted && !m_workspace->dataset().isEmpty()) {
            m_demoWanted = false;
            queueDemo();
        }
    });
    connect(m_library, &RunLibrary::imported, this, [this](const QString& run) {
        Q_EMIT messaged(MessageBar::Kind::Success, tr("Imported: %1").arg(QFileInfo(run).fileName()), {});
    });
    connect(m_library, &RunLibrary::failed, this,
        [this](const QString& message) { Q_EMIT messaged(MessageBar::Kind::Error, message, {}); });
}

RunActions::~RunActions()
{
    m_report.disconnect(this);
    m_report.kill();
    m_report.waitForFinished(1000);
}

void RunActions::askToDelete(const QStringList& runs)
{
    for (const EntryPtr& entry : m_library->runs()) {
        const bool running = entry->state == runs::RunState::Running;
        if (running && runs.contains(QString::fromStdString(entry->path.string()))) {
            Q_EMIT messaged(MessageBar::Kind::Warning,
                tr("%1 is running; stop it first.").arg(QString::fromStdString(entry->name)), {});
            return;
        }
    }
    const QString what = runs.size() == 1 ? QFileInfo(runs.front()).fileName()
                                          : tr("%n runs", nullptr, static_cast<int>(runs.size()));
    auto* box = new QMessageBox(QMessageBox::Question, tr("Move to the bin"),
        tr("Move %1 to the bin, %2? Settings, results and checkpoints go with it.")
            .arg(what, QDir::toNativeSeparators(m_workspace->binFolder())),
        QMessageBox::NoButton, m_page);
    box->setObjectName(u"dialog_delete"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* yes = box->addButton(tr("Move to the bin"), QMessageBox::DestructiveRole);
    yes->setObjectName(u"button_delete"_s);
    QPushButton* no = box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(no);
    connect(yes, &QPushButton::clicked, this, [this, runs] { moveToBin(runs); });
    box->open();
}

void RunActions::moveToBin(const QStringList& runs)
{
    binRuns(m_workspace, runs, this, [this](MessageBar::Kind kind, const QString& text, const auto& actions) {
        Q_EMIT messaged(kind, text, actions);
    });
}

void RunActions::askToImport()
{
    auto* dialog = new QFileDialog(m_page, tr("Import a run directory"));
    dialog->setObjectName(u"dialog_import_run"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, m_library, &RunLibrary::importRun);
    dialog->open();
}

void RunActions::queueLike(const EntryPtr& base, const QList<QStringList>& jobs)
{
    if (jobs.isEmpty())
        return;
    if (!QFileInfo::exists(QString::fromStdString(base->datasetPath))) {
        Q_EMIT messaged(MessageBar::Kind::Error,
            tr("The dataset of %1 is not at %2 any more; nothing was queued.")
                .arg(QString::fromStdString(base->name), QString::fromStdString(base->datasetPath)),
            {});
        return;
    }
    if (const QString problem = dataProblem(*base); !problem.isEmpty()) {
        Q_EMIT messaged(MessageBar::Kind::Error, problem, {});
        return;
    }
    if (jobs.size() <= kManyRuns) {
        queueNow(base, jobs);
        return;
    }
    Q_EMIT messaged(MessageBar::Kind::Warning,
        tr("That are %1 runs, with the settings of %2. Queue them all?")
            .arg(jobs.size())
            .arg(QString::fromStdString(base->name)),
        {{u"button_queue_all"_s, tr("Queue them"), tr("Adds them at the end of the queue"),
            [this, base, jobs] { queueNow(base, jobs); }}});
}

void RunActions::queueNow(const EntryPtr& base, const QList<QStringList>& jobs)
{
    const QString preset = isPreset(base->preset) ? QString::fromStdString(base->preset) : QString();
    for (const QStringList& job : jobs) {
        QStringList settings = assignmentsOf(*base);
        settings.append(job);
        QString name;
        for (const QString& assignment : job)
            name += (name.isEmpty() ? QString() : u"-"_s) + assignment.section(u'.', 1).replace(u'=', u'-');
        Q_EMIT queued(
            m_queue->enqueue({QString::fromStdString(base->datasetPath), preset, settings, {}, false}, name));
    }
    Q_EMIT messaged(MessageBar::Kind::Info,
        tr("%n run(s) queued, with the settings of %1.", nullptr, static_cast<int>(jobs.size()))
            .arg(QString::fromStdString(base->name)),
        {});
}

void RunActions::queueDemo()
{
    if (m_workspace->dataset().isEmpty()) {
        m_demoWanted = true;
        m_workspace->createDemo();
        return;
    }
    Q_EMIT queued(m_queue->enqueue({m_workspace->dataset(), u"demo"_s, {}, {}, false}));
    Q_EMIT messaged(MessageBar::Kind::Info, tr("The quick demo is queued; the page Train shows it."), {});
}

void RunActions::queueAblation()
{
    const QString dataset = m_workspace->dataset();
    if (dataset.isEmpty()) {
        Q_EMIT messaged(MessageBar::Kind::Warning,
            tr("There is no dataset yet; the page Data makes or imports one."), {});
        return;
    }
    constexpr int kSeeds = 3;
    const auto& variants = sweeps::ablationVariants();
    Q_EMIT messaged(MessageBar::Kind::Warning,
        tr("That are %1 runs: the %2 rows of Table 6 with %3 seeds each, preset paper, on %4. Queue them "
           "all?")
            .arg(kSeeds * variants.size())
            .arg(variants.size())
            .arg(kSeeds)
            .arg(QFileInfo(dataset).fileName()),
        {{u"button_queue_all"_s, tr("Queue them"), tr("Adds them at the end of the queue"), [this, dataset] {
              for (const sweeps::SweepVariant& variant : sweeps::ablationVariants())
                  for (int seed = 1; seed <= kSeeds; ++seed) {
                      QStringList settings{u"run.seed=%1"_s.arg(seed)};
                      for (const std::string& assignment : variant.assignments)
                          settings.append(QString::fromStdString(assignment));
                      QString name =
                          QString::fromStdString(variant.name).replace(u'/', QString()).replace(u' ', u'-');
                      Q_EMIT queued(m_queue->enqueue({dataset, u"paper"_s, settings, {}, false},
                          u"%1-seed%2"_s.arg(name.toLower()).arg(seed)));
                  }
              Q_EMIT messaged(MessageBar::Kind::Info, tr("The ablation set is queued."), {});
          }}});
}

void RunActions::queueComparison()
{
    constexpr int kSeeds = 3;
    if (m_workspace->dataset().isEmpty()) {
        Q_EMIT messaged(MessageBar::Kind::Warning,
            tr("There is no dataset yet; the page Data makes or imports one."), {});
        return;
    }
    const ComparisonStart start = ComparisonRun::start(*m_queue, *m_workspace, kSeeds);
    for (const QString& run : start.queued)
        Q_EMIT queued(run);
    Q_EMIT messaged(
        start.problem.isEmpty() ? MessageBar::Kind::Info : MessageBar::Kind::Error, wordsOf(start), {});
}

void RunActions::askForReport(const QStringList& runs)
{
    if (runs.isEmpty()) {
        Q_EMIT messaged(MessageBar::Kind::Warning, tr("Check the runs that the report shall be about."), {});
        return;
    }
    auto* dialog = new QFileDialog(m_page, tr("Folder for the report"),
        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    dialog->setObjectName(u"dialog_report"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setLabelText(QFileDialog::Accept, tr("Write report"));
    connect(dialog, &QFileDialog::fileSelected, this,
        [this, runs](const QString& folder) { writeReport(runs, folder); });
    dialog->open();
}

void RunActions::writeReport(const QStringList& runs, const QString& folder)
{
    if (isReporting())
        return;
    m_reportFolder = folder;
    m_cancelled = false;
    m_report.start(QCoreApplication::applicationDirPath() + u"/fedcctr"_s,
        QStringList{u"report"_s} + runs + QStringList{u"--out"_s, folder});
    Q_EMIT reportingChanged(true);
}

void RunActions::reportEnded()
{
    Q_EMIT reportingChanged(false);
    if (m_cancelled) {
        Q_EMIT messaged(MessageBar::Kind::Info, tr("The report was cancelled."), {});
        return;
    }
    if (m_report.error() == QProcess::FailedToStart) {
        Q_EMIT messaged(MessageBar::Kind::Error,
            tr("%1 cannot be started; it belongs beside the studio.").arg(m_report.program()), {});
        return;
    }
    const QStringList lines =
        QString::fromUtf8(m_report.readAllStandardError()).split(u'\n', Qt::SkipEmptyParts);
    if (m_report.exitStatus() == QProcess::NormalExit && m_report.exitCode() == 0) {
        // What a report had to leave out, e.g. its pictures, is its last remark.
        Q_EMIT messaged(lines.isEmpty() ? MessageBar::Kind::Success : MessageBar::Kind::Warning,
            tr("Report written: %1").arg(m_reportFolder)
                + (lines.isEmpty() ? QString() : u". "_s + lines.back()),
            {openAction(m_reportFolder + u"/index.html"_s, tr("Open report")),
                openAction(m_reportFolder, tr("Open folder"))});
        return;
    }
    Q_EMIT messaged(MessageBar::Kind::Error,
        tr("The report failed: %1").arg(lines.isEmpty() ? m_report.errorString() : lines.back()), {});
}

void RunActions::cancel()
{
    if (!isReporting())
        return;
    m_cancelled = true;
    m_report.terminate();
}

} // namespace fedcctr::studio
