// SPDX-License-Identifier: GPL-3.0-or-later
// What the Experiment page does with its draft: files, the queue, what is kept, and what it knows of the
// dataset.
#include "app/studio/common/background.h"
#include "app/studio/common/settingsbridge.h"
#include "app/studio/experiment/differencepane.h"
#include "app/studio/experiment/experimentform.h"
#include "app/studio/experiment/experimentpage.h"
#include "app/studio/experiment/presetbar.h"
#include "app/studio/experiment/sweepbox.h"
#include "app/studio/experiment/thisrunpanel.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "core/augment/use.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/data/dataset.h"
#include "core/runs/time_estimate.h"
#include "core/settings/json_text.h"
#include "core/sweeps/sweep.h"
#include "widgets/messagebar.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QtConcurrent>

#include <algorithm>
#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

struct AugmentationFacts {
    bool augmented = false;
    bool profiles = false;
    QString error;
};

AugmentationFacts factsOf(
    const QString& dataset, const std::shared_ptr<const data::Dataset>& data, const std::string& name)
{
    try {
        const auto found = augment::loadAugmentation(dataset.toStdString(), *data, name);
        if (!found)
            return {};
        const auto filled = [](const auto& entries) {
            return std::ranges::any_of(entries, [](const auto& entry) { return !entry.empty(); });
        };
        const bool profiles = filled(found->users);
        return {profiles || filled(found->items) || filled(found->sequences), profiles, {}};
    } catch (const std::exception& error) {
        return {false, false, QString::fromUtf8(error.what())};
    }
}

} // namespace

void ExperimentPage::datasetChanged()
{
    m_bar->setDatasets(m_workspace->datasets(), m_workspace->dataset());
    m_stack->setCurrentIndex(m_workspace->data() ? 1 : 0);
    m_augmentationKnown = false;
    m_augmented = false;
    readAugmentation();
    updateTime();
    draftChanged();
}

/// Whether there are profiles decides the number of parameters.
void ExperimentPage::readAugmentation()
{
    const std::shared_ptr<const data::Dataset> opened = m_workspace->data();
    const QString dataset = m_workspace->dataset();
    if (!opened)
        return;
    runs::Population population{static_cast<std::int64_t>(opened->userCount()),
        static_cast<std::int64_t>(opened->items.size()), false};
    m_thisRun->setPopulation(population);
    m_augmentation = m_draft.config().augment.name;
    deliver(QtConcurrent::run(factsOf, dataset, opened, m_augmentation), this,
        [this, dataset, population, name = m_augmentation](const AugmentationFacts& facts) {
            if (dataset != m_workspace->dataset() || name != m_augmentation)
                return;
            m_augmentationKnown = true;
            m_augmented = facts.augmented;
            runs::Population known = population;
            known.profiles = facts.profiles;
            m_thisRun->setPopulation(known);
            m_form->setRelevance(m_draft.config(), m_augmented);
            if (!facts.error.isEmpty())
                complain(facts.error);
            tellNotAugmented();
        });
}

void ExperimentPage::tellNotAugmented()
{
    const settings::Config& config = m_draft.config();
    const bool wanted = augment::isUsed(config.augment);
    // What a queued run said must stay readable.
    if (m_augmented || !wanted || m_toldAbout == m_workspace->dataset() || m_message->isVisible())
        return;
    m_toldAbout = m_workspace->dataset();
    const MessageBar::Action augmentNow{u"button_augment_now"_s, tr("Augment now"),
        tr("Go to the page Augmentation"), [this] { Q_EMIT pageRequested(PageId::Augmentation); }};
    const MessageBar::Action without{u"button_run_without"_s, tr("Run without"),
        tr("Switch the settings of Augmentation off; can be undone"), [this] {
            settings::Config off = m_draft.config();
            off.augment = {{}, false, false, false, false};
            m_draft.replace(off, tr("run without augmentation"));
        }};
    m_message->showMessage(MessageBar::Kind::Info,
        tr("This dataset has not been augmented, so PrivAugNet's settings have nothing to work on: IDRA "
           "compares two "
           "dropout masks of the same sequence."),
        {augmentNow, without});
}

/// For the time of a round and for differences.
void ExperimentPage::takeRuns()
{
    if (!isVisible() || m_runs == m_workspace->runs()->runs())
        return;
    m_runs = m_workspace->runs()->runs();
    m_difference->setRuns(m_runs);
    updateTime();
}

void ExperimentPage::updateTime()
{
    TimeForecast time;
    if (!m_workspace->dataset().isEmpty()) {
        std::vector<const runs::RunEntry*> runs;
        for (const EntryPtr& run : m_runs)
            runs.push_back(run.get());
        const auto found = runs::timeFromRuns(runs, m_draft.config(), m_workspace->dataset().toStdString());
        if (found)
            time = {found->secondsPerRound, QString::fromStdString(found->run)};
    }
    m_thisRun->setTime(time);
    m_sweep->setSecondsPerRun(time.secondsPerRound * m_thisRun->consequences().rounds);
}

