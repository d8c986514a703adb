// SPDX-License-Identifier: GPL-3.0-or-later
// `fedcctr-engine embed` as other programs see it.
#include "core/data/demo.h"
#include "core/projection/separation.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/support.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <memory>

using namespace fedcctr;
using nlohmann::json;
using test::Outcome;
namespace fs = std::filesystem;

namespace {

constexpr const char* kConfig = R"({
  "model": {"id_width": 8, "feature_width": 4, "position_width": 4, "heads": 2, "mlp": "16-8", "history": 8},
  "federation": {"rate": 0.2, "rounds": 24, "learning_rate": 0.01},
  "privacy": {"schedule": "none"},
  "run": {"threads": 1, "device": "cpu", "evaluate_every": 4, "checkpoint_every": 5, "evaluation_users": 0,
          "snapshots": 4, "keep_best": false}
})";

} // namespace

class TestEmbedCommand : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

    Outcome engine(const QStringList& arguments) const
    {
        return test::run(test::built("fedcctr-engine"), arguments, {.directory = m_folder.path()});
    }

    json document(const char* name) const { return json::parse(readFile(path(name).toStdString())); }

    QStringList snapshots(const char* run) const
    {
        QDir folder(path(run) + QStringLiteral("/checkpoint"));
        return folder.entryList({QStringLiteral("round-*")}, QDir::Files, QDir::Name);
    }

