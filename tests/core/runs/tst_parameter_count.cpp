// SPDX-License-Identifier: GPL-3.0-or-later
// What is forecast without torch against what the engine says before it trains.
#include "core/augment/augmentation.h"
#include "core/data/demo.h"
#include "core/runs/run_forecast.h"
#include "core/settings/presets.h"
#include "tests/fixtures/program.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <memory>

using namespace fedcctr;
using namespace Qt::StringLiterals;

class TestParameterCount : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    data::Dataset m_data;

    QString dataset() const { return m_folder.filePath(u"data"_s); }

    /// The engine's first line.
    QJsonObject hello(const QStringList& settings) const
    {
        QTemporaryDir run;
        test::Program engine(test::built("fedcctr-engine"),
            QStringList{u"train"_s, dataset(), u"--json-lines"_s, u"--out"_s, run.filePath(u"run"_s)}
                + settings);
        while (!engine.process().canReadLine() && engine.process().waitForReadyRead())
            ;
        return QJsonDocument::fromJson(engine.process().readLine()).object();
    }

    void compare(const settings::Config& config, const QStringList& settings, bool profiles)
    {
        const runs::Population population{static_cast<std::int64_t>(m_data.userCount()),
            static_cast<std::int64_t>(m_data.items.size()), profiles};
        const runs::RunForecast ours = runs::runForecast(config, population);
        const QJsonObject theirs = hello(settings);
        QCOMPARE(qint64(*ours.parameters), theirs["parameters"_L1].toInteger());
        const QJsonObject forecast = theirs["forecast"_L1].toObject();
        QCOMPARE(ours.signal.has_value(), !forecast.isEmpty());
        if (!ours.signal)
            return;
        const QJsonObject signal = forecast["signal_to_noise_at_best"_L1].toObject();
        const auto same = [](double x, double y) { return std::abs(x - y) <= 1e-9 * std::abs(y); };
        QVERIFY(same(ours.signal->first, signal["first_round"_L1].toDouble()));
        QVERIFY(same(ours.signal->whole, signal["all_rounds"_L1].toDouble()));
        if (ours.budgets.front().participation == runs::Participation::All)
            QCOMPARE(ours.budgets.front().refused, forecast["stop"_L1]["first_client"_L1].toInt());
    }

private Q_SLOTS:
    void initTestCase()
    {
        data::DemoOptions options;
        options.users = 60;
        options.items = 60;
        m_data = data::generateDemo(options).dataset;
        data::save(m_data, dataset().toStdString());
    }

    void everyPreset_data()
    {
        QTest::addColumn<QString>("preset");
        for (const settings::PresetInfo& preset : settings::presets())
            QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
    }

    void everyPreset()
    {
        QFETCH(const QString, preset);
        compare(settings::loadPreset(preset.toStdString()),
            {u"--preset"_s, QStringLiteral(FEDCCTR_SOURCE_DIR "/resources/presets/") + preset + u".json"_s},
            false);
    }

    void profilesCount()
    {
        augment::Augmentation augmentation;
        augmentation.backend = "test";
        augmentation.items.resize(m_data.items.size());
        augmentation.users.resize(m_data.userCount());
        augmentation.sequences.resize(m_data.userCount());
        augmentation.users[0].age = augment::kAges[2];
        augment::saveAugmentation(augmentation, m_data, dataset().toStdString());
        compare(settings::Config{}, {}, true);
        settings::Config without;
        without.augment.profiles = false;
        compare(without, {u"--set"_s, u"augment.profiles=false"_s}, true);
    }
};

std::unique_ptr<QObject> tst_parameter_count()
{
    return std::make_unique<TestParameterCount>();
}
#include "tst_parameter_count.moc"