/// With an accountant that is not a sum this takes seconds; what was edited meanwhile is left alone.
void ExperimentPage::calibrate()
{
    struct Found {
        double noise = 0;
        QString error;
    };
    Q_EMIT said(tr("Calibrating σ₀…"));
    const settings::Config config = m_draft.config();
    const std::shared_ptr<const data::Dataset> opened = m_workspace->data();
    deliver(QtConcurrent::run([config, clients = opened ? opened->userCount() : 0]() -> Found {
        try {
            return {sweeps::calibratedNoise(config, clients), {}};
        } catch (const std::exception& error) {
            return {0, QString::fromUtf8(error.what())};
        }
    }),
        this, [this, config](const Found& found) {
            if (!found.error.isEmpty()) {
                complain(found.error);
            } else if (assignmentsOver(config, m_draft.config()).isEmpty()) {
                m_draft.edit(u"privacy.noise_multiplier"_s, found.noise);
                Q_EMIT said(tr("σ₀/θ is %1 now.").arg(QLocale().toString(found.noise, 'g', 6)));
            } else {
                Q_EMIT said(tr("The settings were changed meanwhile; nothing was calibrated."));
            }
        });
}

void ExperimentPage::propose(const QString& preset, const QStringList& assignments)
{
    const QString error = m_draft.propose(preset, assignments, tr("settings of another page"));
    if (!error.isEmpty()) {
        complain(error);
        return;
    }
    m_tabs->setCurrentWidget(m_form);
    Q_EMIT said(tr("Settings taken over; Undo brings the former ones back."));
}

void ExperimentPage::showRun(const QString& run)
{
    const runs::RunEntry entry = runs::readEntry(run.toStdString());
    if (entry.settings.empty()) {
        complain(
            entry.problem.empty() ? tr("%1 holds no run.").arg(run) : QString::fromStdString(entry.problem));
        return;
    }
    const settings::Config config = configOf(entry);
    QString preset = QString::fromStdString(entry.preset);
    settings::Config base;
    try {
        base = configOf(preset == "none"_L1 ? QString() : preset);
    } catch (const Error&) {
        preset.clear(); // a preset of its own that is not here
    }
    propose(preset == "none"_L1 ? QString() : preset, assignmentsOver(base, config));
}

void ExperimentPage::writeFile(const QString& path, bool asPreset)
{
    settings::Config config = m_draft.config();
    const std::string name = QFileInfo(path).completeBaseName().toStdString();
    if (asPreset)
        config.preset = name;
    try {
        QDir().mkpath(QFileInfo(path).absolutePath());
        writeFileAtomically(path.toStdString(), settings::jsonText(config));
    } catch (const std::exception& error) {
        complain(QString::fromUtf8(error.what()));
        return;
    }
    Q_EMIT said(tr("Written: %1").arg(path));
    if (!asPreset)
        return;
    m_bar->setFolder(m_workspace->path() + u"/presets"_s);
    if (const QString error = m_draft.choosePreset(path); !error.isEmpty())
        complain(error);
}

void ExperimentPage::openFile(const QString& path)
{
    try {
        settings::Config config = m_draft.config();
        const auto found = settings::readJsonText(config, readFile(path.toStdString()));
        if (!found.empty()) {
            complain(tr("%1, line %2: %3")
                         .arg(path)
                         .arg(found.front().line)
                         .arg(QString::fromStdString(found.front().text)));
            return;
        }
        m_draft.replace(config, tr("settings of %1").arg(QFileInfo(path).fileName()));
        Q_EMIT said(tr("Settings of %1 taken over.").arg(path));
    } catch (const std::exception& error) {
        complain(QString::fromUtf8(error.what()));
    }
}

void ExperimentPage::exportPage()
{
    findChild<QAction*>(u"action_save_json"_s)->trigger();
}

void ExperimentPage::copyCommand()
{
    if (m_workspace->dataset().isEmpty()) {
        complain(tr("There is no dataset to train on; open one on the page Data."));
        return;
    }
    const QString line = commandLine(m_workspace->dataset(), m_draft.preset(), m_draft.assignments(),
        m_workspace->runsFolder() + u'/' + runName());
    QApplication::clipboard()->setText(line);
    Q_EMIT said(tr("Copied: %1").arg(line));
}

QString ExperimentPage::proposedName() const
{
    QString name =
        m_draft.preset().isEmpty() ? tr("defaults") : QFileInfo(m_draft.preset()).completeBaseName();
    const QStringList changes = m_draft.assignments();
    constexpr qsizetype kMost = 3;
    for (const QString& change : changes.first(std::min(changes.size(), kMost)))
        name += u' ' + change.section(u'.', 1);
    if (changes.size() > kMost)
        name += tr(" and %1 more").arg(changes.size() - kMost);
    return name.replace(u'/', u'-').left(80);
}

