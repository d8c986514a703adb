// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/retrievaltab.h"

#include "app/plots/chartcontent.h"
#include "app/studio/common/tablebox.h"
#include "core/base/numbers.h"
#include "core/report/chart.h"
#include "widgets/charts/curveplot.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QShowEvent>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

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

std::string titleOf(const data::Dataset& dataset, data::ItemId item)
{
    const data::Item& known = dataset.items[static_cast<std::size_t>(item)];
    return known.title.empty() ? known.id : known.title;
}

/// One row per source event, the newest first: what is retrieved, and why.
report::Table tableOf(const data::Dataset& dataset, const Sequences& sequences,
    const std::vector<Found>& found, std::size_t length)
{
    report::Table table;
    table.columns = {"Event", "Source item", "Retrieved", "Cosine", "Because of"};
    for (std::size_t i = sequences.source.size(); i-- > 0;) {
        const auto one = std::ranges::find(found, i, &Found::position);
        const bool here = one != found.end();
        const auto newer = static_cast<std::size_t>(found.end() - one);
        table.rows.push_back({std::to_string(i + 1), titleOf(dataset, sequences.source[i]),
            !here                ? ""
                : newer > length ? "cut, older than the newest " + std::to_string(length)
                                 : "yes",
            here ? fixed(static_cast<double>(one->cosine), 3) : "",
            here ? titleOf(dataset, sequences.own[one->reason]) : ""});
    }
    return table;
}

} // namespace

RetrievalTab::RetrievalTab(QWidget* parent)
    : QWidget(parent)
    , m_direction(new QComboBox(this))
    , m_theta(new QDoubleSpinBox(this))
    , m_length(new QSpinBox(this))
    , m_hard(new QCheckBox(tr("&Hard"), this))
    , m_user(new QLineEdit(this))
    , m_next(new QPushButton(tr("&Next user"), this))
    , m_found(new QLabel(this))
    , m_summary(new QLabel(this))
    , m_table(new TableBox(u"table_retrieval"_s, tr("Source events of the user"), this))
    , m_plot(new widgets::CurvePlot(u"plot_retrieval"_s, nullptr, this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addLayout(buildControls());
    column->addWidget(buildLower(), 1);
    const auto changed = [this] {
        showUser();
        showSummary();
        Q_EMIT stateChanged();
    };
    connect(m_direction, &QComboBox::currentIndexChanged, this, [this, changed] {
        changed();
        showCurve();
    });
    connect(m_theta, &QDoubleSpinBox::valueChanged, this, changed);
    connect(m_length, &QSpinBox::valueChanged, this, [this] { prepare(); });
    connect(m_hard, &QCheckBox::toggled, this, changed);
    connect(m_user, &QLineEdit::textChanged, this, changed);
    connect(m_next, &QPushButton::clicked, this, [this] {
        if (!m_view)
            return;
        const std::size_t next = user() ? (*user() + 1) % m_view->dataset->userCount() : 0;
        m_user->setText(QString::fromStdString(m_view->dataset->users[next]));
    });
    connect(m_cancel, &QPushButton::clicked, &m_task, &DataTask::cancel);
    connect(&m_task, &DataTask::runningChanged, this, [this](bool running) {
        m_progress->setVisible(running);
        m_cancel->setVisible(running);
    });
    connect(&m_task, &DataTask::progressed, this,
        [this](double share) { m_progress->setValue(static_cast<int>(100 * share)); });
}

QHBoxLayout* RetrievalTab::buildControls()
{
    auto* row = new QHBoxLayout;
    const auto add = [&](const QString& text, QWidget* control, const QString& name, const QString& help) {
        control->setObjectName(name);
        control->setToolTip(help);
        if (!text.isEmpty()) {
            auto* label = new QLabel(text, this);
            label->setBuddy(control);
            row->addWidget(label);
            control->setAccessibleName(QString(text).remove(u'&'));
        }
        row->addWidget(control);
    };
    add(tr("&Direction"), m_direction, u"combo_direction"_s,
        tr("Source and target: what the user did in the source domain is searched by the events of the "
           "target's domain"));
    m_theta->setRange(-1, 1);
    m_theta->setSingleStep(0.05);
    m_theta->setDecimals(2);
    m_theta->setValue(retrieval::Query{}.theta);
    add(tr("&θ"), m_theta, u"spin_theta"_s,
        tr("Threshold, -1 to 1: the least cosine of the text vectors of a source event and one of the own "
           "events (Eq. 4). The curve shows what each value retrieves; ral-cdnet.theta of a run is on "
           "Experiment"));
    m_length->setRange(1, 500);
    m_length->setValue(static_cast<int>(retrieval::Query{}.length));
    m_length->setKeyboardTracking(false);
    add(tr("&L"), m_length, u"spin_retrieval_length"_s,
        tr("1 to 500 events: the newest own events ask, and the newest retrieved ones go on to the model"));
    add({}, m_hard, u"check_hard"_s,
        tr("Retrieve by a shared rare word of the titles in place of the text vectors (RAL-CDNet(Hard)); the "
           "threshold then does not matter"));
    add(tr("&User"), m_user, u"edit_retrieval_user"_s, tr("A user's id, as on the tab Users"));
    m_user->setClearButtonEnabled(true);
    add({}, m_next, u"button_next_user"_s, tr("The next user of the dataset"));
    m_progress->setObjectName(u"progress_retrieval"_s);
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 16);
    m_cancel->setObjectName(u"button_cancel_retrieval"_s);
    m_cancel->setToolTip(tr("Stop counting over all users"));
    row->addStretch(1);
    row->addWidget(m_progress);
    row->addWidget(m_cancel);
    m_progress->hide();
    m_cancel->hide();
    return row;
}

