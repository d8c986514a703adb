// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/retrievaltab.h"

#include "app/plots/chartcontent.h"
#include "app/studio/common/tablebox.h"
#include "app/studio/common/titles.h"
#include "app/studio/data/retrievalexamples.h"
#include "core/base/numbers.h"
#include "core/model/vector_set.h"
#include "core/report/chart.h"
#include "widgets/charts/curveplot.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QShowEvent>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using data::Domain;
using retrieval::Found;
using retrieval::Sequences;

namespace {

std::vector<double> thetas()
{
    std::vector<double> values;
    for (int i = 0; i <= 20; ++i)
        values.push_back(i / 20.0);
    return values;
}

std::string shown(const data::Dataset& dataset, data::ItemId item)
{
    return titleOf(dataset, item).toStdString();
}

/// One row per source event, the newest first: what is retrieved, and why.
report::Table sourceTable(const data::Dataset& dataset, const Sequences& sequences,
    const std::vector<Found>& found, std::size_t length)
{
    report::Table table;
    table.columns = {"#", "Source item", "Retrieved", "Cosine", "Because of"};
    auto one = found.rbegin();
    for (std::size_t i = sequences.source.size(); i-- > 0;) {
        const bool here = one != found.rend() && one->position == i;
        const auto newer = static_cast<std::size_t>(one - found.rbegin());
        table.rows.push_back({std::to_string(i + 1), shown(dataset, sequences.source[i]),
            !here                 ? ""
                : newer >= length ? "cut, older than the newest " + std::to_string(length)
                                  : "yes",
            here ? fixed(static_cast<double>(one->cosine), 3) : "",
            here ? shown(dataset, sequences.own[one->reason]) : ""});
        if (here)
            ++one;
    }
    return table;
}

/// One row per own event, the newest first: how many source events it is the nearest of.
report::Table ownTable(const data::Dataset& dataset, const Sequences& sequences,
    const std::vector<Found>& found, std::size_t length)
{
    std::vector<std::size_t> retrieved(sequences.own.size());
    for (const Found& one : found)
        ++retrieved[one.reason];
    report::Table table;
    table.columns = {"#", "Own item", "Retrieves"};
    for (std::size_t j = sequences.own.size(); j-- > 0;)
        table.rows.push_back({std::to_string(j + 1), shown(dataset, sequences.own[j]),
            sequences.own.size() - j > length ? "does not ask" : std::to_string(retrieved[j])});
    return table;
}

/// The titles share the room that the other columns leave.
void showTable(TableBox& box, const report::Table& table, std::initializer_list<int> titles)
{
    box.setTable(table);
    if (table.columns.empty())
        return;
    const QFontMetrics metrics = box.fontMetrics();
    for (int column = 0; column < static_cast<int>(table.columns.size()); ++column)
        box.view()->setColumnWidth(column,
            metrics.horizontalAdvance(QString::fromStdString(table.columns[static_cast<std::size_t>(column)]))
                + metrics.averageCharWidth() * 4);
    box.view()->setColumnWidth(0, metrics.horizontalAdvance(u'0') * 7);
    for (const int column : titles)
        box.view()->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Stretch);
}

} // namespace

