// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset_cache.h"
#include "core/data/demo.h"
#include "tests/fixtures/support.h"

#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::data;

class TestDatasetCache : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    Dataset loaded() const
    {
        save(generateDemo({.users = 30, .items = 60, .seed = 1}).dataset, m_folder->path().toStdString());
        return load(m_folder->path().toStdString());
    }

    QStringList files() const
    {
        return QDir(m_folder->filePath(QString::fromLatin1(kCacheFolder))).entryList(QDir::Files);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void givesBackWhatWasKept()
    {
        const Dataset dataset = loaded();
        QVERIFY(!cached(dataset, "numbers", "key"));
        const std::string content("bytes\0and more", 14);
        keepCached(dataset, "numbers", "key", content);
        QVERIFY(cached(dataset, "numbers", "key") == content);
        QVERIFY(!cached(dataset, "numbers", "another key"));
        QVERIFY(!cached(dataset, "letters", "key"));
        keepCached(dataset, "numbers", "key", "");
        QVERIFY(cached(dataset, "numbers", "key") == std::string());
        // The dataset is as it was.
        QCOMPARE(load(m_folder->path().toStdString()).items.size(), dataset.items.size());
    }

    void damageIsNoContent()
    {
        const Dataset dataset = loaded();
        keepCached(dataset, "numbers", "key", "some content");
        QCOMPARE(files().size(), 1);
        QFile file(m_folder->filePath(QString::fromLatin1(kCacheFolder) + u'/' + files().first()));
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray whole = file.readAll();
        for (qsizetype i = 0; i < whole.size(); ++i) {
            QByteArray turned = whole;
            turned[i] = static_cast<char>(turned[i] ^ 4);
            for (const QByteArray& damaged : {turned, whole.first(i)}) {
                QVERIFY(
                    file.resize(0) && file.seek(0) && file.write(damaged) == damaged.size() && file.flush());
                QVERIFY(!cached(dataset, "numbers", "key"));
            }
        }
    }

    void onlyTheNewestStay()
    {
        const Dataset dataset = loaded();
        keepCached(dataset, "letters", "key", "x");
        for (int i = 0; i < 9; ++i)
            keepCached(dataset, "numbers", std::to_string(i), "x");
        QCOMPARE(files().filter(QRegularExpression(QStringLiteral("^numbers-"))).size(), 4);
        QVERIFY(cached(dataset, "letters", "key").has_value());
    }

    /// What cannot be kept is computed again.
    void nowhereToKeepIt()
    {
        const Dataset inMemory = generateDemo({.users = 30, .items = 60, .seed = 1}).dataset;
        keepCached(inMemory, "numbers", "key", "x");
        QVERIFY(!cached(inMemory, "numbers", "key"));
        const Dataset dataset = loaded();
        QFile inTheWay(m_folder->filePath(QString::fromLatin1(kCacheFolder)));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        keepCached(dataset, "numbers", "key", "x");
        QVERIFY(!cached(dataset, "numbers", "key"));
    }
};

std::unique_ptr<QObject> tst_dataset_cache()
{
    return std::make_unique<TestDatasetCache>();
}
#include "tst_dataset_cache.moc"
