// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/embeddingdetails.h"
#include "app/studio/embeddings/embeddingspage.h"
#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "core/base/files.h"
#include "core/data/demo.h"
#include "tests/fixtures/hand.h"
#include "tests/fixtures/program.h"
#include "widgets/charts/scatterview.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QToolButton>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;
using namespace fedcctr::widgets;

namespace {

constexpr const char* kConfig = R"({
  "model": {"id_width": 8, "feature_width": 4, "position_width": 4, "heads": 2, "mlp": "16-8", "history": 8},
  "federation": {"rate": 0.3, "rounds": 12, "learning_rate": 0.02},
  "privacy": {"schedule": "none"},
  "run": {"threads": 1, "device": "cpu", "evaluate_every": 12, "snapshots": 4, "keep_best": false}
})";

const QString kEngine = QStringLiteral(FEDCCTR_BIN_DIR "/fedcctr-engine");

} // namespace

/// By mouse and keys, with real runs of a tiny model on demo data.
class TestEmbeddingsPage : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<RunQueue> m_queue;
    std::unique_ptr<EmbeddingsPage> m_page;

    void train(const QString& name, const QString& dataset, int seed) const
    {
        const fedcctr::test::Outcome done = fedcctr::test::run(kEngine,
            {u"train"_s, dataset, u"--config"_s, m_folder.filePath(u"config.json"_s), u"--seed"_s,
                QString::number(seed), u"--out"_s, m_folder.filePath(u"runs/"_s + name)});
        QVERIFY2(done.exitCode == 0, qPrintable(done.errors));
    }

    void open(const QString& folder, const QString& engine)
    {
        m_page.reset();
        m_queue.reset();
        m_workspace = std::make_unique<Workspace>(folder, engine);
        m_queue = std::make_unique<RunQueue>(m_workspace.get());
        m_page = std::make_unique<EmbeddingsPage>(m_workspace.get(), m_queue.get());
        m_workspace->open();
        fedcctr::test::showActive(*m_page, {1120, 600});
    }

    void openWithRuns()
    {
        open(m_folder.path(), kEngine);
        QTRY_VERIFY(child<QComboBox>("combo_embed_run")->count() >= 3);
        type("spin_embed_users", 20);
        type("spin_perplexity", 5);
        type("spin_iterations", 100);
    }

    template <typename T> T* child(const char* name) const
    {
        return fedcctr::test::part<T>(*m_page, QLatin1String(name));
    }

    void type(const char* name, int value) const
    {
        auto* box = child<QSpinBox>(name);
        fedcctr::test::retype(*box, QString::number(value));
        QCOMPARE(box->value(), value);
    }

    void choose(const char* name, const QString& text) const
    {
        auto* box = child<QComboBox>(name);
        const int index = box->findText(text);
        QVERIFY2(index >= 0, qPrintable(text));
        fedcctr::test::choose(*box, index);
    }

    void press(const char* name) const { QTest::mouseClick(child<QToolButton>(name), Qt::LeftButton); }
    bool isIdle() const { return child<QToolButton>("button_embed_start")->isEnabled(); }
    void startAndWait() const
    {
        press("button_embed_start");
        QTRY_VERIFY(!isIdle());
        QTRY_VERIFY_WITH_TIMEOUT(isIdle(), 20'000);
    }
    ScatterView* view(const char* name = "scatter_a") const { return child<ScatterView>(name); }
    QWidget* canvas() const { return child<QWidget>("scatter_a_canvas"); }
    void clickPoint(int point) const
    {
        QTest::mouseClick(canvas(), Qt::LeftButton, {}, view()->placeOf(point).toPoint());
    }
    QString text() const { return child<QTextBrowser>("text_selection")->toPlainText(); }
    MessageBar* bar() const { return child<MessageBar>("message_embeddings"); }
    double number(int row, int column = 0) const
    {
        return QLocale().toDouble(child<QTableWidget>("table_separation")->item(row, column)->text());
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto demo = [](int users, std::uint64_t seed) {
            return data::generateDemo({.users = users, .items = 110, .seed = seed}).dataset;
        };
        QDir(m_folder.path()).mkpath(u"runs"_s);
        data::save(demo(60, 5), m_folder.filePath(u"datasets/demo"_s).toStdString());
        data::save(demo(50, 6), m_folder.filePath(u"datasets/other"_s).toStdString());
        writeFileAtomically(m_folder.filePath(u"config.json"_s).toStdString(), kConfig);
        train(u"first"_s, m_folder.filePath(u"datasets/demo"_s), 1);
        train(u"second"_s, m_folder.filePath(u"datasets/demo"_s), 2);
        train(u"third"_s, m_folder.filePath(u"datasets/other"_s), 1);
    }
    void cleanup()
    {
        m_page.reset();
        m_queue.reset();
        m_workspace.reset();
    }

    void emptyStateQueuesTheDemo()
    {
        const QTemporaryDir empty;
        open(empty.path(), QStringLiteral(FEDCCTR_BIN_DIR "/fake_engine"));
        auto* button = child<QPushButton>("empty_embeddings_button");
        QTRY_VERIFY(button->isVisible());
        const QSignalSpy said(m_page.get(), &Page::said);
        const QSignalSpy ended(m_queue.get(), &RunQueue::runEnded);
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(said.count(), 1, 20'000);
        QVERIFY(QFile::exists(empty.filePath(u"datasets/demo/dataset.json"_s)));
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 20'000);
    }

    void nothingIsComputedBeforeStart()
    {
        openWithRuns();
        QVERIFY(fedcctr::test::staysTrue([&] {
            return isIdle() && m_page->pendingWork().isEmpty() && view()->content().positions.empty();
        }));
        QCOMPARE(child<QComboBox>("combo_embed_run")->findText(u"third"_s) >= 0, true);
    }

    void picturesOverTheTraining()
    {
        openWithRuns();
        choose("combo_embed_run", u"first"_s);
        startAndWait();
        QCOMPARE(view()->content().positions.size(), std::size_t{60});
        auto* slider = child<QSlider>("slider_round");
        QVERIFY(slider->isVisible());
        QCOMPARE(child<QLabel>("label_round")->text(), u"round 12 of 12"_s);
        const double silhouette = number(0);
        const std::vector<QPointF> last = view()->content().positions;
        QTest::keyClick(slider, Qt::Key_Home);
        QCOMPARE(child<QLabel>("label_round")->text(), u"round 0 of 12"_s);
        QVERIFY(number(0) != silhouette);
        QVERIFY(view()->content().positions != last);
        press("button_play");
        QTRY_VERIFY(slider->value() > 50 && slider->value() < 900);
        press("button_play");
        QTest::keyClick(slider, Qt::Key_End);
        QCOMPARE(view()->content().positions, last);
        QVERIFY(child<QLabel>("label_note")->text().contains(u"mean little"_s));
    }

    void aClickTellsWho()
    {
        openWithRuns();
        choose("combo_embed_run", u"first"_s);
        startAndWait();
        clickPoint(25); // the sixth user's h^B, or one that hides it
        QCOMPARE(view()->selection().size(), 1);
        QTRY_VERIFY(text().contains(u"Sequences"_s)); // titles come from the disk
        for (const QString& part : {u"Nearest users"_s, u"Recommended"_s, u"(test)"_s, u"|sᴬ|"_s})
            QVERIFY2(text().contains(part), qPrintable(part));
        const int chosen = *view()->selection().begin();
        auto* browser = child<QTextBrowser>("text_selection");
        Q_EMIT browser->anchorClicked(QUrl(u"point:3"_s));
        QVERIFY(chosen != 3);
        QCOMPARE(view()->selection(), QSet<int>{3});
        QVERIFY(text().contains(u"hᴬ"_s));
        QTest::keyClick(view(), Qt::Key_Escape);
        QVERIFY(text().startsWith(u"Nothing is selected"_s));
    }

    /// Where the printed CDRD ends: the page says so, and not elsewhere.
    void collapseIsNamed()
    {
        EmbeddingDetails details;
        details.show();
        const auto* note = details.findChild<QLabel*>(u"label_collapse"_s);
        EmbeddingDetails::Column column{u"run"_s, 3, {}};
        column.numbers.cosines = {0.2, 0.5, 0.4};
        details.showSeparation({column});
        QVERIFY(!note->isVisible());
        column.numbers.cosines = {-0.996, -0.99, 0.998};
        details.showSeparation({column});
        QVERIFY(note->isVisible());
        QVERIFY(note->text().contains(u"loss.cdrd_form"_s));
        details.setItemsShown(true);
        QVERIFY(!note->isVisible());
    }

    void twoRunsShareUsersAndSelection()
    {
        openWithRuns();
        choose("combo_embed_run", u"first"_s);
        auto* menu = child<QMenu>("menu_compare_with");
        QCOMPARE(menu->actions().size(), 1); // not that of the other dataset
        menu->actions().constFirst()->trigger();
        startAndWait();
        QCOMPARE(view("scatter_b")->content().names, view()->content().names);
        QVERIFY(view("scatter_b")->content().positions != view()->content().positions);
        QCOMPARE(child<QTableWidget>("table_separation")->columnCount(), 2);
        QVERIFY(number(0, 0) != number(0, 1));
        // A lasso around everything.
        QWidget* pad = canvas();
        QTest::mousePress(pad, Qt::LeftButton, Qt::ShiftModifier, QPoint(1, 1));
        for (const QPoint& place : {QPoint(pad->width() - 1, 1), QPoint(pad->width() - 1, pad->height() - 1),
                 QPoint(1, pad->height() - 1)}) {
            QMouseEvent move(QEvent::MouseMove, place, pad->mapToGlobal(place), Qt::NoButton, Qt::LeftButton,
                Qt::ShiftModifier);
            QCoreApplication::sendEvent(pad, &move);
        }
        QTest::mouseRelease(pad, Qt::LeftButton, Qt::ShiftModifier, QPoint(1, pad->height() - 1));
        QCOMPARE(view("scatter_b")->selection().size(), 60);
        QVERIFY2(text().contains(u"60 points of 20 users"_s), qPrintable(text()));
        choose("combo_color", u"run"_s);
        QCOMPARE(view("scatter_b")->content().categoryNames, (QStringList{u"first"_s, u"second"_s}));
        choose("combo_color", u"activity"_s);
        QCOMPARE(view()->content().values.size(), std::size_t{60});
    }

    void itemsByTitle()
    {
        openWithRuns();
        choose("combo_embed_run", u"first"_s);
        choose("combo_points", u"items"_s);
        choose("combo_method", u"PCA"_s);
        startAndWait();
        QCOMPARE(view()->content().positions.size(), std::size_t{220});
        QTRY_VERIFY(!view()->content().names.value(0).startsWith(u"item 0"_s));
        const QString title = view()->content().names.value(40);
        m_page->find();
        QTest::keyClicks(child<QLineEdit>("edit_item_search"), title.toUpper());
        auto* found = child<QListWidget>("list_items");
        QTRY_VERIFY(found->count() >= 1);
        QTest::mouseClick(
            found->viewport(), Qt::LeftButton, {}, found->visualItemRect(found->item(0)).center());
        QVERIFY(text().startsWith(title));
        QVERIFY(text().contains(u"Nearest items"_s));
        QCOMPARE(view()->selection().size(), 1);
    }

    void pauseResumeStop()
    {
        openWithRuns();
        choose("combo_embed_run", u"first"_s);
        type("spin_embed_users", 60);
        type("spin_iterations", 10000);
        press("button_embed_start");
        auto* status = child<QLabel>("label_status");
        QTRY_VERIFY_WITH_TIMEOUT(status->text().contains(u"iteration"_s), 20'000);
        QVERIFY(!m_page->pendingWork().isEmpty());
        press("button_embed_pause");
        // What it said before it heard of the pause comes first.
        QString held;
        QTRY_VERIFY(
            (held = status->text(), fedcctr::test::staysTrue([&] { return status->text() == held; })));
        press("button_embed_pause");
        QTRY_VERIFY(status->text() != held);
        press("button_embed_stop");
        QVERIFY(isIdle()); // at once: the page does not wait for the iteration
        QCOMPARE(view()->content().positions.size(), std::size_t{180});
    }

    void manyPointsAskFirst()
    {
        openWithRuns();
        type("spin_embed_users", 700);
        press("button_embed_start");
        QTRY_VERIFY(bar()->isVisible());
        QVERIFY2(bar()->text().contains(u"2,100 points"_s), qPrintable(bar()->text()));
        QVERIFY(isIdle());
        QVERIFY(child<QPushButton>("button_start_anyway")->isVisible());
    }

    void perplexityFollowsTheUsers()
    {
        openWithRuns();
        type("spin_embed_users", 10);
        QCOMPARE(child<QSpinBox>("spin_perplexity")->maximum(), 9);
        type("spin_embed_users", 500);
        QCOMPARE(child<QSpinBox>("spin_perplexity")->maximum(), 100);
    }

    void aDamagedCheckpointIsNamed()
    {
        QDir(m_folder.path()).mkpath(u"spoilt/runs/broken/checkpoint"_s);
        for (const QString& name : {u"config.json"_s, u"summary.json"_s, u"metrics.jsonl"_s})
            QFile::copy(m_folder.filePath(u"runs/first/"_s + name),
                m_folder.filePath(u"spoilt/runs/broken/"_s + name));
        writeFileAtomically(
            m_folder.filePath(u"spoilt/runs/broken/checkpoint/state.bin"_s).toStdString(), "no");
        open(m_folder.filePath(u"spoilt"_s), kEngine);
        QTRY_COMPARE(child<QComboBox>("combo_embed_run")->count(), 1);
        startAndWait();
        QVERIFY(bar()->isVisible());
        QVERIFY2(bar()->text().contains(u"state.bin"_s), qPrintable(bar()->text()));
    }

    void stateIsKept()
    {
        openWithRuns();
        choose("combo_embed_run", u"second"_s);
        choose("combo_color", u"sparsity"_s);
        type("spin_embed_seed", 7);
        const QJsonObject state = m_page->state();
        openWithRuns();
        m_page->restore(state);
        QCOMPARE(child<QSpinBox>("spin_embed_seed")->value(), 7);
        QCOMPARE(child<QComboBox>("combo_color")->currentText(), u"sparsity"_s);
        QCOMPARE(child<QComboBox>("combo_embed_run")->currentText(), u"second"_s);
        m_page->showRun(m_folder.filePath(u"runs/third"_s));
        QCOMPARE(child<QComboBox>("combo_embed_run")->currentText(), u"third"_s);
    }

    void everythingHasAName()
    {
        openWithRuns();
        for (const QWidget* widget : m_page->findChildren<QWidget*>()) {
            const bool takesInput = qobject_cast<const QAbstractButton*>(widget)
                || qobject_cast<const QComboBox*>(widget) || qobject_cast<const QSpinBox*>(widget);
            if (!takesInput || !widget->isVisibleTo(m_page.get()) || widget->objectName().startsWith(u"qt_"_s)
                || widget->focusPolicy() == Qt::NoFocus)
                continue;
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
            QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->objectName()));
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        }
        QVERIFY2(m_page->minimumSizeHint().width() <= 1120,
            qPrintable(QString::number(m_page->minimumSizeHint().width())));
        QVERIFY2(m_page->minimumSizeHint().height() <= 560,
            qPrintable(QString::number(m_page->minimumSizeHint().height())));
    }
};

std::unique_ptr<QObject> tst_embeddingspage()
{
    return std::make_unique<TestEmbeddingsPage>();
}
#include "tst_embeddingspage.moc"
