// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sweep_jobs.h"

#include "app/cli/program_path.h"
#include "app/cli/progress.h"
#include "core/base/error.h"
#include "core/sweeps/job_lock.h"
#include "core/sweeps/sweep_record.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fedcctr::cli {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using sweeps::JobLock;
using sweeps::JobState;
using sweeps::SweepJob;

namespace {

constexpr int kCannotStart = 127;

std::string lastLineOf(const fs::path& file)
{
    std::ifstream in(file);
    std::string last;
    for (std::string line; std::getline(in, line);)
        if (!line.empty())
            last = line;
    return last;
}

/// A running engine and its claim.
struct Engine {
    const SweepJob* job = nullptr;
    pid_t process = -1;
    JobLock lock;
};

/// A job to be started, not before the given time: another sweep holds it.
struct Pending {
    const SweepJob* job = nullptr;
    Clock::time_point notBefore{};
};

class Runner {
public:
    Runner(const sweeps::SweepPlan& plan, const SweepRunOptions& options)
        : m_plan(plan)
        , m_options(options)
        , m_engine(programPath(kEngine))
    {
        for (const SweepJob& job : plan.jobs)
            if (sweeps::stateOf(options.folder / job.name) == JobState::Finished)
                ++m_outcome.done;
            else
                m_pending.push_back({&job, {}});
        m_before = m_outcome.done;
    }

    SweepOutcome run(const std::stop_token& stop)
    {
        constexpr std::chrono::milliseconds kBetweenLooks{50};
        if (m_before > 0)
            std::cerr << m_before << " of " << m_plan.jobs.size() << " jobs are done already\n";
        while (true) {
            reap(stop.stop_requested());
            if (stop.stop_requested())
                stopAll();
            else
                startWhatFits();
            if (m_running.empty() && (m_pending.empty() || stop.stop_requested()))
                break;
            refreshLocks();
            showProgress(stop.stop_requested());
            std::this_thread::sleep_for(kBetweenLooks);
        }
        m_progress.clear();
        m_outcome.left = m_plan.jobs.size() - m_outcome.done - m_outcome.failed;
        return m_outcome;
    }

private:
    void say(const std::string& line)
    {
        m_progress.clear();
        std::cerr << line << std::endl;
    }

    fs::path logOf(const SweepJob& job) const { return m_options.folder / (job.name + ".log"); }

    void startWhatFits()
    {
        const auto now = Clock::now();
        for (std::size_t i = 0; i < m_pending.size() && m_running.size() < std::size_t(m_options.jobs);) {
            if (m_pending[i].notBefore <= now && settle(m_pending[i]))
                m_pending.erase(m_pending.begin() + static_cast<std::ptrdiff_t>(i));
            else
                ++i;
        }
    }

    /// Starts the job, or finds it finished meanwhile; false if somebody else works on it.
    bool settle(Pending& pending)
    {
        constexpr std::chrono::seconds kToWait{2};
        const SweepJob& job = *pending.job;
        const fs::path lockFile = m_options.folder / (job.name + ".lock");
        std::optional<JobLock> lock = JobLock::take(lockFile);
        if (!lock) {
            if (pending.notBefore == Clock::time_point{})
                say(job.name + ": is being run (" + JobLock::holderOf(lockFile) + ")");
            pending.notBefore = Clock::now() + kToWait;
            return false;
        }
        const JobState state = sweeps::stateOf(m_options.folder / job.name);
        if (state == JobState::Finished) {
            ++m_outcome.done;
            return true;
        }
        start(job, state == JobState::Begun, std::move(*lock));
        return true;
    }

    std::vector<std::string> wordsFor(const SweepJob& job, bool resume) const
    {
        std::vector<std::string> words{"fedcctr-engine", "train", m_plan.dataset.string(), "--out",
            (m_options.folder / job.name).string()};
        if (resume) {
            words.emplace_back("--resume");
        } else {
            words.insert(words.end(), {"--config", (m_options.folder / "base.json").string()});
            for (const std::string& assignment : job.assignments)
                words.insert(words.end(), {"--set", assignment});
        }
        words.insert(words.end(), {"--threads", std::to_string(m_options.threads)});
        return words;
    }

    void start(const SweepJob& job, bool resume, JobLock lock)
    {
        // A start that was killed before its settings were written left nothing to keep.
        if (!resume)
            fs::remove_all(m_options.folder / job.name);
        std::vector<std::string> words = wordsFor(job, resume);
        std::vector<char*> pointers;
        for (std::string& word : words)
            pointers.push_back(word.data());
        pointers.push_back(nullptr);
        const std::string log = logOf(job).string();
        const pid_t parent = ::getpid();
        const pid_t process = ::fork();
        if (process < 0)
            throw Error("no process for " + job.name + "; too many are running?", Error::Kind::Failure);
        if (process == 0)
            become(pointers, log, lock.descriptor(), parent);
        m_running.push_back({&job, process, std::move(lock)});
    }