RetrievalTab::RetrievalTab(QWidget* parent)
    : QWidget(parent)
    , m_wantedVectors(QString::fromLatin1(model::kTfIdf))
    , m_direction(new QComboBox(this))
    , m_vectors(new QComboBox(this))
    , m_theta(new QDoubleSpinBox(this))
    , m_length(new QSpinBox(this))
    , m_hard(new QCheckBox(tr("&Hard"), this))
    , m_examples(new QPushButton(tr("&Examples…"), this))
    , m_user(new QLineEdit(this))
    , m_next(new QPushButton(tr("&Next user"), this))
    , m_found(new QLabel(this))
    , m_summary(new QLabel(this))
    , m_table(new TableBox(u"table_retrieval"_s, tr("Source events of the user"), this))
    , m_own(new TableBox(u"table_retrieval_own"_s, tr("Own events of the user"), this))
    , m_plot(new widgets::CurvePlot(u"plot_retrieval"_s, nullptr, this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QPushButton(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addLayout(buildSettings());
    column->addLayout(buildUser());
    column->addWidget(buildLower(), 1);
    connectParts();
    showWaiting();
}

void RetrievalTab::addControl(
    QLayout* row, const QString& text, QWidget* control, const QString& name, const QString& help)
{
    control->setObjectName(name);
    control->setToolTip(help);
    if (!text.isEmpty()) {
        auto* label = new QLabel(text, this);
        label->setBuddy(control);
        row->addWidget(label);
        control->setAccessibleName(QString(text).remove(u'&'));
    }
    row->addWidget(control);
}

QLayout* RetrievalTab::buildSettings()
{
    auto* row = new QHBoxLayout;
    addControl(row, tr("&Direction"), m_direction, u"combo_direction"_s,
        tr("Source and target: what the user did in the source domain is searched by the events of the "
           "target's domain"));
    addControl(row, tr("&Vectors"), m_vectors, u"combo_retrieval_vectors"_s,
        tr("Public vectors of the items' texts: TF-IDF, or a set of a sentence encoder, which the page "
           "Augmentation makes; model.vectors of a run is on Experiment"));
    for (QComboBox* box : {m_direction, m_vectors})
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_theta->setRange(-1, 1);
    m_theta->setSingleStep(0.05);
    m_theta->setDecimals(2);
    m_theta->setValue(retrieval::Query{}.theta);
    addControl(row, tr("&θ"), m_theta, u"spin_theta"_s,
        tr("Threshold, -1 to 1: the least cosine of the text vectors of a source event and one of the own "
           "events (Eq. 4). The curve shows what each value retrieves, and a click on it sets the value; "
           "ral-cdnet.theta of a run is on Experiment"));
    m_length->setRange(1, 500);
    m_length->setValue(static_cast<int>(retrieval::Query{}.length));
    m_length->setKeyboardTracking(false);
    addControl(row, tr("&L"), m_length, u"spin_retrieval_length"_s,
        tr("1 to 500 events: the newest own events ask, and the newest retrieved ones go on to the model"));
    addControl(row, {}, m_hard, u"check_hard"_s,
        tr("Retrieve by a shared rare word of the titles in place of the text vectors (RAL-CDNet(Hard)); the "
           "threshold then does not matter"));
    row->addStretch(1);
    m_progress->setAccessibleName(tr("Progress of the count over all users"));
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 16);
    addControl(row, {}, m_progress, u"progress_retrieval"_s, tr("Users counted, in percent"));
    addControl(row, {}, m_cancel, u"button_cancel_retrieval"_s, {});
    addControl(row, {}, m_examples, u"button_retrieval_examples"_s,
        tr("Pairs of all users that Hard and the vectors find, and those that only one of them does "
           "(Figure 5), drawn by chance"));
    return row;
}

QLayout* RetrievalTab::buildUser()
{
    auto* row = new QHBoxLayout;
    m_user->setClearButtonEnabled(true);
    m_user->setMaximumWidth(fontMetrics().averageCharWidth() * 30);
    addControl(row, tr("&User"), m_user, u"edit_retrieval_user"_s,
        tr("A user's id, as on the tab Users; a part of it offers those that have it"));
    addControl(row, {}, m_next, u"button_next_user"_s, tr("The next user of the dataset"));
    m_found->setObjectName(u"label_retrieved"_s);
    m_found->setWordWrap(true);
    row->addWidget(m_found, 1);
    return row;
}

QWidget* RetrievalTab::buildLower()
{
    auto* parts = new QSplitter(Qt::Vertical, this);
    parts->setObjectName(u"splitter_retrieval"_s);
    parts->setChildrenCollapsible(false);
    auto* lists = new QSplitter(Qt::Horizontal, parts);
    lists->setObjectName(u"splitter_retrieval_lists"_s);
    lists->setChildrenCollapsible(false);
    const std::array<TableBox*, 2> tables{m_table, m_own};
    for (std::size_t i = 0; i < tables.size(); ++i) {
        tables[i]->setSortable();
        tables[i]->view()->setSelectionMode(QAbstractItemView::SingleSelection);
        m_titles[i] = new QLabel(tables[i]);
        tables[i]->bar()->insertWidget(0, m_titles[i]);
        lists->addWidget(tables[i]);
    }
    m_table->view()->setToolTip(tr("Events of the source domain; choosing one marks the own event that "
                                   "retrieves it"));
    m_own->view()->setToolTip(tr("Events of the target's domain, and how many source events each is the "
                                 "nearest of"));
    lists->setSizes({30000, 17000});
    auto* lower = new QWidget(parts);
    auto* lowerColumn = new QVBoxLayout(lower);
    lowerColumn->setContentsMargins(0, 0, 0, 0);
    m_summary->setObjectName(u"label_retrieval_summary"_s);
    m_summary->setWordWrap(true);
    lowerColumn->addWidget(m_summary);
    m_plot->setXKind(widgets::XKind::Number);
    m_plot->setExportName(u"retrieval"_s);
    lowerColumn->addWidget(m_plot, 1);
    parts->addWidget(lists);
    parts->addWidget(lower);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    // The chart would like to have more than the table, whatever the stretch.
    parts->setSizes({30000, 20000});
    return parts;
}

void RetrievalTab::connectParts()
{
    connect(m_direction, &QComboBox::currentIndexChanged, this, &RetrievalTab::settingsChanged);
    connect(m_theta, &QDoubleSpinBox::valueChanged, this, &RetrievalTab::settingsChanged);
    connect(m_hard, &QCheckBox::toggled, this, &RetrievalTab::settingsChanged);
    connect(m_length, &QSpinBox::valueChanged, this, [this] {
        prepare();
        settingsChanged();
    });
    connect(m_vectors, &QComboBox::currentTextChanged, this, [this](const QString& name) {
        m_wantedVectors = name;
        m_prepared = {};
        prepare();
        settingsChanged();
    });
    connect(m_user, &QLineEdit::textChanged, this, [this] {
        showUser();
        Q_EMIT stateChanged();
    });
    connect(m_next, &QPushButton::clicked, this, [this] {
        if (!m_view)
            return;
        const std::size_t next = user() ? (*user() + 1) % m_view->dataset->userCount() : 0;
        m_user->setText(QString::fromStdString(m_view->dataset->users[next]));
    });
    connect(m_table, &TableBox::rowChosen, this, &RetrievalTab::showReason);
    for (TableBox* table : {m_table, m_own})
        connect(table, &TableBox::exportFailed, this, &RetrievalTab::failed);
    connect(m_plot, &widgets::CurvePlot::clicked, m_theta, &QDoubleSpinBox::setValue);
    connect(m_examples, &QPushButton::clicked, this, &RetrievalTab::showExamples);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_task.isRunning())
            m_task.cancel();
        else
            prepare();
    });
    connect(&m_task, &DataTask::runningChanged, this, &RetrievalTab::showWaiting);
    connect(&m_task, &DataTask::progressed, this,
        [this](double share) { m_progress->setValue(static_cast<int>(100 * share)); });
}

