// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/training/checkpoint.h"
#include "tests/fixtures/model_support.h"

#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <filesystem>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::federation;
using namespace fedcctr::training;
using namespace fedcctr::model;
using namespace fedcctr::test;

namespace {

const std::vector<std::string> kNames{"A.weight", "A.bias", "items"};

Parameters parameters(double shift)
{
    Parameters result;
    result.tensors = {torch::arange(6, torch::kFloat32).reshape({2, 3}) + shift, torch::full({3}, -shift),
        torch::arange(8, torch::kFloat32).reshape({4, 2}) * shift};
    return result;
}

Checkpoint example()
{
    Checkpoint checkpoint;
    checkpoint.round = 17;
    checkpoint.steps = 15;
    checkpoint.seconds = 12.75;
    checkpoint.parameters = parameters(1);
    checkpoint.moments = {parameters(2), parameters(3)};
    checkpoint.ledger = {{3.5, {0.125, 1, 2, 3, 4, 5, 6}, 4, 16, false},
        {1e-300, {1.0 / 3, 0, 0, 0, 0, 0, 0}, 0, -1, true}, {0, {0, 0, 0, 0, 0, 0, 0}, 0, -1, false}};
    checkpoint.bestRound = 12;
    checkpoint.bestValue = 0.1 + 0.2;
    checkpoint.best = parameters(4);
    checkpoint.weights = {{"loss.lambda1", 0.3}, {"loss.lambda2", 1.0 / 7}};
    return checkpoint;
}

void compare(const Checkpoint& found, const Checkpoint& expected)
{
    QCOMPARE(found.round, expected.round);
    QCOMPARE(found.steps, expected.steps);
    // Bit for bit: a resumed run must not differ by a rounding.
    QVERIFY(found.seconds == expected.seconds && found.bestValue == expected.bestValue);
    QVERIFY(found.weights == expected.weights);
    QCOMPARE(found.bestRound, expected.bestRound);
    QVERIFY(sameBits(found.parameters, expected.parameters));
    QCOMPARE(found.moments.size(), expected.moments.size());
    for (std::size_t i = 0; i < found.moments.size(); ++i)
        QVERIFY(sameBits(found.moments[i], expected.moments[i]));
    if (expected.bestRound > 0)
        QVERIFY(sameBits(found.best, expected.best));
    QCOMPARE(found.ledger.size(), expected.ledger.size());
    for (std::size_t i = 0; i < found.ledger.size(); ++i) {
        QVERIFY(found.ledger[i].own == expected.ledger[i].own);
        QVERIFY(found.ledger[i].muSquared == expected.ledger[i].muSquared);
        QCOMPARE(found.ledger[i].uploads, expected.ledger[i].uploads);
        QCOMPARE(found.ledger[i].stopped, expected.ledger[i].stopped);
    }
}

} // namespace