    /// The child. Only calls that are safe after a fork.
    [[noreturn]] void become(
        const std::vector<char*>& words, const std::string& log, int lock, pid_t parent) const
    {
        // An engine must not go on unseen when the sweep is killed.
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent)
            ::_exit(kCannotStart);
        ::fcntl(lock, F_SETFD, 0);
        const int input = ::open("/dev/null", O_RDONLY);
        const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
        ::dup2(input, STDIN_FILENO);
        ::dup2(output, STDOUT_FILENO);
        ::dup2(output, STDERR_FILENO);
        ::execvp(m_engine.c_str(), words.data());
        ::_exit(kCannotStart);
    }

    void reap(bool stopping)
    {
        for (std::size_t i = 0; i < m_running.size();) {
            int status = 0;
            if (::waitpid(m_running[i].process, &status, WNOHANG) == 0) {
                ++i;
                continue;
            }
            ended(*m_running[i].job, status, stopping);
            m_running.erase(m_running.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }

    void ended(const SweepJob& job, int status, bool stopping)
    {
        if (sweeps::stateOf(m_options.folder / job.name) == JobState::Finished) {
            ++m_outcome.done;
            say("done: " + job.name + "  (" + std::to_string(m_outcome.done) + " of "
                + std::to_string(m_plan.jobs.size()) + ")");
            return;
        }
        if (stopping)
            return;
        ++m_outcome.failed;
        if (WIFEXITED(status) && WEXITSTATUS(status) == kCannotStart) {
            say("failed: " + job.name + ": " + startFailure(kEngine, ENOENT));
            return;
        }
        const std::string end = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                                    : "exit " + std::to_string(WEXITSTATUS(status));
        say("failed: " + job.name + " (" + end + "): " + lastLineOf(logOf(job)) + "  (" + logOf(job).string()
            + ")");
    }

    void stopAll()
    {
        if (m_stopped)
            return;
        m_stopped = true;
        if (!m_running.empty())
            say("stopping: waiting for the checkpoints of " + std::to_string(m_running.size()) + " jobs");
        for (const Engine& engine : m_running)
            ::kill(engine.process, SIGTERM);
    }

    void refreshLocks()
    {
        constexpr std::chrono::seconds kBetween{30};
        if (Clock::now() - m_refreshed < kBetween)
            return;
        m_refreshed = Clock::now();
        for (const Engine& engine : m_running)
            engine.lock.refresh();
    }

    void showProgress(bool stopping)
    {
        // A sweep takes hours: a log gets a line a minute, a terminal moves.
        constexpr std::chrono::minutes kBetweenLines{1};
        if (!m_isTerminal && Clock::now() - m_shown < kBetweenLines)
            return;
        m_shown = Clock::now();
        const std::size_t all = m_plan.jobs.size();
        std::string words = std::to_string(m_outcome.done) + " of " + std::to_string(all) + " done, ";
        if (m_outcome.failed > 0)
            words += std::to_string(m_outcome.failed) + " failed, ";
        words += std::to_string(m_running.size()) + " running, " + std::to_string(m_pending.size()) + " left";
        if (m_outcome.done > m_before && !stopping) {
            const double seconds = std::chrono::duration<double>(Clock::now() - m_started).count();
            const auto left = static_cast<double>(m_pending.size() + m_running.size());
            const double minutes = seconds / double(m_outcome.done - m_before) * left / 60;
            words += ", about " + std::to_string(static_cast<long>(minutes + 1)) + " min";
        }
        m_progress.show(double(m_outcome.done + m_outcome.failed) / double(all), words);
    }

    const sweeps::SweepPlan& m_plan;
    const SweepRunOptions& m_options;
    std::string m_engine;
    std::vector<Pending> m_pending;
    std::vector<Engine> m_running;
    SweepOutcome m_outcome;
    std::size_t m_before = 0; ///< done when we came
    bool m_stopped = false;
    Clock::time_point m_started = Clock::now();
    Clock::time_point m_refreshed = Clock::now();
    Clock::time_point m_shown = Clock::now();
    bool m_isTerminal = ::isatty(STDERR_FILENO) == 1;
    ProgressLine m_progress;
};

} // namespace

SweepOutcome runJobs(
    const sweeps::SweepPlan& plan, const SweepRunOptions& options, const std::stop_token& stop)
{
    return Runner(plan, options).run(stop);
}

} // namespace fedcctr::cli