void RetrievalTab::setView(const SharedView& view)
{
    m_task.cancel();
    m_again = m_task.isRunning();
    m_view = view;
    m_prepared = {};
    m_stopped.clear();
    if (m_dialog)
        m_dialog->reject();
    const QSignalBlocker quiet(m_direction);
    const int chosen = std::max(0, m_direction->currentIndex());
    m_direction->clear();
    if (view) {
        const QString a = nameOf(*view->dataset, Domain::A);
        const QString b = nameOf(*view->dataset, Domain::B);
        m_direction->addItem(tr("%1 → %2").arg(a, b), 1);
        m_direction->addItem(tr("%1 → %2").arg(b, a), 0);
        m_direction->setCurrentIndex(chosen);
        QStringList users;
        for (const std::string& id : view->dataset->users)
            users.append(QString::fromStdString(id));
        auto* completer = new QCompleter(users, m_user);
        completer->setFilterMode(Qt::MatchContains);
        m_user->setCompleter(completer);
        if (!user() && !users.isEmpty())
            m_user->setText(users.front());
    }
    fillVectors();
    showWaiting();
    showUser();
    showCurve();
    showSummary();
    if (isVisible())
        prepare();
}

/// The sets may have become more while another page was shown.
void RetrievalTab::fillVectors()
{
    QStringList names;
    if (m_view) {
        names.append(QString::fromLatin1(model::kTfIdf));
        for (const std::string& set : model::vectorsNames(m_view->dataset->directory))
            names.append(QString::fromStdString(set));
    }
    const QString before = m_vectors->currentText();
    const QSignalBlocker quiet(m_vectors);
    m_vectors->clear();
    m_vectors->addItems(names);
    m_vectors->setCurrentIndex(std::max(0, m_vectors->findText(m_wantedVectors)));
    if (m_vectors->currentText() != before)
        m_prepared = {};
}

/// What costs time waits until somebody looks.
void RetrievalTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    fillVectors();
    if (m_view && !m_prepared.similarity && !m_task.isRunning())
        prepare();
}

