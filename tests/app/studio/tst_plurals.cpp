// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/plurals.h"

#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;

class TestPlurals : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsAreCounted()
    {
        fedcctr::studio::Plurals plurals;
        QVERIFY(QCoreApplication::installTranslator(&plurals));
        QCOMPARE(tr("%n run(s) moved to the bin.", nullptr, 1), u"1 run moved to the bin."_s);
        QCOMPARE(tr("%n run(s) moved to the bin.", nullptr, 0), u"0 runs moved to the bin."_s);
        QCOMPARE(tr("%n run(s) moved to the bin.", nullptr, 25), u"25 runs moved to the bin."_s);
        QCOMPARE(tr("f(s) as written"), u"f(s) as written"_s);
    }
};

std::unique_ptr<QObject> tst_plurals()
{
    return std::make_unique<TestPlurals>();
}
#include "tst_plurals.moc"
