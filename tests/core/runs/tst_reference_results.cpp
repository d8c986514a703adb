// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset_cache.h"
#include "core/data/demo.h"
#include "core/evaluation/references.h"
#include "core/runs/reference_results.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::runs;

namespace {

bool same(const std::vector<ReferenceRecord>& x, const std::vector<ReferenceRecord>& y)
{
    return std::ranges::equal(x, y, [](const ReferenceRecord& a, const ReferenceRecord& b) {
        return a.ranker == b.ranker && a.metrics == b.metrics;
    });
}

} // namespace

class TestReferenceResults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// To the last bit, and of another dataset they are others.
    void keptOnesAreThoseThatWereMeasured()
    {
        const QTemporaryDir folder;
        const data::Dataset inMemory = data::generateDemo({.users = 60, .items = 80, .seed = 1}).dataset;
        data::save(inMemory, folder.path().toStdString());
        data::Dataset dataset = data::load(folder.path().toStdString());
        for (const data::Split split : data::kSplits) {
            const std::vector<ReferenceRecord> measured = referenceResults(inMemory, split);
            QCOMPARE(measured.size(), evaluation::references().size());
            QVERIFY(measured.back().metrics[0].at("ndcg@10") > measured.front().metrics[0].at("ndcg@10"));
            for (int i = 0; i < 2; ++i)
                QVERIFY(same(referenceResults(dataset, split), measured));
        }
        QCOMPARE(
            QDir(folder.filePath(QString::fromLatin1(data::kCacheFolder))).entryList(QDir::Files).size(), 2);
        std::ranges::reverse(dataset.negatives[data::index(data::Split::Test)][0].editable());
        QVERIFY(!same(
            referenceResults(dataset, data::Split::Test), referenceResults(inMemory, data::Split::Test)));
    }
};

std::unique_ptr<QObject> tst_reference_results()
{
    return std::make_unique<TestReferenceResults>();
}
#include "tst_reference_results.moc"
