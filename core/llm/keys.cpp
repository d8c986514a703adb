// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/keys.h"

#include "core/base/error.h"

#include <cstdlib>

#ifdef FEDCCTR_KEYCHAIN
#include <QEventLoop>
#include <QTimer>
#include <qt6keychain/keychain.h>
#endif

namespace fedcctr::llm {

#ifdef FEDCCTR_KEYCHAIN
namespace {

/// Long enough to unlock the ring by hand.
constexpr int kPatienceMs = 120'000;

/// QtKeychain's ring: GNOME's and KDE's on Linux, the system's own elsewhere. Its plain-text fall-back stays
/// off.
class SystemKeyRing : public KeyRing {
public:
    Secret read(const std::string& baseUrl) override
    {
        QKeychain::ReadPasswordJob job(service());
        run(job, baseUrl);
        if (job.error() == QKeychain::EntryNotFound)
            return {};
        require(job, "read");
        return Secret(job.binaryData().toStdString());
    }

    void write(const std::string& baseUrl, const Secret& key) override
    {
        QKeychain::WritePasswordJob job(service());
        job.setBinaryData(QByteArray(key.reveal().data(), static_cast<qsizetype>(key.reveal().size())));
        run(job, baseUrl);
        require(job, "written");
    }

    void remove(const std::string& baseUrl) override
    {
        QKeychain::DeletePasswordJob job(service());
        run(job, baseUrl);
        if (job.error() != QKeychain::EntryNotFound)
            require(job, "changed");
    }

private:
    static QString service() { return QStringLiteral("fedcctr"); }

    static void run(QKeychain::Job& job, const std::string& baseUrl)
    {
        job.setAutoDelete(false);
        job.setInsecureFallback(false);
        job.setKey(QString::fromStdString(baseUrl));
        bool finished = false;
        QEventLoop loop;
        QObject::connect(&job, &QKeychain::Job::finished, &loop, [&] {
            finished = true;
            loop.quit();
        });
        QTimer::singleShot(kPatienceMs, &loop, &QEventLoop::quit);
        job.start();
        if (!finished)
            loop.exec();
        if (!finished)
            throw Error(std::string("the key ring does not answer; set ") + kKeyVariable + " instead",
                Error::Kind::Failure);
    }

    static void require(const QKeychain::Job& job, const char* verb)
    {
        if (job.error() != QKeychain::NoError)
            throw Error(std::string("the key ring cannot be ") + verb + " ("
                    + job.errorString().simplified().toStdString() + "); set " + kKeyVariable + " instead",
                Error::Kind::Failure);
    }
};

} // namespace

std::unique_ptr<KeyRing> systemKeyRing()
{
    return std::make_unique<SystemKeyRing>();
}
#else
std::unique_ptr<KeyRing> systemKeyRing()
{
    return nullptr;
}
#endif

FoundKey findKey(const std::string& baseUrl, KeyRing* ring)
{
    FoundKey found;
    if (const char* text = std::getenv(kKeyVariable); text && *text) {
        try {
            found.key = Secret(std::string(text));
        } catch (const Error& error) {
            throw Error(std::string(kKeyVariable) + ": " + error.what());
        }
        found.place = FoundKey::Place::Environment;
    } else if (ring) {
        try {
            found.key = ring->read(baseUrl);
        } catch (const Error& error) {
            found.note = error.what();
        }
        if (!found.key.empty())
            found.place = FoundKey::Place::Ring;
    }
    if (found.key.empty())
        found.place = FoundKey::Place::Nowhere;
    return found;
}

} // namespace fedcctr::llm
