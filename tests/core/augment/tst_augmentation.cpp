// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/augmentation.h"
#include "core/augment/shelf.h"
#include "core/data/demo.h"
#include "tests/fixtures/json_support.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::augment;
using nlohmann::json;
using Ids = std::vector<data::ItemId>;
namespace fs = std::filesystem;

namespace {

data::Dataset demo(std::uint64_t seed = 1)
{
    return data::generateDemo({.users = 20, .items = 70, .seed = seed}).dataset;
}

Augmentation example(const data::Dataset& data)
{
    Augmentation augmentation;
    augmentation.backend = "a \"model\" at http://127.0.0.1:8080/v1";
    augmentation.items.resize(data.items.size());
    augmentation.users.resize(data.users.size());
    augmentation.sequences.resize(data.users.size());
    augmentation.items[0] = {{"tea"}, {}, {"café", "say \"no\""}};
    augmentation.items.back() = {{}, {"calm"}, {}};
    augmentation.users[1] = {"25-34", "other", {}};
    augmentation.users[2].interests = {"bread"};
    augmentation.sequences[3] = {{Ids{2, 0}, Ids{data.itemsInA}}, {Ids{}, Ids{data.itemCount() - 1}}};
    return augmentation;
}

} // namespace

class TestAugmentation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_dataset = m_directory->path().toStdString();
    }

    void comesBack()
    {
        const data::Dataset data = demo();
        QVERIFY(!loadAugmentation(m_dataset, data));
        const Augmentation saved = example(data);
        saveAugmentation(saved, data, m_dataset);
        QCOMPARE(augmentationFile(m_dataset), m_dataset / "augmentation.json");
        const auto loaded = loadAugmentation(m_dataset, data);
        QVERIFY(loaded);
        QCOMPARE(loaded->backend, saved.backend);
        QVERIFY(loaded->items == saved.items);
        QVERIFY(loaded->users == saved.users);
        QVERIFY(loaded->sequences == saved.sequences);
    }

    void thoseWithANameLieBeside()
    {
        const data::Dataset data = demo();
        QVERIFY(augmentationNames(m_dataset).empty());
        Augmentation other = example(data);
        other.backend = "another";
        saveAugmentation(example(data), data, m_dataset);
        saveAugmentation(other, data, m_dataset, "5");
        saveAugmentation(other, data, m_dataset, "10-llama_3.1");
        QCOMPARE(augmentationNames(m_dataset), (std::vector<std::string>{"10-llama_3.1", "5"}));
        QCOMPARE(loadAugmentation(m_dataset, data)->backend, example(data).backend);
        QCOMPARE(loadAugmentation(m_dataset, data, "5")->backend, std::string("another"));
        VERIFY_MESSAGE(test::errorOf([&] { loadAugmentation(m_dataset, data, "20"); }), "20.json",
            "nothing, 10-llama_3.1 or 5");
        for (const char* name : {"../5", ".hidden", "a/b", "ä", "a b"})
            VERIFY_MESSAGE(test::errorOf([&] { saveAugmentation(other, data, m_dataset, name); }), name,
                "letters, digits");
        QCOMPARE(augmentationNames(m_dataset).size(), std::size_t(2));
    }

    /// Runs that were trained with the former one find it by its checksum.
    void whatIsReplacedIsKept()
    {
        const data::Dataset data = demo();
        const Augmentation first = example(data);
        Augmentation second = first;
        second.backend = "another";
        saveAugmentation(first, data, m_dataset);
        const std::string checksum = augmentationChecksum(m_dataset, {}).value();
        QCOMPARE(checksum.size(), std::size_t(16));
        saveAugmentation(first, data, m_dataset);
        QVERIFY(augmentationNames(m_dataset).empty()); // the same again
        saveAugmentation(second, data, m_dataset);
        const std::string kept = "own-" + checksum.substr(0, 8);
        QCOMPARE(augmentationNames(m_dataset), std::vector{kept});
        QCOMPARE(findAugmentation(m_dataset, checksum, {}), std::optional(kept));
        QCOMPARE(loadAugmentation(m_dataset, data, kept)->backend, first.backend);
        QCOMPARE(loadAugmentation(m_dataset, data)->backend, second.backend);

        // Back again: the first lies there twice, the second under a name.
        saveAugmentation(first, data, m_dataset);
        QCOMPARE(findAugmentation(m_dataset, checksum, {}), std::optional(std::string()));
        QCOMPARE(augmentationNames(m_dataset).size(), std::size_t(2));
        saveAugmentation(second, data, m_dataset);
        QCOMPARE(augmentationNames(m_dataset).size(), std::size_t(2));
        QVERIFY(!findAugmentation(m_dataset, "0123456789abcdef", {}));
        QVERIFY(!augmentationChecksum(m_dataset, "nowhere"));

        saveAugmentation(first, data, m_dataset, "5");
        saveAugmentation(second, data, m_dataset, "5"); // held already, by the name above
        QCOMPARE(augmentationNames(m_dataset).size(), std::size_t(3));
        std::vector<std::string> listed;
        for (const ShelvedAugmentation& each : listAugmentations(m_dataset))
            listed.push_back(each.name + '=' + each.backend);
        QCOMPARE(listed.size(), std::size_t(4));
        QCOMPARE(listed[0], "=" + second.backend);
        QCOMPARE(listed[1], "5=" + second.backend);
    }

    void whatIsRemovedCanBePutBack()
    {
        const data::Dataset data = demo();
        QVERIFY(listAugmentations(m_dataset).empty());
        VERIFY_MESSAGE(
            test::errorOf([&] { removeAugmentation(m_dataset, {}); }), "augmentation.json", "--list");
        VERIFY_MESSAGE(test::errorOf([&] { restoreAugmentation(m_dataset); }), "nothing to put back");
        Augmentation other = example(data);
        other.backend = "another";
        saveAugmentation(example(data), data, m_dataset);
        saveAugmentation(other, data, m_dataset, "augmentation");
        for (const std::string name : {"", "augmentation"}) {
            const std::string content = readFile(augmentationFile(m_dataset, name));
            removeAugmentation(m_dataset, name);
            QVERIFY(!fs::exists(augmentationFile(m_dataset, name)));
            QCOMPARE(removedAugmentation(m_dataset), std::optional(name));
            QCOMPARE(listAugmentations(m_dataset).size(), std::size_t(1));
            QCOMPARE(restoreAugmentation(m_dataset), name);
            QCOMPARE(readFile(augmentationFile(m_dataset, name)), content);
            QVERIFY(!removedAugmentation(m_dataset));
        }
        // Its place is taken: nothing is lost.
        removeAugmentation(m_dataset, {});
        saveAugmentation(other, data, m_dataset);
        VERIFY_MESSAGE(test::errorOf([&] { restoreAugmentation(m_dataset); }), "augmentation.json");
        QCOMPARE(loadAugmentation(m_dataset, data)->backend, other.backend);
        QCOMPARE(removedAugmentation(m_dataset), std::optional(std::string()));
    }

    void anEmptyOneComesBack()
    {
        const data::Dataset data = demo();
        Augmentation empty{"offline (no LLM)", std::vector<ItemFeatures>(data.items.size()),
            std::vector<UserProfile>(data.users.size()), std::vector<SequenceExtension>(data.users.size())};
        saveAugmentation(empty, data, m_dataset);
        const auto loaded = loadAugmentation(m_dataset, data);
        QVERIFY(loaded && loaded->items == empty.items && loaded->users == empty.users);
    }

    void theFileSaysWhatItIs()
    {
        const data::Dataset data = demo();
        saveAugmentation(example(data), data, m_dataset);
        const json root = json::parse(readFile(augmentationFile(m_dataset)));
        COMPARE_JSON(root["format"], json("fedcctr-augmentation"));
        COMPARE_JSON(root["version"], json(1));
        COMPARE_JSON(root["dataset"]["name"], json(data.provenance.name));
        COMPARE_JSON(root["dataset"]["items"], (json{70, 70}));
        QVERIFY(root["items"][1].is_null());
    }

    void foreignFilesAreRefused()
    {
        const data::Dataset data = demo();
        saveAugmentation(example(data), data, m_dataset);
        const auto refusal = [&](auto change) {
            data::Dataset other = demo();
            change(other);
            return test::errorOf([&] { loadAugmentation(m_dataset, other); });
        };
        VERIFY_MESSAGE(refusal([](data::Dataset& d) { d.users[3] = "somebody"; }), "augmentation.json",
            "another dataset", "fedcctr augment");
        VERIFY_MESSAGE(refusal([](data::Dataset& d) { d.items[5].id = "else"; }), "another dataset");
        VERIFY_MESSAGE(
            refusal([](data::Dataset& d) { std::swap(d.items[0].id, d.items[1].id); }), "another dataset");
        VERIFY_MESSAGE(refusal([](data::Dataset& d) { d.users.pop_back(); }), "another dataset");
        VERIFY_MESSAGE(refusal([](data::Dataset& d) { d.itemsInA += 1; }), "another dataset");
        VERIFY_MESSAGE(refusal([](data::Dataset& d) { d.allEvents.pop_back(); }), "another dataset");
        VERIFY_MESSAGE(refusal([](data::Dataset& d) { d = demo(2); }), "another dataset");
        QVERIFY(refusal([](data::Dataset& d) { d.items[5].title = "a better title"; }).isEmpty());
    }

    void damage_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("part");
        QTest::newRow("not one of ours") << "fedcctr-augmentation"
                                         << "other"
                                         << "not an augmentation";
        QTest::newRow("newer") << "\"version\":1"
                               << "\"version\":2"
                               << "version 2";
        QTest::newRow("no backend") << "\"backend\""
                                    << "\"backand\""
                                    << "damaged";
        QTest::newRow("words are numbers") << "[\"tea\"]"
                                           << "[7]"
                                           << "'items', entry 1: genres is";
        QTest::newRow("field gone") << "\"themes\""
                                    << "\"thymes\""
                                    << "'items', entry 1";
        QTest::newRow("age") << "\"25-34\""
                             << "\"40\""
                             << "'users', entry 2: age is";
        QTest::newRow("item of the other domain") << "[2,0]"
                                                  << "[2,100]"
                                                  << "'sequences', entry 4: 100 is not";
        QTest::newRow("item beyond all") << "[2,0]"
                                         << "[2,140]"
                                         << "'sequences', entry 4: 140 is not";
        QTest::newRow("item that is none") << "[2,0]"
                                           << "[2,-1]"
                                           << "'sequences', entry 4: liked_A";
        QTest::newRow("one entry less") << "\"items\": [\nnull,"
                                        << "\"items\": ["
                                        << "";
        QTest::newRow("list gone") << "\"sequences\""
                                   << "\"sequence\""
                                   << "damaged";
    }
    void damage()
    {
        QFETCH(const QString, from);
        QFETCH(const QString, to);
        QFETCH(const QString, part);
        const data::Dataset data = demo();
        saveAugmentation(example(data), data, m_dataset);
        QString text = QString::fromStdString(readFile(augmentationFile(m_dataset)));
        if (part.isEmpty())
            text.replace(text.indexOf(QStringLiteral("null,")), 5, QString());
        else
            QVERIFY(text.contains(from));
        text.replace(from, to);
        writeFileAtomically(augmentationFile(m_dataset), text.toStdString());
        const QString message = test::errorOf([&] { loadAugmentation(m_dataset, data); });
        VERIFY_MESSAGE(message, "augmentation.json", "remove the file", "fedcctr augment");
        QVERIFY2(message.contains(part), qPrintable(message));
    }

    /// Cut off anywhere, it is refused, never half read.
    void cutOff()
    {
        const data::Dataset data = demo();
        saveAugmentation(example(data), data, m_dataset);
        const std::string text = readFile(augmentationFile(m_dataset));
        for (std::size_t length = 0; length + 2 < text.size(); length += 7) {
            writeFileAtomically(augmentationFile(m_dataset), text.substr(0, length));
            VERIFY_MESSAGE(
                test::errorOf([&] { loadAugmentation(m_dataset, data); }), "augmentation.json", "damaged");
        }
    }

    /// What cannot be read again is not written, and the old file stays.
    void refusedToWrite()
    {
        const data::Dataset data = demo();
        saveAugmentation(example(data), data, m_dataset);
        const std::string before = readFile(augmentationFile(m_dataset));
        Augmentation wrong = example(data);
        wrong.users.pop_back();
        VERIFY_MESSAGE(test::errorOf([&] { saveAugmentation(wrong, data, m_dataset); }), "augmentation.json",
            "not of this dataset");
        wrong = example(data);
        wrong.sequences[0].disliked[0] = {data.itemsInA};
        VERIFY_MESSAGE(test::errorOf([&] { saveAugmentation(wrong, data, m_dataset); }), "augmentation.json",
            "not an item of Books");
        QCOMPARE(readFile(augmentationFile(m_dataset)), before);
        VERIFY_MESSAGE(
            test::errorOf([&] { saveAugmentation(example(data), data, m_dataset / "nowhere"); }), "nowhere");
    }

    /// Bytes that are no text in a backend's name or a word do not stop the writing.
    void invalidUtf8()
    {
        const data::Dataset data = demo();
        Augmentation odd = example(data);
        odd.backend = "model \xFF";
        odd.items[0].genres = {"\xC3"};
        saveAugmentation(odd, data, m_dataset);
        QVERIFY(loadAugmentation(m_dataset, data));
    }

private:
    std::unique_ptr<QTemporaryDir> m_directory;
    fs::path m_dataset;
};

std::unique_ptr<QObject> tst_augmentation()
{
    return std::make_unique<TestAugmentation>();
}
#include "tst_augmentation.moc"
