// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/keys.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <map>
#include <memory>
#include <type_traits>
#include <utility>

using namespace fedcctr;
using namespace fedcctr::llm;
using fedcctr::test::errorOf;

namespace {

class FakeRing : public KeyRing {
public:
    Secret read(const std::string& baseUrl) override
    {
        ++reads;
        if (locked)
            throw Error("the key ring is locked; unlock it", Error::Kind::Failure);
        return Secret(std::string(keys[baseUrl]));
    }
    void write(const std::string& baseUrl, const Secret& key) override { keys[baseUrl] = key.reveal(); }
    void remove(const std::string& baseUrl) override { keys.erase(baseUrl); }

    std::map<std::string, std::string> keys;
    bool locked = false;
    int reads = 0;
};

constexpr const char* kUrl = "https://api.example.org/v1";

} // namespace

class TestKeys : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { qunsetenv(kKeyVariable); }
    void cleanupTestCase() { qunsetenv(kKeyVariable); }

    void secretsMoveAndLeaveNothing()
    {
        static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
        std::string text = " sk-123\n";
        Secret one(std::move(text));
        QCOMPARE(one.reveal(), std::string_view("sk-123"));
        QVERIFY(text.empty());
        Secret other(std::move(one));
        QVERIFY(one.empty());
        QCOMPARE(other.reveal(), std::string_view("sk-123"));
        one = std::move(other);
        QCOMPARE(one.reveal(), std::string_view("sk-123"));
        QVERIFY(Secret().empty());
        QVERIFY(Secret(std::string(" \n")).empty());
    }

    void secretsAreTakenOutOfTexts()
    {
        const Secret key(std::string("abab"));
        QCOMPARE(key.removedFrom("x abab yababababab"), std::string("x [key] y[key][key]ab"));
        QCOMPARE(key.removedFrom(""), std::string());
        QCOMPARE(Secret().removedFrom("as it is"), std::string("as it is"));
    }

    void unusableKeys()
    {
        for (const char* text : {"two words", "line\nbreak: header", "schlüssel", "bell\a"}) {
            const QString message = errorOf([&] { const Secret key{std::string(text)}; });
            VERIFY_MESSAGE(message, "the key", "copy it again");
            QVERIFY(!message.contains(QString::fromUtf8(text)));
        }
        qputenv(kKeyVariable, "two words");
        VERIFY_MESSAGE(errorOf([] { findKey(kUrl, nullptr); }), "FEDCCTR_API_KEY", "the key");
    }

    void environmentGoesFirst()
    {
        FakeRing ring;
        ring.write(kUrl, Secret(std::string("from-ring")));
        qputenv(kKeyVariable, "from-environment");
        FoundKey found = findKey(kUrl, &ring);
        QCOMPARE(found.key.reveal(), std::string_view("from-environment"));
        QCOMPARE(found.place, FoundKey::Place::Environment);
        QCOMPARE(ring.reads, 0);

        qputenv(kKeyVariable, "");
        found = findKey(kUrl, &ring);
        QCOMPARE(found.key.reveal(), std::string_view("from-ring"));
        QCOMPARE(found.place, FoundKey::Place::Ring);
    }

    void keysBelongToOneServer()
    {
        FakeRing ring;
        ring.write(kUrl, Secret(std::string("from-ring")));
        const FoundKey found = findKey("http://127.0.0.1:8080/v1", &ring);
        QVERIFY(found.key.empty());
        QCOMPARE(found.place, FoundKey::Place::Nowhere);
        QCOMPARE(findKey(kUrl, nullptr).place, FoundKey::Place::Nowhere);
    }

    void lockedRingIsNoError()
    {
        FakeRing ring;
        ring.locked = true;
        const FoundKey found = findKey(kUrl, &ring);
        QVERIFY(found.key.empty());
        QCOMPARE(found.place, FoundKey::Place::Nowhere);
        QVERIFY(found.note.find("locked") != std::string::npos);
    }

    /// Where no key ring service runs, as on a build machine, the system's ring must say so rather than hang.
    void systemRingAnswers()
    {
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
        qputenv("XDG_RUNTIME_DIR", "/nonexistent");
        const std::unique_ptr<KeyRing> ring = systemKeyRing();
        if (!ring)
            QSKIP("built without QtKeychain");
        const FoundKey found = findKey(kUrl, ring.get());
        QVERIFY(found.key.empty());
        QVERIFY(found.note.empty() || found.note.find(kKeyVariable) != std::string::npos);
    }
};

std::unique_ptr<QObject> tst_keys()
{
    return std::make_unique<TestKeys>();
}
#include "tst_keys.moc"
