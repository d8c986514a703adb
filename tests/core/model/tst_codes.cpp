// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/code_files.h"

#include "core/data/market_demo.h"
#include "core/data/markets.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using fedcctr::test::errorOf;
using fedcctr::test::pathIn;

class TestCodes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void oneHot()
    {
        Codes codes;
        codes.layers = {{"global", 3, true}, {"local", 2, false}};
        codes.items = {2, 0, 1, 1};
        QCOMPARE(codes.width(), 5);
        QCOMPARE(codes.placeOf(codes.items, 0, 0), 2);
        QCOMPARE(codes.placeOf(codes.items, 1, 1), 4);
        QVERIFY((codes.itemsOneHot() == std::vector<float>{0, 0, 1, 1, 0, 0, 1, 0, 0, 1}));
    }

    void theyAreStored()
    {
        const data::Dataset silo =
            data::marketSlice(data::generateMarkets({.users = 40, .items = 120}).dataset, 1);
        Codes codes;
        codes.layers = {{"global", 9, true}, {"local", 4, false}};
        for (std::size_t i = 0; i < silo.items.size(); ++i)
            codes.items.insert(codes.items.end(), {std::int32_t(i % 9), std::int32_t(i % 4)});
        for (std::size_t i = 0; i < silo.users.size(); ++i)
            codes.users.insert(codes.users.end(), {std::int32_t(i % 5), std::int32_t(i % 3)});
        const std::filesystem::path folder = pathIn(m_folder->path(), "codes");
        QVERIFY(!readCodes(silo, folder));
        writeCodes(codes, silo, folder);
        const auto again = readCodes(silo, folder);
        QVERIFY(again && again->layers == codes.layers && again->items == codes.items
            && again->users == codes.users);
        QVERIFY(again->places.empty());
        for (std::size_t i = 0; i < silo.items.size(); ++i)
            codes.places.insert(codes.places.end(), {0.5F * float(i), -2.25F});
        writeCodes(codes, silo, folder);
        const auto placed = readCodes(silo, folder);
        QVERIFY(
            placed->places == codes.places && placed->layers == codes.layers && placed->users == codes.users);
        codes.places.clear();
        writeCodes(codes, silo, folder);

        const std::filesystem::path file = folder / (silo.domainNames[0] + ".csv");
        const std::string text = readFile(file);
        writeFileAtomically(file, text.substr(0, text.rfind("user,")));
        VERIFY_MESSAGE(errorOf([&] { readCodes(silo, folder); }), "de.csv", "items and users");
        writeFileAtomically(file, "kind,id,global:9,local:4\nitem,x,9,0\n");
        VERIFY_MESSAGE(errorOf([&] { readCodes(silo, folder); }), "de.csv:2", "no code");
        writeFileAtomically(file, "kind,id,global\nitem,x,9\n");
        VERIFY_MESSAGE(errorOf([&] { readCodes(silo, folder); }), "de.csv:1", "global");
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

std::unique_ptr<QObject> tst_codes()
{
    return std::make_unique<TestCodes>();
}
#include "tst_codes.moc"
