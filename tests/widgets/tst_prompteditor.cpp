// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/barchart.h"
#include "widgets/forms/prompteditor.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>
#include <QToolButton>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::widgets;

namespace {

/// "bad" is a fault wherever it stands.
QList<PromptFault> faultsOf(const QString& text)
{
    QList<PromptFault> faults;
    int number = 0;
    for (const QString& line : text.split(u'\n')) {
        ++number;
        const auto characters = line.toUcs4();
        const auto wanted = u"bad"_s.toUcs4();
        for (qsizetype i = 0; i + 3 <= characters.size(); ++i)
            if (characters.mid(i, 3) == wanted)
                faults.append({number, static_cast<int>(i) + 1, 3, u"this is bad"_s});
    }
    return faults;
}

QList<PromptPlaceholder> placeholders()
{
    return {{u"item.title"_s, false, u"the title"_s}, {u"history"_s, true, u"what was chosen"_s},
        {u"history.title"_s, false, u"its title"_s}};
}

} // namespace

class TestPromptEditor : public QObject {
    Q_OBJECT

    std::unique_ptr<PromptEditor> m_editor;

    QPlainTextEdit* text() const { return m_editor->findChild<QPlainTextEdit*>(u"edit_prompt_text"_s); }
    QString message() const { return m_editor->findChild<QLabel*>(u"edit_prompt_faults"_s)->text(); }
    QToolButton* goTo() const { return m_editor->findChild<QToolButton*>(u"edit_prompt_goto"_s); }
    void trigger(const QString& name)
    {
        auto* action = m_editor->findChild<QAction*>(name);
        QVERIFY2(action, qPrintable(name));
        action->trigger();
    }

private Q_SLOTS:
    void init()
    {
        m_editor = std::make_unique<PromptEditor>(u"edit_prompt"_s, faultsOf, placeholders());
        m_editor->show();
        QVERIFY(QTest::qWaitForWindowActive(m_editor.get()));
        text()->setFocus();
    }

    void faultsAreUnderlinedAndSaidWhileTyping()
    {
        QSignalSpy changed(m_editor.get(), &PromptEditor::textChanged);
        QTest::keyClicks(text(), u"good"_s);
        QCOMPARE(changed.size(), 4);
        QVERIFY(m_editor->underlined().isEmpty());
        QVERIFY(message().contains(u"no faults"_s));
        QVERIFY(!goTo()->isVisible());
        QTest::keyClick(text(), Qt::Key_Return);
        QTest::keyClicks(text(), u"so bad"_s);
        QCOMPARE(m_editor->underlined(), QStringList{u"bad"_s});
        QVERIFY2(message().contains(u"line 2:4  this is bad"_s), qPrintable(message()));
        QCOMPARE(text()->accessibleDescription(), message());
        QTest::keyClick(text(), Qt::Key_Backspace);
        QVERIFY(m_editor->underlined().isEmpty());
    }

    void columnsCountCharacters()
    {
        m_editor->showText(u"é🍲 bad"_s);
        QCOMPARE(m_editor->underlined(), QStringList{u"bad"_s});
        QVERIFY(message().contains(u"line 1:4"_s));
        QTest::mouseClick(goTo(), Qt::LeftButton);
        QCOMPARE(text()->textCursor().selectedText(), u"bad"_s);
    }

    void manyFaultsAreCounted()
    {
        m_editor->showText(u"bad bad bad bad"_s);
        QCOMPARE(m_editor->underlined().size(), 4);
        QVERIFY2(message().contains(u"2 more"_s), qPrintable(message()));
    }

    void placeholdersAreInserted()
    {
        trigger(u"insert {{item.title}}"_s);
        QCOMPARE(m_editor->text(), u"{{item.title}}"_s);
        trigger(u"insert {{title}}"_s);
        QCOMPARE(m_editor->text(), u"{{item.title}}{{title}}"_s);
        m_editor->showText({});
        trigger(u"insert {{#each history}} {{/each}}"_s);
        QCOMPARE(m_editor->text(), u"{{#each history}}\n\n{{/each}}\n"_s);
    }

    void placeholdersAndBlocksHaveTheirLook()
    {
        m_editor->showText(u"a {{title}} {{#if title}} {{{{"_s);
        const auto formats = text()->document()->firstBlock().layout()->formats();
        QCOMPARE(formats.size(), 2);
        QCOMPARE(formats[0].start, 2);
        QCOMPARE(formats[0].length, 9);
        QVERIFY(formats[0].format.fontWeight() != QFont::Bold);
        QCOMPARE(formats[1].start, 12);
        QCOMPARE(formats[1].format.fontWeight(), int(QFont::Bold));
        const QColor light = formats[0].format.foreground().color();
        m_editor->setPalette(themeColors(true).palette);
        const QColor dark =
            text()->document()->firstBlock().layout()->formats()[0].format.foreground().color();
        QVERIFY(light != dark || light == themeColors(true).series[0]);
    }

    void replacingCanBeUndone()
    {
        m_editor->showText(u"mine"_s);
        m_editor->setText(u"default"_s);
        QCOMPARE(m_editor->text(), u"default"_s);
        QTest::keyClick(text(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(m_editor->text(), u"mine"_s);
    }

    void barsSayTheirNumbers()
    {
        BarChart chart(u"bars"_s);
        chart.setEmptyText(u"nothing yet"_s);
        chart.resize(400, 200);
        QVERIFY(!chart.grab().isNull());
        chart.setBars(u"Genres"_s, {{u"cookie"_s, 3, 12}, {u"tea"_s, 0, 4}});
        QCOMPARE(chart.accessibleName(), u"Genres, bar chart"_s);
        QCOMPARE(chart.accessibleDescription(), u"cookie: before 3, after 12; tea: before 0, after 4"_s);
        for (const bool dark : {false, true}) {
            chart.setPalette(themeColors(dark).palette);
            const QImage image = chart.grab().toImage();
            int colored = 0;
            for (int x = 0; x < image.width(); ++x)
                for (int y = 0; y < image.height(); ++y)
                    colored += image.pixelColor(x, y) == themeColors(dark).series[0] ? 1 : 0;
            QVERIFY(colored > 200);
        }
    }
};

std::unique_ptr<QObject> tst_prompteditor()
{
    return std::make_unique<TestPromptEditor>();
}
#include "tst_prompteditor.moc"
