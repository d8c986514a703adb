// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/augmentpage.h"
#include "app/studio/common/serverkey.h"
#include "app/studio/runs/workspace.h"
#include "app/studio/shell/mainwindow.h"
#include "core/augment/augmentation.h"
#include "core/augment/prompts.h"
#include "core/augment/shelf.h"
#include "core/augment/template.h"
#include "core/base/error.h"
#include "core/data/demo.h"
#include "core/llm/sqlite_store.h"
#include "core/model/vector_set.h"
#include "tests/fixtures/hand.h"
#include "tests/fixtures/scripted_server.h"
#include "widgets/charts/barchart.h"
#include "widgets/forms/prompteditor.h"
#include "widgets/forms/valueedit.h"
#include "widgets/messagebar.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QNetworkProxy>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::studio;
using namespace fedcctr::widgets;
using fedcctr::augment::Stage;
using fedcctr::test::ScriptedServer;
using fedcctr::test::ServerReply;
using fedcctr::test::ServerRequest;

namespace {

constexpr int kUsers = 8;
constexpr int kItems = 120; ///< of both domains
constexpr int kQuestions = kItems + 2 * kUsers;
constexpr const char* kSecret = "sk-never-in-a-file-31415";

/// A good answer for the stage that the question belongs to.
ServerReply goodReply(const ServerRequest& request)
{
    const auto asksFor = [&](const char* field) { return request.body.find(field) != std::string::npos; };
    if (asksFor("liked_A"))
        return fedcctr::test::chatReply(
            R"({"liked_A": [1], "liked_B": [2, 99], "disliked_A": [], "disliked_B": [3]})");
    if (asksFor("gender"))
        return fedcctr::test::chatReply(R"({"age": "35-49", "gender": "unknown", "interests": ["crime"]})");
    return fedcctr::test::chatReply(R"({"genres": ["Crimes"], "themes": ["guilt"], "keywords": ["alibi"]})");
}

/// A key ring in memory that says what it was given.
class FakeRing : public fedcctr::llm::KeyRing {
public:
    explicit FakeRing(std::map<std::string, std::string>* keys)
        : m_keys(keys)
    {
    }
    fedcctr::llm::Secret read(const std::string& baseUrl) override
    {
        const auto found = m_keys->find(baseUrl);
        return found == m_keys->end() ? fedcctr::llm::Secret()
                                      : fedcctr::llm::Secret(std::string(found->second));
    }
    void write(const std::string& baseUrl, const fedcctr::llm::Secret& key) override
    {
        (*m_keys)[baseUrl] = std::string(key.reveal());
    }
    void remove(const std::string& baseUrl) override { m_keys->erase(baseUrl); }

private:
    std::map<std::string, std::string>* m_keys;
};

/// Files below a folder that hold the text.
QStringList filesWith(const QString& folder, const QByteArray& text)
{
    QStringList found;
    for (QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
         files.hasNext();) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(text))
            found.append(file.fileName());
    }
    return found;
}

} // namespace

class TestAugmentPage : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_workspace;
    std::unique_ptr<MainWindow> m_window;
    std::map<std::string, std::string> m_keys;

    AugmentPage* page() const { return static_cast<AugmentPage*>(m_window->page(PageId::Augmentation)); }
    QString dataset() const { return m_workspace->path() + u"/datasets/small"_s; }
    static QString configuration()
    {
        return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/FedCCTR"_s;
    }

    void open()
    {
        m_window =
            std::make_unique<MainWindow>(QStringLiteral(FEDCCTR_BIN_DIR "/fake_engine"), m_workspace->path());
        page()->serverKey()->setRing(std::make_unique<FakeRing>(&m_keys));
        fedcctr::test::showActive(*m_window, {1280, 720});
    }

    void openPage()
    {
        open();
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QVERIFY(page()->isVisible());
    }

    /// The page with the small dataset.
    void openWithData()
    {
        openPage();
        m_window->workspace()->openDataset(dataset());
        QTRY_VERIFY(button("button_run")->isEnabled());
    }

    void useServer(const QString& url)
    {
        child<QComboBox>("combo_backend")->setCurrentIndex(1);
        auto* edit = child<QLineEdit>("edit_url");
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, url);
        QCOMPARE(edit->text(), url);
    }

    void type(const char* edit, const QString& text)
    {
        auto* line = child<QLineEdit>(edit);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, text);
    }

    template <typename T> T* child(const char* name) const
    {
        return fedcctr::test::part<T>(*m_window, QLatin1String(name));
    }
    QPushButton* button(const char* name) const { return child<QPushButton>(name); }
    void click(const char* name) { QTest::mouseClick(button(name), Qt::LeftButton); }
    QString text(const char* name) const { return child<QPlainTextEdit>(name)->toPlainText(); }
    QString label(const char* name) const { return child<QLabel>(name)->text(); }
    MessageBar* bar() const { return child<MessageBar>("message_augment"); }
    QTabWidget* tabs() const { return child<QTabWidget>("tabs_stages"); }
    int rows(const char* table) const { return child<QTableView>(table)->model()->rowCount(); }
    bool batchEnded() const { return !page()->isRunning(); }
    std::string savedPrompt(Stage stage) const
    {
        return fedcctr::augment::loadTemplate(dataset().toStdString(), stage);
    }

