// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/data/dataset.h"
#include "core/data/demo.h"
#include "core/data/import_options.h"
#include "core/data/importers/csv.h"
#include "core/data/statistics.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <cstring>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::data;
using fedcctr::test::errorOf;
using fedcctr::test::pathIn;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

constexpr const char* kParts[]{"events.bin", "items.bin", "negatives.bin", "ratings.bin"};
constexpr std::size_t kHeaderSize = 24;
constexpr std::size_t kCrcPosition = 12;

bool sameEvents(const Dataset& x, const Dataset& y)
{
    return std::ranges::equal(x.allEvents, y.allEvents, [](const Event& a, const Event& b) {
        return a.time == b.time && a.item == b.item && a.role == b.role && a.rating == b.rating;
    });
}

bool sameItems(const Dataset& x, const Dataset& y)
{
    return std::ranges::equal(x.items, y.items, [](const Item& a, const Item& b) {
        return a.id == b.id && a.title == b.title && a.categories == b.categories && a.creator == b.creator;
    });
}

/// Gives the part the payload with a right header and a right checksum in dataset.json, so that only the
/// content is odd.
void forgePart(const fs::path& directory, const char* part, const std::string& payload)
{
    std::string bytes = readFile(directory / part).substr(0, kHeaderSize) + payload;
    const std::uint32_t crc = checksum(payload);
    const std::uint64_t length = payload.size();
    std::memcpy(bytes.data() + kCrcPosition, &crc, sizeof(crc));
    std::memcpy(bytes.data() + kCrcPosition + sizeof(crc), &length, sizeof(length));
    writeFileAtomically(directory / part, bytes);
    json description = json::parse(readFile(directory / "dataset.json"));
    description["parts"][part] = crc;
    writeFileAtomically(directory / "dataset.json", description.dump());
}

} // namespace

