// SPDX-License-Identifier: GPL-3.0-or-later
// `fedcctr privacy spend|calibrate|compare` as a user meets them: numbers, words, refusals.
#include "core/privacy/accountants/accountants.h"
#include "tests/fixtures/golden.h"
#include "tests/fixtures/program.h"

#include <QTest>

#include <cmath>
#include <memory>

using fedcctr::test::golden;
using fedcctr::test::Outcome;
using nlohmann::json;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Outcome call(const QStringList& arguments)
{
    return fedcctr::test::run(
        fedcctr::test::built("fedcctr"), QStringList{QStringLiteral("privacy")} + arguments);
}

QStringList words(const QString& text)
{
    return text.split(u' ', Qt::SkipEmptyParts);
}

/// The JSON document that the command prints; null if it fails.
json document(const QString& arguments)
{
    const Outcome outcome = call(words(arguments) + QStringList{QStringLiteral("--json")});
    if (outcome.exitCode != 0 || !outcome.errors.isEmpty())
        return nullptr;
    return json::parse(outcome.out.toStdString(), nullptr, false);
}

json spend(const QString& arguments)
{
    return document(QStringLiteral("spend ") + arguments);
}

/// NaN if there is none.
double epsilonOf(const json& entry)
{
    if (!entry.is_object() || !entry.contains("epsilon"))
        return std::numeric_limits<double>::quiet_NaN();
    return fedcctr::test::numberOf(entry["epsilon"]);
}

double spent(const QString& arguments)
{
    return epsilonOf(spend(arguments));
}

QString exact(double value)
{
    return QString::number(value, 'g', 17);
}

double normalCdf(double x)
{
    return std::erfc(-x / std::sqrt(2)) / 2;
}

/// Balle and Wang 2018.
double gaussianDelta(double mu, double epsilon)
{
    return normalCdf(mu / 2 - epsilon / mu) - std::exp(epsilon) * normalCdf(-mu / 2 - epsilon / mu);
}

double eq27Cost(double noise, double rate, double order)
{
    return std::log1p(rate * rate * std::expm1((order - 1) / (noise * noise))) / (order - 1);
}

double appendixACost(double noise, double rate, double order)
{
    return std::log1p(rate * rate * std::expm1(2 * order * (order - 1) / (noise * noise))) / (order - 1);
}

bool near(double found, double expected, double relative, double absolute = 0)
{
    return found == expected || std::abs(found - expected) <= relative * std::abs(expected) + absolute;
}

/// Golden cases of a group, every `step`-th.
std::vector<json> cases(const char* group, std::size_t step)
{
    const json& all = golden()["groups"][group];
    std::vector<json> chosen;
    for (std::size_t i = 0; i < all.size(); i += step)
        chosen.push_back(all[i]);
    return chosen;
}

double numberIn(const json& node, const char* key)
{
    return fedcctr::test::numberOf(node.at(key));
}

} // namespace

/// Fails naming the arguments.
#define CHECK_SPENT(arguments, expected, relative)                                                           \
    do {                                                                                                     \
        const QString spentBy = (arguments);                                                                 \
        const double foundValue = spent(spentBy);                                                            \
        const double expectedValue = (expected);                                                             \
        QVERIFY2(near(foundValue, expectedValue, (relative)),                                                \
            qPrintable(spentBy + QStringLiteral(": ") + exact(foundValue) + QStringLiteral(" instead of ")   \
                + exact(expectedValue)));                                                                    \
    } while (false)

class TestPrivacyCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneAccountantGivesAnObject()
    {
        const std::string plan = "--sigma0 2 --rounds 10 --rate 0.1 --delta 1e-6 --relation add-remove";
        for (const char* name : {"eq27", "appendix-a", "gaussian", "rdp", "pld"}) {
            const json entry = spend(QString::fromStdString(plan + " --accountant " + name));
            QVERIFY2(entry.is_object(), name);
            QCOMPARE(entry.size(), std::size_t(9));
            QCOMPARE(entry["accountant"].get<std::string>(), std::string(name));
            QCOMPARE(entry["adversary"].get<std::string>(), std::string("local"));
            QVERIFY(entry["epsilon"].get<double>() > 0);
            QVERIFY(entry["note"].get<std::string>().size() > 20);
            // A belief follows from a bound only; at rate 0.1 the printed rules are none for who sees
            // uploads.
            const bool bound = std::string(name) != "eq27" && std::string(name) != "appendix-a";
            QCOMPARE(entry["standing"].get<std::string>(), std::string(bound ? "bound" : "not-a-bound"));
            if (bound)
                QCOMPARE(entry["belief"].get<double>(), 1 / (1 + std::exp(-entry["epsilon"].get<double>())));
            else
                QVERIFY(entry["belief"].is_null());
            const bool ordered = std::string(name) != "gaussian" && std::string(name) != "pld";
            QCOMPARE(entry["order"].is_number(), ordered);
            QCOMPARE(entry["order"].is_null(), !ordered);
        }
        // The printed rules bring their own neighbours, and the first has no delta.
        const json printed = spend(QString::fromStdString(plan + " --accountant eq27"));
        QCOMPARE(printed["delta"].get<double>(), 0.0);
        const json appendix = spend(QString::fromStdString(plan + " --accountant appendix-a"));
        QCOMPARE(appendix["delta"].get<double>(), 1e-6);
        QCOMPARE(appendix["relation"].get<std::string>(), std::string("replace"));
        QVERIFY(appendix["note"].get<std::string>().find("As printed") != std::string::npos);
    }

    /// Where the number of clients is known: delta above 1/N is told, a fixed cohort is a whole number.
    void whatThePopulationSays()
    {
        const QString plan = QStringLiteral("--sigma0 5 --accountant gaussian --population 100 --delta ");
        const auto tells = [&](const char* delta) {
            return spend(plan + QLatin1String(delta))["note"].get<std::string>().find("100 clients")
                != std::string::npos;
        };
        QVERIFY(tells("0.05"));
        QVERIFY(!tells("0.01"));
        const QString fixed = QStringLiteral("--sigma0 5 --sampling fixed --adversary released-model "
                                             "--accountant rdp --population 40 ");
        QCOMPARE(spend(fixed + QStringLiteral("--rate 0.0375"))["epsilon"].get<double>(),
            spend(fixed + QStringLiteral("--cohort 2"))["epsilon"].get<double>());
        QCOMPARE(spend(fixed + QStringLiteral("--rate 1e-5"))["epsilon"].get<double>(),
            spend(fixed + QStringLiteral("--cohort 1"))["epsilon"].get<double>());
    }

    void allAccountantsGiveAList()
    {
        const json list = spend(QStringLiteral("--sigma0 2 --rounds 10 --accountant all"));
        QVERIFY(list.is_array());
        QCOMPARE(list.size(), fedcctr::privacy::selectableAccountants().size());
        QVERIFY(list == spend(QStringLiteral("--sigma0 2 --rounds 10")));
        for (const json& entry : list)
            QVERIFY(entry
                == spend(QStringLiteral("--sigma0 2 --rounds 10 --accountant ")
                    + QString::fromStdString(entry["accountant"])));
        // Sampling without replacement has a variant more and the loss distribution less.
        const json fixed = spend(QStringLiteral("--sigma0 2 --rounds 10 --sampling fixed --cohort 10 "
                                                "--population 100 --adversary released-model"));
        std::vector<std::string> names;
        for (const json& entry : fixed)
            names.push_back(entry["accountant"]);
        QCOMPARE(
            names, (std::vector<std::string>{"eq27", "appendix-a", "gaussian", "rdp", "rdp-three-point"}));
        const json ordered = spend(QStringLiteral("--sigma0 2 --rounds 10 --order 4"));
        for (const json& entry : ordered)
            QVERIFY(entry["order"].is_null() || entry["order"] == 4.0);
    }

    void theTextSaysTheSame()
    {
        const Outcome outcome = call(words(QStringLiteral("spend --sigma0 2 --rounds 10")));
        QCOMPARE(outcome.exitCode, 0);
        for (const char* part : {"eq27", "appendix-a", "gaussian", "rdp", "pld", "local", "replace",
                 "delta 1e-05", "not a bound here"})
            QVERIFY2(outcome.out.contains(part), part);
    }

    void exactGaussian()
    {
        // Two-fold sensitivity of a replacement, three releases of different noise.
        const double muSquared = 4.0 / 9 + 4.0 / 16 + 4.0 / 25;
        for (const double delta : {1e-3, 1e-5, 1e-8}) {
            const double epsilon = spent(
                QStringLiteral("--mechanism-noise 3 4 5 --accountant gaussian --delta ") + exact(delta));
            QVERIFY(near(gaussianDelta(std::sqrt(muSquared), epsilon), delta, 1e-6));
        }
        const double added = spent(
            QStringLiteral("--mechanism-noise 2 --rounds 16 --relation add-remove --accountant gaussian"));
        QVERIFY(near(gaussianDelta(2, added), 1e-5, 1e-6));
        // Who sees the sum gains as much as who sees one upload, and so does the exact loss distribution.
        for (const char* same : {"--adversary aggregate --accountant gaussian", "--accountant pld"})
            CHECK_SPENT(QStringLiteral("--mechanism-noise 2 --rounds 16 --relation add-remove ")
                    + QLatin1String(same),
                added, 1e-9);
    }

    void printedRules()
    {
        double eq27 = 0;
        double appendixA = 0;
        for (int round = 0; round < 50; ++round) {
            const double noise = 1.5 * std::pow(0.98, round) / 0.5;
            eq27 += eq27Cost(noise, 0.02, 3);
            appendixA += appendixACost(noise, 0.02, 2);
        }
        const QString plan = QStringLiteral("--sigma0 1.5 --decay 0.98 --clip 0.5 --rounds 50 --rate 0.02 ");
        CHECK_SPENT(plan + QStringLiteral("--accountant eq27 --order 3"), eq27, 1e-12);
        CHECK_SPENT(plan + QStringLiteral("--accountant appendix-a --order 2 --delta 1e-4"),
            appendixA + std::log(1e4), 1e-12);
        const QString sizes =
            QStringLiteral("--sigma0 1.5 --decay 0.98 --clip 0.5 --rounds 50 --cohort 2 --population 100 ");
        CHECK_SPENT(sizes + QStringLiteral("--accountant eq27 --order 3"), eq27, 1e-12);
        QCOMPARE(spend(plan + QStringLiteral("--accountant eq27"))["order"].get<double>(), 2.0);
    }

    void goldenPoisson()
    {
        NEEDS_GOLDEN();
        for (const json& item : cases("poisson_compose", 29)) {
            const QString plan =
                QStringLiteral("--relation add-remove --adversary released-model --sampling "
                               "poisson --mechanism-noise %1 --rate %2 --rounds %3 --delta %4")
                    .arg(exact(item["z"]), exact(item["q"]), exact(item["steps"]), exact(item["delta"]));
            const json found = spend(plan + QStringLiteral(" --accountant rdp"));
            const double expected = numberIn(item, "eps_rdp");
            QVERIFY2(epsilonOf(found) <= expected * (1 + 1e-6), qPrintable(plan));
            if (found["order"].get<double>() <= 1024)
                QVERIFY2(near(epsilonOf(found), expected, 1e-6), qPrintable(plan));
            if (item.contains("eps_exact"))
                CHECK_SPENT(
                    plan + QStringLiteral(" --accountant gaussian"), numberIn(item, "eps_exact"), 1e-8);
        }
        for (const json& item : cases("poisson_compose", 61)) {
            if (!item.contains("eps_pld") || !item["eps_pld"].is_number())
                continue;
            const double found = spent(
                QStringLiteral("--relation add-remove --adversary released-model --sampling poisson "
                               "--mechanism-noise %1 --rate %2 --rounds %3 --delta %4 --accountant pld")
                    .arg(exact(item["z"]), exact(item["q"]), exact(item["steps"]), exact(item["delta"])));
            QVERIFY2(near(found, item["eps_pld"], 2e-3, 2e-3), item["id"].get<std::string>().c_str());
        }
    }

    void goldenWithoutReplacement()
    {
        NEEDS_GOLDEN();
        for (const json& item : cases("wor_compose", 37)) {
            const json list = spend(
                QStringLiteral("--adversary released-model --sampling fixed --mechanism-noise %1 --cohort %2 "
                               "--population %3 --rounds %4 --delta %5")
                    .arg(exact(2 * item["z_replace"].get<double>()), exact(item["m"]), exact(item["n"]),
                        exact(item["steps"]), exact(item["delta"])));
            QVERIFY2(list.is_array(), item["id"].get<std::string>().c_str());
            for (const json& entry : list) {
                const bool certified = entry["accountant"] == "rdp";
                if (!certified && entry["accountant"] != "rdp-three-point")
                    continue;
                const double expected = numberIn(item, certified ? "eps_rdp_wbk19" : "eps_rdp_three_point");
                QVERIFY2(epsilonOf(entry) <= expected * (1 + 1e-6), item["id"].get<std::string>().c_str());
                if (entry["order"].get<double>() <= 1024)
                    QVERIFY2(near(epsilonOf(entry), expected, 1e-6), item["id"].get<std::string>().c_str());
            }
        }
    }

    void goldenSchedules()
    {
        NEEDS_GOLDEN();
        for (const json& item : cases("schedule_poisson", 41)) {
            const QString plan =
                QStringLiteral("--relation add-remove --adversary released-model --sampling "
                               "poisson --sigma0 %1 --decay %2 --rate %3 --rounds %4 --delta %5 "
                               "--accountant rdp")
                    .arg(exact(item["z0"]), exact(item["R"]), exact(item["q"]), exact(item["steps"]),
                        exact(item["delta"]));
            const json found = spend(plan);
            QVERIFY2(epsilonOf(found) <= numberIn(item, "eps_rdp") * (1 + 1e-6), qPrintable(plan));
            if (found["order"].get<double>() <= 1024)
                QVERIFY2(near(epsilonOf(found), numberIn(item, "eps_rdp"), 1e-6), qPrintable(plan));
        }
    }

    /// The last rounds of a decaying schedule by --participations, any others as a list.
    void goldenLocal()
    {
        NEEDS_GOLDEN();
        for (const json& item : cases("local_gaussian", 13)) {
            const std::string rule = item["rounds_rule"];
            QString plan;
            if (rule == "last10" || rule == "all200") {
                plan = QStringLiteral("--sigma0 %1 --decay %2 ").arg(exact(item["sigma0"]), exact(item["R"]))
                    + (rule == "last10" ? QStringLiteral("--rounds 1000 --participations 10")
                                        : QStringLiteral("--rounds 200"));
            } else {
                plan = QStringLiteral("--mechanism-noise");
                for (const json& round : golden()["round_rules"][rule])
                    plan += u' '
                        + exact(item["sigma0"].get<double>()
                            * std::pow(item["R"].get<double>(), round.get<double>()));
            }
            plan += QStringLiteral(" --clip %1 --relation %2 --accountant gaussian")
                        .arg(exact(item["theta"]),
                            item["relation"] == "replace" ? QStringLiteral("replace")
                                                          : QStringLiteral("add-remove"));
            CHECK_SPENT(plan, numberIn(item["delta_1e-05"], "eps_exact"), 1e-7);
        }
    }

    void goldenPrintedRules()
    {
        NEEDS_GOLDEN();
        const QString plan =
            QStringLiteral("--clip %1 --sigma0 %2 --rate %3 --decay %4 --order %5 --rounds 100 ");
        const auto planFor = [&](const json& item) {
            return plan.arg(exact(item["theta"]), exact(item["sigma0"]), exact(item["rho"]), exact(item["R"]),
                exact(item["order"]));
        };
        for (const json& item : cases("paper_eq27_28", 47))
            CHECK_SPENT(planFor(item) + QStringLiteral("--accountant eq27"),
                numberIn(item["cumulative_after"], "100"), 1e-9);
        for (const json& item : cases("paper_appendix_a", 31))
            if (item.contains("eps43_after_delta_1e-05"))
                CHECK_SPENT(planFor(item) + QStringLiteral("--accountant appendix-a"),
                    numberIn(item["eps43_after_delta_1e-05"], "100"), 1e-9);
    }

    void theUnitDoesNotMatter()
    {
        const json one = spend(QStringLiteral("--sigma0 3 --decay 0.99 --rounds 20 --rate 0.5"));
        const json two = spend(QStringLiteral("--sigma0 12 --clip 4 --decay 0.99 --rounds 20 --rate 0.5"));
        const json listed = spend(QStringLiteral("--mechanism-noise 12 12 --clip 4 --rate 0.5"));
        QCOMPARE(one.size(), fedcctr::privacy::selectableAccountants().size());
        for (std::size_t i = 0; i < one.size(); ++i)
            QVERIFY(near(epsilonOf(two[i]), epsilonOf(one[i]), 1e-12));
        QVERIFY(listed == spend(QStringLiteral("--mechanism-noise 3 3 --rate 0.5")));
    }

    void severalNoises()
    {
        const json three = spend(QStringLiteral("--mechanism-noise 3 4 5"));
        for (const char* same : {"--mechanism-noise 3,4,5", "--mechanism-noise=3 4 5",
                 "--mechanism-noise 3 --mechanism-noise 4 5", "--delta 1e-5 --mechanism-noise 3 4 5 --clip 1",
                 "--mechanism-noise 3 4 5 --rounds 3 --participations 3"})
            QVERIFY2(spend(QLatin1String(same)) == three, same);
        QVERIFY(spend(QStringLiteral("--mechanism-noise 3 3 3"))
            == spend(QStringLiteral("--mechanism-noise 3 --rounds 3")));
    }

    void theLeastNoisyRoundsAreCharged()
    {
        const QString charged = QStringLiteral("--accountant gaussian ");
        const double last = spent(charged + QStringLiteral("--mechanism-noise 1.62 1.458"));
        CHECK_SPENT(
            charged + QStringLiteral("--sigma0 2 --decay 0.9 --rounds 4 --participations 2"), last, 1e-12);
        CHECK_SPENT(
            charged + QStringLiteral("--mechanism-noise 1.62 2 1.458 1.8 --participations 2"), last, 1e-12);
        CHECK_SPENT(charged + QStringLiteral("--sigma0 2 --rounds 4 --participations 0"), 0, 0);
        // Who sees the model alone does not know the rounds: all are charged.
        CHECK_SPENT(charged
                + QStringLiteral(
                    "--sigma0 2 --decay 0.9 --rounds 4 --participations 2 --adversary released-model"),
            spent(charged + QStringLiteral("--sigma0 2 --decay 0.9 --rounds 4")), 1e-12);
    }

    void infinityIsAWord()
    {
        for (const json& entry : spend(QStringLiteral("--mechanism-noise 0"))) {
            QVERIFY(entry["epsilon"] == "inf");
            if (entry["standing"] != "not-a-bound")
                QCOMPARE(entry["belief"].get<double>(), 1.0);
        }
        QVERIFY(call(words(QStringLiteral("spend --mechanism-noise 0"))).out.contains("epsilon inf"));
        QVERIFY(document(QStringLiteral("calibrate --solve epsilon --sigma0 0"))["epsilon"] == "inf");
    }

    void extremesAnswer_data()
    {
        QTest::addColumn<QString>("plan");
        for (const char* sigma : {"0.01", "1e4"})
            for (const char* rate : {"1e-6", "1"})
                for (const char* rounds : {"1", "1e6"})
                    QTest::addRow("%s %s %s", sigma, rate, rounds)
                        << QStringLiteral("--mechanism-noise %1 --rate %2 --rounds %3")
                               .arg(QLatin1String(sigma), QLatin1String(rate), QLatin1String(rounds));
        QTest::newRow("decay") << QStringLiteral("--sigma0 1 --decay 0.99 --rounds 1e6 --rate 0.01");
        QTest::newRow("tiny") << QStringLiteral("--sigma0 1e-100 --rounds 1e6 --rate 0.01");
        QTest::newRow("huge") << QStringLiteral("--sigma0 1e100 --rounds 1e6 --rate 0.01 --delta 1e-300");
    }

    void extremesAnswer()
    {
        QFETCH(QString, plan);
        for (const char* sampling : {"", " --sampling poisson --adversary released-model",
                 " --sampling fixed --adversary released-model"})
            for (const char* name : {"eq27", "appendix-a", "gaussian", "rdp"}) {
                const Outcome outcome = call(words(QStringLiteral("spend --json --accountant ")
                    + QLatin1String(name) + u' ' + plan + QLatin1String(sampling)));
                QCOMPARE(outcome.exitCode, 0);
                QVERIFY(!outcome.out.contains("nan") && !outcome.out.contains("null,\n  \"note"));
                const double epsilon = epsilonOf(json::parse(outcome.out.toStdString()));
                QVERIFY(epsilon >= 0);
            }
    }

    void theLossDistributionAnswersAtExtremes()
    {
        for (const char* sigma : {"0.01", "1e4"})
            for (const char* rate : {"1e-6", "1"})
                for (const char* rounds : {"1", "1e6"}) {
                    const QString plan =
                        QStringLiteral("--mechanism-noise %1 --rate %2 --rounds %3 --sampling poisson "
                                       "--adversary released-model --accountant ")
                            .arg(QLatin1String(sigma), QLatin1String(rate), QLatin1String(rounds));
                    const double tight = spent(plan + QStringLiteral("pld"));
                    QVERIFY2(tight >= 0 && std::isfinite(tight), qPrintable(plan));
                    QVERIFY2(tight <= spent(plan + QStringLiteral("rdp")), qPrintable(plan));
                }
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QStringList>("parts");
        const auto row = [](const char* arguments, std::initializer_list<const char*> parts) {
            QStringList list;
            for (const char* part : parts)
                list << QString::fromUtf8(part);
            QTest::newRow(*arguments ? arguments : "nothing") << QString::fromUtf8(arguments) << list;
        };
        const char* fixed = "--sampling fixed --rate 0.1 --adversary released-model";
        row("", {"spend, calibrate, compare or audit"});
        row("spent", {"did you mean 'spend'?"});
        row("spend", {"--sigma0", "--mechanism-noise"});
        row("spend --sigma0 1 --mechanism-noise 1", {"--sigma0", "--mechanism-noise"});
        row("spend --mechanism-noise 1 --decay 0.9", {"--decay", "--sigma0"});
        row("spend --mechanism-noise 1 2 --decay 0.9", {"--decay", "--sigma0"});
        row("spend --mechanism-noise 1 2 --rounds 3", {"--rounds", "2 values"});
        row("spend --mechanism-noise 1 2 --participations 3", {"--participations", "from 0 to 2"});
        row("spend --mechanism-noise", {"--mechanism-noise", "needs a value"});
        row("spend --mechanism-noise --json", {"--mechanism-noise", "'--json' is not a number"});
        row("spend --mechanism-noise 1 x", {"--mechanism-noise", "'x' is not a number"});
        row("spend --mechanism-noise 1,", {"--mechanism-noise", "'' is not a number"});
        row("spend --mechanism-noise -1", {"--mechanism-noise", "'-1'"});
        row("spend --mechanism-noise 1 -2", {"--mechanism-noise", "'-2'"});
        row("spend --mechanism-noise 1 nan", {"--mechanism-noise", "'nan'"});
        row("spend --mechanism-noise inf", {"--mechanism-noise", "'inf'"});
        row("spend --mechanism-noise 1e999", {"--mechanism-noise", "'1e999'"});
        row("spend --mechanism-noise 1e300 --clip 1e-300", {"--mechanism-noise", "--clip"});
        row("spend --sigma0 1e-200", {"--sigma0", "--clip"});
        row("spend --sigma0", {"--sigma0", "needs a value"});
        row("spend --sigma0 1 --sigma0 2", {"--sigma0", "given twice"});
        row("spend --sigma0 nan", {"--sigma0", "'nan' is not a number"});
        row("spend --sigma0 -1", {"--sigma0", "'-1' is not a number"});
        row("spend --sigma0 1 --rounds 1e7", {"--rounds", "'1e7'", "1e+06"});
        row("spend --sigma0 1 --rounds 2.5", {"--rounds", "'2.5' is not a whole number"});
        row("spend --sigma0 1 --rounds -1", {"--rounds", "'-1'"});
        row("spend --sigma0 1 --participations 2", {"--participations", "from 0 to 1"});
        row("spend --sigma0 1 --decay 1.1", {"--decay", "'1.1'"});
        row("spend --sigma0 1 --decay 0", {"--decay", "'0'"});
        row("spend --sigma0 1 --clip 0", {"--clip", "'0'"});
        row("spend --sigma0 1 --delta 0", {"--delta", "'0'"});
        row("spend --sigma0 1 --delta 1", {"--delta", "'1'"});
        row("spend --sigma0 1 --rate 1.5", {"--rate", "'1.5'"});
        row("spend --sigma0 1 --order 1", {"--order", "'1'"});
        row("spend --sigma0 1 --order 1.5", {"--order", "appendix-a needs 2 or more"});
        row("spend --sigma0 1 --accountant appendix-a --order 1.5", {"--order", "2 or more"});
        row("spend --sigma0 1 --accountant moments",
            {"--accountant", "eq27, appendix-a, gaussian, rdp, pld"});
        row("spend --sigma0 1 --adversary nobody", {"--adversary", "local, aggregate, released-model"});
        row("spend --sigma0 1 --relation zero-out", {"--relation", "replace, add-remove"});
        row("spend --sigma0 1 --sampling shuffle", {"--sampling", "none, poisson, fixed"});
        row("spend --sigma0 1 --sampling poisson", {"--rate", "--cohort and --population"});
        row("spend --sigma0 1 --cohort 5", {"--cohort", "--population"});
        row("spend --sigma0 1 --population 5 --sampling fixed", {"--rate", "--cohort"});
        row("spend --sigma0 1 --population 5 --cohort 0 --sampling fixed", {"--cohort", "1"});
        row("spend --sigma0 1 --cohort 9 --population 5", {"--cohort", "larger than --population"});
        row("spend --sigma0 1 --cohort 1 --population 5 --rate 0.2", {"--rate", "--cohort"});
        row("spend --sigma0 1 --population 0 --cohort 0", {"--population", "'0'"});
        row("spend --sigma 1", {"--sigma: unknown option", "did you mean --sigma0?"});
        row("spend --sigma0 1 extra", {"unexpected argument 'extra'"});
        row("spend --sigma0 1 --json=yes", {"--json", "takes no value"});
        row(qPrintable(QStringLiteral("spend --sigma0 1 --accountant pld ") + QLatin1String(fixed)),
            {"--accountant", "pld", "without replacement", "use poisson"});
        row(qPrintable(QStringLiteral("spend --sigma0 1 --accountant rdp --relation add-remove ")
                + QLatin1String(fixed)),
            {"--accountant", "rdp", "use the relation replace"});
        row("calibrate", {"--solve", "required"});
        row("calibrate --solve money", {"--solve", "sigma0, epsilon, rounds, delta"});
        row("calibrate --solve sigma0 --schedule none", {"--schedule", "use static or adaldp"});
        row("calibrate --solve sigma0 --schedule linear", {"--schedule", "'linear'"});
        row("calibrate --solve sigma0 --schedule static --decay 0.9", {"--decay", "adaldp"});
        row("calibrate --solve sigma0 --sigma0 1", {"--sigma0", "leave it out"});
        row("calibrate --solve epsilon --sigma0 1 --epsilon 1", {"--epsilon", "leave it out"});
        row("calibrate --solve rounds --sigma0 1 --rounds 5", {"--rounds", "leave it out"});
        row("calibrate --solve delta --sigma0 1 --delta 1e-5", {"--delta", "leave it out"});
        row("calibrate --solve epsilon", {"--sigma0", "is missing"});
        row("calibrate --solve delta --sigma0 1 --accountant eq27", {"--accountant", "eq27 has no delta"});
        row("calibrate --solve rounds --sigma0 0", {"--sigma0", "without noise"});
        row("calibrate --solve sigma0 --rounds 0", {"--rounds", "at least 1"});
        row("calibrate --solve sigma0 --epsilon 0", {"--epsilon", "'0'"});
        row("calibrate --solve sigma0 --mechanism-noise 1", {"--mechanism-noise: unknown option"});
        row("calibrate --solve sigma0 --accountant appendix-a --epsilon 0.01",
            {"no sigma_0", "raise epsilon"});
        row(qPrintable(QStringLiteral("calibrate --solve sigma0 --accountant pld ") + QLatin1String(fixed)),
            {"--accountant", "pld", "without replacement"});
        row("compare", {"--sigma0", "--mechanism-noise"});
        row("compare --sigma0 1 --adversary local", {"--adversary", "privacy spend"});
        row("compare --sigma0 1 --accountant rdp", {"--accountant: unknown option"});
    }

    void refusals()
    {
        QFETCH(QString, arguments);
        QFETCH(QStringList, parts);
        const Outcome outcome = call(words(arguments));
        QCOMPARE(outcome.exitCode, 2);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY2(
            outcome.errors.count(u'\n') == 1 && outcome.errors.endsWith(u'\n'), qPrintable(outcome.errors));
        for (const QString& part : parts)
            QVERIFY2(outcome.errors.contains(part), qPrintable(outcome.errors + part));
    }

    void helpNamesEveryField()
    {
        for (const char* arguments : {"--help", "spend --help", "calibrate --help", "compare --help"})
            QCOMPARE(call(words(QLatin1String(arguments))).exitCode, 0);
        const QByteArray help = call({QStringLiteral("--help")}).out;
        const json spends = spend(QStringLiteral("--sigma0 1"));
        for (const auto& [key, value] : spends[0].items())
            QVERIFY2(help.contains(QByteArray::fromStdString('"' + key + '"')), key.c_str());
        const QByteArray more = help + call(words(QStringLiteral("calibrate --help"))).out;
        const json solved = document(QStringLiteral("calibrate --solve epsilon --sigma0 1"));
        for (const auto& [key, value] : solved.items())
            QVERIFY2(more.contains(QByteArray::fromStdString('"' + key + '"')), key.c_str());
    }

    void calibrationInvertsSpending_data()
    {
        QTest::addColumn<QString>("plan");
        QTest::newRow("static local") << QStringLiteral("--accountant gaussian --rounds 20");
        QTest::newRow("adaldp local") << QStringLiteral("--accountant gaussian --rounds 200 --decay 0.991");
        QTest::newRow("participations")
            << QStringLiteral("--accountant rdp --rounds 100 --participations 7 --decay 0.99 --clip 0.25");
        QTest::newRow("poisson") << QStringLiteral(
            "--accountant rdp --rounds 50 --adversary released-model --sampling poisson --rate 0.1");
        QTest::newRow("fixed") << QStringLiteral("--accountant rdp --rounds 50 --adversary released-model "
                                                 "--sampling fixed --cohort 2 --population 50");
        QTest::newRow("eq27") << QStringLiteral("--accountant eq27 --rounds 100 --rate 0.05 --decay 0.997");
        QTest::newRow("loss distribution") << QStringLiteral(
            "--accountant pld --rounds 10 --adversary released-model --sampling poisson --rate 0.1");
    }

    void calibrationInvertsSpending()
    {
        QFETCH(QString, plan);
        const json sigma = document(QStringLiteral("calibrate --solve sigma0 --epsilon 2.5 ") + plan);
        QVERIFY(sigma.is_object());
        QCOMPARE(sigma["solved"].get<std::string>(), std::string("sigma0"));
        const QString noise = QStringLiteral(" --sigma0 ") + exact(sigma["sigma0"]);
        const json back = spend(plan + noise);
        QVERIFY(epsilonOf(back) <= 2.5);
        QVERIFY(near(epsilonOf(back), 2.5, 1e-6));
        const json epsilon = document(QStringLiteral("calibrate --solve epsilon ") + plan + noise);
        for (const auto& [key, value] : back.items())
            QVERIFY2(epsilon[key] == value, key.c_str());
        if (plan.contains(QStringLiteral("eq27")))
            return;
        const json delta = document(QStringLiteral("calibrate --solve delta --epsilon 2.5 ") + plan + noise);
        QVERIFY(near(delta["delta"], 1e-5, 1e-3));
        QCOMPARE(delta["epsilon"].get<double>(), 2.5);
    }

    void roundsAreTheMostThatFit()
    {
        const QString plan = QStringLiteral("--accountant gaussian --sigma0 10 --decay 0.99 ");
        const json solved = document(QStringLiteral("calibrate --solve rounds --epsilon 2 ") + plan);
        const int rounds = solved["rounds"];
        QVERIFY(rounds > 1 && solved["rounds"].is_number_integer());
        QCOMPARE(solved["participations"].get<int>(), rounds);
        QVERIFY(spent(plan + QStringLiteral("--rounds %1").arg(rounds)) <= 2);
        QVERIFY(spent(plan + QStringLiteral("--rounds %1").arg(rounds + 1)) > 2);
        // More participations than rounds fit: all of them.
        const json few =
            document(QStringLiteral("calibrate --solve rounds --epsilon 2 --participations 900000 ") + plan);
        QCOMPARE(few["rounds"].get<int>(), rounds);
        QCOMPARE(few["participations"].get<int>(), rounds);
        const json none =
            document(QStringLiteral("calibrate --solve rounds --epsilon 0.1 --accountant rdp --sigma0 1"));
        QCOMPARE(none["rounds"].get<int>(), 0);
        QCOMPARE(none["epsilon"].get<double>(), 0.0);
    }

    void goldenCalibration()
    {
        NEEDS_GOLDEN();
        for (const json& item : cases("sigma0_calibration", 5)) {
            const QString plan =
                QStringLiteral("calibrate --solve sigma0 --schedule adaldp --decay %1 --rounds %2 "
                               "--epsilon %3 ")
                    .arg(exact(item["R"]), exact(item["steps"]), exact(item["target_eps"]));
            const json local = document(plan + QStringLiteral("--accountant gaussian"));
            QVERIFY(near(local["sigma0"], item["sigma0_local_exact_all_rounds"], 1e-6));
            const json printed = document(plan + QStringLiteral("--accountant eq27 --order 8 --rate 0.01"));
            QVERIFY(near(printed["sigma0"], item["sigma0_eq27_zeta8_rho0.01"], 1e-6));
            QCOMPARE(printed["delta"].get<double>(), 0.0);
            QCOMPARE(printed["relation"].get<std::string>(), std::string("add-remove"));
        }
    }

    void compareListsAll()
    {
        const json all =
            document(QStringLiteral("compare --sigma0 2 --rounds 5 --sampling poisson --rate 0.1"));
        QCOMPARE(all["guarantees"].size(), 3 * fedcctr::privacy::selectableAccountants().size());
        QCOMPARE(all["refused"].size(), std::size_t(0));
        for (const char* adversary : {"local", "aggregate", "released-model"}) {
            const json spends =
                spend(QStringLiteral("--sigma0 2 --rounds 5 --sampling poisson --rate 0.1 --adversary ")
                    + QLatin1String(adversary));
            for (const json& entry : spends)
                QVERIFY(std::ranges::find(all["guarantees"], entry) != all["guarantees"].end());
        }
        const json fixed = document(QStringLiteral(
            "compare --sigma0 2 --rounds 5 --sampling fixed --rate 0.1 --relation add-remove"));
        QCOMPARE(fixed["refused"].size(), std::size_t(2));
        for (const json& refused : fixed["refused"]) {
            QCOMPARE(refused["adversary"].get<std::string>(), std::string("released-model"));
            QVERIFY(refused["reason"].get<std::string>().find("without replacement") != std::string::npos);
        }
        const Outcome text = call(words(QStringLiteral("compare --sigma0 2 --sampling fixed --rate 0.1")));
        QVERIFY(text.out.contains("refused for released-model"));
    }
};

std::unique_ptr<QObject> tst_privacy_command()
{
    return std::make_unique<TestPrivacyCommand>();
}
#include "tst_privacy_command.moc"
