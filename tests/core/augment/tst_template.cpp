// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/placeholders.h"
#include "core/augment/template.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <memory>

#include <nlohmann/json.hpp>

using namespace fedcctr;
using namespace fedcctr::augment;
using nlohmann::json;

namespace {

json values()
{
    return {{"domain_A", "Food"}, {"domain_B", "Kitchen"},
        {"profile", {{"age", ""}, {"interests", "tea, bread"}}},
        {"history",
            {{{"title", "Green Tea"}, {"genres", "tea"}, {"domain", "Food"}},
                {{"title", "Tea Ball"}, {"genres", ""}, {"domain", "Kitchen"}}}},
        {"candidates_A", {{{"title", "Jam"}}, {{"title", "Rice"}}}}, {"candidates_B", json::array()}};
}

QString rendered(const char* text, const json& with = values())
{
    return QString::fromStdString(Template::parse(text, Stage::Sequence).render(with));
}

/// "line:column+length message" of every fault.
QStringList faults(const char* text, Stage stage = Stage::Sequence)
{
    QStringList all;
    for (const TemplateFault& fault : faultsOf(text, stage))
        all += QStringLiteral("%1:%2+%3 %4")
                   .arg(fault.line)
                   .arg(fault.column)
                   .arg(fault.length)
                   .arg(QString::fromStdString(fault.message));
    return all;
}

} // namespace

