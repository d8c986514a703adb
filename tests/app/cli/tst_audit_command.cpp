// SPDX-License-Identifier: GPL-3.0-or-later
// `fedcctr privacy audit` on small runs: what an upload betrays, and which epsilon an attack proves.
#include "tests/fixtures/program.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include <nlohmann/json.hpp>

using namespace fedcctr::test;
using nlohmann::json;

class TestAuditCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_temporary.isValid());
        QCOMPARE(call(QStringLiteral("data demo --out demo --users 60 --items 120")).exitCode, 0);
        const QString common =
            QStringLiteral("train demo --preset demo --set run.threads=1 --set run.device=cpu "
                           "--set federation.rounds=3 --set run.evaluate_every=3 "
                           "--set model.history=10 --set model.text_width=16 ");
        const auto train = [&](const char* out, const char* settings) {
            const Outcome outcome =
                call(common + QLatin1String(settings) + QStringLiteral(" --out ") + QLatin1String(out));
            if (outcome.exitCode != 0)
                qWarning("%s", qPrintable(outcome.errors));
            return outcome.exitCode;
        };
        QCOMPARE(train("tables", "--set privacy.epsilon=1e6"), 0);
        QCOMPARE(train("head",
                     "--set model.architecture=private-head --set privacy.schedule=static "
                     "--set privacy.adversary=aggregate --set privacy.accountant=gaussian "
                     "--set privacy.charge=participation --set privacy.epsilon=1e6"),
            0);
        QCOMPARE(train("adaptive",
                     "--set privacy.epsilon=1e6 --set privacy.clipping=adaptive "
                     "--set privacy.accountant=gaussian --set privacy.charge=participation"),
            0);
        QCOMPARE(train("quiet", "--set privacy.schedule=none"), 0);
        QCOMPARE(train("central", "--set federation.mode=central --set privacy.schedule=none"), 0);
    }

    void fullTablesBetrayTheHistory()
    {
        const json found = audit("tables --clients 20 --releases 100 --sigma 1000");
        QVERIFY(found.is_object());
        QCOMPARE(found["adversary"].get<std::string>(), std::string("local"));
        QCOMPARE(found["clip_norm"].get<double>(), 1.0);
        const json& mean = found["leakage"]["mean"];
        QCOMPARE(mean.size(), std::size_t(2));
        QCOMPARE(mean[0]["sigma"].get<double>(), 0.0);
        QCOMPARE(mean[0]["clients"].get<int>(), 20);
        const double chance = mean[0]["chance"];
        QVERIFY(chance > 0 && chance < 0.2);
        QVERIFY(mean[0]["precision"].get<double>() > 3 * chance);
        // Items beyond the window of the history are not in the upload.
        QVERIFY(mean[0]["auc"].get<double>() > 0.75);
        // Drowned in noise.
        QCOMPARE(mean[1]["sigma"].get<double>(), 1000.0);
        QVERIFY(std::abs(mean[1]["auc"].get<double>() - 0.5) < 0.1);
        QVERIFY(mean[1]["precision"].get<double>() < 3 * chance);
    }

    void oneClientIsShownWithTitles()
    {
        const json found = audit("tables --client 7 --clients 5 --releases 40");
        QCOMPARE(found["client"].get<int>(), 7);
        const json& client = found["leakage"]["client"][0];
        const int held = client["held"];
        QVERIFY(held > 0);
        QVERIFY(int(client["items"].size()) >= std::max(10, held));
        QCOMPARE(client["precision"].get<double>(), client["found"].get<double>() / held);
        QCOMPARE(client["chance"].get<double>(), held / 240.0);
        double last = std::numeric_limits<double>::infinity();
        int shownHeld = 0;
        for (const json& item : client["items"]) {
            QVERIFY(!item["title"].get<std::string>().empty() && !item["id"].get<std::string>().empty());
            QVERIFY(item["domain"] == "Books" || item["domain"] == "Movies");
            QVERIFY(item["score"].get<double>() <= last);
            last = item["score"];
            shownHeld += item["held"].get<bool>() ? 1 : 0;
        }
        QVERIFY(shownHeld > held / 2);
        // The run's own sigma, at the round asked for.
        QCOMPARE(found["leakage"]["client"][1]["sigma"].get<double>(), 2.0);
        const json third = audit("tables --round 3 --clients 5 --releases 40");
        QVERIFY(std::abs(third["leakage"]["mean"][1]["sigma"].get<double>() - 2 * 0.997 * 0.997) < 1e-12);
    }

    void theSameSeedGivesTheSameNumbers()
    {
        const json first = audit("tables --clients 5 --releases 40");
        QVERIFY(audit("tables --clients 5 --releases 40") == first);
        QVERIFY(audit("tables --clients 5 --releases 40 --seed 2") != first);
    }

    void noClaimIsBroken_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QString>("adversary");
        QTest::newRow("tables") << QStringLiteral("tables --releases 200") << QStringLiteral("local");
        QTest::newRow("head") << QStringLiteral("head --releases 1000") << QStringLiteral("aggregate");
        QTest::newRow("head, less noise")
            << QStringLiteral("head --releases 1000 --sigma 0.5") << QStringLiteral("aggregate");
        QTest::newRow("adaptive") << QStringLiteral("adaptive --releases 100") << QStringLiteral("local");
        // Two clients take turns: a pair is never the same client twice.
        QTest::newRow("two clients") << QStringLiteral("head --clients 2 --releases 40 --sigma 1e-3")
                                     << QStringLiteral("aggregate");
    }

    void noClaimIsBroken()
    {
        QFETCH(QString, arguments);
        QFETCH(QString, adversary);
        const json found = audit(qPrintable(arguments));
        QVERIFY(found.is_object());
        const json& test = found["membership"];
        QCOMPARE(test["claim"]["accountant"].get<std::string>(), std::string("gaussian"));
        QCOMPARE(test["claim"]["adversary"].get<std::string>(), adversary.toStdString());
        QCOMPARE(test["claim"]["relation"].get<std::string>(), std::string("replace"));
        QCOMPARE(test["delta"].get<double>(), 1e-5);
        const double claim = test["claim"]["epsilon"];
        QVERIFY(claim > 0);
        for (const char* side : {"clients", "canary"}) {
            QVERIFY(test[side]["claim_holds"].get<bool>());
            QVERIFY(test[side]["epsilon_lower"].get<double>() <= claim);
            QVERIFY(test[side]["epsilon_lower"].get<double>() <= test["most_provable"].get<double>());
            QCOMPARE(test[side]["blocks"][0]["block"].get<std::string>(), std::string("whole"));
        }
        // The worst pair is told apart, though less surely than the claim allows.
        QVERIFY(test["canary"]["blocks"][0]["auc"].get<double>() > 0.6);
        if (arguments.contains(QStringLiteral("1e-3")))
            QCOMPARE(test["clients"]["blocks"][0]["auc"].get<double>(), 1.0);
    }

    void thePrivateHeadBetraysLess()
    {
        const json head = audit("head --clients 20 --releases 40 --sigma 0")["leakage"]["mean"];
        const json tables = audit("tables --clients 20 --releases 40 --sigma 0")["leakage"]["mean"];
        QCOMPARE(head.size(), std::size_t(1));
        QVERIFY(head[0]["auc"].get<double>() < tables[0]["auc"].get<double>());
    }

    void withoutNoiseThereIsNoClaim()
    {
        QVERIFY(!audit("tables --clients 5 --sigma 0").contains("membership"));
        QVERIFY(!audit("quiet --clients 5").contains("membership"));
        QVERIFY(audit("quiet --clients 5 --sigma 1 --releases 40").contains("membership"));
        const Outcome text = call(QStringLiteral("privacy audit quiet --clients 5"));
        QCOMPARE(text.exitCode, 0);
        QVERIFY(text.out.contains("nothing to test"));
    }

    void theTextSaysTheSame()
    {
        const Outcome text = call(QStringLiteral("privacy audit tables --clients 5 --releases 100"));
        QCOMPARE(text.exitCode, 0);
        for (const char* part :
            {"chance", "AUC", "best guesses", "Membership test", "is not contradicted", "local"})
            QVERIFY2(text.out.contains(part), part);
        const QByteArray help = call(QStringLiteral("privacy audit --help")).out;
        const json found = audit("head --clients 5 --releases 40");
        for (const json& part : {found["leakage"]["client"][0], found["leakage"]["client"][0]["items"][0],
                 found["membership"], found["membership"]["claim"]})
            for (const auto& [key, value] : part.items())
                QVERIFY2(help.contains(QByteArray::fromStdString('"' + key + '"')), key.c_str());
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* arguments, const char* part) {
            QTest::newRow(arguments) << QString::fromUtf8(arguments) << QString::fromUtf8(part);
        };
        row("", "give one run directory");
        row("tables head", "give one run directory");
        row("nowhere", "nowhere");
        row("demo", "demo");
        row("central", "central mode");
        row("tables --client 60", "--client: '60' is not a number from 0 to 59");
        row("tables --client -1", "--client: '-1'");
        row("tables --clients 1", "--clients: '1'");
        row("tables --clients 61", "--clients: '61'");
        row("tables --releases 39", "--releases: '39'");
        row("tables --round 4", "--round: '4' is not a number from 1 to 3");
        row("tables --sigma -1", "--sigma: '-1'");
        row("tables --sigma nan", "--sigma: 'nan'");
        row("tables --sigma 1e-9", "--sigma: cannot be simulated");
        row("tables --sigma 1e200", "--sigma: cannot be simulated");
        row("tables --sigmas 1", "did you mean --sigma?");
    }

    void refusals()
    {
        QFETCH(QString, arguments);
        QFETCH(QString, part);
        const Outcome outcome = call(QStringLiteral("privacy audit ") + arguments);
        QCOMPARE(outcome.exitCode, 2);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY2(
            outcome.errors.count(u'\n') == 1 && outcome.errors.contains(part), qPrintable(outcome.errors));
    }

private:
    Outcome call(const QString& arguments) const
    {
        return run(
            built("fedcctr"), arguments.split(u' ', Qt::SkipEmptyParts), {.directory = m_temporary.path()});
    }

    /// Null if the command fails or says something beside the document.
    json audit(const char* arguments) const
    {
        const Outcome outcome =
            call(QStringLiteral("privacy audit ") + QString::fromUtf8(arguments) + QStringLiteral(" --json"));
        if (outcome.exitCode != 0 || !outcome.errors.isEmpty()) {
            qWarning("%s", qPrintable(outcome.errors));
            return nullptr;
        }
        return json::parse(outcome.out.toStdString(), nullptr, false);
    }

    QTemporaryDir m_temporary;
};

std::unique_ptr<QObject> tst_audit_command()
{
    return std::make_unique<TestAuditCommand>();
}
#include "tst_audit_command.moc"
