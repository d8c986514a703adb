// SPDX-License-Identifier: GPL-3.0-or-later
// The whole studio as a person uses it: real window, real engine, real data where they are here. Leaves a
// picture of every page in light and dark, every chart as files, and the figures for the README.
#include "app/studio/experiment/experimentpage.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/shell/mainwindow.h"
#include "app/studio/shell/navigation.h"
#include "core/data/dataset.h"
#include "tests/fixtures/hand.h"
#include "widgets/charts/chart.h"
#include "widgets/forms/valueedit.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTest>
#include <QTimer>
#include <QWizard>

#include <ctime>
#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::studio;
using fedcctr::widgets::Chart;

namespace {

/// Milliseconds of processor time of this thread.
double threadMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

/// How long the GUI thread was away from its event loop at most, while this lives.
class StallMeter : public QObject {
public:
    StallMeter()
    {
        m_clock.start();
        m_cpu = threadMs();
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            const double cpu = threadMs();
            longest = std::max(longest, static_cast<double>(m_clock.nsecsElapsed()) / 1e6 - kTickMs);
            busiest = std::max(busiest, cpu - m_cpu);
            m_clock.restart();
            m_cpu = cpu;
            ++ticks;
        });
        m_timer.start(kTickMs);
    }

    double longest = 0; ///< by the clock on the wall, which counts what other programs took
    double busiest = 0; ///< by the thread's own processor time
    int ticks = 0;

private:
    static constexpr int kTickMs = 5;
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_cpu = 0;
};

QString foodKitchen(const QString& file)
{
    return QStringLiteral(FEDCCTR_SHARED_DIR "/data/food-kitchen/") + file;
}

} // namespace

class TestTour : public QObject {
    Q_OBJECT

    QString m_folder = QDir::current().absoluteFilePath(u"tour"_s);
    std::unique_ptr<MainWindow> m_window;

    QString workspace() const { return m_folder + u"/workspace"_s; }

    double open()
    {
        QElapsedTimer time;
        time.start();
        m_window =
            std::make_unique<MainWindow>(QStringLiteral(FEDCCTR_BIN_DIR "/fedcctr-engine"), workspace());
        m_window->resize(1280, 720);
        m_window->show();
        if (!QTest::qWaitForWindowExposed(m_window.get()))
            qFatal("no window");
        // Usable: the page that was open last stands.
        if (!QTest::qWaitFor([this] { return m_window->findChild<Navigation*>()->currentRow() >= 0; }))
            qFatal("no page");
        return static_cast<double>(time.nsecsElapsed()) / 1e6;
    }

    void closeWindow()
    {
        QVERIFY(m_window->close());
        m_window.reset();
    }

