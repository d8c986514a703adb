// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/gradientleakpanel.h"

#include "app/studio/common/background.h"

#include "core/data/history.h"

#include <QComboBox>
#include <QGridLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QtConcurrent>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QString titleOf(const data::Item& item)
{
    const QString title = QString::fromStdString(item.title);
    return title.isEmpty() ? QString::fromStdString(item.id) : title;
}

QString titleOf(const QJsonObject& item)
{
    const QString title = item[u"title"_s].toString();
    return title.isEmpty() ? item[u"id"_s].toString() : title;
}

LeakReading readingOf(const QJsonObject& entry)
{
    LeakReading reading;
    reading.sigma = entry[u"sigma"_s].toDouble();
    reading.held = entry[u"held"_s].toInt();
    reading.found = entry[u"found"_s].toInt();
    reading.precision = entry[u"precision"_s].toDouble();
    reading.chance = entry[u"chance"_s].toDouble();
    for (const QJsonValue& value : entry[u"items"_s].toArray()) {
        if (reading.guesses.size() >= reading.held)
            break;
        const QJsonObject item = value.toObject();
        reading.guesses.append({titleOf(item), item[u"held"_s].toBool()});
    }
    return reading;
}

/// "31 of 40 found: 78 % right; by chance 1.2 %".
QString scoreOf(const LeakReading& reading)
{
    return LeakPanel::tr("%1 of %2 right: precision %3 %, by chance %4 %")
        .arg(reading.found)
        .arg(reading.held)
        .arg(labNumber(100 * reading.precision), labNumber(100 * reading.chance, 2));
}

QListWidget* makeList(const QString& name, QWidget* parent)
{
    auto* list = new QListWidget(parent);
    list->setObjectName(name);
    list->setTextElideMode(Qt::ElideRight);
    list->setUniformItemSizes(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setMinimumHeight(parent->fontMetrics().height() * 9);
    return list;
}

} // namespace

Leak readLeak(const QByteArray& document, const QString& dataset)
{
    Leak leak;
    const QJsonObject root = QJsonDocument::fromJson(document).object();
    const QJsonArray entries = root[u"leakage"_s].toObject()[u"client"_s].toArray();
    if (entries.isEmpty()) {
        leak.problem = LeakPanel::tr("The engine's answer cannot be read.");
        return leak;
    }
    leak.client = root[u"client"_s].toInt();
    leak.adversary = root[u"adversary"_s].toString();
    for (const QJsonValue& entry : entries)
        leak.readings.append(readingOf(entry.toObject()));
    try {
        const data::Dataset loaded = data::load(dataset.toStdString());
        for (const data::ItemId item : data::trainingItems(loaded, static_cast<std::size_t>(leak.client)))
            leak.clicked.append(titleOf(loaded.items.at(static_cast<std::size_t>(item))));
    } catch (const std::exception& failure) {
        leak.problem = QString::fromUtf8(failure.what());
    }
    return leak;
}

LeakPanel::LeakPanel(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
{
    setObjectName(u"panel_lab_leak"_s);
    auto* title = new QLabel(tr("What a server reads out of one client's upload"), this);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    m_empty = buildEmpty();
    m_reading = buildReading();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(5, 0, 5, 0);
    column->addWidget(title);
    column->addWidget(m_empty);
    column->addWidget(m_reading, 1);
    connect(&m_process, &QProcess::finished, this, &LeakPanel::ended);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            showState(tr("%1 cannot be started: %2").arg(m_engine, m_process.errorString()));
    });
    setRuns({});
}

LeakPanel::~LeakPanel()
{
    m_process.disconnect(this);
    m_process.kill();
    m_process.waitForFinished();
}

