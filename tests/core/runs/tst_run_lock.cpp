// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_lock.h"
#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace fedcctr;
using fedcctr::test::errorOf;
using runs::RunLock;

namespace fs = std::filesystem;

namespace {

bool hasLocks = true; ///< the file system

/// Another process that holds a run until it is told to end.
class Holder {
public:
    explicit Holder(const fs::path& run)
    {
        int ready[2];
        if (::pipe(ready) != 0)
            return;
        m_process = ::fork();
        if (m_process == 0) {
            std::signal(SIGTERM, SIG_DFL); // not Qt Test's handler: any other program would just end
            const RunLock lock(run);
            [[maybe_unused]] const ssize_t written = ::write(ready[1], "x", 1);
            for (;;)
                ::pause();
        }
        char byte = 0;
        m_holds = ::read(ready[0], &byte, 1) == 1;
        ::close(ready[0]);
        ::close(ready[1]);
    }
    ~Holder()
    {
        ::kill(m_process, SIGKILL);
        ::waitpid(m_process, nullptr, 0);
    }

    bool holds() const { return m_holds; }
    int process() const { return m_process; }
    bool isAlive() const { return ::waitpid(m_process, nullptr, WNOHANG) == 0; }

private:
    pid_t m_process = 0;
    bool m_holds = false;
};

} // namespace

/// In place of the system's, which it calls.
extern "C" int fcntl(int descriptor, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    if (!hasLocks && (command == F_SETLK || command == F_GETLK)) {
        errno = ENOLCK;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_fcntl, descriptor, command, argument));
}

class TestRunLock : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsItsHolder()
    {
        QTemporaryDir place;
        const fs::path run = place.path().toStdString();
        QVERIFY(!RunLock::isHeld(run));
        {
            const Holder holder(run);
            QVERIFY(holder.holds());
            QVERIFY(RunLock::isHeld(run));
            QCOMPARE(RunLock::holder(run), std::optional(holder.process()));
            VERIFY_MESSAGE(errorOf([&] { const RunLock lock(run); }), "kill -TERM",
                std::to_string(holder.process()).c_str());
        }
        QVERIFY(!RunLock::isHeld(run)); // killed; the file is still there
        QVERIFY(fs::exists(run / runs::kLockName));
        const RunLock lock(run);
    }

    /// Over a network mount a lock may be that of a process elsewhere: its number is nobody's here.
    void strangersAreNotSignalled()
    {
        QTemporaryDir place;
        const fs::path run = place.path().toStdString();
        const Holder holder(run);
        QVERIFY(holder.holds());
        std::ofstream(run / runs::kLockName) << holder.process() << "\nnode7 another-start\n";
        QVERIFY(RunLock::isHeld(run));
        QVERIFY(!RunLock::holder(run));
        VERIFY_MESSAGE(errorOf([&] { const RunLock lock(run, RunLock::Other::Stop); }), "node7", "there");
        // The number in the file is not the lock's.
        std::ofstream(run / runs::kLockName) << holder.process() + 1 << '\n';
        QVERIFY(!RunLock::holder(run));
        QVERIFY(holder.isAlive());
    }

    void stopsItsHolder()
    {
        QTemporaryDir place;
        const fs::path run = place.path().toStdString();
        const Holder holder(run);
        QVERIFY(holder.holds());
        const RunLock lock(run, RunLock::Other::Stop);
        std::ifstream file(run / runs::kLockName);
        int process = 0;
        file >> process;
        QCOMPARE(process, static_cast<int>(::getpid()));
    }

    void fileSystemWithoutLocks()
    {
        QTemporaryDir place;
        const fs::path run = place.path().toStdString();
        hasLocks = false;
        const QString message = errorOf([&] { const RunLock lock(run); });
        hasLocks = true;
        VERIFY_MESSAGE(message, "cannot be locked", "file system that has locks");
    }
};

std::unique_ptr<QObject> tst_run_lock()
{
    return std::make_unique<TestRunLock>();
}
#include "tst_run_lock.moc"
