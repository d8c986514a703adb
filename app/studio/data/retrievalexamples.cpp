// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/retrievalexamples.h"

#include "app/studio/common/tablebox.h"
#include "app/studio/common/titles.h"
#include "app/studio/data/datasetview.h"
#include "core/base/numbers.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using retrieval::Example;
using retrieval::Examples;
using retrieval::Finder;

namespace {

constexpr std::size_t kEach = 8; ///< examples of either kind

QString nameOf(Finder finder)
{
    switch (finder) {
    case Finder::OnlyHard:
        return RetrievalExamples::tr("only Hard");
    case Finder::OnlyVectors:
        return RetrievalExamples::tr("only vectors");
    case Finder::Both:
        break;
    }
    return RetrievalExamples::tr("both");
}

report::Table tableOf(const data::Dataset& dataset, const Examples& examples)
{
    report::Table table;
    table.columns = {"Found by", "Source item", "Own item", "Cosine", "Shared words"};
    for (const Finder finder : retrieval::kFinders)
        for (const Example& example : examples.drawn[index(finder)]) {
            const auto item = [&](data::ItemId id) -> const data::Item& {
                return dataset.items[static_cast<std::size_t>(id)];
            };
            const auto words = retrieval::sharedWords(item(example.source), item(example.own));
            table.rows.push_back({nameOf(finder).toStdString(),
                titleOf(dataset, example.source).toStdString(), titleOf(dataset, example.own).toStdString(),
                fixed(static_cast<double>(example.cosine), 3), joined(words).toStdString()});
        }
    return table;
}

} // namespace

RetrievalExamples::RetrievalExamples(ExampleSource source, QWidget* parent)
    : QDialog(parent)
    , m_source(std::move(source))
    , m_counts(new QLabel(this))
    , m_table(new TableBox(u"table_examples"_s, tr("Examples of pairs"), this))
    , m_progress(new QProgressBar(this))
{
    setObjectName(u"dialog_retrieval_examples"_s);
    setWindowTitle(tr("What Hard and the vectors find"));
    m_counts->setObjectName(u"label_examples"_s);
    m_counts->setWordWrap(true);
    m_table->setSortable();
    m_table->setEmptyText(tr("No pair is found, neither by a shared rare word nor by the vectors."));
    m_progress->setObjectName(u"progress_examples"_s);
    m_progress->setAccessibleName(tr("Progress of the search"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_others = buttons->addButton(tr("Draw &others"), QDialogButtonBox::ActionRole);
    m_others->setObjectName(u"button_other_examples"_s);
    m_others->setToolTip(tr("Other pairs by chance, up to %1 of either kind").arg(kEach));
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_counts);
    column->addWidget(m_table, 1);
    column->addWidget(m_progress);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 150, fontMetrics().height() * 32);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_others, &QPushButton::clicked, this, [this] {
        ++m_seed;
        draw();
    });
    connect(&m_task, &DataTask::runningChanged, this, [this](bool running) {
        m_progress->setVisible(running);
        m_others->setDisabled(running);
    });
    connect(&m_task, &DataTask::progressed, this,
        [this](double share) { m_progress->setValue(static_cast<int>(100 * share)); });
    draw();
}

void RetrievalExamples::draw()
{
    if (m_task.isRunning())
        return;
    m_task.start(
        [source = m_source, seed = m_seed](DataTask::Link& link) {
            return retrieval::examples(*source.dataset, *source.similarity, source.target, source.query,
                kEach, seed, link.stop(), [&link](double share) { link.tell(share, {}); });
        },
        [this](const Outcome<Examples>& outcome) {
            if (outcome.value)
                take(*outcome.value);
            else
                m_counts->setText(outcome.error);
        });
}

void RetrievalExamples::take(const Examples& examples)
{
    m_counts->setText(
        tr("Of all users' pairs of a source event and an own event, Hard (a shared rare word) and %1 (cosine "
           "above %2) find %3 both; %4 are found by Hard alone and %5 by the vectors alone. Below are some "
           "of each kind, drawn by chance, the nearest first.")
            .arg(m_source.vectors, decimal(m_source.query.theta, 2),
                counted(examples.pairs[index(Finder::Both)]),
                counted(examples.pairs[index(Finder::OnlyHard)]),
                counted(examples.pairs[index(Finder::OnlyVectors)])));
    m_table->setTable(tableOf(*m_source.dataset, examples));
    for (const int title : {1, 2})
        m_table->view()->horizontalHeader()->setSectionResizeMode(title, QHeaderView::Stretch);
}

} // namespace fedcctr::studio