QWidget* LeakPanel::buildEmpty()
{
    auto* page = new QWidget(this);
    auto* text = new QLabel(tr("Nothing is trained yet. Train a run first: then this shows which titles a "
                               "curious server reads out of "
                               "one client's upload, without noise and with it."),
        page);
    text->setObjectName(u"label_lab_leak_empty"_s);
    text->setWordWrap(true);
    auto* train = new QPushButton(tr("Go to Train"), page);
    train->setObjectName(u"button_lab_leak_train"_s);
    train->setToolTip(tr("Open the Train page"));
    connect(train, &QPushButton::clicked, this, &LeakPanel::trainRequested);
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(text, 1);
    row->addWidget(train);
    return page;
}

QWidget* LeakPanel::buildReading()
{
    auto* page = new QWidget(this);
    m_run = new QComboBox(page);
    m_run->setObjectName(u"combo_lab_leak_run"_s);
    m_run->setAccessibleName(tr("Run"));
    m_run->setToolTip(tr("The finished run whose client's upload is read"));
    m_run->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_run->setMinimumContentsLength(16);
    m_client = new QSpinBox(page);
    m_client->setObjectName(u"spin_lab_leak_client"_s);
    m_client->setRange(-1, 10'000'000);
    m_client->setValue(-1);
    m_client->setSpecialValueText(tr("by chance"));
    m_client->setAccessibleName(tr("Client"));
    m_client->setToolTip(tr("Number of the client, from 0; or one by chance"));
    m_read = new QPushButton(tr("Read an upload"), page);
    m_read->setObjectName(u"button_lab_leak_read"_s);
    m_read->setToolTip(
        tr("Compute the client's upload, add the noise of σ₀, and rank all items by what it betrays"));
    m_state = new QLabel(page);
    m_state->setObjectName(u"label_lab_leak_state"_s);
    m_state->setWordWrap(true);
    connect(m_read, &QPushButton::clicked, this, [this] {
        if (isReading())
            cancel();
        else
            read();
    });

    auto* row = new QHBoxLayout;
    row->addWidget(m_run, 1);
    auto* label = new QLabel(tr("Client"), page);
    label->setBuddy(m_client);
    row->addWidget(label);
    row->addWidget(m_client);
    row->addWidget(m_read);
    m_clickedTitle = new QLabel(tr("really clicked"), page);
    m_clicked = makeList(u"list_lab_leak_clicked"_s, page);
    m_clicked->setAccessibleName(tr("Titles that the client really clicked"));
    auto* lists = new QGridLayout;
    lists->addWidget(m_clickedTitle, 0, 0);
    lists->addWidget(m_clicked, 1, 0);
    constexpr std::array kNames{"list_lab_leak_open", "list_lab_leak_noisy"};
    for (std::size_t i = 0; i < m_lists.size(); ++i) {
        m_titles[i] = new QLabel(i == 0 ? tr("the server reads, without noise") : tr("with noise"), page);
        m_titles[i]->setWordWrap(true);
        m_lists[i] = makeList(QString::fromLatin1(kNames[i]), page);
        m_lists[i]->setAccessibleName(
            i == 0 ? tr("What the server reads without noise") : tr("What the server reads with noise"));
        lists->addWidget(m_titles[i], 0, static_cast<int>(i) + 1);
        lists->addWidget(m_lists[i], 1, static_cast<int>(i) + 1);
    }
    for (int column = 0; column < 3; ++column)
        lists->setColumnStretch(column, 1);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row);
    column->addWidget(m_state);
    column->addLayout(lists, 1);
    return page;
}

void LeakPanel::setRuns(const std::vector<EntryPtr>& runs)
{
    const QString before = m_run->currentData().toString();
    m_runs.clear();
    m_run->clear();
    for (const EntryPtr& run : runs) {
        // In central mode clients send nothing.
        if (!run->summary || !run->hasCheckpoint || run->setting("federation.mode") == "central")
            continue;
        m_runs.push_back(run);
        m_run->addItem(QString::fromStdString(run->name), QString::fromStdString(run->path.string()));
    }
    m_run->setCurrentIndex(std::max(0, m_run->findData(before)));
    m_empty->setVisible(m_runs.empty());
    m_reading->setVisible(!m_runs.empty());
    if (!m_runs.empty() && m_state->text().isEmpty())
        showState(tr("Choose a run and press Read an upload: some seconds."));
}