void RetrievalTab::prepare()
{
    if (!m_view)
        return;
    m_stopped.clear();
    if (m_task.isRunning()) {
        m_again = true;
        m_task.cancel();
        return;
    }
    model::ModelOptions options;
    options.vectors = m_vectors->currentText().toStdString();
    m_task.start(
        [dataset = m_view->dataset, similarity = m_prepared.similarity, options, length = query().length](
            DataTask::Link& link) {
            Prepared prepared;
            prepared.similarity = similarity;
            if (!similarity)
                prepared.similarity = std::make_shared<const retrieval::Similarity>(
                    retrieval::similarityOf(*dataset, model::itemText(*dataset, options), true));
            for (const Domain domain : data::kDomains) {
                const auto tell = [&link, domain](double share) {
                    link.tell((static_cast<double>(index(domain)) + share) / 2, "counting");
                };
                prepared.hard[index(domain)] =
                    retrieval::hardPoint(*dataset, *prepared.similarity, domain, length, link.stop());
                prepared.curves[index(domain)] = retrieval::thetaCurve(
                    *dataset, *prepared.similarity, domain, length, thetas(), link.stop(), tell);
            }
            return prepared;
        },
        [this](const Outcome<Prepared>& outcome) {
            if (!std::exchange(m_again, false))
                take(outcome);
            else if (isVisible())
                prepare();
        });
}

void RetrievalTab::take(const Outcome<Prepared>& outcome)
{
    if (outcome.value) {
        m_prepared = *outcome.value;
    } else {
        m_stopped = outcome.isCancelled ? tr("Stopped.") : outcome.error;
        m_prepared.curves = {};
        if (!outcome.isCancelled)
            Q_EMIT failed(outcome.error);
    }
    showWaiting();
    showUser();
    showCurve();
    showSummary();
}

void RetrievalTab::showWaiting()
{
    const bool running = m_task.isRunning();
    m_progress->setVisible(running);
    m_cancel->setVisible(running || !m_stopped.isEmpty());
    m_cancel->setText(running ? tr("Cancel") : tr("Count &again"));
    m_cancel->setToolTip(running ? tr("Stop counting over all users") : tr("Count over all users"));
    m_examples->setEnabled(m_view && m_prepared.similarity);
    if (!running)
        m_progress->setValue(0);
}

void RetrievalTab::settingsChanged()
{
    showUser();
    showCurve();
    showSummary();
    Q_EMIT stateChanged();
}

Domain RetrievalTab::target() const
{
    return m_direction->currentData().toInt() == 0 ? Domain::A : Domain::B;
}

retrieval::Query RetrievalTab::query() const
{
    return {m_theta->value(), static_cast<std::size_t>(m_length->value()), m_hard->isChecked()};
}

std::optional<std::size_t> RetrievalTab::user() const
{
    const auto& users = m_view->dataset->users;
    const auto found = std::ranges::find(users, m_user->text().trimmed().toStdString());
    return found == users.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - users.begin()));
}

void RetrievalTab::showUser()
{
    m_theta->setEnabled(!m_hard->isChecked());
    showTitles();
    m_sequences = {};
    m_retrieved.clear();
    m_found->clear();
    const std::optional<std::size_t> chosen = m_view ? user() : std::nullopt;
    if (m_view && !chosen)
        m_found->setText(tr("The dataset has no user %1.").arg(m_user->text()));
    const bool isReady = chosen && m_prepared.similarity;
    if (isReady) {
        m_sequences = retrieval::sequencesOf(*m_view->dataset, *chosen, target());
        m_retrieved =
            retrieval::retrieved(*m_prepared.similarity, m_sequences.source, m_sequences.own, query());
        const QString found =
            tr("%1 of %2 source events are retrieved by the newest of %3 own events before the test target.")
                .arg(counted(m_retrieved.size()), counted(m_sequences.source.size()),
                    counted(m_sequences.own.size()));
        m_found->setText(
            m_retrieved.empty() ? found + u' ' + tr("The model then sees no source history.") : found);
    }
    const QString missing = !m_view || isReady ? tr("No events before the test target.")
        : !chosen                              ? tr("Type a user's id, or press Next user.")
        : m_stopped.isEmpty()                  ? tr("Reading the items' vectors…")
                                               : m_stopped;
    for (TableBox* table : {m_table, m_own})
        table->setEmptyText(missing);
    const data::Dataset* dataset = isReady ? m_view->dataset.get() : nullptr;
    showTable(*m_table,
        dataset ? sourceTable(*dataset, m_sequences, m_retrieved, query().length) : report::Table(), {1, 4});
    showTable(*m_own,
        dataset ? ownTable(*dataset, m_sequences, m_retrieved, query().length) : report::Table(), {1});
}

