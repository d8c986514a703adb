// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/arguments.h"
#include "core/base/numbers.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using fedcctr::test::errorOf;

namespace {

Arguments parse(const std::vector<std::string>& words)
{
    return Arguments(words,
        {{"--out", "DIR", "where to"}, {"--seed", "N", "seed"}, {"--force", "", "replace"},
            {"--set", "KEY=VALUE", "a setting", true}},
        "tool --out DIR FILES…");
}

} // namespace

class TestArguments : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsOptionsAndFiles()
    {
        const Arguments arguments = parse({"a.csv", "--out", "dir", "--seed=7", "b.csv", "--force", "-"});
        QCOMPARE(arguments.positional(), (std::vector<std::string>{"a.csv", "b.csv", "-"}));
        QCOMPARE(arguments.text("--out"), std::string("dir"));
        QCOMPARE(arguments.integer("--seed", 1, 0, 10), std::int64_t{7});
        QVERIFY(arguments.has("--force"));
        QVERIFY(!arguments.has("--set"));
        QVERIFY(!arguments.wantsHelp());
    }

    void fallbacks()
    {
        const Arguments arguments = parse({});
        QCOMPARE(arguments.text("--out", "here"), std::string("here"));
        QCOMPARE(arguments.integer("--seed", 3, 0, 10), std::int64_t{3});
        QCOMPARE(arguments.number("--seed", 0.5, 0, 1), 0.5);
        QVERIFY(arguments.all("--set").empty());
    }

    /// The bounds that are told are the ones that hold.
    void boundsAreToldInFull()
    {
        const Arguments arguments = parse({"--seed", "1"});
        const std::string told =
            errorOf([&] { (void)arguments.number("--seed", 2, 1.000001, 1e6); }).toStdString();
        const std::size_t from = told.find(" from ") + 6;
        QCOMPARE(numberIn<double>(told.substr(from, told.find(" to ") - from)).value_or(0), 1.000001);
        for (const char* outside : {"0", "-1", "inf", "nan", "1,5", "1e7"})
            QVERIFY(!errorOf([&] {
                (void)parse({"--seed", outside}).number("--seed", 2, 1.000001, 1e6);
            }).isEmpty());
        QCOMPARE(parse({"--seed", "1.5"}).number("--seed", 2, 1.000001, 1e6), 1.5);
    }

    void otherEncodingsAreRefused()
    {
        VERIFY_MESSAGE(errorOf([] { parse({"caf\xE9"}); }), "UTF-8");
        VERIFY_MESSAGE(errorOf([] { parse({"--out", "caf\xE9"}); }), "UTF-8");
        QCOMPARE(parse({"caf\xC3\xA9"}).positional().front(), std::string("caf\xC3\xA9"));
    }

    void repeatableOptions()
    {
        const Arguments arguments = parse({"--set", "a=1", "--set=b=2"});
        QCOMPARE(arguments.all("--set"), (std::vector<std::string>{"a=1", "b=2"}));
        VERIFY_MESSAGE(errorOf([] { parse({"--seed", "1", "--seed", "2"}); }), "--seed: given twice");
    }

    void twoDashesEndTheOptions()
    {
        const Arguments arguments = parse({"--force", "--", "--out", "-x"});
        QCOMPARE(arguments.positional(), (std::vector<std::string>{"--out", "-x"}));
        QVERIFY(!arguments.has("--out"));
    }

    void emptyValueIsAValue()
    {
        QVERIFY(parse({"--out="}).has("--out"));
        QCOMPARE(parse({"--out", ""}).text("--out", "x"), std::string());
    }

    void namesWhatIsWrong()
    {
        VERIFY_MESSAGE(errorOf([] {
            parse({"--sed", "1"});
        }),
            "--sed: unknown option", "did you mean --seed?", "usage: tool");
        VERIFY_MESSAGE(errorOf([] { parse({"--completely-else"}); }), "--completely-else: unknown option");
        VERIFY_MESSAGE(errorOf([] { parse({"--out"}); }), "--out: needs a value (DIR)");
        VERIFY_MESSAGE(errorOf([] { parse({"--force=yes"}); }), "--force: takes no value");
        VERIFY_MESSAGE(errorOf([] { parse({}).required("--out"); }), "--out: is required", "usage: tool");
    }

    void numbersAreChecked_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text :
            {"", "x", "7x", "0x7", "7.5", " 7", "11", "-1", "99999999999999999999", "1e1"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }

    void numbersAreChecked()
    {
        QFETCH(QString, text);
        const Arguments arguments = parse({"--seed=" + text.toStdString()});
        VERIFY_MESSAGE(errorOf([&] { arguments.integer("--seed", 1, 0, 10); }),
            qPrintable("--seed: '" + text + "' is not a number from 0 to 10"));
    }

    void notANumberIsOutOfEveryRange()
    {
        const Arguments arguments = parse({"--seed=nan"});
        VERIFY_MESSAGE(
            errorOf([&] { arguments.number("--seed", 1, 0, 10); }), "'nan' is not a number from 0 to 10");
        QCOMPARE(parse({"--seed=2.5"}).number("--seed", 1, 0, 10), 2.5);
    }

    void help()
    {
        for (const char* word : {"--help", "-h"}) {
            const Arguments arguments = parse({word});
            QVERIFY(arguments.wantsHelp());
            const QString text = QString::fromStdString(arguments.help());
            for (const char* part :
                {"usage: tool --out DIR", "--out DIR", "--force", "a setting (may be repeated)"})
                QVERIFY2(text.contains(QString::fromUtf8(part)), part);
        }
    }

    void nearestWord()
    {
        const std::vector<std::string> known{"privacy.epsilon", "privacy.delta", "loss.lambda1"};
        QCOMPARE(fedcctr::nearestWord("privacy.epsilno", known), std::string("privacy.epsilon"));
        QCOMPARE(fedcctr::nearestWord("lambda1", known), std::string());
        QCOMPARE(fedcctr::nearestWord("loss.lambda", known), std::string("loss.lambda1"));
        QCOMPARE(fedcctr::nearestWord("x", {}), std::string());
    }
};

std::unique_ptr<QObject> tst_arguments()
{
    return std::make_unique<TestArguments>();
}
#include "tst_arguments.moc"
