// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody in a hurry: opens pages, queues, stops and deletes runs, checks and compares them, answers
// lessons, changes layout and theme, closes the window while runs go on and opens it again, here or in
// another workspace. Made for the sanitizers; of itself it checks that nothing is lost. The walk goes by
// FEDCCTR_MONKEY_SEED (1) and FEDCCTR_MONKEY_STEPS (160); FEDCCTR_MONKEY_TRACE names the steps.
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/shell/mainwindow.h"
#include "app/studio/shell/navigation.h"
#include "widgets/charts/chart.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <random>

using namespace Qt::StringLiterals;
using namespace fedcctr::studio;

class TestMonkey : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
    std::mt19937 m_random;
    QStringList m_workspaces;
    QString m_path; ///< the open workspace
    int m_made = 0;
    QSet<QString> m_ended; ///< runs that left a directory

    int below(int end) { return static_cast<int>(m_random() % static_cast<unsigned>(std::max(1, end))); }
    bool chance(int percent) { return below(100) < percent; }

    RunQueue& queue() const { return *m_window->queue(); }
    QWidget* page() const { return m_window->page(m_window->findChild<Navigation*>()->currentPage()); }
    template <typename T> T* seen(const QString& name) const
    {
        for (T* widget : m_window->findChildren<T*>(name))
            if (widget->isVisible() && widget->isEnabled())
                return widget;
        return nullptr;
    }
    bool click(const QString& name) const
    {
        auto* button = seen<QAbstractButton>(name);
        if (button)
            button->click();
        return button != nullptr;
    }
    void choose(QComboBox* box)
    {
        if (!box || box->count() == 0)
            return;
        box->setCurrentIndex(below(box->count()));
        Q_EMIT box->activated(box->currentIndex());
    }
    static void handleEvents(int times)
    {
        for (int i = 0; i < times; ++i)
            QCoreApplication::processEvents();
    }

    void open(const QString& workspace)
    {
        m_path = workspace;
        m_window = std::make_unique<MainWindow>(QStringLiteral(FEDCCTR_BIN_DIR "/fake_engine"), m_path);
        connect(&queue(), &RunQueue::runEnded, this, [this](const QString& run) {
            if (QFile::exists(run + u"/config.json"_s))
                m_ended.insert(run);
        });
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<Navigation*>()->currentRow() >= 0, 30'000);
    }

    void needData()
    {
        if (!m_window->workspace()->data() && !m_window->workspace()->isLoading())
            m_window->workspace()->createDemo();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace()->data(), 60'000);
    }

    /// What the runs that start from now on do.
    void script(const QJsonObject& what) const
    {
        QFile file(m_window->workspace()->dataset() + u"/fake.json"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QJsonDocument(what).toJson());
    }

    // The steps.
    void turnToAPage() { m_window->goTo(static_cast<PageId>(below(kPageCount))); }

    void queueARun()
    {
        constexpr std::array kModes{"normal", "normal", "normal", "budget", "error", "crash", "garbage"};
        script({{u"rounds"_s, 5 + below(30)}, {u"round_ms"_s, below(4)}, {u"evaluate_every"_s, 1 + below(5)},
            {u"mode"_s, QString::fromLatin1(kModes[static_cast<std::size_t>(below(kModes.size()))])},
            {u"schedule"_s, chance(40) ? u"none"_s : u"adaldp"_s},
            {u"accountant"_s, chance(50) ? u"rdp"_s : u"gaussian"_s}});
        for (int i = 0, count = 1 + below(3); i < count; ++i)
            queue().enqueue(
                {m_window->workspace()->dataset(), u"demo"_s, {}, {}, false}, u"run-%1"_s.arg(++m_made));
    }

    void letOneEnd()
    {
        if (!queue().isActive())
            return;
        const QSignalSpy ended(&queue(), &RunQueue::runEnded);
        if (const RunJob* job = queue().job(queue().current()); job->state == RunState::Paused)
            queue().resume(job->run);
        QTRY_VERIFY_WITH_TIMEOUT(!ended.isEmpty(), 60'000);
        handleEvents(below(6));
    }

    void commandTheQueue()
    {
        const RunJob* any = queue().jobAt(below(queue().jobCount()));
        if (!any)
            return;
        const QString run = any->run;
        switch (below(7)) {
        case 0:
            return queue().stop(run);
        case 1:
            return queue().togglePause(run);
        case 2:
            return queue().resume(run);
        case 3:
            return queue().move(run, below(5) - 2);
        case 4:
            return queue().stopNow(run);
        case 5:
            return queue().startQueue();
        default:
            return queue().remove(run, chance(50));
        }
    }

    void checkARun()
    {
        m_window->goTo(PageId::Compare);
        auto* table = seen<QTableView>(u"table_runs"_s);
        if (!table || table->model()->rowCount() == 0)
            return;
        for (int i = 0; i < 2; ++i) {
            table->selectRow(below(table->model()->rowCount()));
            QTest::keyClick(table, chance(80) ? Qt::Key_Space : Qt::Key_B);
        }
        if (auto* tabs = seen<QTabWidget>(u"tabs_compare"_s))
            tabs->setCurrentIndex(chance(30) ? tabs->count() - 1 : below(tabs->count()));
    }

    void deleteInCompare()
    {
        m_window->goTo(PageId::Compare);
        auto* table = seen<QTableView>(u"table_runs"_s);
        if (!table || table->model()->rowCount() == 0)
            return;
        table->selectRow(below(table->model()->rowCount()));
        QTest::keyClick(table, Qt::Key_Delete);
        for (QMessageBox* box : m_window->findChildren<QMessageBox*>(u"dialog_delete"_s))
            chance(80) ? box->findChild<QPushButton*>(u"button_delete"_s)->click() : box->reject();
    }

    void takeALesson()
    {
        m_window->goTo(PageId::PrivacyLab);
        auto* lessons = seen<QComboBox>(u"combo_lesson"_s);
        if (chance(50)) {
            lessons->setCurrentIndex(7);
            Q_EMIT lessons->activated(7);
        } else {
            choose(lessons);
        }
        click(u"button_lesson_answer"_s);
        if (chance(25))
            click(u"button_lab_sweep"_s);
    }

    void chooseInAnyBox()
    {
        const QList<QComboBox*> boxes = page()->findChildren<QComboBox*>();
        if (boxes.isEmpty())
            return;
        QComboBox* box = boxes[below(static_cast<int>(boxes.size()))];
        if (box->isVisible() && box->isEnabled())
            choose(box);
    }

    void changeTheLayout()
    {
        switch (below(4)) {
        case 0:
            return m_window->resize(900 + below(500), 560 + below(340));
        case 1:
            if (auto* theme = m_window->findChild<QAction*>(u"action_theme_%1"_s.arg(1 + below(2))))
                theme->trigger();
            return;
        case 2:
            for (QWidget* dock : {m_window->findChild<QWidget*>(u"dock_queue"_s),
                     m_window->findChild<QWidget*>(u"dock_guide"_s)})
                dock->setVisible(chance(50));
            return;
        default:
            return m_window->resetLayout();
        }
    }

    void playWithACharts()
    {
        const QList<fedcctr::widgets::Chart*> charts = page()->findChildren<fedcctr::widgets::Chart*>();
        if (charts.isEmpty())
            return;
        auto* chart = charts[below(static_cast<int>(charts.size()))];
        if (!chart->isVisible())
            return;
        constexpr std::array kKeys{Qt::Key_Plus, Qt::Key_Minus, Qt::Key_Left, Qt::Key_Right, Qt::Key_0,
            Qt::Key_BracketRight, Qt::Key_BracketLeft, Qt::Key_L, Qt::Key_F, Qt::Key_Escape};
        QTest::keyClick(chart, kKeys[static_cast<std::size_t>(below(kKeys.size()))]);
    }

    void undo() { click(u"button_undo_delete"_s); }

    /// As the person would: the window asks what shall become of what goes on.
    void closeAndOpen()
    {
        if (!m_window->close()) {
            auto* box = m_window->findChild<QMessageBox*>(u"dialog_close"_s);
            QVERIFY(box);
            box->findChild<QPushButton*>(
                   chance(50) && queue().isActive() ? u"button_leave_running"_s : u"button_stop_and_close"_s)
                ->click();
            QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), 60'000);
        }
        m_window.reset();
        open(m_workspaces[chance(70) ? m_workspaces.indexOf(m_path) : below(2)]);
        needData();
    }

    void step()
    {
        struct Step {
            const char* name;
            int weight;
            void (TestMonkey::*take)();
        };
        static constexpr std::array<Step, 12> kSteps{
            {{"page", 14, &TestMonkey::turnToAPage}, {"queue", 10, &TestMonkey::queueARun},
                {"end", 12, &TestMonkey::letOneEnd}, {"command", 10, &TestMonkey::commandTheQueue},
                {"check", 14, &TestMonkey::checkARun}, {"delete", 5, &TestMonkey::deleteInCompare},
                {"lesson", 8, &TestMonkey::takeALesson}, {"box", 8, &TestMonkey::chooseInAnyBox},
                {"layout", 8, &TestMonkey::changeTheLayout}, {"chart", 6, &TestMonkey::playWithACharts},
                {"undo", 3, &TestMonkey::undo}, {"close", 2, &TestMonkey::closeAndOpen}}};
        int drawn = below(100);
        for (const Step& one : kSteps) {
            drawn -= one.weight;
            if (drawn >= 0)
                continue;
            if (qEnvironmentVariableIsSet("FEDCCTR_MONKEY_TRACE"))
                qInfo("%s", one.name);
            (this->*one.take)();
            break;
        }
        handleEvents(1 + below(4));
    }

    static QStringList runsIn(const QString& folder)
    {
        QStringList found;
        for (const QString& name : QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            if (QFile::exists(folder + u'/' + name + u"/config.json"_s))
                found.append(folder + u'/' + name);
        found.sort();
        return found;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QDir(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/FedCCTR"_s)
            .removeRecursively();
        m_workspaces = {m_folder.filePath(u"first"_s), m_folder.filePath(u"second"_s)};
    }
    void cleanup() { m_window.reset(); }

    void aWalk()
    {
        const int steps = qEnvironmentVariableIntValue("FEDCCTR_MONKEY_STEPS");
        const int seed = qEnvironmentVariableIntValue("FEDCCTR_MONKEY_SEED");
        m_random.seed(static_cast<unsigned>(std::max(1, seed)));
        open(m_workspaces.front());
        needData();
        for (int i = 0; i < (steps > 0 ? steps : 160); ++i) {
            step();
            if (QTest::currentTestFailed())
                return;
            QVERIFY(m_window->findChildren<RunLibrary*>().size() == 1);
        }
        // Everything comes to its end, and what the window knows is what lies there.
        queue().stopAll();
        QTRY_VERIFY_WITH_TIMEOUT(!queue().isActive(), 60'000);
        RunLibrary* library = m_window->workspace()->runs();
        library->rescan();
        const auto known = [library] {
            QStringList paths;
            for (const auto* list : {&library->runs(), &library->unreadable()})
                for (const EntryPtr& run : *list)
                    if (QFile::exists(QString::fromStdString(run->path.string()) + u"/config.json"_s))
                        paths.append(QString::fromStdString(run->path.string()));
            paths.sort();
            return paths;
        };
        QTRY_COMPARE_WITH_TIMEOUT(known(), runsIn(m_window->workspace()->runsFolder()), 60'000);
        QVERIFY(m_window->close());
        m_window.reset();
        // Deleted or not, each run that has ended is somewhere.
        for (const QString& run : std::as_const(m_ended)) {
            const QDir place(run);
            QVERIFY2(
                place.exists() || QFile::exists(QDir::cleanPath(run + u"/../../bin/"_s + place.dirName())),
                qPrintable(run));
        }
    }
};

std::unique_ptr<QObject> tst_monkey()
{
    return std::make_unique<TestMonkey>();
}
#include "tst_monkey.moc"
