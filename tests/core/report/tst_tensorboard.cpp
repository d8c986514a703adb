// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/tensorboard.h"
#include "tests/fixtures/support.h"

#include <QByteArray>
#include <QTemporaryDir>
#include <QTest>

#include <limits>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::report;
using namespace fedcctr::runs;

class TestTensorBoard : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void checksumsArePublishedOnes()
    {
        QCOMPARE(crc32c("123456789"), 0xe3069283U);
        // RFC 3720, B.4.
        QCOMPARE(crc32c(std::string(32, '\0')), 0x8a9136aaU);
        QCOMPARE(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
        QCOMPARE(crc32c(""), 0U);
    }

    void aRecordIsTensorBoardsOwn()
    {
        // tensorboard 2.x's RecordWriter of Event(wall_time=1767323045.5, step=300, summary=…).
        const QByteArray expected = QByteArray::fromHex("2100000000000000017becf60900006069cd55da4110ac022a13"
                                                        "0a110a0a6c6f73732f746f74616c150000803e31dc9b3b");
        const std::string record = tfRecord(scalarEvent(1767323045.5, 300, "loss/total", 0.25F));
        QCOMPARE(QByteArray::fromStdString(record).toHex(), expected.toHex());
    }

    void aRunIsWrittenOnce()
    {
        const QTemporaryDir folder;
        RunRecord run;
        run.name = "one";
        run.domains = {"Food", "Kitchen"};
        run.settings = {{"started", "2026-01-02T03:04:05Z"}};
        RoundRecord round;
        round.round = 1;
        round.seconds = 0.5;
        round.loss.total = 1.25;
        round.loss.terms = {{"IDRA", 0.5, "loss.lambda1", 0.3}};
        round.sigma = std::numeric_limits<double>::quiet_NaN();
        round.evaluation[1].values["ndcg@10"] = 0.2;
        run.rounds.push_back(round);
        const std::filesystem::path file = writeTensorBoard(run, folder.path().toStdString());
        const std::string bytes = readFile(file);
        QCOMPARE(file.filename().string(), std::string("events.out.tfevents.1767323045.fedcctr"));
        QVERIFY(bytes.find("brain.Event:2") != std::string::npos);
        QVERIFY(bytes.find("validation_Kitchen/ndcg@10") != std::string::npos);
        QVERIFY(bytes.find("loss/total") != std::string::npos);
        QVERIFY(bytes.find(tfRecord(scalarEvent(1767323045.5, 1, "loss/weighted_idra", 0.15F)))
            != std::string::npos);
        // What was not recorded is no point: neither 0 nor anything else.
        QVERIFY(bytes.find("cdrd") == std::string::npos);
        QVERIFY(bytes.find("sigma") == std::string::npos);
        writeTensorBoard(run, folder.path().toStdString());
        QCOMPARE(readFile(file), bytes);
        // Trained anew under the old name: its own older file goes, other programs' files and runs stay.
        writeFileAtomically(file.parent_path() / "events.out.tfevents.1767323045.host", "foreign");
        run.settings = {{"started", "2026-01-03T00:00:00Z"}};
        const std::filesystem::path newer = writeTensorBoard(run, folder.path().toStdString());
        QVERIFY(newer != file && std::filesystem::exists(newer) && !std::filesystem::exists(file));
        QVERIFY(std::filesystem::exists(file.parent_path() / "events.out.tfevents.1767323045.host"));
    }
};

std::unique_ptr<QObject> tst_tensorboard()
{
    return std::make_unique<TestTensorBoard>();
}
#include "tst_tensorboard.moc"
