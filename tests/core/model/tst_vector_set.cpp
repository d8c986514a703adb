// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/item_text.h"
#include "core/model/vector_set.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
namespace fs = std::filesystem;
using test::errorOf;

class TestVectorSet : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    data::Dataset m_dataset;

    fs::path directory() const { return m_folder->path().toStdString(); }
    fs::path file(const char* name) const { return directory() / "vectors" / name; }

    VectorSet set(int width = 2) const
    {
        VectorSet made{
            .width = width, .values = {}, .source = {"mini", "http://127.0.0.1:1/v1", "today", "title", 1}};
        for (std::size_t i = 0; i < m_dataset.items.size(); ++i)
            for (int j = 0; j < width; ++j)
                made.values.push_back(i == 0 ? 0.0F : static_cast<float>(i) + static_cast<float>(j));
        return made;
    }

    QString loadError(const data::Dataset& dataset) const
    {
        return errorOf([&] { loadVectors(dataset, directory(), "mini"); });
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_dataset = {};
        m_dataset.directory = directory();
        for (int i = 0; i < 40; ++i)
            m_dataset.items.push_back({"id" + std::to_string(i), "title " + std::to_string(i), "", ""});
        m_dataset.itemsInA = 20;
    }

    void textOfAnItem()
    {
        QCOMPARE(embeddedText({"a", " The  Hobbit ", "Fantasy; Classics", "Tolkien"}),
            std::string("The Hobbit. Fantasy; Classics. Tolkien"));
        QCOMPARE(embeddedText({"a", "", "", "Tolkien"}), std::string("Tolkien"));
        QCOMPARE(embeddedText({"a", " ", "", ""}), std::string());
        std::string longest(kLongestText - 1, 'x');
        QCOMPARE(embeddedText({"a", longest + "é", "", ""}), longest); // no half character
    }

    void names()
    {
        QCOMPARE(vectorsNameOf("sentence-transformers/all-MiniLM-L6-v2"), std::string("all-MiniLM-L6-v2"));
        QCOMPARE(vectorsNameOf("/models/bge small:q8.gguf"), std::string("bge-small-q8"));
        QCOMPARE(vectorsNameOf("..."), std::string("vectors"));
        QCOMPARE(vectorsNameOf("tf-idf"), std::string("vectors"));
        QVERIFY(vectorsNameProblem("e5_small.v2+x").empty());
        for (const char* name : {"", ".a", "a/b", "../a", "tf-idf", "a b"})
            VERIFY_MESSAGE(errorOf([&] { vectorsPath("d", name); }), "name");
    }

    void comesBackAsItWasSaved()
    {
        saveVectors(set(), m_dataset, directory(), "mini");
        const VectorSet back = loadVectors(m_dataset, directory(), "mini");
        QCOMPARE(back.width, 2);
        QCOMPARE(back.values, set().values);
        QCOMPARE(back.source.model, std::string("mini"));
        QCOMPARE(back.source.withoutText, std::size_t{1});
        QCOMPARE(vectorsWidth(directory(), "mini"), 2);
        saveVectors(set(3), m_dataset, directory(), "other");
        const std::vector<ShelvedVectors> all = listVectors(m_dataset, directory());
        QCOMPARE(all.size(), std::size_t{2});
        QCOMPARE(all[1].name, std::string("other"));
        QCOMPARE(all[1].width, 3);
        QCOMPARE(all[1].items, m_dataset.items.size());
        QCOMPARE(all[1].source.address, std::string("http://127.0.0.1:1/v1"));
        QVERIFY(all[0].problem.empty());
    }

    /// What models and retrieval read: scaled to length 1, zeros stay.
    void chosenByTheSettings()
    {
        saveVectors(set(), m_dataset, directory(), "mini");
        ModelOptions options;
        const ItemText plain = itemText(m_dataset, options);
        QCOMPARE(plain.width, options.textWidth);
        options.vectors = "mini";
        const ItemText chosen = itemText(m_dataset, options);
        QCOMPARE(chosen.width, 2);
        QCOMPARE(chosen.values[0], 0.0F);
        QVERIFY(std::abs(chosen.values[2] - 1 / std::sqrt(5.0F)) < 1e-6F);
        QVERIFY(std::abs(chosen.values[3] - 2 / std::sqrt(5.0F)) < 1e-6F);

        options.vectors = "nobody";
        VERIFY_MESSAGE(
            errorOf([&] { itemText(m_dataset, options); }), "model.vectors", "nobody.bin", "mini", "tf-idf");
        fs::remove_all(directory() / "vectors");
        VERIFY_MESSAGE(errorOf([&] { itemText(m_dataset, options); }), "fedcctr vectors", "tf-idf");
        data::Dataset inMemory = m_dataset;
        inMemory.directory.clear();
        VERIFY_MESSAGE(errorOf([&] { itemText(inMemory, options); }), "model.vectors", "tf-idf");
    }

    void ofAnotherDatasetIsRefused()
    {
        saveVectors(set(), m_dataset, directory(), "mini");
        data::Dataset other = m_dataset;
        other.items[3].title += " again";
        VERIFY_MESSAGE(loadError(other), "mini.bin", "other items", "--replace");
        other = m_dataset;
        other.items.pop_back();
        VERIFY_MESSAGE(loadError(other), "mini.bin", "40 items", "39", "--replace");
        QCOMPARE(listVectors(other, directory()).front().problem,
            std::string("has vectors of 40 items, this dataset has 39"));
        VERIFY_MESSAGE(errorOf([&] { saveVectors(set(), other, directory(), "mini"); }), "not written");
    }

    void damageIsNoticed()
    {
        saveVectors(set(), m_dataset, directory(), "mini");
        const std::string good = readFile(file("mini.bin"));
        // Every byte counts, the head's too.
        for (std::size_t at = 0; at < good.size(); at += 3) {
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 0x10);
            writeFileAtomically(file("mini.bin"), bad);
            VERIFY_MESSAGE(loadError(m_dataset), "mini.bin", "fedcctr vectors");
        }
        for (const std::size_t size :
            {std::size_t{0}, std::size_t{7}, std::size_t{31}, std::size_t{32}, good.size() - 1}) {
            writeFileAtomically(file("mini.bin"), good.substr(0, size));
            VERIFY_MESSAGE(loadError(m_dataset), "mini.bin", "cut off");
            QVERIFY(!listVectors(m_dataset, directory()).front().problem.empty());
        }
        VERIFY_MESSAGE(errorOf([&] { vectorsWidth(directory(), "mini"); }), "cut off");
        writeFileAtomically(file("mini.bin"), good + "xxxx");
        VERIFY_MESSAGE(loadError(m_dataset), "damaged");
    }

    void noNumbersAreNotWritten()
    {
        VectorSet bad = set();
        bad.values[5] = std::numeric_limits<float>::infinity();
        VERIFY_MESSAGE(errorOf([&] { saveVectors(bad, m_dataset, directory(), "mini"); }), "not written");
        QVERIFY(!fs::exists(file("mini.bin")));
    }

    /// The vectors are good without their description; one of other vectors is not believed.
    void descriptionOfOtherVectors()
    {
        saveVectors(set(), m_dataset, directory(), "mini");
        saveVectors(set(3), m_dataset, directory(), "other");
        fs::copy_file(file("other.json"), file("mini.json"), fs::copy_options::overwrite_existing);
        QCOMPARE(loadVectors(m_dataset, directory(), "mini").source.model, std::string());
        writeFileAtomically(file("mini.json"), "{");
        QCOMPARE(loadVectors(m_dataset, directory(), "mini").source.model, std::string());
        QVERIFY(listVectors(m_dataset, directory()).front().problem.empty());
    }
};

std::unique_ptr<QObject> tst_vector_set()
{
    return std::make_unique<TestVectorSet>();
}
#include "tst_vector_set.moc"