QWidget* RetrievalTab::buildLower()
{
    auto* parts = new QSplitter(Qt::Vertical, this);
    parts->setChildrenCollapsible(false);
    auto* upper = new QWidget(parts);
    auto* upperColumn = new QVBoxLayout(upper);
    upperColumn->setContentsMargins(0, 0, 0, 0);
    m_found->setObjectName(u"label_retrieved"_s);
    m_found->setWordWrap(true);
    upperColumn->addWidget(m_found);
    m_table->setEmptyText(tr("Type a user's id, or press Next user."));
    upperColumn->addWidget(m_table, 1);
    auto* lower = new QWidget(parts);
    auto* lowerColumn = new QVBoxLayout(lower);
    lowerColumn->setContentsMargins(0, 0, 0, 0);
    m_summary->setObjectName(u"label_retrieval_summary"_s);
    m_summary->setWordWrap(true);
    lowerColumn->addWidget(m_summary);
    m_plot->setXKind(widgets::XKind::Number);
    m_plot->setExportName(u"retrieval"_s);
    lowerColumn->addWidget(m_plot, 1);
    parts->addWidget(upper);
    parts->addWidget(lower);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    // The chart would like to have more than the table, whatever the stretch.
    parts->setSizes({30000, 20000});
    return parts;
}

void RetrievalTab::setView(const SharedView& view)
{
    m_task.cancel();
    m_view = view;
    m_prepared = {};
    const QSignalBlocker quiet(m_direction);
    const int chosen = std::max(0, m_direction->currentIndex());
    m_direction->clear();
    if (view) {
        const QString a = nameOf(*view->dataset, Domain::A);
        const QString b = nameOf(*view->dataset, Domain::B);
        m_direction->addItem(tr("%1 → %2").arg(a, b), 1);
        m_direction->addItem(tr("%1 → %2").arg(b, a), 0);
        m_direction->setCurrentIndex(chosen);
        if (!user())
            m_user->setText(QString::fromStdString(view->dataset->users.front()));
    }
    showUser();
    showCurve();
    showSummary();
    if (isVisible())
        prepare();
}

/// What costs time waits until somebody looks.
void RetrievalTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_view && !m_prepared.similarity)
        prepare();
}