void RetrievalTab::showTitles()
{
    for (QLabel* title : m_titles)
        title->clear();
    if (!m_view)
        return;
    const Domain source = target() == Domain::A ? Domain::B : Domain::A;
    m_titles[0]->setText(tr("Source: %1").arg(nameOf(*m_view->dataset, source)));
    m_titles[1]->setText(tr("Own: %1").arg(nameOf(*m_view->dataset, target())));
}

/// Both tables have the newest event first.
void RetrievalTab::showReason(int row)
{
    const auto events = static_cast<int>(m_sequences.source.size());
    const auto one = row < 0
        ? m_retrieved.end()
        : std::ranges::find(m_retrieved, static_cast<std::size_t>(events - 1 - row), &Found::position);
    m_own->chooseRow(one == m_retrieved.end()
            ? -1
            : static_cast<int>(m_sequences.own.size()) - 1 - static_cast<int>(one->reason));
}

void RetrievalTab::showCurve()
{
    const std::vector<retrieval::ThetaPoint>& curve = m_prepared.curves[index(target())];
    report::Chart chart;
    chart.title = tr("Source events that are retrieved, over all users (%)").toStdString();
    chart.note =
        tr("Users without: those for whom nothing is retrieved. A click sets the threshold").toStdString();
    chart.xLabel = tr("θ").toStdString();
    chart.yLabel = "%";
    chart.emptyText = (m_stopped.isEmpty() ? tr("Counting over all users…") : m_stopped).toStdString();
    chart.xAxis = report::XAxis::Number;
    report::Series share{.name = tr("retrieved").toStdString(), .color = 0};
    report::Series none{.name = tr("users without").toStdString(), .color = 1, .line = report::Line::Dashed};
    for (const retrieval::ThetaPoint& point : curve) {
        share.add(point.theta, 100 * point.share);
        none.add(point.theta, 100 * point.none);
    }
    if (!share.isEmpty()) {
        chart.series = {share, none};
        chart.references = {{.id = "hard",
            .label = tr("Hard").toStdString(),
            .value = 100 * m_prepared.hard[index(target())].share,
            .color = 0,
            .showsValue = true}};
        if (!m_hard->isChecked())
            chart.events = {{m_theta->value(), tr("θ").toStdString()}};
    }
    plots::show(chart, *m_plot);
}

/// The point of the curve that is nearest to the threshold.
void RetrievalTab::showSummary()
{
    const std::vector<retrieval::ThetaPoint>& curve = m_prepared.curves[index(target())];
    if (curve.empty()) {
        m_summary->clear();
        return;
    }
    const retrieval::ThetaPoint& point = m_hard->isChecked()
        ? m_prepared.hard[index(target())]
        : *std::ranges::min_element(curve, {},
            [this](const retrieval::ThetaPoint& one) { return std::abs(one.theta - m_theta->value()); });
    const QString by =
        m_hard->isChecked() ? tr("by shared rare words") : tr("at θ = %1").arg(decimal(point.theta, 2));
    m_summary->setText(tr("Over all users %1: %2 % of the source events, %3 of a user in the mean; %4 % of "
                          "users get none.")
                           .arg(by, decimal(100 * point.share, 1), decimal(point.meanLength, 2),
                               decimal(100 * point.none, 1)));
}

void RetrievalTab::showExamples()
{
    if (m_dialog)
        m_dialog->reject();
    m_dialog = new RetrievalExamples(
        {m_view->dataset, m_prepared.similarity, target(), query(), m_vectors->currentText()}, this);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->show();
}

QJsonObject RetrievalTab::state() const
{
    return {{u"direction"_s, m_direction->currentIndex()}, {u"vectors"_s, m_wantedVectors},
        {u"theta"_s, m_theta->value()}, {u"length"_s, m_length->value()}, {u"hard"_s, m_hard->isChecked()},
        {u"user"_s, m_user->text()}};
}

void RetrievalTab::restore(const QJsonObject& state)
{
    m_wantedVectors = state["vectors"_L1].toString(m_wantedVectors);
    fillVectors();
    m_theta->setValue(state["theta"_L1].toDouble(m_theta->value()));
    m_length->setValue(state["length"_L1].toInt(m_length->value()));
    m_hard->setChecked(state["hard"_L1].toBool());
    if (const QString user = state["user"_L1].toString(); !user.isEmpty())
        m_user->setText(user);
    if (m_direction->count() > 0)
        m_direction->setCurrentIndex(std::clamp(state["direction"_L1].toInt(), 0, 1));
}

} // namespace fedcctr::studio