private Q_SLOTS:
    void init()
    {
        QDir(configuration()).removeRecursively();
        m_workspace = std::make_unique<QTemporaryDir>();
        m_keys.clear();
        fedcctr::data::DemoOptions options;
        options.users = kUsers;
        options.items = kItems / 2;
        QDir().mkpath(dataset());
        fedcctr::data::save(fedcctr::data::generateDemo(options).dataset, dataset().toStdString());
    }
    void cleanup()
    {
        m_window.reset();
        QNetworkProxy::setApplicationProxy(QNetworkProxy());
    }

    void withoutADatasetThePageSaysWhatToDo()
    {
        openPage();
        QVERIFY(child<QLabel>("label_augment_empty")->isVisible());
        QVERIFY(label("label_augment_empty").startsWith(u"No dataset yet."_s));
        click("button_augment_demo");
        QTRY_VERIFY(button("button_run")->isVisible());
        QTRY_VERIFY(button("button_run")->isEnabled());
    }

    /// A set of item vectors by clicks: made, told, listed, offered to experiments, and made again.
    void itemVectors()
    {
        std::atomic<bool> hangs = false;
        const ScriptedServer server([&](const ServerRequest& request) {
            ServerReply reply = fedcctr::test::embeddingsReply(request, 6);
            if (hangs)
                reply.manner = ServerReply::Manner::Hang;
            return reply;
        });
        openWithData();
        tabs()->setCurrentIndex(3);
        QVERIFY(label("label_vectors_leave").contains(u"Choose the OpenAI-compatible server"_s));
        QVERIFY(!button("button_vectors_run")->isEnabled());
        useServer(QString::fromStdString(server.baseUrl()));
        QVERIFY(label("label_vectors_leave").startsWith(u"Nothing leaves this machine"_s));
        QVERIFY(!button("button_vectors_run")->isEnabled()); // no encoder is named
        type("edit_vectors_model", u"org/mini-e5"_s);
        QCOMPARE(child<QLineEdit>("edit_vectors_name")->placeholderText(), u"mini-e5"_s);
        child<NumberBox>("edit_vectors_batch")->setValue(50);
        click("button_vectors_run");
        QTRY_VERIFY_WITH_TIMEOUT(bar()->text().contains(u"model.vectors = mini-e5"_s), 20'000);
        QVERIFY(bar()->text().contains(u"6 numbers"_s));
        QTRY_COMPARE(child<QListWidget>("list_vectors")->count(), 2);
        QVERIFY(child<QListWidget>("list_vectors")->item(1)->text().contains(u"org/mini-e5"_s));
        const auto data = fedcctr::data::load(dataset().toStdString());
        QCOMPARE(fedcctr::model::loadVectors(data, dataset().toStdString(), "mini-e5").width, 6);
        QVERIFY(label("label_vectors").contains(u"texts"_s));
        const int requests = server.requestCount();

        // Made again from what is kept; under another name too.
        QCOMPARE(button("button_vectors_run")->text(), u"Make mini-e5 again"_s);
        type("edit_vectors_name", u"second"_s);
        QCOMPARE(button("button_vectors_run")->text(), u"Embed all items"_s);
        click("button_vectors_run");
        QTRY_COMPARE_WITH_TIMEOUT(child<QListWidget>("list_vectors")->count(), 3, 20'000);
        QCOMPARE(server.requestCount(), requests);

        // A server that hangs is left at once.
        hangs = true;
        type("edit_vectors_model", u"other"_s);
        click("button_vectors_run");
        QTRY_COMPARE(server.requestCount(), requests + 1);
        QVERIFY(page()->isRunning());
        QVERIFY(page()->pendingWork().contains(u"item vectors"_s));
        QVERIFY(!child<QLineEdit>("edit_vectors_model")->isEnabled());
        click("button_vectors_cancel");
        QTRY_VERIFY(!page()->isRunning());
        QVERIFY(bar()->text().startsWith(u"Cancelled."_s));
    }

    void failedItemVectors()
    {
        const ScriptedServer server(
            [](const ServerRequest&) { return fedcctr::test::errorReply(401, "no entry"); });
        openWithData();
        tabs()->setCurrentIndex(3);
        useServer(QString::fromStdString(server.baseUrl()));
        type("edit_vectors_model", u"mini"_s);
        click("button_vectors_run");
        QTRY_VERIFY_WITH_TIMEOUT(bar()->text().contains(u"Given up"_s), 20'000);
        QVERIFY(bar()->text().contains(u"no entry"_s));
        QCOMPARE(child<QListWidget>("list_vectors")->count(), 1);
        useServer(u"https://models.invalid/v1"_s);
        QVERIFY(label("label_vectors_leave").contains(u"go to models.invalid"_s));
        type("edit_vectors_name", u"tf-idf"_s);
        QVERIFY(!button("button_vectors_run")->isEnabled());
        QVERIFY(label("label_vectors_leave").contains(u"another name"_s));
    }

    void keysChangeThePageAndItIsKept()
    {
        open();
        auto* navigation = child<QListWidget>("list_navigation");
        QTRY_COMPARE(navigation->currentRow(), 0);
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QVERIFY(page()->isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(navigation->currentRow(), 0);
        navigation->setCurrentRow(1);
        m_window->close();
        m_window.reset();
        open();
        QTRY_VERIFY(page()->isVisible());
    }

    void aFaultIsShownAndFixedAndSaved()
    {
        openWithData();
        auto* editor = child<PromptEditor>("edit_prompt_item");
        auto* edit = child<QPlainTextEdit>("edit_prompt_item_text");
        edit->setFocus();
        edit->moveCursor(QTextCursor::Start);
        QTest::keyClicks(edit, u"{{item.titel}}"_s);
        QCOMPARE(editor->underlined(), QStringList{u"{{item.titel}}"_s});
        QVERIFY2(label("edit_prompt_item_faults").contains(u"line 1:"_s),
            qPrintable(label("edit_prompt_item_faults")));
        QVERIFY(label("edit_prompt_item_faults").contains(u"item.title"_s));
        QTRY_VERIFY2(
            text("text_rendered_item").contains(u"item.titel"_s), qPrintable(text("text_rendered_item")));
        QVERIFY(!child<QPlainTextEdit>("text_rendered_item")->isEnabled());
        for (int i = 0; i < 4; ++i)
            QTest::keyClick(edit, Qt::Key_Backspace);
        QTest::keyClicks(edit, u"le}}"_s);
        QVERIFY(editor->underlined().isEmpty());
        QVERIFY(label("label_prompt_state_item").contains(u"not saved"_s));

        QTest::keyClick(edit, Qt::Key_S, Qt::ControlModifier);
        QVERIFY(label("label_prompt_state_item").contains(u"edited"_s));
        QVERIFY(savedPrompt(Stage::Item).starts_with("{{item.title}}"));
        click("button_changes_item");
        auto* dialog = m_window->findChild<QDialog*>(u"dialog_diff"_s);
        QVERIFY(dialog);
        const QString diff = dialog->findChild<QPlainTextEdit*>(u"text_diff"_s)->toPlainText();
        QVERIFY(diff.contains(u"+ {{item.title}}"_s) && diff.contains(u"- "_s));
        dialog->close();

        click("button_restore_item");
        QCOMPARE(savedPrompt(Stage::Item), fedcctr::augment::defaultTemplate(Stage::Item));
        QVERIFY(!fedcctr::augment::isEdited(dataset().toStdString(), Stage::Item));
        QVERIFY(!button("button_restore_item")->isEnabled());
    }

    void whatWasTypedIsKept()
    {
        openWithData();
        auto* edit = child<QPlainTextEdit>("edit_prompt_item_text");
        edit->setFocus();
        QTest::keyClicks(edit, u"Draft. "_s);
        m_window->close();
        m_window.reset();
        QCOMPARE(savedPrompt(Stage::Item), fedcctr::augment::defaultTemplate(Stage::Item));
        openPage();
        QTRY_VERIFY2(text("edit_prompt_item_text").startsWith(u"Draft. "_s),
            qPrintable(text("edit_prompt_item_text")));
        QVERIFY(label("label_prompt_state_item").contains(u"not saved"_s));
    }

    void thePreviewFollowsTheSubject()
    {
        openWithData();
        const fedcctr::data::Dataset data = fedcctr::data::load(dataset().toStdString());
        const QString first = QString::fromStdString(data.items[0].title);
        const QString fifth = QString::fromStdString(data.items[5].title);
        QTRY_VERIFY(text("text_rendered_item").contains(first));
        auto* search = child<QLineEdit>("edit_subject_item");
        fedcctr::test::retype(*search, fifth.toUpper());
        QTRY_VERIFY(text("text_rendered_item").contains(fifth));
        QCOMPARE(search->text(), fifth);
        QTest::mouseClick(child<QWidget>("button_next_item"), Qt::LeftButton);
        QTRY_VERIFY(text("text_rendered_item").contains(QString::fromStdString(data.items[6].title)));

        tabs()->setCurrentIndex(2);
        QTRY_VERIFY(text("text_rendered_sequence").contains(u"10. "_s));
        child<NumberBox>("edit_candidates")->setValue(3);
        QTRY_VERIFY(!text("text_rendered_sequence").contains(u"10. "_s));
    }

    void tryingOffline()
    {
        openWithData();
        QVERIFY(label("label_leaves") == u"Nothing leaves this machine."_s);
        QCOMPARE(child<QComboBox>("combo_backend")->currentText(), u"offline (no LLM)"_s);
        click("button_try_item");
        QTRY_VERIFY(text("text_checked_item").contains(u"keywords: "_s));
        QVERIFY(text("text_raw_item").startsWith(u'{'));
        QVERIFY(label("label_cost_item").startsWith(u"no tokens"_s));
    }

    void tryingAServer()
    {
        std::atomic<int> turn = 0;
        ScriptedServer server([&](const ServerRequest& request) {
            return turn++ == 0 ? goodReply(request) : fedcctr::test::chatReply("I will not answer.");
        });
        openWithData();
        useServer(QString::fromStdString(server.baseUrl()));
        tabs()->setCurrentIndex(2);
        click("button_try_sequence");
        QTRY_VERIFY(text("text_checked_sequence").contains(u"liked, Books"_s));
        QCOMPARE(server.requestCount(), 1);
        QVERIFY2(text("text_checked_sequence").contains(u"✗ rejected: unknown candidate"_s),
            qPrintable(text("text_checked_sequence")));
        QVERIFY(text("text_raw_sequence").contains(u"liked_A"_s));
        QVERIFY2(label("label_cost_sequence").startsWith(u"12 tokens in, 5 out, "_s),
            qPrintable(label("label_cost_sequence")));
        QTRY_COMPARE(text("text_rendered_sequence").toStdString(),
            fedcctr::test::messageOf(server.requests().front()));

        tabs()->setCurrentIndex(0);
        click("button_try_item");
        QTRY_VERIFY(text("text_checked_item").contains(u"not JSON"_s));
        QVERIFY(text("text_checked_item").contains(u"Nothing was taken"_s));
        QCOMPARE(server.requestCount(), 3); // the repair
    }

    void tryingAServerThatIsAway()
    {
        quint16 port = 0;
        {
            const ScriptedServer server(goodReply);
            port = server.port();
        }
        openWithData();
        useServer(u"http://127.0.0.1:%1/v1"_s.arg(port));
        click("button_test");
        QTRY_VERIFY2(label("label_test").contains(u"running"_s), qPrintable(label("label_test")));
    }

    void anOfflineBatchToTheEnd()
    {
        openWithData();
        QCOMPARE(label("label_rows_item"), u"not augmented yet"_s);
        QCOMPARE(rows("table_item"), kItems);
        click("button_run");
        QTRY_VERIFY(batchEnded() && bar()->isVisible());
        QVERIFY2(bar()->text().startsWith(u"Augmented by offline (no LLM): features for 120 of 120 items"_s),
            qPrintable(bar()->text()));
        QCOMPARE(
            child<QProgressBar>("progress_batch")->value(), child<QProgressBar>("progress_batch")->maximum());
        const QAbstractItemModel* items = child<QTableView>("table_item")->model();
        QVERIFY(!items->index(0, 5).data().toString().isEmpty());
        QCOMPARE(items->headerData(5, Qt::Horizontal).toString(), u"+ Keywords"_s);
        for (const char* chart : {"chart_item", "chart_user", "chart_sequence"}) {
            QTRY_VERIFY(!child<BarChart>(chart)->bars().isEmpty());
            QVERIFY(child<BarChart>(chart)->bars().size() <= 15);
        }
        QTRY_VERIFY(std::ranges::any_of(
            child<BarChart>("chart_item")->bars(), [](const Bar& one) { return one.after > 0; }));
        child<QComboBox>("combo_histogram_user")->setCurrentIndex(1);
        QTRY_COMPARE(child<BarChart>("chart_user")->bars().value(0), (Bar{u"unknown"_s, kUsers, kUsers}));

        // The Train page knows it, and keeps it through a search here.
        QVERIFY(child<MessageBar>("message_window")->text().contains(u"is augmented"_s));
        auto* search = child<QLineEdit>("edit_search_item");
        search->setFocus();
        QTest::keyClicks(search, items->index(7, 1).data().toString());
        QTRY_VERIFY(rows("table_item") < kItems);
        QVERIFY(rows("table_item") >= 1);
        QVERIFY(label("label_rows_item").contains(u"of 120 rows"_s));
    }

    /// Kept under a name it lies beside the dataset's own, which training goes on to read.
    void aBatchIsKeptUnderAName()
    {
        openWithData();
        auto* name = child<QLineEdit>("edit_augmentation_name");
        QTest::keyClicks(name, u"../C5"_s);
        QCOMPARE(name->text(), u"C5"_s); // neither dots in front nor slashes
        click("button_run");
        QTRY_VERIFY(batchEnded() && bar()->isVisible());
        QVERIFY2(bar()->text().endsWith(u"augment.name = C5."_s), qPrintable(bar()->text()));
        const std::string folder = dataset().toStdString();
        QCOMPARE(fedcctr::augment::augmentationNames(folder), std::vector<std::string>{"C5"});
        QVERIFY(!std::filesystem::exists(fedcctr::augment::augmentationFile(folder)));
        QVERIFY(!child<MessageBar>("message_window")->text().contains(u"is augmented"_s));
    }

    /// What there is, and what a batch would change, is said before; what is taken away can be put back.
    void augmentationsAreListedRemovedAndPutBack()
    {
        namespace augment = fedcctr::augment;
        openWithData();
        const std::string folder = dataset().toStdString();
        auto* list = child<QListWidget>("list_augmentations");
        QTRY_VERIFY(label("label_batch_effect").startsWith(u"New runs of this dataset"_s));
        QCOMPARE(list->count(), 0);
        QVERIFY(!button("button_remove_augmentation")->isEnabled());
        click("button_run");
        QTRY_VERIFY(batchEnded() && list->count() == 1);
        QVERIFY(list->item(0)->text().contains(u"offline (no LLM)"_s));
        QVERIFY(list->item(0)->text().contains(u", 0 run"_s));
        const QString before = label("label_batch_effect");
        QVERIFY2(before.contains(u"offline (no LLM)"_s), qPrintable(before)); // it stays, under a name

        // A run that was trained with it.
        const std::string checksum = augment::augmentationChecksum(folder, {}).value();
        const QString run = m_window->workspace()->runsFolder() + u"/one"_s;
        QVERIFY(QDir().mkpath(run));
        QFile config(run + u"/config.json"_s);
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(QStringLiteral(R"({"dataset": "x", "data": {"augmentation": "%1"}})")
                         .arg(QString::fromStdString(checksum))
                         .toUtf8());
        config.close();
        child<QLineEdit>("edit_augmentation_name")->setText(u"b"_s);
        QVERIFY(label("label_batch_effect").contains(u"augment.name = b"_s));
        click("button_run");
        QTRY_VERIFY(batchEnded() && list->count() == 2);
        QVERIFY2(list->item(0)->text().contains(u", 1 run"_s), qPrintable(list->item(0)->text()));
        QVERIFY(list->item(1)->text().startsWith(u"b:"_s));

        list->setCurrentRow(0);
        click("button_remove_augmentation");
        QTRY_COMPARE(list->count(), 1);
        QVERIFY(!std::filesystem::exists(augment::augmentationFile(folder)));
        QTRY_VERIFY2(bar()->text().contains(u"1 run"_s), qPrintable(bar()->text()));
        QTRY_VERIFY(label("label_rows_item").contains(u"not augmented"_s));
        click("button_undo_remove");
        QTRY_COMPARE(list->count(), 2);
        QCOMPARE(augment::augmentationChecksum(folder, {}).value(), checksum);
        QTRY_VERIFY(label("label_rows_item").contains(u"of 120 rows"_s));

        // By keys alone.
        list->setFocus();
        list->setCurrentRow(1);
        QTest::keyClick(list, Qt::Key_Delete);
        QTRY_COMPARE(list->count(), 1);
        QCOMPARE(augment::augmentationNames(folder), std::vector<std::string>());
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(augment::augmentationNames(folder), std::vector<std::string>{"b"});
    }

    void tablesAreSoundModels()
    {
        openWithData();
        click("button_run");
        QTRY_VERIFY(batchEnded() && bar()->isVisible());
        for (const char* table : {"table_item", "table_user", "table_sequence"}) {
            const QAbstractItemModelTester tester(
                child<QTableView>(table)->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
            for (int column = 0; column < child<QTableView>(table)->model()->columnCount(); ++column)
                QVERIFY(child<QTableView>(table)->model()->index(0, column).data().isValid());
        }
        QTest::mouseClick(child<QTableView>("table_item")->viewport(), Qt::LeftButton, {},
            child<QTableView>("table_item")
                ->visualRect(child<QTableView>("table_item")->model()->index(3, 1))
                .center());
        QCOMPARE(child<QLineEdit>("edit_subject_item")->text(),
            child<QTableView>("table_item")->model()->index(3, 1).data().toString());
    }

    void aServerBatchIsCancelledAndResumed()
    {
        std::atomic<bool> hangs = true;
        std::atomic<int> answered = 0;
        ScriptedServer server([&](const ServerRequest& request) {
            if (hangs && answered >= 30)
                return fedcctr::test::withManner({}, ServerReply::Manner::Hang);
            ++answered;
            return goodReply(request);
        });
        openWithData();
        useServer(QString::fromStdString(server.baseUrl()));
        click("button_run");
        QTRY_VERIFY(answered >= 30 && server.requestCount() > 30);
        QTRY_VERIFY2(label("label_batch").startsWith(u"Items: "_s), qPrintable(label("label_batch")));
        click("button_cancel_batch");
        QTRY_VERIFY(batchEnded()); // though a request hangs
        QVERIFY(bar()->text().startsWith(u"Cancelled."_s));
        QCOMPARE(button("button_run")->text(), u"Resume"_s);

        hangs = false;
        click("button_run");
        QTRY_VERIFY_WITH_TIMEOUT(batchEnded() && bar()->isVisible(), 30000);
        QVERIFY2(bar()->text().contains(
                     u"features for 120 of 120 items, profiles for 8 and extensions for 8 of 8 users"_s),
            qPrintable(bar()->text()));
        QCOMPARE(answered.load(), kQuestions); // nothing twice
        QVERIFY2(label("label_batch_details").contains(u"unknown candidate 8"_s),
            qPrintable(label("label_batch_details")));
        QVERIFY(label("label_batch_details").contains(u"30 from the store"_s));
        QTRY_VERIFY2(child<BarChart>("chart_item")->bars().contains(Bar{u"crime"_s, 10, kItems}),
            qPrintable(child<BarChart>("chart_item")->accessibleDescription()));
    }

    void aBatchIsPaused()
    {
        ScriptedServer server([](const ServerRequest& request) {
            ServerReply reply = goodReply(request);
            reply.delayMs = 10;
            return reply;
        });
        openWithData();
        useServer(QString::fromStdString(server.baseUrl()));
        click("button_run");
        QTRY_VERIFY(server.requestCount() > 5);
        click("button_pause_batch");
        QCOMPARE(button("button_pause_batch")->text(), u"Go on"_s);
        // Those under way are answered; then nothing moves.
        QTRY_VERIFY(label("label_batch").contains(u"paused"_s));
        int paused = 0;
        QTRY_VERIFY((paused = server.requestCount(),
            fedcctr::test::staysTrue([&] { return server.requestCount() == paused; })));
        QVERIFY(paused < kQuestions);
        click("button_pause_batch");
        QTRY_VERIFY_WITH_TIMEOUT(batchEnded(), 30000);
        QCOMPARE(server.requestCount(), kQuestions);
    }

    void aWindowClosedInTheMiddleKeepsEverything()
    {
        std::atomic<int> answered = 0;
        ScriptedServer server([&](const ServerRequest& request) {
            if (answered >= 20)
                return fedcctr::test::withManner({}, ServerReply::Manner::Hang);
            ++answered;
            return goodReply(request);
        });
        openWithData();
        useServer(QString::fromStdString(server.baseUrl()));
        click("button_run");
        QTRY_VERIFY(answered >= 20 && server.requestCount() > 20);
        m_window->close();
        m_window.reset();
        const fedcctr::llm::SqliteStore store(fedcctr::llm::storeFile(dataset().toStdString()));
        QCOMPARE(store.counts(Stage::Item).accepted, std::size_t(20));
        openPage();
        QTRY_COMPARE(label("label_rows_item"), u"120 of 120 rows"_s);
    }

    void withoutConsentNothingIsSent()
    {
        ScriptedServer server(goodReply);
        QNetworkProxy::setApplicationProxy(
            QNetworkProxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, server.port()));
        openWithData();
        useServer(u"http://llm.example.org/v1"_s);
        QVERIFY2(label("label_leaves")
                     .startsWith(u"Titles, categories and creators of items go to llm.example.org, and the "
                                 "reading histories of 8 users"_s),
            qPrintable(label("label_leaves")));
        for (const bool tries : {true, false}) {
            tabs()->setCurrentIndex(1);
            click(tries ? "button_try_user" : "button_run");
            QTRY_VERIFY(m_window->findChild<QDialog*>(u"dialog_consent"_s));
            QVERIFY(text("text_consent_example").contains(u"You describe a customer"_s));
            QVERIFY(label("label_consent").contains(u"llm.example.org"_s));
            QVERIFY(button("button_consent_cancel")->isDefault());
            QTest::keyClick(m_window->findChild<QDialog*>(u"dialog_consent"_s), Qt::Key_Return);
            QTRY_VERIFY(!m_window->findChild<QDialog*>(u"dialog_consent"_s));
            QVERIFY(batchEnded());
        }
        QVERIFY(fedcctr::test::staysTrue([&] { return server.requestCount() == 0; }));

        // To let one history go is not to let all of them go.
        click("button_try_user");
        QTRY_VERIFY(m_window->findChild<QDialog*>(u"dialog_consent"_s));
        click("button_consent_send");
        QTRY_VERIFY(text("text_checked_user").contains(u"35-49"_s));
        QTRY_VERIFY(!m_window->findChild<QDialog*>(u"dialog_consent"_s));
        QCOMPARE(server.requestCount(), 1);

        click("button_run");
        QTRY_VERIFY(m_window->findChild<QDialog*>(u"dialog_consent"_s));
        click("button_consent_items");
        QTRY_VERIFY_WITH_TIMEOUT(batchEnded() && bar()->isVisible(), 30000);
        QCOMPARE(server.requestCount(), 1 + kItems);
        for (const ServerRequest& request : server.requests())
            QVERIFY(request.number == 1 || request.body.find("You label products") != std::string::npos);
        QCOMPARE(label("label_leaves"),
            u"Titles, categories and creators of items go to llm.example.org. The connection is not encrypted."_s);

        child<QCheckBox>("check_items_only")->setChecked(false);
        click("button_run");
        QTRY_VERIFY(m_window->findChild<QDialog*>(u"dialog_consent"_s));
        click("button_consent_send");
        QTRY_VERIFY_WITH_TIMEOUT(batchEnded() && server.requestCount() == 1 + kQuestions, 30000);
    }

    void unsavedAndFaultyPromptsAreNotSent()
    {
        ScriptedServer server(goodReply);
        openWithData();
        useServer(QString::fromStdString(server.baseUrl()));
        auto* edit = child<QPlainTextEdit>("edit_prompt_item_text");
        edit->setFocus();
        edit->moveCursor(QTextCursor::Start);
        QTest::keyClicks(edit, u"{{"_s);
        click("button_run");
        QVERIFY(bar()->text().contains(u"item.txt has a fault"_s));
        QTest::keyClick(edit, Qt::Key_Backspace);
        QTest::keyClick(edit, Qt::Key_Backspace);
        QTest::keyClicks(edit, u"Be brief. "_s);
        click("button_run");
        QVERIFY(bar()->text().contains(u"not saved"_s));
        QCOMPARE(server.requestCount(), 0);
        click("button_save_and_run");
        QTRY_VERIFY_WITH_TIMEOUT(batchEnded() && server.requestCount() == kQuestions, 30000);
        QVERIFY(fedcctr::test::messageOf(server.requests().front()).starts_with("Be brief. "));
    }

    void theKeyIsInNoFile()
    {
        ScriptedServer server([](const ServerRequest& request) {
            return request.number % 40 == 0
                ? fedcctr::test::errorReply(500, std::string("bad key ") + kSecret)
                : goodReply(request);
        });
        openWithData();
        useServer(QString::fromStdString(server.baseUrl()));
        auto* edit = child<QLineEdit>("edit_key");
        QCOMPARE(edit->echoMode(), QLineEdit::Password);
        edit->setFocus();
        QTest::keyClicks(edit, QString::fromLatin1(kSecret));
        click("button_keep_key");
        QVERIFY(edit->text().isEmpty());
        QCOMPARE(m_keys.at(server.baseUrl()), std::string(kSecret));
        child<QCheckBox>("check_items_only")->setChecked(true);
        click("button_run");
        QTRY_VERIFY_WITH_TIMEOUT(batchEnded() && bar()->isVisible(), 30000);
        QCOMPARE(server.requests().front().headers.at("authorization"), std::string("Bearer ") + kSecret);
        for (const QLabel* shown : m_window->findChildren<QLabel*>())
            QVERIFY(!shown->text().contains(QString::fromLatin1(kSecret)));
        m_window->close();
        m_window.reset();
        QCOMPARE(filesWith(m_workspace->path(), kSecret), QStringList());
        QCOMPARE(filesWith(configuration(), kSecret), QStringList());
        QVERIFY(
            !filesWith(configuration(), "127.0.0.1").isEmpty()); // the address is kept, so the search works
    }

    void thePageFitsSmallScreensInBothThemes()
    {
        openWithData();
        child<QComboBox>("combo_backend")->setCurrentIndex(1);
        for (const char* theme : {"action_theme_2", "action_theme_1"}) {
            child<QAction>(theme)->trigger();
            for (const QSize size : {QSize(1024, 640), QSize(1280, 720)}) {
                m_window->resize(size);
                QTRY_COMPARE(m_window->size(), size);
                for (int tab = 0; tab < tabs()->count(); ++tab) {
                    tabs()->setCurrentIndex(tab);
                    for (const QPushButton* one : page()->findChildren<QPushButton*>())
                        QVERIFY2(!one->isVisible() || one->width() >= one->minimumSizeHint().width(),
                            qPrintable(one->objectName()));
                }
                QVERIFY(!m_window->grab().isNull());
            }
        }
        QVERIFY(m_window->minimumSizeHint().width() <= 1024 && m_window->minimumSizeHint().height() <= 640);
    }

    void everythingThatTakesTheFocusHasNames()
    {
        openWithData();
        child<QComboBox>("combo_backend")->setCurrentIndex(1);
        for (int tab = 0; tab < tabs()->count(); ++tab) {
            tabs()->setCurrentIndex(tab);
            for (const QWidget* widget : page()->findChildren<QWidget*>()) {
                const bool inner = widget->objectName().startsWith(u"qt_"_s)
                        || qobject_cast<const QLineEdit*>(widget) == nullptr
                    ? widget->objectName().startsWith(u"qt_"_s)
                    : qobject_cast<const QComboBox*>(widget->parentWidget()) != nullptr;
                if (widget->focusPolicy() == Qt::NoFocus || inner || !widget->isVisible()
                    || widget->inherits("QTabBar") || widget->inherits("QHeaderView"))
                    continue;
                QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
                const bool named = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget))
                                       ->text(QAccessible::Name)
                                       .isEmpty();
                QVERIFY2(!named || widget->focusProxy() || widget->inherits("QTabWidget"),
                    qPrintable(widget->objectName()));
                QVERIFY2(!widget->toolTip().isEmpty() || widget->focusProxy()
                        || widget->inherits("QTabWidget") || widget->inherits("QTableView")
                        || widget->inherits("QLabel") || widget->inherits("fedcctr::widgets::Chart"),
                    qPrintable(widget->objectName()));
            }
        }
    }
};

std::unique_ptr<QObject> tst_augmentpage()
{
    return std::make_unique<TestAugmentPage>();
}
#include "tst_augmentpage.moc"