/// Fit for a folder.
QString ExperimentPage::runName() const
{
    QString name = m_name->text().trimmed();
    if (name.isEmpty())
        name = proposedName();
    name.replace(u'/', u'-');
    return name.startsWith(u'.') ? u'_' + name : name;
}

void ExperimentPage::queueRuns()
{
    updateQueue();
    if (!m_blocked.isEmpty()) {
        m_message->showMessage(MessageBar::Kind::Warning, m_blocked);
        return;
    }
    const int seeds = m_seeds->value();
    const auto first = static_cast<qint64>(m_draft.config().run.seed);
    QStringList settings = m_draft.assignments();
    if (seeds > 1)
        settings.removeIf([](const QString& change) { return change.startsWith("run.seed="_L1); });
    for (int i = 0; i < seeds; ++i) {
        RunSetup setup;
        setup.dataset = m_workspace->dataset();
        setup.preset = m_draft.preset();
        setup.settings = settings;
        if (seeds > 1)
            setup.settings.append(u"run.seed=%1"_s.arg(first + i));
        m_queue->enqueue(setup, seeds > 1 ? tr("%1 seed %2").arg(runName()).arg(first + i) : runName());
    }
    tellQueued(
        seeds == 1 ? tr("Queued: %1").arg(runName()) : tr("%1 runs queued: %2").arg(seeds).arg(runName()));
}

void ExperimentPage::queueJobs(const std::vector<sweeps::SweepJob>& jobs, const QString& what)
{
    for (const sweeps::SweepJob& job : jobs) {
        settings::Config config = m_draft.config();
        for (const std::string& assignment : job.assignments)
            settings::setFromText(config, assignment);
        RunSetup setup;
        setup.dataset = m_workspace->dataset();
        setup.preset = m_draft.preset();
        setup.settings = assignmentsOver(m_draft.presetConfig(), config);
        m_queue->enqueue(setup, QString::fromStdString(job.name).replace(u'/', u'-'));
    }
    QString text = tr("%1 runs queued: %2").arg(jobs.size()).arg(what);
    if (m_augmentationKnown && !m_augmented && !jobs.empty() && !jobs.front().variant.empty())
        text +=
            tr(". This dataset has not been augmented: the row w/o PrivAugNet will be like the full model.");
    tellQueued(text);
}

void ExperimentPage::tellQueued(const QString& text)
{
    m_message->showMessage(MessageBar::Kind::Success, text,
        {{u"button_watch"_s, tr("Watch"), tr("Go to the page Train"),
            [this] { Q_EMIT pageRequested(PageId::Train); }}});
    Q_EMIT said(text);
}

QJsonObject ExperimentPage::state() const
{
    return {{u"preset"_s, m_draft.preset()},
        {u"changes"_s, QJsonArray::fromStringList(m_draft.assignments())},
        // Should the preset be gone one day, these still say what was meant.
        {u"settings"_s, QJsonArray::fromStringList(assignmentsOver(settings::Config{}, m_draft.config()))},
        {u"name"_s, m_nameIsOwn ? m_name->text() : QString()}, {u"seeds"_s, m_seeds->value()},
        {u"sweep"_s, m_sweep->state()}, {u"tab"_s, m_tabs->currentIndex()},
        {u"collapsed"_s, QJsonArray::fromStringList(m_form->collapsedSections())},
        {u"columns"_s, QString::fromLatin1(m_columns->saveState().toBase64())}};
}

void ExperimentPage::restore(const QJsonObject& state)
{
    const auto strings = [&state](QLatin1StringView key) {
        QStringList list;
        for (const QJsonValue& value : state[key].toArray())
            list.append(value.toString());
        return list;
    };
    m_restoring = true;
    m_bar->setFolder(m_workspace->path() + u"/presets"_s);
    if (state["preset"_L1].isString()) {
        const QString error = m_draft.load(state["preset"_L1].toString(), strings("changes"_L1));
        if (!error.isEmpty() && m_draft.load({}, strings("settings"_L1)).isEmpty())
            m_message->showMessage(MessageBar::Kind::Warning,
                tr("The draft is kept, but not its preset: %1 It is shown as changes to the defaults.")
                    .arg(error));
    }
    if (const QString name = state["name"_L1].toString(); !name.isEmpty()) {
        m_nameIsOwn = true;
        m_name->setText(name);
    }
    m_seeds->setValue(std::max(1, state["seeds"_L1].toInt(1)));
    m_sweep->restore(state["sweep"_L1].toObject());
    m_tabs->setCurrentIndex(std::clamp(state["tab"_L1].toInt(), 0, m_tabs->count() - 1));
    if (state["collapsed"_L1].isArray())
        m_form->setCollapsedSections(strings("collapsed"_L1));
    m_columns->restoreState(QByteArray::fromBase64(state["columns"_L1].toString().toLatin1()));
    m_restoring = false;
}

} // namespace fedcctr::studio
