// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/backendpanel.h"

#include "app/studio/common/serverkey.h"
#include "core/augment/offline.h"
#include "core/base/error.h"
#include "core/llm/address.h"
#include "widgets/forms/valueedit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QSettings>
#include <QtConcurrent>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::NumberBox;

namespace {

const llm::ServerSettings kDefaults;

} // namespace

BackendPanel::BackendPanel(QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_settings(settings)
    , m_form(new QFormLayout)
{
    setObjectName(u"panel_backend"_s);
    m_form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_form->setVerticalSpacing(4);
    buildBackend(m_form);
    buildServer(m_form);
    buildNumbers(m_form);
    m_statement = new QLabel(this);
    m_statement->setObjectName(u"label_leaves"_s);
    m_statement->setAccessibleName(tr("What leaves this machine"));
    m_statement->setWordWrap(true);
    m_statement->setTextFormat(Qt::PlainText);
    m_statement->setFrameShape(QFrame::StyledPanel);
    m_statement->setMargin(4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(6);
    column->addLayout(m_form);
    column->addWidget(m_statement);
    column->addStretch(1);
    // As wide as with the server's rows, which are hidden at first.
    setMinimumWidth(column->minimumSize().width());
    restore();
    refresh();
    connect(&m_testing, &QFutureWatcher<llm::ModelList>::finished, this, &BackendPanel::showTest);
}

/// A test under way ends within a second.
BackendPanel::~BackendPanel()
{
    m_stopTest.request_stop();
    m_testing.waitForFinished();
}

void BackendPanel::buildBackend(QFormLayout* form)
{
    m_backend = new QComboBox(this);
    m_backend->setObjectName(u"combo_backend"_s);
    m_backend->setToolTip(
        tr("Who fills in the features: a calculation on this machine, or a language model behind a server"));
    m_backend->addItem(QString::fromLatin1(augment::kOfflineName));
    m_backend->addItem(tr("OpenAI-compatible server"));
    m_backend->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_backend->setMinimumContentsLength(13);
    form->addRow(tr("Backend"), m_backend);
    connect(m_backend, &QComboBox::currentIndexChanged, this, &BackendPanel::refresh);
}

void BackendPanel::buildServer(QFormLayout* form)
{
    m_url = new QLineEdit(QString::fromStdString(kDefaults.baseUrl), this);
    m_url->setObjectName(u"edit_url"_s);
    m_url->setToolTip(tr("Address of a server that speaks OpenAI's chat completions: llama.cpp, Ollama, "
                         "vLLM, hosted ones; e.g. "
                         "http://127.0.0.1:8080/v1"));
    m_model = new QComboBox(this);
    m_model->setObjectName(u"combo_model"_s);
    m_model->setEditable(true);
    m_model->setInsertPolicy(QComboBox::NoInsert);
    m_model->setAccessibleName(tr("Model"));
    m_model->setToolTip(
        tr("The model's name as the server calls it; empty: the server's only one. Test fills the list."));
    m_model->lineEdit()->setPlaceholderText(tr("the server's only one"));
    m_model->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_model->setMinimumContentsLength(6);
    m_test = new QPushButton(tr("Test"), this);
    m_test->setObjectName(u"button_test"_s);
    m_test->setAccessibleName(tr("Test the server"));
    m_test->setToolTip(tr("Ask the server for its list of models: one small request without any data"));
    m_modelRow = new QWidget(this);
    auto* row = new QHBoxLayout(m_modelRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_model, 1);
    row->addWidget(m_test);
    m_testNote = new QLabel(this);
    m_testNote->setObjectName(u"label_test"_s);
    m_testNote->setWordWrap(true);
    m_testNote->setTextFormat(Qt::PlainText);
    m_testNote->setForegroundRole(QPalette::PlaceholderText);
    m_key = new ServerKey(this);
    form->addRow(tr("URL"), m_url);
    form->addRow(tr("Model"), m_modelRow);
    form->addRow(m_testNote);
    form->addRow(tr("Key"), m_key);
    connect(m_url, &QLineEdit::textChanged, this, &BackendPanel::refresh);
    connect(m_model, &QComboBox::currentTextChanged, this, &BackendPanel::changed);
    connect(m_test, &QPushButton::clicked, this, &BackendPanel::test);
}

NumberBox* BackendPanel::number(
    const QString& name, double least, double most, double step, double value, bool whole)
{
    auto* box = new NumberBox(this);
    box->setObjectName(name);
    box->setWhole(whole);
    box->setRange(least, most);
    box->setSingleStep(step);
    box->setValue(value);
    connect(box, &NumberBox::valueChanged, this, &BackendPanel::refresh);
    return box;
}

void BackendPanel::buildNumbers(QFormLayout* form)
{
    m_temperature = number(u"edit_temperature"_s, 0, 2, 0.1, kDefaults.sampling.temperature, false);
    m_temperature->setToolTip(
        tr("Temperature, 0 to 2: 0 repeats itself; above 0.8 the paper's scores fall (0.4)"));
    m_topP = number(u"edit_top_p"_s, 0, 1, 0.05, kDefaults.sampling.topP, false);
    m_topP->setToolTip(tr("Top-p, 0 to 1: the share of likely words that the model draws from (0.6)"));
    m_candidates =
        number(u"edit_candidates"_s, 1, augment::kMostCandidates, 1, augment::kDefaultCandidates, true);
    m_candidates->setToolTip(
        tr("|C|, 1 to 50 items: candidates offered per domain and user in the stage Sequences; 20 hurt the "
           "sparse domain in the paper (10)"));
    m_parallel = number(u"edit_parallel"_s, 1, augment::kMostParallel, 1, augment::kDefaultParallel, true);
    m_parallel->setToolTip(tr("Requests in flight at a time, 1 to 32 (4)"));
    m_itemsOnly = new QCheckBox(tr("Items only"), this);
    m_itemsOnly->setObjectName(u"check_items_only"_s);
    m_itemsOnly->setToolTip(tr("Only the stage Items runs: no user's history is read or sent"));
    connect(m_itemsOnly, &QCheckBox::toggled, this, &BackendPanel::refresh);
    form->addRow(tr("Temperature"), m_temperature);
    form->addRow(tr("Top-p"), m_topP);
    form->addRow(tr("Candidates |C|"), m_candidates);
    form->addRow(tr("Parallel"), m_parallel);
    form->addRow(QString(), m_itemsOnly);
    m_name = new QLineEdit(this);
    m_name->setObjectName(u"edit_augmentation_name"_s);
    m_name->setAccessibleName(tr("Name of the augmentation"));
    m_name->setPlaceholderText(tr("the dataset's own"));
    m_name->setMaxLength(100);
    m_name->setValidator(
        new QRegularExpressionValidator(QRegularExpression(u"([A-Za-z0-9_+-][A-Za-z0-9._+-]*)?"_s), m_name));
    m_name->setToolTip(
        tr("Empty: training reads the result from now on. A name (letters, digits, . _ + -) keeps it beside "
           "that "
           "one, to compare models, prompts or numbers of candidates; training takes it with augment.name"));
    connect(m_name, &QLineEdit::textChanged, this, &BackendPanel::changed);
    form->addRow(tr("Keep as"), m_name);
}

void BackendPanel::restore()
{
    m_backend->setCurrentIndex(m_settings->value(u"augment/server"_s, false).toBool() ? 1 : 0);
    m_url->setText(m_settings->value(u"augment/url"_s, m_url->text()).toString());
    m_model->setEditText(m_settings->value(u"augment/model"_s).toString());
    m_temperature->setValue(m_settings->value(u"augment/temperature"_s, m_temperature->value()).toDouble());
    m_topP->setValue(m_settings->value(u"augment/top_p"_s, m_topP->value()).toDouble());
    m_candidates->setValue(m_settings->value(u"augment/candidates"_s, m_candidates->value()).toDouble());
    m_parallel->setValue(m_settings->value(u"augment/parallel"_s, m_parallel->value()).toDouble());
    m_itemsOnly->setChecked(m_settings->value(u"augment/items_only"_s, false).toBool());
}

void BackendPanel::save()
{
    m_settings->setValue(u"augment/server"_s, !isOffline());
    // An address that is refused may hold a password.
    try {
        m_settings->setValue(
            u"augment/url"_s, QString::fromStdString(llm::normalisedBaseUrl(m_url->text().toStdString())));
    } catch (const Error&) {
        m_settings->remove(u"augment/url"_s);
    }
    m_settings->setValue(u"augment/model"_s, m_model->currentText());
    m_settings->setValue(u"augment/temperature"_s, m_temperature->value());
    m_settings->setValue(u"augment/top_p"_s, m_topP->value());
    m_settings->setValue(u"augment/candidates"_s, candidates());
    m_settings->setValue(u"augment/parallel"_s, m_parallel->value());
    m_settings->setValue(u"augment/items_only"_s, m_itemsOnly->isChecked());
}

bool BackendPanel::isOffline() const
{
    return m_backend->currentIndex() == 0;
}

int BackendPanel::candidates() const
{
    return static_cast<int>(m_candidates->value());
}

std::string BackendPanel::augmentationName() const
{
    return m_name->text().toStdString();
}

bool BackendPanel::isItemsOnly() const
{
    return m_itemsOnly->isChecked();
}

void BackendPanel::setItemsOnly()
{
    m_itemsOnly->setChecked(true);
}

BackendChoice BackendPanel::choice() const
{
    BackendChoice choice;
    choice.offline = isOffline();
    choice.itemsOnly = m_itemsOnly->isChecked();
    choice.candidates = candidates();
    choice.name = augmentationName();
    choice.parallel = static_cast<int>(m_parallel->value());
    if (choice.offline)
        return choice;
    choice.server.baseUrl = llm::normalisedBaseUrl(m_url->text().toStdString());
    choice.server.model = m_model->currentText().trimmed().toStdString();
    choice.server.sampling.temperature = m_temperature->value();
    choice.server.sampling.topP = m_topP->value();
    return choice;
}

void BackendPanel::setUsers(std::size_t users)
{
    m_users = users;
    refresh();
}

QString BackendPanel::statement() const
{
    if (isOffline())
        return tr("Nothing leaves this machine.");
    try {
        const BackendChoice asked = choice();
        const QString host = QString::fromStdString(llm::hostOf(asked.server.baseUrl));
        if (llm::staysOnThisMachine(asked.server.baseUrl))
            return tr("Nothing leaves this machine: %1 is on it.").arg(host);
        QString text = asked.itemsOnly ? tr("Titles, categories and creators of items go to %1.").arg(host)
                                       : tr("Titles, categories and creators of items go to %1, and the "
                                            "reading histories of %2 users and the profiles made "
                                            "of them.")
                                             .arg(host, QLocale().toString(static_cast<qulonglong>(m_users)));
        if (asked.server.baseUrl.starts_with("http://"))
            text += tr(" The connection is not encrypted.");
        return text;
    } catch (const Error& error) {
        return tr("Nothing is sent: %1.").arg(QString::fromUtf8(error.what()));
    }
}

QString BackendPanel::shortName() const
{
    if (isOffline())
        return QString::fromLatin1(augment::kOfflineName);
    try {
        return QString::fromStdString(llm::hostOf(llm::normalisedBaseUrl(m_url->text().toStdString())));
    } catch (const Error&) {
        return tr("no server");
    }
}

void BackendPanel::refresh()
{
    if (!m_statement)
        return;
    const bool server = !isOffline();
    for (QWidget* row : {static_cast<QWidget*>(m_url), m_modelRow, static_cast<QWidget*>(m_key),
             static_cast<QWidget*>(m_temperature), static_cast<QWidget*>(m_topP),
             static_cast<QWidget*>(m_parallel)})
        m_form->setRowVisible(row, server);
    m_form->setRowVisible(m_testNote, server && !m_testNote->text().isEmpty());
    m_statement->setText(statement());
    try {
        m_key->setServer(llm::normalisedBaseUrl(m_url->text().toStdString()));
    } catch (const Error&) {
        m_key->setServer({});
    }
    Q_EMIT changed();
}

void BackendPanel::setReadOnly(bool readOnly)
{
    for (QWidget* control :
        {static_cast<QWidget*>(m_backend), static_cast<QWidget*>(m_url), m_modelRow,
            static_cast<QWidget*>(m_key), static_cast<QWidget*>(m_temperature), static_cast<QWidget*>(m_topP),
            static_cast<QWidget*>(m_candidates), static_cast<QWidget*>(m_parallel),
            static_cast<QWidget*>(m_itemsOnly), static_cast<QWidget*>(m_name)})
        control->setEnabled(!readOnly);
}

void BackendPanel::test()
{
    BackendChoice asked;
    llm::Secret key;
    try {
        asked = choice();
        key = m_key->keyFor(asked.server.baseUrl);
    } catch (const Error& error) {
        m_testNote->setText(QString::fromUtf8(error.what()));
        refresh();
        return;
    }
    asked.server.mostRetries = 0;
    asked.server.loadingPatience = {};
    m_test->setEnabled(false);
    m_testNote->setText(tr("asking…"));
    refresh();
    m_testing.setFuture(
        QtConcurrent::run([server = asked.server, secret = std::make_shared<llm::Secret>(std::move(key)),
                              stop = m_stopTest.get_token()] {
            try {
                return llm::OpenAiClient(server, std::move(*secret)).models(stop);
            } catch (const std::exception& error) {
                return llm::ModelList{{}, error.what(), 0};
            }
        }));
}

void BackendPanel::showTest()
{
    const llm::ModelList found = m_testing.result();
    m_test->setEnabled(true);
    if (!found.failure.empty()) {
        m_testNote->setText(tr("✗ %1").arg(QString::fromStdString(found.failure)));
    } else {
        m_testNote->setText(
            tr("✓ answers in %1 ms, %n model(s)", nullptr, static_cast<int>(found.models.size()))
                .arg(static_cast<int>(found.seconds * 1000)));
        const QString kept = m_model->currentText();
        m_model->clear();
        for (const std::string& model : found.models)
            m_model->addItem(QString::fromStdString(model));
        m_model->setEditText(
            kept.isEmpty() && !found.models.empty() ? QString::fromStdString(found.models.front()) : kept);
    }
    refresh();
}

} // namespace fedcctr::studio
