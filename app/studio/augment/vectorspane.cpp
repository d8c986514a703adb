// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/vectorspane.h"

#include "app/studio/common/background.h"
#include "app/studio/common/pace.h"
#include "widgets/forms/valueedit.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QSettings>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kSteps = 1000;

QString number(std::size_t count)
{
    return QLocale().toString(static_cast<qulonglong>(count));
}

QLabel* plainLabel(const QString& name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QString lineOf(const model::ShelvedVectors& set)
{
    const QString name = QString::fromStdString(set.name);
    if (!set.problem.empty())
        return VectorsPane::tr("%1: cannot be used, it %2").arg(name, QString::fromStdString(set.problem));
    const QString maker = set.source.model.empty() ? VectorsPane::tr("an unknown model")
                                                   : QString::fromStdString(set.source.model);
    return VectorsPane::tr("%1: %2 numbers per item, by %3", "a set of vectors")
        .arg(name)
        .arg(set.width)
        .arg(maker);
}

} // namespace

VectorsPane::VectorsPane(VectorJob* job, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_job(job)
    , m_settings(settings)
{
    setObjectName(u"pane_vectors"_s);
    auto* intro = plainLabel(u"label_vectors_intro"_s, this);
    intro->setText(
        tr("A pre-trained language model turns the text of every item (title, categories, creator) "
           "into a vector. A set lies beside the dataset under a name; a run reads it with "
           "model.vectors = NAME, and tf-idf, the default, needs none."));
    m_statement = plainLabel(u"label_vectors_leave"_s, this);
    m_statement->setAccessibleName(tr("What leaves this machine for the vectors"));
    m_statement->setFrameShape(QFrame::StyledPanel);
    m_statement->setMargin(4);
    m_headline = plainLabel(u"label_vectors"_s, this);
    m_bar = new QProgressBar(this);
    m_bar->setObjectName(u"progress_vectors"_s);
    m_bar->setAccessibleName(tr("Progress of the vectors"));
    m_bar->setToolTip(tr("Share of the different texts that are embedded, 0 to 100 %"));
    m_bar->setRange(0, kSteps);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 6, 6, 6);
    column->setSpacing(6);
    column->addWidget(intro);
    column->addLayout(buildForm());
    column->addWidget(m_statement);
    column->addLayout(buildButtons());
    column->addWidget(m_bar);
    column->addWidget(m_headline);
    column->addLayout(buildList(), 1);
    connect(m_job, &VectorJob::stateChanged, this, &VectorsPane::refresh);
    connect(m_job, &VectorJob::progressed, this, &VectorsPane::showProgress);
    connect(m_job, &VectorJob::waiting, m_headline, &QLabel::setText);
    connect(m_job, &VectorJob::ended, this, &VectorsPane::showEnd);
    refresh();
}

QFormLayout* VectorsPane::buildForm()
{
    m_model = new QLineEdit(m_settings->value(u"augment/encoder"_s).toString(), this);
    m_model->setObjectName(u"edit_vectors_model"_s);
    m_model->setMaxLength(500);
    m_model->setPlaceholderText(tr("e.g. all-MiniLM-L6-v2"));
    m_model->setToolTip(
        tr("The encoder's name as the server calls it: a model of sentence or text embeddings, "
           "which llama.cpp serves with --embeddings. Address and key are the backend's, at "
           "the side"));
    m_name = new QLineEdit(this);
    m_name->setObjectName(u"edit_vectors_name"_s);
    m_name->setMaxLength(100);
    m_name->setValidator(
        new QRegularExpressionValidator(QRegularExpression(u"([A-Za-z0-9_+-][A-Za-z0-9._+-]*)?"_s), m_name));
    m_name->setToolTip(tr("Name of the set, which model.vectors takes: up to 100 letters, digits, . _ + -; "
                          "empty: made of the model's name"));
    m_batch = new widgets::NumberBox(this);
    m_batch->setObjectName(u"edit_vectors_batch"_s);
    m_batch->setWhole(true);
    m_batch->setRange(1, llm::kMostBatch);
    m_batch->setValue(m_settings->value(u"augment/vectors_batch"_s, llm::kDefaultBatch).toDouble());
    m_batch->setToolTip(tr("Texts per request, 1 to 2048 (32): more is faster where the server takes them; "
                           "each answer is kept at once"));
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setVerticalSpacing(4);
    form->addRow(tr("Encoder"), m_model);
    form->addRow(tr("Name of the set"), m_name);
    form->addRow(tr("Texts per request"), m_batch);
    for (QLineEdit* edit : {m_model, m_name})
        connect(edit, &QLineEdit::textChanged, this, &VectorsPane::refresh);
    return form;
}

QLayout* VectorsPane::buildButtons()
{
    m_run = new QPushButton(this);
    m_run->setObjectName(u"button_vectors_run"_s);
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_cancel->setObjectName(u"button_vectors_cancel"_s);
    m_cancel->setAccessibleName(tr("Cancel the vectors"));
    m_cancel->setToolTip(tr("End it; what was got is kept, and the next run asks only for the rest"));
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_run, 1);
    row->addWidget(m_cancel);
    connect(m_run, &QPushButton::clicked, this, &VectorsPane::runRequested);
    connect(m_cancel, &QPushButton::clicked, m_job, &VectorJob::cancel);
    return row;
}