    template <typename T = QWidget> T* child(const char* name) const
    {
        return fedcctr::test::part<T>(*m_window, QLatin1String(name));
    }
    void click(const char* name) const { QTest::mouseClick(child(name), Qt::LeftButton); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const
    {
        QTest::keyClick(m_window.get(), key, modifiers);
    }
    /// Offscreen no window manager gives the focus back when a dialog has closed.
    void activate() const
    {
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void goTo(PageId page) const
    {
        activate();
        key(static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(page)), Qt::ControlModifier);
        QCOMPARE(m_window->findChild<Navigation*>()->currentPage(), page);
    }
    void type(const char* name, const QString& text) const
    {
        auto* box = child<QAbstractSpinBox>(name);
        fedcctr::test::retype(*box, text);
    }

    const RunJob* job() const { return m_window->queue()->jobAt(m_window->queue()->jobCount() - 1); }
    bool isIn(RunState state) const { return job() && job()->state == state; }

    void importThroughTheDialog() const
    {
        key(Qt::Key_I, Qt::ControlModifier);
        auto* wizard = m_window->findChild<QWizard*>();
        QVERIFY(wizard);
        QTRY_VERIFY(wizard->isVisible());
        auto* edit = wizard->findChild<QLineEdit*>(u"edit_path"_s);
        for (const QString& file : {u"interactions_titled.csv.gz"_s, u"items.csv.gz"_s}) {
            QTest::keyClicks(edit, foodKitchen(file));
            QTest::keyClick(edit, Qt::Key_Return);
        }
        const auto press = [wizard](QWizard::WizardButton which) {
            QTRY_VERIFY(wizard->button(which)->isEnabled());
            QTest::mouseClick(wizard->button(which), Qt::LeftButton);
        };
        press(QWizard::NextButton);
        press(QWizard::NextButton);
        press(QWizard::CommitButton);
        QTRY_VERIFY_WITH_TIMEOUT(wizard->button(QWizard::FinishButton)->isEnabled()
                && wizard->button(QWizard::FinishButton)->isVisible(),
            60'000);
        press(QWizard::FinishButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace()->data(), 30'000);
        QCOMPARE(m_window->workspace()->data()->userCount(), std::size_t{7008});
    }

    void picture(const QString& name) const
    {
        QVERIFY(fedcctr::test::waitForQuiet(*m_window));
        QVERIFY(m_window->grab().save(m_folder + u'/' + name + u".png"_s));
    }

    /// Every chart that shows something, as each kind of file.
    int exportCharts(const QString& page) const
    {
        int exported = 0;
        for (const Chart* chart :
            m_window->page(m_window->findChild<Navigation*>()->currentPage())->findChildren<Chart*>()) {
            if (!chart->isVisible())
                continue;
            for (const QString& ending : {u"png"_s, u"pdf"_s, u"svg"_s}) {
                const QString path = u"%1/charts/%2-%3.%4"_s.arg(m_folder, page, chart->objectName(), ending);
                const QString failure = chart->writePicture(path, QSize(720, 420), 2);
                if (!failure.isEmpty() || QFileInfo(path).size() < 500)
                    qFatal("%s: %s", qPrintable(path), qPrintable(failure));
            }
            const QString table = u"%1/charts/%2-%3.csv"_s.arg(m_folder, page, chart->objectName());
            const QString failure = chart->writeTable(table);
            if (!failure.isEmpty() || !QFileInfo::exists(table))
                qFatal("%s: %s", qPrintable(table), qPrintable(failure));
            ++exported;
        }
        return exported;
    }

private Q_SLOTS:
    void initTestCase() { QDir().mkpath(m_folder + u"/charts"_s); }
    void cleanup() { m_window.reset(); }

    void theWholeRoad()
    {
        if (!QFile::exists(foodKitchen(u"items.csv.gz"_s)))
            QSKIP("the shared data are not here");
        QDir(workspace()).removeRecursively();
        QDir(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/FedCCTR"_s)
            .removeRecursively();
        qInfo("empty workspace: usable after %.0f ms", open());
        importThroughTheDialog();
        QTRY_VERIFY(exportCharts(u"data"_s) >= 3);

        goTo(PageId::Experiment);
        auto* preset = child<QComboBox>("combo_experiment_preset");
        preset->setCurrentIndex(preset->findData(u"demo"_s));
        Q_EMIT preset->activated(preset->currentIndex());
        type("edit_loss_lambda1_box", u"0.4"_s);
        type("edit_federation_rounds_box", u"50"_s);
        type("edit_federation_rate_box", u"0.01"_s);
        type("edit_run_evaluate_every_box", u"10"_s);
        QVERIFY(static_cast<ExperimentPage*>(m_window->page(PageId::Experiment))
                    ->draft()
                    .assignments()
                    .contains(u"loss.lambda1=0.4"_s));
        QTRY_VERIFY(child<QPushButton>("button_queue")->isEnabled());
        click("button_queue");

        goTo(PageId::Train);
        StallMeter stalls;
        QTRY_VERIFY_WITH_TIMEOUT(isIn(RunState::Running) && job()->record.round() >= 3, 120'000);
        key(Qt::Key_F6);
        QTRY_VERIFY_WITH_TIMEOUT(isIn(RunState::Paused), 20'000);
        const int paused = job()->record.round();
        QVERIFY(fedcctr::test::staysTrue([&] { return job()->record.round() == paused; }));
        key(Qt::Key_F6);
        QTRY_VERIFY_WITH_TIMEOUT(job()->record.round() > paused, 20'000);
        type("edit_lambda2", u"0.1"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!job()->record.changes.empty(), 20'000);
        QCOMPARE(job()->record.changes.front().key, std::string("loss.lambda2"));
        QTRY_VERIFY_WITH_TIMEOUT(job()->record.round() >= 30, 120'000);
        key(Qt::Key_F5, Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(isIn(RunState::Stopped), 120'000);
        qInfo("GUI thread during the run: away for %.1f ms at most, of its own time %.1f ms (%d ticks)",
            stalls.longest, stalls.busiest, stalls.ticks);
        picture(u"train-stopped"_s);
        QVERIFY(exportCharts(u"train"_s) >= 4);

        goTo(PageId::Embeddings);
        picture(u"embeddings-before"_s);
        goTo(PageId::PrivacyLab);
        QTRY_VERIFY_WITH_TIMEOUT(exportCharts(u"lab"_s) >= 3, 10'000);
        goTo(PageId::Compare);
        QTRY_VERIFY(exportCharts(u"compare"_s) >= 1);

        const QStringList before =
            static_cast<ExperimentPage*>(m_window->page(PageId::Experiment))->draft().assignments();
        goTo(PageId::Train);
        closeWindow();
        qInfo("with a dataset and a run: usable after %.0f ms", open());
        QCOMPARE(m_window->findChild<Navigation*>()->currentPage(), PageId::Train);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace()->data(), 30'000);
        QCOMPARE(
            static_cast<ExperimentPage*>(m_window->page(PageId::Experiment))->draft().assignments(), before);
        closeWindow();
    }

    /// Pictures of every page in both themes; nothing may be wider than its page.
    void everyPage()
    {
        open();
        if (!m_window->workspace()->isLoading() && !m_window->workspace()->data())
            m_window->workspace()->createDemo();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace()->data(), 30'000);
        const QString scale = m_window->devicePixelRatio() > 1 ? u"-200"_s : QString();
        for (const char* theme : {"1", "2"}) {
            child<QAction>(QByteArray("action_theme_").append(theme).constData())->trigger();
            for (int i = 0; i < kPageCount; ++i) {
                goTo(static_cast<PageId>(i));
                const QWidget* page = m_window->page(static_cast<PageId>(i));
                picture(
                    u"%1-%2%3"_s.arg(page->objectName(), theme[0] == '1' ? u"light"_s : u"dark"_s, scale));
                const QString size = u"%1 makes the window %2 x %3"_s.arg(page->objectName())
                                         .arg(m_window->width())
                                         .arg(m_window->height());
                QVERIFY2(m_window->width() <= 1280 && m_window->height() <= 720, qPrintable(size));
            }
        }
        closeWindow();
    }

    /// A person who cannot see or use a mouse needs a name for every control.
    void everyControlHasAName()
    {
        open();
        QStringList nameless;
        for (int i = 0; i < kPageCount; ++i) {
            const Page* page = m_window->page(static_cast<PageId>(i));
            for (const QWidget* control : page->findChildren<QWidget*>()) {
                const bool reached = (control->focusPolicy() & Qt::TabFocus) && !control->focusProxy()
                    && control->window() == m_window.get() && !control->isHidden()
                    && !control->objectName().startsWith(u"qt_"_s);
                // A label beside it, or its own text, is a name too.
                QAccessibleInterface* spoken =
                    QAccessible::queryAccessibleInterface(const_cast<QWidget*>(control));
                if (reached
                    && (!spoken || spoken->text(QAccessible::Name).isEmpty()
                        || control->objectName().isEmpty()))
                    nameless.append(page->objectName() + u": "_s
                        + QLatin1String(control->metaObject()->className()) + u' ' + control->objectName());
            }
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
        closeWindow();
    }
};

std::unique_ptr<QObject> tst_tour()
{
    return std::make_unique<TestTour>();
}
#include "tst_tour.moc"