class TestCheckpoint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_file = pathIn(m_directory.path(), "state.bin");
        writeCheckpoint(example(), kNames, m_file);
    }

    void roundTrip()
    {
        compare(readCheckpoint(m_file, kNames, parameters(0), parameters(0)), example());
        Checkpoint plain = example();
        plain.moments.clear();
        plain.bestRound = 0;
        plain.best = {};
        plain.ledger.clear();
        writeCheckpoint(plain, kNames, m_file); // replaces
        compare(readCheckpoint(m_file, kNames, parameters(0), parameters(0)), plain);
    }

    void nothingElseIsLeft()
    {
        for (const auto& entry : std::filesystem::directory_iterator(m_file.parent_path()))
            QCOMPARE(entry.path().filename().string(), std::string("state.bin"));
    }

    /// Any bit flipped anywhere is an Error that names the file, nothing else.
    void damage()
    {
        const std::string whole = readFile(m_file);
        for (std::size_t i = 0; i < whole.size(); ++i) {
            std::string damaged = whole;
            damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
            writeFileAtomically(m_file, damaged);
            VERIFY_MESSAGE(
                errorOf([&] { readCheckpoint(m_file, kNames, parameters(0), parameters(0)); }), "state.bin");
        }
    }

    void truncation()
    {
        const std::string whole = readFile(m_file);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            writeFileAtomically(m_file, whole.substr(0, length));
            VERIFY_MESSAGE(
                errorOf([&] { readCheckpoint(m_file, kNames, parameters(0), parameters(0)); }), "state.bin");
        }
        writeFileAtomically(m_file, whole + "x");
        VERIFY_MESSAGE(
            errorOf([&] { readCheckpoint(m_file, kNames, parameters(0), parameters(0)); }), "state.bin");
    }

    void missing()
    {
        VERIFY_MESSAGE(
            errorOf([&] { readCheckpoint("/nowhere/state.bin", kNames, parameters(0), parameters(0)); }),
            "/nowhere/state.bin");
    }

    void anotherModelIsRefused()
    {
        const auto error = [&](const std::vector<std::string>& names, const Parameters& like) {
            return errorOf([&] { readCheckpoint(m_file, names, like, like); });
        };
        QCOMPARE(error(kNames, parameters(0)), QString());
        VERIFY_MESSAGE(error({"A.weight", "B.bias", "items"}, parameters(0)), "state.bin", "another model");
        Parameters wider = parameters(0);
        wider[2] = torch::zeros({4, 3});
        VERIFY_MESSAGE(error(kNames, wider), "state.bin", "another model");
        Parameters turned = parameters(0);
        turned[0] = torch::zeros({3, 2}); // as many numbers
        VERIFY_MESSAGE(error(kNames, turned), "state.bin", "another model");
    }

    void snapshotRoundTrip()
    {
        const std::filesystem::path file = pathIn(m_directory.path(), "round-000250.bin");
        writeSnapshot({250, parameters(3)}, kNames, file);
        const Snapshot found = readSnapshot(file, kNames, parameters(0));
        QCOMPARE(found.round, 250);
        QVERIFY(sameBits(found.parameters, parameters(3)));
        // Values and a header, nothing else: 6 + 3 + 8 floats.
        QVERIFY(std::filesystem::file_size(file) < 17 * sizeof(float) + 200);
        std::string damaged = readFile(file);
        damaged.back() = static_cast<char>(damaged.back() ^ 1);
        writeFileAtomically(file, damaged);
        VERIFY_MESSAGE(
            errorOf([&] { readSnapshot(file, kNames, parameters(0)); }), "round-000250.bin", "damaged");
        std::filesystem::remove(file);
    }

    void checkpointsAndSnapshotsAreNotMistaken()
    {
        VERIFY_MESSAGE(
            errorOf([&] { readSnapshot(m_file, kNames, parameters(0)); }), "state.bin", "snapshot");
        const std::filesystem::path file = pathIn(m_directory.path(), "round-000001.bin");
        writeSnapshot({1, parameters(3)}, kNames, file);
        VERIFY_MESSAGE(errorOf([&] { readCheckpoint(file, kNames, parameters(0), parameters(0)); }),
            "round-000001", "checkpoint");
        std::filesystem::remove(file);
    }

    /// Files of a time when nobody counted the accountants' sums keep opening; other counts are refused.
    void sumsOfOtherVersions()
    {
        const auto written = [this](const std::string& field) {
            writeCheckpoint(example(), kNames, m_file);
            std::string whole = readFile(m_file);
            const std::string own = "\"own_sums\":7,";
            whole.replace(whole.find(own), own.size(), field);
            constexpr std::size_t kMagicSize = 8;
            const std::uint32_t check = checksum(std::string_view(whole).substr(kMagicSize + sizeof check));
            std::memcpy(whole.data() + kMagicSize, &check, sizeof check);
            writeFileAtomically(m_file, whole);
            return errorOf(
                [&] { compare(readCheckpoint(m_file, kNames, parameters(0), parameters(0)), example()); });
        };
        QCOMPARE(written("             "), QString());
        VERIFY_MESSAGE(written("\"own_sums\":8,"), "state.bin", "8", "7");
    }

private:
    QTemporaryDir m_directory;
    std::filesystem::path m_file;
};

std::unique_ptr<QObject> tst_checkpoint()
{
    return std::make_unique<TestCheckpoint>();
}
#include "tst_checkpoint.moc"