void RetrievalTab::prepare()
{
    if (!m_view || m_task.isRunning())
        return;
    m_task.start(
        [dataset = m_view->dataset, similarity = m_prepared.similarity,
            length = static_cast<std::size_t>(m_length->value())](DataTask::Link& link) {
            Prepared prepared;
            prepared.similarity = similarity;
            if (!similarity)
                prepared.similarity = std::make_shared<const retrieval::Similarity>(
                    retrieval::similarityOf(*dataset, model::itemText(*dataset, {}), true));
            for (const Domain domain : data::kDomains)
                prepared.curves[index(domain)] = retrieval::thetaCurve(*dataset, *prepared.similarity, domain,
                    length, thetas(), link.stop(), [&link, domain](double share) {
                        link.tell((static_cast<double>(index(domain)) + share) / 2, "counting");
                    });
            return prepared;
        },
        [this, view = m_view](const Outcome<Prepared>& outcome) {
            if (view == m_view)
                take(outcome);
            else if (isVisible())
                prepare();
        });
}

void RetrievalTab::take(const Outcome<Prepared>& outcome)
{
    if (!outcome.value) {
        if (!outcome.isCancelled)
            Q_EMIT failed(outcome.error);
        return;
    }
    m_prepared = *outcome.value;
    showUser();
    showCurve();
    showSummary();
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
    m_table->setTable({});
    m_found->clear();
    if (!m_view || !m_prepared.similarity)
        return;
    const std::optional<std::size_t> chosen = user();
    if (!chosen) {
        m_found->setText(tr("The dataset has no user %1.").arg(m_user->text()));
        return;
    }
    const Sequences sequences = retrieval::sequencesOf(*m_view->dataset, *chosen, target());
    const std::vector<Found> found =
        retrieval::retrieved(*m_prepared.similarity, sequences.source, sequences.own, query());
    m_found->setText(
        tr("%1 of %2 source events are retrieved by the newest of %3 own events before the test "
           "target.")
            .arg(counted(found.size()), counted(sequences.source.size()), counted(sequences.own.size())));
    m_table->setTable(tableOf(*m_view->dataset, sequences, found, query().length));
}

void RetrievalTab::showCurve()
{
    report::Chart chart;
    chart.title = tr("Source events that are retrieved, over all users (%)").toStdString();
    chart.note =
        tr("TF-IDF vectors of titles; users without: those for whom nothing is retrieved").toStdString();
    chart.xLabel = tr("θ").toStdString();
    chart.yLabel = "%";
    chart.emptyText = tr("Counting over all users…").toStdString();
    chart.xAxis = report::XAxis::Number;
    report::Series share{.name = tr("retrieved").toStdString(), .color = 0};
    report::Series none{.name = tr("users without").toStdString(), .color = 1, .line = report::Line::Dashed};
    for (const retrieval::ThetaPoint& point : m_prepared.curves[index(target())]) {
        share.add(point.theta, 100 * point.share);
        none.add(point.theta, 100 * point.none);
    }
    if (!share.isEmpty())
        chart.series = {share, none};
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
    const auto near = std::ranges::min_element(curve, {},
        [this](const retrieval::ThetaPoint& point) { return std::abs(point.theta - m_theta->value()); });
    m_summary->setText(
        tr("Over all users at θ = %1: %2 % of the source events, %3 of a user in the mean; %4 % of "
           "users get none.")
            .arg(decimal(near->theta, 2), decimal(100 * near->share, 1), decimal(near->meanLength, 2),
                decimal(100 * near->none, 1)));
}

QJsonObject RetrievalTab::state() const
{
    return {{u"direction"_s, m_direction->currentIndex()}, {u"theta"_s, m_theta->value()},
        {u"length"_s, m_length->value()}, {u"hard"_s, m_hard->isChecked()}, {u"user"_s, m_user->text()}};
}

void RetrievalTab::restore(const QJsonObject& state)
{
    m_theta->setValue(state["theta"_L1].toDouble(m_theta->value()));
    m_length->setValue(state["length"_L1].toInt(m_length->value()));
    m_hard->setChecked(state["hard"_L1].toBool());
    if (const QString user = state["user"_L1].toString(); !user.isEmpty())
        m_user->setText(user);
    if (m_direction->count() > 0)
        m_direction->setCurrentIndex(std::clamp(state["direction"_L1].toInt(), 0, 1));
}

} // namespace fedcctr::studio