QLayout* VectorsPane::buildList()
{
    m_list = new QListWidget(this);
    m_list->setObjectName(u"list_vectors"_s);
    m_list->setAccessibleName(tr("Sets of item vectors of the dataset"));
    m_list->setToolTip(tr("What model.vectors can name for this dataset"));
    m_list->setAlternatingRowColors(true);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* title = new QLabel(tr("&Sets of this dataset"), this);
    title->setBuddy(m_list);
    auto* column = new QVBoxLayout;
    column->addWidget(title);
    column->addWidget(m_list, 1);
    return column;
}

void VectorsPane::setData(const AugmentData& opened)
{
    const bool isNew = opened.path != m_data.path;
    m_data = opened;
    if (isNew) {
        m_bar->reset();
        m_headline->clear();
    }
    readSets();
    refresh();
}

void VectorsPane::setServer(const QString& host, bool staysHere, const QString& problem)
{
    m_host = host;
    m_staysHere = staysHere;
    m_problem = problem;
    refresh();
}

std::string VectorsPane::model() const
{
    return m_model->text().trimmed().toStdString();
}

std::string VectorsPane::name() const
{
    return m_name->text().isEmpty() ? model::vectorsNameOf(model()) : m_name->text().toStdString();
}

int VectorsPane::batch() const
{
    return static_cast<int>(m_batch->value());
}

void VectorsPane::save()
{
    m_settings->setValue(u"augment/encoder"_s, m_model->text());
    m_settings->setValue(u"augment/vectors_batch"_s, batch());
}

void VectorsPane::readSets()
{
    if (!m_data.dataset)
        return;
    const int number = ++m_reads;
    inBackground(
        this, [read = m_data] { return model::listVectors(*read.dataset, read.path.toStdString()); },
        [this, number](const std::vector<model::ShelvedVectors>& sets) {
            if (number == m_reads)
                showSets(sets);
        });
}

void VectorsPane::showSets(const std::vector<model::ShelvedVectors>& sets)
{
    m_sets = sets;
    m_list->clear();
    auto* words = new QListWidgetItem(tr("tf-idf: of the items' words, computed here"), m_list);
    words->setToolTip(tr("The default; needs no file and no server"));
    for (const model::ShelvedVectors& set : m_sets) {
        auto* item = new QListWidgetItem(lineOf(set), m_list);
        item->setToolTip(set.source.model.empty()
                ? lineOf(set)
                : tr("%1 at %2 on %3; embedded: %4")
                      .arg(QString::fromStdString(set.source.model),
                          QString::fromStdString(set.source.address), QString::fromStdString(set.source.made),
                          QString::fromStdString(set.source.text)));
    }
    refresh();
}

bool VectorsPane::hasSet(const std::string& name) const
{
    return std::ranges::find(m_sets, name, &model::ShelvedVectors::name) != m_sets.end();
}

void VectorsPane::refresh()
{
    if (!m_list)
        return;
    const bool active = m_job->isActive();
    const QString name = QString::fromStdString(this->name());
    const QString nameProblem = QString::fromStdString(model::vectorsNameProblem(this->name()));
    const bool ready = m_data.dataset && m_problem.isEmpty() && !model().empty() && nameProblem.isEmpty();
    m_name->setPlaceholderText(model().empty() ? tr("made of the model's name") : name);
    m_run->setText(hasSet(this->name()) ? tr("Make %1 again").arg(name) : tr("Embed all items"));
    m_run->setAccessibleName(tr("Make the item vectors"));
    m_run->setToolTip(hasSet(this->name())
            ? tr("Write the set anew; texts that are kept from earlier are not asked for again")
            : tr(
                "Ask the server for the vectors of all items; texts that are kept from earlier are not asked "
                "for again"));
    m_run->setEnabled(ready && !active);
    m_cancel->setEnabled(active && !m_job->isCancelling());
    for (QWidget* control :
        {static_cast<QWidget*>(m_model), static_cast<QWidget*>(m_name), static_cast<QWidget*>(m_batch)})
        control->setEnabled(!active);
    if (m_job->isCancelling())
        m_headline->setText(tr("cancelling…"));
    if (!m_problem.isEmpty())
        m_statement->setText(m_problem);
    else if (!nameProblem.isEmpty())
        m_statement->setText(nameProblem);
    else if (m_staysHere)
        m_statement->setText(tr("Nothing leaves this machine: %1 is on it.").arg(m_host));
    else
        m_statement->setText(
            tr("Titles, categories and creators of items go to %1; nothing of any user is read or sent.")
                .arg(m_host));
}

void VectorsPane::showProgress(const llm::VectorProgress& progress)
{
    m_bar->setValue(static_cast<int>(progress.share() * kSteps));
    if (m_job->isCancelling())
        return;
    QStringList parts{tr("%1 of %2 texts").arg(number(progress.done()), number(progress.texts))};
    if (progress.asked > 0 && m_job->isActive()) {
        parts.append(tr("%1/s").arg(QLocale().toString(progress.perSecond(), 'g', 3)));
        parts.append(tr("%1 left").arg(durationText(progress.secondsLeft())));
    }
    if (progress.fromStore > 0)
        parts.append(tr("%1 from the store").arg(number(progress.fromStore)));
    if (progress.withoutText > 0)
        parts.append(tr("%1 items without text").arg(number(progress.withoutText)));
    m_headline->setText(parts.join(u" · "_s));
}

void VectorsPane::showEnd(const VectorJobEnd& end)
{
    if (end.progress.texts > 0)
        showProgress(end.progress);
    readSets();
}

} // namespace fedcctr::studio
