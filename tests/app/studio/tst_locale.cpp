// SPDX-License-Identifier: GPL-3.0-or-later
// On a desktop with decimal commas: files and commands keep their points, people type their commas.
#include "app/studio/compare/runfilter.h"
#include "app/studio/experiment/sweepbox.h"
#include "core/base/numbers.h"
#include "core/report/run_tables.h"
#include "core/sweeps/sweep.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/synthetic_runs.h"
#include "widgets/forms/valueedit.h"

#include <QApplication>
#include <QDir>
#include <QJsonArray>
#include <QJsonObject>
#include <QLocale>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <clocale>
#include <cstdio>
#include <string_view>

using namespace fedcctr;
using namespace Qt::StringLiterals;

namespace {

constexpr const char* kLocale = "de_DE.UTF-8";

bool hasDecimalComma()
{
    return std::string_view(std::localeconv()->decimal_point) == ",";
}

/// Compiles the locale into the folder, where the C library finds it by LOCPATH, unless the system has it.
void provideLocale(const QString& folder)
{
    const bool isThere = std::setlocale(LC_NUMERIC, kLocale) && hasDecimalComma();
    std::setlocale(LC_NUMERIC, "C");
    if (!isThere) {
        QProcess::execute(u"localedef"_s,
            {u"-i"_s, u"de_DE"_s, u"-f"_s, u"UTF-8"_s, folder + u'/' + QLatin1String(kLocale)});
        qputenv("LOCPATH", folder.toUtf8());
    }
    qputenv("LC_ALL", kLocale);
}

} // namespace

class TestLocale : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString path(const QString& name) const { return m_folder.filePath(name); }

    /// What the command prints.
    static QByteArray command(const QStringList& words, const char* locale)
    {
        const test::Outcome outcome = test::run(
            test::built("fedcctr"), words, {.environment = {{u"LC_ALL"_s, QString::fromLatin1(locale)}}});
        return outcome.exitCode == 0 ? outcome.out : "failed: " + outcome.errors.toUtf8();
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasDecimalComma() || QLocale().decimalPoint() != u","_s)
            QSKIP("the locale de_DE.UTF-8 cannot be had here: neither installed nor made by localedef");
    }

    void reportsAreTheSame()
    {
        tests::SyntheticRun run;
        run.name = u"run"_s;
        run.config.loss.lambda1 = 0.375;
        tests::writeRun(m_folder.path(), run);
        for (const char* locale : {"C", kLocale})
            QVERIFY(!command({u"report"_s, path(u"run"_s), u"--out"_s, path(QLatin1String(locale))}, locale)
                         .startsWith("failed"));
        const QStringList files = QDir(path(u"C"_s)).entryList({u"*.csv"_s, u"*.tex"_s, u"*.svg"_s});
        QVERIFY(files.size() > 6);
        for (const QString& name : files) {
            QFile plain(path(u"C/"_s + name));
            QFile german(path(QLatin1String(kLocale) + u'/' + name));
            QVERIFY(plain.open(QIODevice::ReadOnly) && german.open(QIODevice::ReadOnly));
            QVERIFY2(plain.readAll() == german.readAll(), qPrintable(name));
        }
    }

    void commandsPrintTheSame()
    {
        for (const QStringList& words :
            {QStringList{u"privacy"_s, u"spend"_s, u"--sigma0"_s, u"1.5"_s, u"--rounds"_s, u"3"_s},
                QStringList{u"data"_s, u"demo"_s, u"--users"_s, u"60"_s, u"--items"_s, u"120"_s, u"--force"_s,
                    u"--out"_s, path(u"demo"_s)},
                QStringList{u"data"_s, u"stats"_s, path(u"demo"_s)}}) {
            const QByteArray plain = command(words, "C");
            QVERIFY2(!plain.startsWith("failed"), plain.constData());
            QCOMPARE(command(words, kLocale), plain);
        }
    }

    /// Here the C library writes commas: none of them reaches a file.
    void numbersInFilesHavePoints()
    {
        std::array<char, 16> text{};
        std::snprintf(text.data(), text.size(), "%.1f", 0.5);
        QCOMPARE(text.data(), "0,5");
        QCOMPARE(general(0.5), std::string("0.5"));
        QCOMPARE(general(1234567.0), std::string("1.23457e+06"));
        QCOMPARE(fixed(1234.125, 2), std::string("1234.12"));
        QCOMPARE(shortest(0.1), std::string("0.1"));
        QCOMPARE(numberIn<double>("0.5").value_or(0), 0.5);
        QVERIFY(!numberIn<double>("0,5"));
        QCOMPARE(sweeps::parseAxis("loss.lambda1=0:0.1:0.3").values,
            (std::vector<std::string>{"0", "0.1", "0.2", "0.3"}));
        settings::Config config;
        settings::setFromText(config, "loss.lambda1=0.375");
        QCOMPARE(config.loss.lambda1, 0.375);
    }

    /// What a person types follows the locale; what a sweep is made of does not.
    void aWindowReadsCommas_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QStringList>("values");
        QTest::newRow("semicolons") << u"loss.lambda1"_s << u"0,1; 0,25"_s
                                    << QStringList{u"0.1"_s, u"0.25"_s};
        QTest::newRow("range") << u"loss.lambda1"_s << u"0,1:0,2:0,5"_s
                               << QStringList{u"0.1"_s, u"0.3"_s, u"0.5"_s};
        QTest::newRow("one") << u"loss.lambda1"_s << u"0,25"_s << QStringList{u"0.25"_s};
        QTest::newRow("as in files") << u"loss.lambda1"_s << u"0.1,0.25"_s
                                     << QStringList{u"0.1"_s, u"0.25"_s};
        QTest::newRow("whole numbers") << u"model.layers"_s << u"1,2"_s << QStringList{u"1"_s, u"2"_s};
    }
    void aWindowReadsCommas()
    {
        QFETCH(const QString, key);
        QFETCH(const QString, typed);
        QFETCH(const QStringList, values);
        studio::SweepBox box;
        box.setBase({}, u"/data/demo"_s);
        box.restore({{u"rows"_s, QJsonArray{QJsonObject{{u"key"_s, key}, {u"values"_s, typed}}}}});
        QSignalSpy queued(&box, &studio::SweepBox::jobsQueued);
        auto* button = box.findChild<QPushButton*>(u"button_queue_sweep"_s);
        QVERIFY(button && button->isEnabled());
        button->click();
        QCOMPARE(queued.size(), 1);
        QStringList found;
        for (const sweeps::SweepJob& job : queued[0][0].value<std::vector<sweeps::SweepJob>>())
            found.append(QString::fromStdString(job.point.at(0).second));
        QCOMPARE(found, values);
    }

    void boxesAndFiltersReadCommas()
    {
        QVERIFY(studio::RunFilter::parse(u"λ1<0,5"_s).error().isEmpty());
        const widgets::NumberBox box;
        QCOMPARE(box.valueFromText(u"0,25"_s), 0.25);
        QCOMPARE(box.valueFromText(u"0.25"_s), 0.25);
        QCOMPARE(box.textFromValue(0.25), u"0,25"_s);
    }
};

int main(int argc, char** argv)
{
    const QTemporaryDir locales;
    provideLocale(locales.path());
    QApplication application(argc, argv); // takes the environment's locale over, as in the programs
    TestLocale test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_locale.moc"