private Q_SLOTS:
    void initTestCase()
    {
        data::save(
            data::generateDemo({.users = 60, .items = 110, .seed = 5}).dataset, path("data").toStdString());
        writeFileAtomically(path("config.json").toStdString(), kConfig);
        QCOMPARE(engine({"train", "data", "--config", "config.json", "--out", "run"}).exitCode, 0);
    }

    /// At most four, a power of two apart.
    void snapshotsStandEvenly()
    {
        QCOMPARE(snapshots("run"), (QStringList{"round-000008.bin", "round-000016.bin", "round-000024.bin"}));
        const auto size = fs::file_size(path("run/checkpoint/round-000008.bin").toStdString());
        QVERIFY(3 * size < 2 * fs::file_size(path("run/checkpoint/state.bin").toStdString()));
    }

    void whatIsWritten()
    {
        const Outcome outcome = engine({"embed", "run", "--users", "20", "--perplexity", "5", "--iterations",
            "100", "--out", "one.json", "--items", "--json-lines"});
        QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.errors));
        QVERIFY(outcome.out.contains("\"stage\":\"representations\""));
        QVERIFY(outcome.out.contains("\"type\":\"embedding\""));
        const json all = document("one.json");
        QCOMPARE(all["users"].size(), std::size_t{20});
        QCOMPARE(all["frames"].size(), std::size_t{1});
        const json& frame = all["frames"][0];
        QCOMPARE(frame["round"].get<int>(), 24);
        for (const char* name : {"A", "B", "M"}) {
            QCOMPARE(frame["vectors"][name].size(), std::size_t{20});
            QCOMPARE(frame["vectors"][name][0].size(), std::size_t{16});
            QCOMPARE(frame["coordinates"][name][19].size(), std::size_t{2});
        }
        QCOMPARE(all["items"]["vectors"].size(), std::size_t{220});
        QCOMPARE(all["items"]["pca"].size(), std::size_t{220});
        QCOMPARE(all["users"][0]["recommended"]["A"].size(), std::size_t{10});
        QVERIFY(all["trained_representations"].get<bool>());

        // The numbers are those of the vectors.
        std::array<projection::Matrix, 3> h;
        for (std::size_t s = 0; s < 3; ++s) {
            h[s] = projection::Matrix(20, 16);
            const json& rows = frame["vectors"][std::string(1, "ABM"[s])];
            for (std::size_t i = 0; i < 20; ++i)
                for (std::size_t c = 0; c < 16; ++c)
                    h[s].at(i, c) = rows[i][c];
        }
        const projection::Separation expected = projection::separation(h);
        QVERIFY(std::abs(frame["numbers"]["silhouette"].get<double>() - expected.silhouette) < 1e-5);
        QVERIFY(std::abs(frame["numbers"]["mean_cosine"]["B-M"].get<double>() - expected.cosines[2]) < 1e-5);
    }

    /// The same users for another run, whatever the number of the frames; and the same file again.
    void usersComeFromTheSeed()
    {
        const auto users = [&](const QStringList& more, const char* out) {
            const QStringList words{"embed", "run", "--users", "15", "--method", "pca", "--out", out};
            if (engine(words + more).exitCode != 0)
                return std::vector<int>();
            std::vector<int> numbers;
            const json all = document(out);
            for (const json& user : all["users"])
                numbers.push_back(user["user"]);
            return numbers;
        };
        const std::vector<int> first = users({}, "a.json");
        QCOMPARE(first.size(), std::size_t{15});
        QVERIFY(std::ranges::is_sorted(first));
        QCOMPARE(users({"--checkpoint", "0"}, "b.json"), first);
        QVERIFY(users({"--seed", "2"}, "c.json") != first);
        QCOMPARE(users({}, "d.json"), first);
        QCOMPARE(readFile(path("a.json").toStdString()), readFile(path("d.json").toStdString()));
    }

    /// A run ended at round 16 has in its checkpoint what the longer run's snapshot of round 16 holds.
    void aSnapshotIsTheStateThen()
    {
        QCOMPARE(engine({"train", "data", "--config", "config.json", "--set", "federation.rounds=16", "--out",
                            "short"})
                     .exitCode,
            0);
        const auto vectors = [&](const char* run, const QStringList& more) {
            const QStringList words{"embed", run, "--users", "15", "--method", "none", "--out", "v.json"};
            return engine(words + more).exitCode == 0 ? document("v.json")["frames"][0]["vectors"] : json();
        };
        const json snapshot = vectors("run", {"--checkpoint", "16"});
        QVERIFY(!snapshot.is_null());
        QVERIFY(vectors("short", {}) == snapshot);
        QVERIFY(vectors("run", {"--checkpoint", "8"}) != snapshot);
        QVERIFY(vectors("run", {}) != snapshot);
        QVERIFY(vectors("run", {"--checkpoint", "0"}) == vectors("short", {"--checkpoint", "0"}));
    }

    void allRoundsAreFrames()
    {
        QCOMPARE(engine({"embed", "run", "--users", "12", "--perplexity", "4", "--iterations", "100",
                            "--checkpoint", "all", "--out", "all.json"})
                     .exitCode,
            0);
        std::vector<int> rounds;
        const json all = document("all.json");
        for (const json& frame : all["frames"])
            rounds.push_back(frame["round"]);
        QCOMPARE(rounds, (std::vector<int>{0, 8, 16, 24}));
        QCOMPARE(engine({"embed", "run", "--users", "12", "--method", "pca", "--checkpoint", "all", "--out",
                            "all.csv"})
                     .exitCode,
            0);
        const std::string csv = readFile(path("all.csv").toStdString());
        QVERIFY(csv.starts_with("round,user,representation,x,y,h1,"));
        QCOMPARE(std::ranges::count(csv, '\n'), 1 + 4 * 3 * 12);
    }

    void mistakesNameTheRemedy()
    {
        const auto complaint = [&](const QStringList& words) {
            const Outcome outcome = engine(words);
            return outcome.exitCode == 2 ? outcome.errors.toUtf8()
                                         : QByteArray("exit ") + QByteArray::number(outcome.exitCode);
        };
        const QByteArray missing = complaint({"embed", "run", "--checkpoint", "9", "--out", "x.json"});
        QVERIFY2(missing.contains("0, 8, 16, 24") && missing.contains("run.snapshots"), missing);
        const QByteArray perplexity =
            complaint({"embed", "run", "--users", "12", "--perplexity", "12", "--out", "x.json"});
        QVERIFY2(perplexity.contains("--perplexity"), perplexity);
        QVERIFY(complaint({"embed", "run", "--method", "umap", "--out", "x.json"}).contains("umap"));
        QVERIFY(complaint({"embed", "run"}).contains("--out"));
        data::save(
            data::generateDemo({.users = 61, .items = 120, .seed = 6}).dataset, path("other").toStdString());
        const QByteArray other = complaint({"embed", "run", "--dataset", "other", "--out", "x.json"});
        QVERIFY2(other.contains("other data than other") && other.contains("--dataset"), other);
        QVERIFY(!QFile::exists(path("x.json")));
    }

    /// Killed after round 16's checkpoint and resumed: the snapshots are those of the unbroken run.
    void resumeCutsSnapshots()
    {
        {
            test::Program broken(test::built("fedcctr-engine"),
                {"train", "data", "--config", "config.json", "--out", "broken", "--json-lines"},
                {.directory = m_folder.path()});
            QVERIFY(broken.waitForOutput("\"round\":17,"));
        }
        // A snapshot of a round that the checkpoint has not seen.
        fs::copy_file(path("run/checkpoint/round-000008.bin").toStdString(),
            path("broken/checkpoint/round-000099.bin").toStdString());
        QCOMPARE(engine({"train", "--out", "broken", "--resume"}).exitCode, 0);
        QCOMPARE(snapshots("broken"), snapshots("run"));
        for (const QString& name : snapshots("run"))
            QCOMPARE(readFile((path("broken/checkpoint/") + name).toStdString()),
                readFile((path("run/checkpoint/") + name).toStdString()));
    }

    void theSignalStopsIt()
    {
        test::Program endless(test::built("fedcctr-engine"),
            {"embed", "run", "--users", "60", "--iterations", "100000", "--out", "never.json",
                "--json-lines"},
            {.directory = m_folder.path()});
        QVERIFY(endless.waitForOutput("projection"));
        endless.signal(SIGTERM);
        QCOMPARE(endless.end().exitCode, 1);
        QVERIFY(!QFile::exists(path("never.json")));
    }

    void thePrivateHeadSaysWhatItShows()
    {
        QCOMPARE(engine({"train", "data", "--config", "config.json", "--set",
                            "model.architecture=private-head", "--out", "head"})
                     .exitCode,
            0);
        QCOMPARE(engine({"embed", "head", "--users", "12", "--method", "none", "--checkpoint", "all", "--out",
                            "head.json"})
                     .exitCode,
            0);
        const json all = document("head.json");
        QVERIFY(!all["trained_representations"].get<bool>());
        QVERIFY(all["note"].get<std::string>().find("no sequence encoder") != std::string::npos);
        QVERIFY(all["frames"].front()["vectors"] == all["frames"].back()["vectors"]);
    }
};

std::unique_ptr<QObject> tst_embed_command()
{
    return std::make_unique<TestEmbedCommand>();
}
#include "tst_embed_command.moc"