class TestDataset : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_directory = pathIn(m_temporary->path(), "data");
        save(m_dataset, m_directory);
    }

    void roundTrip()
    {
        const Dataset loaded = load(m_directory);
        QVERIFY(sameEvents(loaded, m_dataset));
        QVERIFY(sameItems(loaded, m_dataset));
        QVERIFY(loaded.users == m_dataset.users);
        QVERIFY(loaded.eventOffsets == m_dataset.eventOffsets);
        QVERIFY(loaded.negatives == m_dataset.negatives);
        QVERIFY(loaded.domainNames == m_dataset.domainNames);
        QCOMPARE(loaded.itemsInA, m_dataset.itemsInA);
        const Provenance& p = loaded.provenance;
        QCOMPARE(p.name, std::string("a \"name\" with é"));
        QCOMPARE(p.format, std::string("demo"));
        QCOMPARE(p.files, m_dataset.provenance.files);
        QCOMPARE(p.notes, m_dataset.provenance.notes);
        QCOMPARE(p.minUserInteractions, 3);
        QCOMPARE(p.minItemInteractions, 4);
        QCOMPARE(p.evaluationNegatives, m_dataset.provenance.evaluationNegatives);
        QCOMPARE(p.seed, std::uint64_t{0xFFFFFFFFFFFFFFFF});
        QVERIFY(!p.hasTimes);
    }

    void directoryHoldsNothingElse()
    {
        QCOMPARE(names(),
            (QStringList{"dataset.json", "events.bin", "items.bin", "negatives.bin", "ratings.bin"}));
    }

    /// A dataset that had ratings and is replaced by one without forgets them.
    void withoutRatings()
    {
        QVERIFY(load(m_directory).hasRatings());
        Dataset plain = m_dataset;
        for (Event& event : plain.allEvents)
            event.rating = kNoRating;
        save(plain, m_directory);
        QVERIFY(sameEvents(load(m_directory), plain));
        QVERIFY(!load(m_directory).hasRatings());
        plain.allEvents.front().rating = 450;
        save(plain, m_directory);
        QVERIFY(sameEvents(load(m_directory), plain));
        QVERIFY(!load(m_directory).hasRatings());
    }

    void withoutNegatives()
    {
        Dataset dataset = m_dataset;
        dataset.provenance.evaluationNegatives = 0;
        dataset.negatives = {};
        save(dataset, m_directory);
        const Dataset loaded = load(m_directory);
        QVERIFY(sameEvents(loaded, dataset));
        QVERIFY(loaded.candidates(Split::Test, Domain::A, 0).empty());
    }

    void savingReplacesAndLeavesOtherFiles()
    {
        writeFileAtomically(m_directory / "notes.txt", "mine");
        const Dataset other = generateDemo({.users = 5, .items = 60, .seed = 9}).dataset;
        save(other, fs::path(m_directory.string() + "/"));
        QCOMPARE(load(m_directory).userCount(), std::size_t{5});
        QCOMPARE(names(),
            (QStringList{
                "dataset.json", "events.bin", "items.bin", "negatives.bin", "notes.txt", "ratings.bin"}));
    }

    void destinations()
    {
        const auto message = [](const fs::path& path, bool replace) {
            return errorOf([&] { checkDestination(path, replace); });
        };
        QCOMPARE(message(pathIn(m_temporary->path(), "new/deep"), false), QString());
        QVERIFY(!fs::exists(pathIn(m_temporary->path(), "new")));
        VERIFY_MESSAGE(message(m_directory, false), "already a dataset", "--force");
        QCOMPARE(message(m_directory, true), QString());
        VERIFY_MESSAGE(message(m_directory / "events.bin", true), "is a file");
        VERIFY_MESSAGE(message(m_directory / "events.bin" / "x", true), "not a writable directory");
        const fs::path foreign = pathIn(m_temporary->path(), "foreign");
        makeWritableDirectory(foreign);
        QCOMPARE(message(foreign, false), QString());
        writeFileAtomically(foreign / "thesis.tex", "x");
        VERIFY_MESSAGE(message(foreign, true), "other files");
    }

    void failedSaveLeavesNothing()
    {
        // A file stands where a directory is needed.
        const fs::path blocked = m_directory / "events.bin" / "sub" / "data";
        QVERIFY(!errorOf([&] { save(m_dataset, blocked); }).isEmpty());
        QCOMPARE(names(),
            (QStringList{"dataset.json", "events.bin", "items.bin", "negatives.bin", "ratings.bin"}));
    }

    void noDataset()
    {
        VERIFY_MESSAGE(
            errorOf([&] { load(pathIn(m_temporary->path(), "none")); }), "no such dataset", "fedcctr data");
        VERIFY_MESSAGE(errorOf([&] { load(m_temporary->path().toStdString()); }), "is not a dataset");
        for (const char* part : kParts) {
            const std::string bytes = readFile(m_directory / part);
            fs::remove(m_directory / part);
            VERIFY_MESSAGE(errorOf([&] { load(m_directory); }), part, "cannot be read");
            writeFileAtomically(m_directory / part, bytes);
        }
    }

    void damageEverywhere_data()
    {
        QTest::addColumn<QString>("part");
        for (const char* part : kParts)
            QTest::newRow(part) << QString::fromUtf8(part);
    }

    void damageEverywhere()
    {
        QFETCH(QString, part);
        const fs::path path = m_directory / part.toStdString();
        const std::string good = readFile(path);
        const auto message = [&](const std::string& bytes) {
            writeFileAtomically(path, bytes);
            return errorOf([&] { load(m_directory); });
        };
        // All of the header, then places all over the payload.
        for (std::size_t i = 0; i < good.size(); i += i < kHeaderSize ? 1 : 1 + good.size() / 50) {
            std::string bytes = good;
            bytes[i] = static_cast<char>(bytes[i] ^ 0x41);
            VERIFY_MESSAGE(message(bytes), qPrintable(part), "again");
        }
        for (const std::size_t length :
            {std::size_t{0}, std::size_t{1}, kHeaderSize - 1, kHeaderSize, good.size() / 2, good.size() - 1})
            VERIFY_MESSAGE(message(good.substr(0, length)), qPrintable(part), "is cut off");
        VERIFY_MESSAGE(message(good + "x"), qPrintable(part), "longer");
        VERIFY_MESSAGE(message(std::string(1000, 'x')), qPrintable(part), "is not a part of a dataset");
        std::string version = good;
        version[8] = 7;
        VERIFY_MESSAGE(message(version), qPrintable(part), "format version 7", "reads version 1");
        QCOMPARE(message(good), QString());
    }

    void partsOfTwoDatasets()
    {
        const fs::path other = pathIn(m_temporary->path(), "other");
        save(generateDemo({.users = 30, .items = 80, .seed = 2}).dataset, other);
        for (const char* part : kParts) {
            const std::string good = readFile(m_directory / part);
            writeFileAtomically(m_directory / part, readFile(other / part));
            VERIFY_MESSAGE(errorOf([&] { load(m_directory); }), part, "belongs to another dataset");
            writeFileAtomically(m_directory / part, good);
        }
    }

    /// Right checksums do not make a content right: no crash, no huge allocation, an Error or a harmless
    /// difference.
    void forgedContent()
    {
        Random random(5);
        for (const char* part : kParts) {
            const std::string good = readFile(m_directory / part).substr(kHeaderSize);
            for (int round = 0; round < 60; ++round) {
                std::string payload = good;
                for (int change = 0; change < 3; ++change)
                    payload[random.below(payload.size())] = static_cast<char>(random.below(256));
                if (round % 3 == 0)
                    payload.resize(random.below(payload.size()));
                if (round % 10 == 0)
                    std::memset(payload.data(), 0xFF, std::min<std::size_t>(payload.size(), 16));
                forgePart(m_directory, part, payload);
                const QString message = errorOf([&] { load(m_directory); });
                QVERIFY2(message.isEmpty() || message.contains(QString::fromUtf8(part)), qPrintable(message));
                if (round % 3 == 0)
                    VERIFY_MESSAGE(message, part, "again");
            }
            forgePart(m_directory, part, good);
        }
        QCOMPARE(errorOf([&] { load(m_directory); }), QString());
    }

    void wrongDescription()
    {
        const std::string good = readFile(m_directory / "dataset.json");
        const auto message = [&](const std::string& text) {
            writeFileAtomically(m_directory / "dataset.json", text);
            return errorOf([&] { load(m_directory); });
        };
        for (const char* text : {"", "{", "[]", "7", "{}", "\xFF\xFE", "{\"format\": 3}"})
            VERIFY_MESSAGE(message(text), "dataset.json: is not the description of a dataset");
        const json original = json::parse(good);
        const auto messageWith = [&](const std::string& key, const json& value) {
            json description = original;
            description[key] = value;
            return message(description.dump());
        };
        VERIFY_MESSAGE(messageWith("version", 2), "dataset.json: has format version 2", "reads version 1");
        for (const auto& [key, value] : original.items()) {
            json lacking = original;
            lacking.erase(key);
            if (key != "protocol") // which older versions did not write
                VERIFY_MESSAGE(message(lacking.dump()), "dataset.json: ");
            if (key == "name" || key == "seed")
                continue; // a text and a number of any value
            for (const json& wrong : {json(), json("x"), json(-1), json(1e300), json::array(), json(~0ULL)})
                VERIFY_MESSAGE(messageWith(key, wrong), "again");
        }
        for (const char* key : {"users", "interactions", "evaluation_negatives"}) {
            for (const int shift : {-1, 1})
                VERIFY_MESSAGE(messageWith(key, original.at(key).get<int>() + shift), "again");
        }
        QCOMPARE(message(good), QString());
    }

    void statisticsRows()
    {
        Dataset d;
        d.provenance.name = "tiny";
        d.domainNames = {"x", "y"};
        d.users = {"u", "v"};
        d.items = {{"1", "titled", "", ""}, {"2", "", "", ""}, {"3", "t", "", ""}};
        d.itemsInA = 2;
        d.eventOffsets = {0, 5, 7};
        d.allEvents = {{0, 0, Role::Train}, {1, 1, Role::Validation}, {2, 0, Role::Test}, {3, 2, Role::Train},
            {4, 2, Role::Train}, {0, 1, Role::Train}, {1, 2, Role::Train}};
        const json j = toJson(statistics(d), d);
        QVERIFY(j.at("users") == 2);
        QVERIFY(j.at("interactions") == 7);
        QVERIFY(j.at("mean_merged_length") == 3.5);
        const json& a = j.at("domains").at(0);
        QVERIFY(a.at("name") == "x");
        QVERIFY(a.at("items") == 2);
        QVERIFY(a.at("interactions") == 4);
        QVERIFY(a.at("mean_length") == 2.0);
        QVERIFY(a.at("shortest") == 1);
        QVERIFY(a.at("longest") == 3);
        QVERIFY(a.at("sparsity") == 0.0);
        QVERIFY(a.at("titled_items") == 0.5);
        QVERIFY(a.at("train_instances") == 2);
        QVERIFY(a.at("validation_instances") == 1);
        QVERIFY(a.at("test_instances") == 1);
        QVERIFY(j.at("domains").at(1).at("titled_items") == 1.0);
    }

    void realDataLoad()
    {
        const fs::path shared = fs::path(FEDCCTR_SHARED_DIR) / "data" / "food-kitchen";
        if (!fs::exists(shared / "interactions.csv.gz"))
            QSKIP("the food-kitchen data are not beside the source tree");
        const std::vector<fs::path> files{shared / "interactions.csv.gz", shared / "items.csv.gz"};
        save(importCsv(files, ImportOptions{}), m_directory);
        QCOMPARE(load(m_directory).userCount(), std::size_t{7144});
    }

private:
    static Dataset example()
    {
        Dataset dataset = generateDemo({.users = 30, .items = 80, .seed = 1}).dataset;
        Provenance& p = dataset.provenance;
        p.name = "a \"name\" with é";
        p.files = {"one.csv", "two.csv"};
        p.notes = {"something was left out"};
        p.minUserInteractions = 3;
        p.minItemInteractions = 4;
        p.seed = 0xFFFFFFFFFFFFFFFF;
        p.hasTimes = false;
        std::ranges::fill(dataset.negatives[0][1].editable(), -1); // users without such a target
        return dataset;
    }

    QStringList names() const
    {
        return QDir(QString::fromStdString(m_directory.string()))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }

    Dataset m_dataset = example();
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_directory;
};

std::unique_ptr<QObject> tst_dataset()
{
    return std::make_unique<TestDataset>();
}
#include "tst_dataset.moc"