void LeakPanel::setKnobs(const LabKnobs& knobs)
{
    m_knobs = knobs;
}

EntryPtr LeakPanel::chosen() const
{
    const int index = m_run->currentIndex();
    return index >= 0 && index < static_cast<int>(m_runs.size()) ? m_runs[static_cast<std::size_t>(index)]
                                                                 : nullptr;
}

void LeakPanel::read()
{
    const EntryPtr run = chosen();
    if (!run)
        return;
    // The noise of the knobs, in the unit of the run's own clip norm.
    const double clip = QLocale::c().toDouble(QString::fromStdString(run->setting("privacy.clip_norm")));
    const double sigma = m_knobs.sigma0 * (clip > 0 ? clip : 1);
    QStringList arguments{u"audit"_s, QString::fromStdString(run->path.string()), u"--json"_s, u"--clients"_s,
        u"2"_s, u"--releases"_s, u"40"_s, u"--sigma"_s, QString::number(sigma, 'g', 12)};
    if (m_client->value() >= 0)
        arguments << u"--client"_s << QString::number(m_client->value());
    m_cancelled = false;
    m_readFrom = run;
    m_process.start(m_engine, arguments);
    showState(tr("Computing the upload of a client of %1 …").arg(QString::fromStdString(run->name)));
}

void LeakPanel::cancel()
{
    m_cancelled = true;
    m_process.kill();
}

void LeakPanel::showState(const QString& text)
{
    m_state->setText(text);
    m_read->setText(isReading() ? tr("Cancel") : tr("Read an upload"));
    m_run->setEnabled(!isReading());
}

void LeakPanel::ended()
{
    if (m_cancelled) {
        showState(tr("Cancelled."));
        return;
    }
    if (m_process.exitStatus() != QProcess::NormalExit || m_process.exitCode() != 0) {
        const QString words = QString::fromUtf8(m_process.readAllStandardError()).trimmed();
        showState(words.isEmpty() ? tr("The engine ended without an answer.") : words.section(u'\n', -1));
        return;
    }
    m_parsing = true;
    deliver(QtConcurrent::run(
                readLeak, m_process.readAllStandardOutput(), QString::fromStdString(m_readFrom->datasetPath)),
        this, [this](const Leak& leak) {
            m_parsing = false;
            show(leak);
        });
}

void LeakPanel::show(const Leak& leak)
{
    if (leak.readings.isEmpty()) {
        showState(leak.problem);
        return;
    }
    m_clicked->clear();
    m_clicked->addItems(leak.clicked);
    m_clickedTitle->setText(tr("client %1 really clicked").arg(leak.client));
    for (std::size_t i = 0; i < m_lists.size(); ++i) {
        m_lists[i]->clear();
        const bool there = static_cast<qsizetype>(i) < leak.readings.size();
        m_lists[i]->setEnabled(there);
        if (!there) {
            m_titles[i]->setText(tr("with noise: σ is 0"));
            continue;
        }
        const LeakReading& reading = leak.readings[static_cast<qsizetype>(i)];
        m_titles[i]->setText(i == 0 ? tr("the server reads, without noise: %1").arg(scoreOf(reading))
                                    : tr("with σ = %1: %2").arg(labNumber(reading.sigma), scoreOf(reading)));
        for (const LeakReading::Guess& guess : reading.guesses) {
            auto* item = new QListWidgetItem((guess.hit ? u"✓ "_s : u"   "_s) + guess.title, m_lists[i]);
            QFont font = item->font();
            font.setBold(guess.hit);
            item->setFont(font);
        }
    }
    QString note = leak.problem;
    if (note.isEmpty())
        note = leak.adversary == u"local"_s
            ? tr("✓ marks what the client really clicked.")
            : tr("✓ marks what the client really clicked. In this run the server sees the sum only; this is "
                 "what a "
                 "single upload would betray under the noise of the whole sum.");
    showState(note);
}

} // namespace fedcctr::studio