class TestTemplate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rendering_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* text, const char* expected) {
            QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(expected);
        };
        row("empty", "", "");
        row("text alone", "é {\"a\": {\"b\": 1}}\n", "é {\"a\": {\"b\": 1}}\n");
        row("value", "in {{domain_A}}.", "in Food.");
        row("spaces in the tag", "{{ domain_A }}{{\tdomain_B }}", "FoodKitchen");
        row("nested value", "{{profile.interests}}", "tea, bread");
        row("two braces", "{{{{title}} {{{{{{domain_A}}", "{{title}} {{Food");
        row("value that is absent", "<{{profile.gender}}>", "<>");
        row("each", "{{#each history}}{{number}} {{title}};{{/each}}", "1 Green Tea;2 Tea Ball;");
        row("each, full paths", "{{#each history}}{{history.number}} {{history.title}};{{/each}}",
            "1 Green Tea;2 Tea Ball;");
        row("each of nothing", "a{{#each candidates_B}}{{title}}{{/each}}b", "ab");
        row("whole inside each", "{{#each history}}{{domain_A}}/{{domain}} {{/each}}",
            "Food/Food Food/Kitchen ");
        row("each inside each",
            "{{#each history}}{{#each candidates_A}}{{number}}{{title}}<{{history.title}} {{/each}}{{/each}}",
            "1Jam<Green Tea 2Rice<Green Tea 1Jam<Tea Ball 2Rice<Tea Ball ");
        row("inner names first, outer ones behind",
            "{{#each history}}{{#each candidates_A}}{{history.number}}.{{number}} {{/each}}{{/each}}",
            "1.1 1.2 2.1 2.2 ");
        row("if", "{{#if profile.interests}}yes{{/if}}", "yes");
        row("if of an empty text", "{{#if profile.age}}yes{{/if}}", "");
        row("else", "{{#if profile.age}}yes{{else}}no{{/if}}", "no");
        row("if of a list", "{{#if history}}some{{/if}}{{#if candidates_B}}some{{else}}none{{/if}}",
            "somenone");
        row("if inside each", "{{#each history}}{{title}}{{#if genres}} ({{genres}}){{/if}}, {{/each}}",
            "Green Tea (tea), Tea Ball, ");
        row("if inside if", "{{#if history}}{{#if profile.age}}a{{else}}b{{/if}}{{else}}c{{/if}}", "b");
        row("each inside else", "{{#if profile.age}}{{else}}{{#each history}}{{number}}{{/each}}{{/if}}",
            "12");
        row("block tags take their lines", "a\n{{#each history}}\n- {{title}}\n  {{/each}}\t\nb\n",
            "a\n- Green Tea\n- Tea Ball\nb\n");
        row("line ends of Windows", "a\r\n{{#if history}}\r\nb\r\n{{/if}}\r\nc\r\n", "a\r\nb\r\nc\r\n");
        row("else takes its line", "{{#if profile.age}}\na\n{{else}}\nb\n{{/if}}", "b\n");
        row("two block tags on a line keep it", "a\n{{#if history}}{{/if}}\nb", "a\n\nb");
        row("values keep their lines", "a\n{{domain_A}}\nb", "a\nFood\nb");
    }
    void rendering()
    {
        QFETCH(const QString, text);
        QTEST(rendered(text.toUtf8().constData()), "expected");
    }

    /// What a value holds is text, whatever it looks like.
    void valuesAreNotTemplates()
    {
        json tricky = values();
        tricky["domain_A"] = "{{domain_B}} {{#each history}} \"\\";
        QCOMPARE(rendered("{{domain_A}}{{domain_B}}", tricky),
            QStringLiteral("{{domain_B}} {{#each history}} \"\\Kitchen"));
    }

    void numbersAndOddValues()
    {
        const json odd{{"domain_A", 3}, {"domain_B", 2.5}, {"history", "not a list"},
            {"candidates_A", {1, json(), {{"title", nullptr}}}},
            {"profile", {{"age", 0}, {"gender", false}}}};
        QCOMPARE(
            rendered(
                "{{domain_A}} {{domain_B}} {{#if profile.age}}0{{/if}}{{#if profile.gender}}x{{/if}}", odd),
            QStringLiteral("3 2.5 0"));
        QCOMPARE(rendered("{{#each history}}x{{/each}}{{#each candidates_A}}<{{title}}>{{/each}}", odd),
            QStringLiteral("<><><>"));
        QCOMPARE(rendered("<{{domain_A}}{{profile.age}}>", json::array()), QStringLiteral("<>"));
    }

    void faultPlaces_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("place");
        QTest::addColumn<QStringList>("parts");
        const auto row = [](const char* name, const char* text, const char* place, const QStringList& parts) {
            QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(place) << parts;
        };
        row("unknown", "a\nb {{domain_C}} c", "2:3+12", {"no {{domain_C}}", "did you mean {{domain_A}}?"});
        row("unknown and like nothing", "{{zzzzzzzz}}", "1:1+12", {"profile.age", "history", "candidates_B"});
        row("columns are characters", "äöü€𝄞 {{domain_C}}", "1:7+12", {"domain_A"});
        row("lengths are characters", "{{dömäin}}", "1:1+10", {"letters, digits"});
        row("last part of a path", "{{interests}}", "1:1+13", {"did you mean {{profile.interests}}?"});
        row("list written as a value", "{{history}}", "1:1+11",
            {"is a list", "{{#each history}} … {{/each}}"});
        row("value repeated", "{{#each domain_A}}{{/each}}", "1:1+18", {"not a list", "{{#if domain_A}}"});
        row("member outside its list", "{{history.title}}", "1:1+17", {"only inside {{#each history}}"});
        row("bare member outside its list", "{{title}}", "1:1+9", {"only inside {{#each history}}"});
        row("number outside a list", "{{number}}", "1:1+10", {"only inside {{#each history}}"});
        row("member after its list", "{{#each history}}{{/each}}{{genres}}", "1:27+10", {"only inside"});
        row("member of another list", "{{#each history}}{{candidates_A.title}}{{/each}}", "1:18+22",
            {"only inside {{#each candidates_A}}"});
        row("unknown inside a list", "{{#each history}}{{titel}}{{/each}}", "1:18+9",
            {"did you mean {{title}}?"});
        row("unknown list", "{{#each histori}}{{title}} {{domain_C}}{{/each}}", "1:1+17", {"{{history}}"});
        row("each without a name", "x{{#each}}{{title}}{{/each}}", "1:2+9",
            {"names nothing", "{{#each name}}"});
        row("if without a name", "{{#if }}{{/if}}", "1:1+8", {"{{#if name}}"});
        row("empty tag", "{{ }}", "1:1+5", {"names nothing", "{{name}}"});
        row("not a name", "{{domain A}}", "1:1+12", {"letters, digits", "{{{{"});
        row("tag not closed", "a {{domain_A b\n}}", "1:3+12", {"not closed", "}}"});
        row("tag not closed before the next", "{{domain_A {{domain_B}}", "1:1+10", {"not closed"});
        row("tag closed by one brace", "{{domain_A}", "1:1+11", {"not closed"});
        row("braces at the end", "ab {{", "1:4+2", {"not closed"});
        row("each not closed", "a\n  {{#each history}}\n{{title}}\n", "2:3+17", {"not closed", "{{/each}}"});
        row("if not closed", "{{#if history}}", "1:1+15", {"not closed", "{{/if}}"});
        row("if not closed inside each", "{{#each history}}{{#if title}}{{/each}}", "1:18+13", {"{{/if}}"});
        row("each ends nothing", "{{/each}}", "1:1+9", {"ends nothing", "{{#each name}}"});
        row("if ends nothing", "{{#each history}}{{/if}}{{/each}}", "1:18+7", {"ends nothing"});
        row("name in an end", "{{#each history}}{{/each history}}", "1:18+17", {"write {{/each}}"});
        row("else alone", "{{else}}", "1:1+8", {"inside {{#if name}}"});
        row("else of each", "{{#each history}}{{else}}{{/each}}", "1:18+8", {"inside {{#if name}}"});
        row("two of else", "{{#if history}}{{else}}{{else}}{{/if}}", "1:24+8", {"{{else}} already"});
        row("else if", "{{#if history}}{{else if x}}{{/if}}", "1:16+13", {"write {{else}}"});
        row("unknown block", "{{#unless history}}", "1:1+19", {"no block unless", "{{#if name}}"});
        row("unknown end", "{{/unless}}", "1:1+11", {"no block unless"});
    }
    void faultPlaces()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, place);
        QFETCH(const QStringList, parts);
        const QStringList found = faults(text.toUtf8().constData());
        QCOMPARE(found.size(), 1);
        QVERIFY2(found.front().startsWith(place + u' '), qPrintable(found.front()));
        QVERIFY(!found.front().contains(u'\n'));
        for (const QString& part : parts)
            QVERIFY2(found.front().contains(part), qPrintable(found.front()));
    }

    void invalidUtf8()
    {
        QCOMPARE(faults("ä\nab\xFF{{domain_A}}").size(), 1);
        QVERIFY(faults("ä\nab\xFF{{domain_A}}").front().startsWith(QStringLiteral("2:3+1 ")));
    }

    /// An editor shows them all, in order; a fault in a tag hides none after it.
    void allFaults()
    {
        const QStringList found = faults("{{#each history}}\n{{titel}}\n{{#if "
                                         "title}}\n{{domain_C}\n{{number}} {{else x}}\n{{nothing_here}}");
        QStringList places;
        for (const QString& fault : found)
            places += fault.section(u' ', 0, 0);
        QCOMPARE(places, (QStringList{"1:1+17", "2:1+9", "3:1+13", "4:1+11", "5:12+10", "6:1+16"}));
    }

    void theFirstFaultIsThrown()
    {
        const QString message =
            test::errorOf([] { Template::parse("a\n{{itm.title}}\n{{#if x}}", Stage::Item); });
        VERIFY_MESSAGE(message, "item.txt, line 2, column 1", "{{itm.title}}", "{{item.title}}");
    }

    void stagesOfferTheirOwn()
    {
        QVERIFY(faults("{{item.title}} {{domain_A}}", Stage::Item).isEmpty());
        QVERIFY(faults("{{ages}} {{genders}} {{#each history}}{{keywords}}{{/each}}", Stage::User).isEmpty());
        QCOMPARE(faults("{{item.title}}", Stage::User).size(), 1);
        QCOMPARE(faults("{{#each candidates_A}}{{/each}}", Stage::User).size(), 1);
        for (const Stage stage : kStages)
            for (const Placeholder& placeholder : placeholders(stage))
                QVERIFY(!placeholder.help.empty());
    }

    /// Every beginning of a template can be looked at while it is typed.
    void everyPrefixIsHarmless()
    {
        const std::string text =
            "ä {{#each history}}\n{{#if title}}{{number}} {{{{ {{else}}x{{/if}}\r\n{{/each}} {{domain_A}}";
        for (std::size_t length = 0; length <= text.size(); ++length)
            for (const TemplateFault& fault : faultsOf(text.substr(0, length), Stage::Sequence))
                QVERIFY(fault.line >= 1 && fault.line <= 3 && fault.column >= 1 && !fault.message.empty());
        QVERIFY(faultsOf(text, Stage::Sequence).empty());
    }
};

std::unique_ptr<QObject> tst_template()
{
    return std::make_unique<TestTemplate>();
}
#include "tst_template.moc"
