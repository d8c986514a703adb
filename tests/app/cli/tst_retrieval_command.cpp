// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"
#include "core/model/vector_set.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/support.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::test;

/// fedcctr data retrieval
class TestRetrievalCommand : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_temporary;

    Outcome call(const QStringList& arguments) const
    {
        return run(built("fedcctr"), QStringList{"data", "retrieval"} + arguments,
            {.directory = m_temporary->path()});
    }
    QJsonArray curve(const QStringList& arguments) const
    {
        return QJsonDocument::fromJson(call(QStringList{"d", "--json"} + arguments).out).array();
    }
    /// Of the point at that place of a curve.
    double value(const QStringList& arguments, int place, const char* name) const
    {
        return curve(arguments).at(place)[QLatin1String(name)].toDouble(-1);
    }
    std::string directory() const { return pathIn(m_temporary->path(), "d").string(); }

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        const Outcome made =
            run(built("fedcctr"), {"data", "demo", "--out", "d", "--users", "40", "--items", "150"},
                {.directory = m_temporary->path()});
        QCOMPARE(made.exitCode, 0);
    }

    void theCurveFalls()
    {
        const Outcome table = call({"d"});
        QCOMPARE(table.exitCode, 0);
        QCOMPARE(table.errors, QString());
        for (const char* part : {"theta", "retrieved (%)", "mean length", "users without (%)", "0.95"})
            QVERIFY2(table.out.contains(part), part);
        double before = 2;
        const QJsonArray points = curve({});
        QCOMPARE(points.size(), 19);
        for (const QJsonValue& point : points) {
            QVERIFY(point["share"].toDouble() <= before);
            before = point["share"].toDouble();
            QVERIFY(point["mean_length"].isDouble() && point["users_without"].isDouble());
        }
        QVERIFY(value({}, 0, "share") > before);
        QVERIFY(curve({"--target", "A"}) != points);
        QVERIFY(value({"--length", "1"}, 0, "share") < value({}, 0, "share"));
    }

    void aUserWithReasons()
    {
        const data::Dataset dataset = data::load(directory());
        const QString user = QString::fromStdString(dataset.users.front());
        const auto rows = [&](const QStringList& more) {
            const Outcome outcome = call(QStringList{"d", "--user", user} + more);
            return outcome.exitCode == 0 ? outcome.out.trimmed().split('\n') : QByteArrayList();
        };
        const QByteArrayList all = rows({"--theta", "-1"});
        std::size_t events = 0;
        const auto target =
            static_cast<std::size_t>(dataset.targetPosition(data::Split::Test, data::Domain::B, 0));
        for (const data::Event& event : dataset.events(0).first(target))
            events += dataset.domainOf(event.item) == data::Domain::A ? 1U : 0U;
        QCOMPARE(static_cast<std::size_t>(all.size()), events + 1);
        QVERIFY2(all[0].contains("source events are retrieved by"), all[0].constData());
        QVERIFY(all[1].contains("  <-  "));
        QCOMPARE(rows({"--theta", "1"}).size(), 1);
        QVERIFY(rows({"--hard"}).size() <= all.size());
    }

    /// A set in which all items are alike retrieves everything, or with 0 nothing.
    void vectorsOfASet()
    {
        const data::Dataset dataset = data::load(directory());
        const std::size_t items = dataset.items.size();
        model::saveVectors({1, std::vector<float>(items, 2.0F), {}}, dataset, directory(), "same");
        model::saveVectors({1, std::vector<float>(items, 0.0F), {}}, dataset, directory(), "zero");
        QCOMPARE(value({"--vectors", "same"}, 18, "share"), 1.0);
        QCOMPARE(value({"--vectors", "zero"}, 0, "share"), 0.0);
        QCOMPARE(value({"--vectors", "zero"}, 0, "users_without"), 1.0);
    }

    void refuses_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("part");
        QTest::newRow("no dataset") << QStringList{} << "one dataset is needed";
        QTest::newRow("no such target") << QStringList{"d", "--target", "C"} << "--target: 'C' is not A or B";
        QTest::newRow("no such user") << QStringList{"d", "--user", "nobody"} << "no user 'nobody'";
        QTest::newRow("no such set") << QStringList{"d", "--vectors", "mini"} << "mini";
        QTest::newRow("theta") << QStringList{"d", "--theta", "2"} << "--theta";
        QTest::newRow("length") << QStringList{"d", "--length", "0"} << "--length";
    }
    void refuses()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, part);
        const Outcome outcome = call(arguments);
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY(isOneLine(outcome.errors));
        QVERIFY2(outcome.errors.contains(part), qPrintable(outcome.errors));
        QVERIFY(outcome.out.isEmpty());
    }

    void helps()
    {
        const Outcome help = call({"--help"});
        QCOMPARE(help.exitCode, 0);
        for (const char* option :
            {"--target", "--theta", "--length", "--vectors", "--hard", "--user", "--json"})
            QVERIFY2(help.out.contains(option), option);
    }
};

std::unique_ptr<QObject> tst_retrieval_command()
{
    return std::make_unique<TestRetrievalCommand>();
}
#include "tst_retrieval_command.moc"
