// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"

#include <QCryptographicHash>
#include <QTest>

#include <memory>
#include <string>

class TestSha256 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knownValues()
    {
        QCOMPARE(fedcctr::sha256(""),
            std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(fedcctr::sha256("abc"),
            std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    /// Every length around the padding's borders, against Qt.
    void allLengths()
    {
        std::string text;
        for (int length = 0; length < 200; ++length) {
            const QByteArray expected =
                QCryptographicHash::hash(QByteArray::fromStdString(text), QCryptographicHash::Sha256).toHex();
            QCOMPARE(fedcctr::sha256(text), expected.toStdString());
            text += static_cast<char>((length * 37) & 0xFF);
        }
    }
};

std::unique_ptr<QObject> tst_sha256()
{
    return std::make_unique<TestSha256>();
}
#include "tst_sha256.moc"
