// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/splittab.h"

#include "app/studio/data/protocolbox.h"
#include "app/studio/data/splitcheckpanel.h"
#include "core/data/import_options.h"
#include "core/data/refilter.h"

#include <QCheckBox>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>
#include <limits>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kHighestMinimum = 100;
constexpr int kMostNegatives = 999;

/// Words of the core's command line, in the words of this page.
QString inOurWords(QString message)
{
    return message.replace(u"lower --min-user or --min-item"_s, SplitTab::tr("lower the filters"))
        .replace(u"lower --negatives"_s, SplitTab::tr("lower the evaluation negatives"));
}

data::Dataset built(DataTask::Link& link, const data::Dataset& dataset, data::ImportOptions options)
{
    options.stop = link.stop();
    options.progress = [&link](double share, const std::string& what) { link.tell(share, what); };
    return data::refiltered(dataset, options);
}

} // namespace

SplitTab::SplitTab(QWidget* parent)
    : QWidget(parent)
    , m_counts(new QStandardItemModel(this))
    , m_leakage(new LeakagePanel(this))
{
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(u"scroll_split"_s);
    scroll->setAccessibleName(tr("Split and filters"));
    scroll->setWidget(buildForm());
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumWidth(
        scroll->widget()->minimumSizeHint().width() + fontMetrics().averageCharWidth() * 3);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(4, 4, 4, 4);
    auto* right = new QVBoxLayout;
    right->addWidget(buildCounts(), 3);
    right->addWidget(m_leakage, 1);
    row->addWidget(scroll, 1);
    row->addLayout(right, 2);
    connect(&m_task, &DataTask::runningChanged, this, &SplitTab::refresh);
    connect(&m_task, &DataTask::progressed, this, [this](double share, const QString& what) {
        m_progress->setValue(static_cast<int>(share * m_progress->maximum()));
        m_progress->setFormat(what.isEmpty() ? u"%p %"_s : what + u", %p %"_s);
    });
    refresh();
}

QSpinBox* SplitTab::addSpin(
    const QString& name, int least, int most, int value, const QString& spoken, const QString& help)
{
    auto* spin = new QSpinBox(this);
    spin->setObjectName(name);
    spin->setRange(least, most);
    spin->setValue(value);
    spin->setAccessibleName(spoken);
    spin->setToolTip(help);
    connect(spin, &QSpinBox::valueChanged, this, &SplitTab::settingsChanged);
    return spin;
}

QWidget* SplitTab::buildForm()
{
    auto* side = new QWidget(this);
    m_minUser = addSpin(u"spin_min_user"_s, 0, kHighestMinimum, 0, tr("Minimum user interactions"),
        tr("Users with fewer interactions in either domain are left out; 0 to 100, 0 keeps all"));
    m_minItem = addSpin(u"spin_min_item"_s, 0, kHighestMinimum, 0, tr("Minimum item occurrences"),
        tr("Items with fewer interactions are left out; 0 to 100, 0 keeps all"));
    m_repeat = new QCheckBox(tr("Repeat until stable"), side);
    m_repeat->setObjectName(u"check_repeat"_s);
    m_repeat->setAccessibleName(m_repeat->text());
    m_repeat->setChecked(true);
    m_repeat->setToolTip(tr("Leaving out items can bring users below their minimum, and the other way round: "
                            "repeat until both rules hold. Off: one pass"));
    connect(m_repeat, &QCheckBox::toggled, this, &SplitTab::settingsChanged);
    m_protocol = new ProtocolBox(u"combo_protocol"_s, side);
    connect(m_protocol, &QComboBox::currentIndexChanged, this, &SplitTab::settingsChanged);
    m_negatives = addSpin(u"spin_negatives"_s, 1, kMostNegatives, 99, tr("Evaluation negatives"),
        tr("Items that each held-out item is ranked against, drawn once for all models; 1 to 999, 99 in the "
           "paper"));
    m_seed = addSpin(u"spin_seed"_s, 0, std::numeric_limits<int>::max(), 1, tr("Seed"),
        tr("Seed of the evaluation negatives; the same seed draws the same ones"));
    m_name = new QLineEdit(side);
    m_name->setObjectName(u"edit_new_name"_s);
    m_name->setAccessibleName(tr("Name of the new dataset"));
    m_name->setToolTip(tr("Name and folder of the new dataset; the old one stays as it is"));
    connect(m_name, &QLineEdit::textChanged, this, &SplitTab::refresh);
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->addRow(tr("Min. &user interactions"), m_minUser);
    form->addRow(tr("Min. &item occurrences"), m_minItem);
    form->addRow(QString(), m_repeat);
    form->addRow(tr("&Held out"), m_protocol);
    form->addRow(tr("Evaluation &negatives"), m_negatives);
    form->addRow(tr("&Seed"), m_seed);
    form->addRow(tr("New na&me"), m_name);

    const auto add = [side](const QString& name, const QString& text, const QString& help) {
        auto* button = new QPushButton(text, side);
        button->setObjectName(name);
        button->setAccessibleName(text);
        button->setToolTip(help);
        return button;
    };
    m_preview =
        add(u"button_preview"_s, tr("Preview"), tr("Count what these filters would leave; writes nothing"));
    m_apply = add(u"button_apply"_s, tr("Make new dataset"),
        tr("Write a new dataset with these filters beside this one, and open it"));
    m_cancel = add(u"button_cancel_split"_s, tr("Cancel"), tr("Stop; nothing is written"));
    m_progress = new QProgressBar(side);
    m_progress->setObjectName(u"progress_split"_s);
    m_progress->setAccessibleName(tr("Progress of the filter"));
    m_progress->setRange(0, 100);
    connect(m_preview, &QPushButton::clicked, this, &SplitTab::preview);
    connect(m_apply, &QPushButton::clicked, this, &SplitTab::apply);
    connect(m_cancel, &QPushButton::clicked, &m_task, &DataTask::cancel);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_preview);
    buttons->addWidget(m_apply);
    buttons->addWidget(m_cancel);
    auto* hint = new QLabel(
        tr("A filter can only take away: what the import left out is not in this dataset any more."), side);
    hint->setWordWrap(true);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 4, 0);
    column->addLayout(form);
    column->addLayout(buttons);
    column->addWidget(m_progress);
    column->addWidget(hint);
    column->addStretch(1);
    return side;
}

QWidget* SplitTab::buildCounts()
{
    auto* side = new QWidget(this);
    m_title = new QLabel(side);
    m_title->setObjectName(u"label_split"_s);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setToolTip(tr("The last interaction (per user, and with leave-one-out per domain) is the test "
                           "target, the last but one the validation target, where there are three or more; "
                           "all others are for training"));
    m_table = new QTableView(side);
    m_table->setObjectName(u"table_counts"_s);
    m_table->setAccessibleName(tr("Counts before and after"));
    m_table->setModel(m_counts);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAlternatingRowColors(true);
    m_table->setTabKeyNavigation(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->setWordWrap(false);
    m_note = new QLabel(side);
    m_note->setObjectName(u"label_counts"_s);
    m_note->setWordWrap(true);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_title);
    column->addWidget(m_table, 1);
    column->addWidget(m_note);
    return side;
}

void SplitTab::setView(const SharedView& view)
{
    m_task.cancel();
    m_view = view;
    m_leakage->setDataset(view ? view->dataset : nullptr, view ? view->augmentation : nullptr);
    if (view) {
        const data::Provenance& source = view->dataset->provenance;
        // The command line allows more than the fields.
        m_minUser->setMaximum(std::max(kHighestMinimum, source.minUserInteractions));
        m_minItem->setMaximum(std::max(kHighestMinimum, source.minItemInteractions));
        m_negatives->setMaximum(std::max(kMostNegatives, source.evaluationNegatives));
        m_minUser->setValue(source.minUserInteractions);
        m_minItem->setValue(source.minItemInteractions);
        m_protocol->setProtocol(source.protocol);
        m_title->setText(tr("What %1 leaves").arg(QString::fromLatin1(data::protocolName(source.protocol))));
        m_negatives->setValue(source.evaluationNegatives);
        m_seed->setValue(
            static_cast<int>(std::min<std::uint64_t>(source.seed, std::numeric_limits<int>::max())));
        m_name->setText(freeName());
    }
    settingsChanged();
}

/// "food-kitchen-filtered", with a number where that is taken.
QString SplitTab::freeName() const
{
    const QString base = QDir(m_view->path).dirName() + u"-filtered"_s;
    QString name = base;
    for (int i = 2; QFileInfo::exists(m_folder + u'/' + name); ++i)
        name = base + u'-' + QString::number(i);
    return name;
}

data::ImportOptions SplitTab::options() const
{
    data::ImportOptions options;
    options.name = m_name->text().trimmed().toStdString();
    options.minUserInteractions = m_minUser->value();
    options.minItemInteractions = m_minItem->value();
    options.repeatFilter = m_repeat->isChecked();
    options.protocol = m_protocol->protocol();
    options.evaluationNegatives = m_negatives->value();
    options.seed = static_cast<std::uint64_t>(m_seed->value());
    return options;
}

void SplitTab::settingsChanged()
{
    showCounts(nullptr);
    m_note->setText(m_view ? tr("Preview shows what other filters would leave.") : QString());
    refresh();
}

void SplitTab::refresh()
{
    const bool running = m_task.isRunning();
    const QString name = m_name->text().trimmed();
    const bool isTaken = QFileInfo::exists(m_folder + u'/' + name);
    const bool isName = !name.isEmpty() && !name.contains(u'/') && !name.startsWith(u'.');
    m_preview->setEnabled(m_view && !running);
    m_apply->setEnabled(m_view && !running && isName && !isTaken);
    m_apply->setToolTip(isTaken ? tr("There is a dataset of this name; choose another name")
            : isName            ? tr("Write a new dataset with these filters beside this one, and open it")
                                : tr("Give the new dataset a name without slashes"));
    m_cancel->setVisible(running);
    m_progress->setVisible(running);
    m_preview->setVisible(!running);
    m_apply->setVisible(!running);
    if (running)
        m_progress->setValue(0);
}

void SplitTab::preview()
{
    if (m_task.isRunning())
        return;
    m_task.start([dataset = m_view->dataset, chosen = options()](
                     DataTask::Link& link) { return data::statistics(built(link, *dataset, chosen)); },
        [this, view = m_view](const Outcome<data::Statistics>& outcome) {
            if (view != m_view || outcome.isCancelled)
                return;
            if (!outcome.value) {
                m_note->setText(inOurWords(outcome.error));
                return;
            }
            showCounts(&*outcome.value);
            m_note->setText(outcome.value->users == m_view->statistics.users
                        && outcome.value->interactions == m_view->statistics.interactions
                    ? tr("These filters take nothing more away.")
                    : tr("%1 of %2 users and %3 of %4 interactions stay.")
                          .arg(counted(outcome.value->users), counted(m_view->statistics.users),
                              counted(outcome.value->interactions),
                              counted(m_view->statistics.interactions)));
        });
}

void SplitTab::apply()
{
    if (m_task.isRunning())
        return;
    const QString directory = m_folder + u'/' + m_name->text().trimmed();
    m_task.start(
        [dataset = m_view->dataset, chosen = options(), directory](DataTask::Link& link) {
            const std::filesystem::path target = directory.toStdString();
            data::checkDestination(target, false);
            const data::Dataset made = built(link, *dataset, chosen);
            if (link.stop().stop_requested())
                throw Error("cancelled", Error::Kind::Failure);
            data::save(made, target);
            return directory;
        },
        [this](const Outcome<QString>& outcome) {
            if (outcome.value)
                Q_EMIT created(*outcome.value);
            else if (!outcome.isCancelled)
                Q_EMIT failed(inOurWords(outcome.error));
        });
}

void SplitTab::showCounts(const data::Statistics* after)
{
    m_counts->clear();
    if (!m_view)
        return;
    m_counts->setHorizontalHeaderLabels({tr("Now"), tr("Preview")});
    const auto add = [&](const QString& name,
                         const std::function<std::size_t(const data::Statistics&)>& count) {
        QList<QStandardItem*> items;
        for (const data::Statistics* statistics :
            {static_cast<const data::Statistics*>(&m_view->statistics), after}) {
            auto* item = new QStandardItem(statistics ? counted(count(*statistics)) : u"–"_s);
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            items.append(item);
        }
        m_counts->appendRow(items);
        m_counts->setVerticalHeaderItem(m_counts->rowCount() - 1, new QStandardItem(name));
    };
    add(tr("Users"), [](const data::Statistics& s) { return s.users; });
    for (const data::Domain domain : data::kDomains) {
        const QString name = nameOf(*m_view->dataset, domain);
        const auto of = [domain](const data::Statistics& s) -> const data::DomainStatistics& {
            return s.domains[index(domain)];
        };
        add(tr("%1: items").arg(name), [of](const data::Statistics& s) { return of(s).items; });
        add(tr("%1: interactions").arg(name), [of](const data::Statistics& s) { return of(s).interactions; });
        add(tr("%1: training").arg(name), [of](const data::Statistics& s) { return of(s).trainInstances; });
        add(tr("%1: validation").arg(name),
            [of](const data::Statistics& s) { return of(s).validationInstances; });
        add(tr("%1: test").arg(name), [of](const data::Statistics& s) { return of(s).testInstances; });
        add(tr("%1: users without targets").arg(name),
            [of](const data::Statistics& s) { return s.users - of(s).testInstances; });
    }
}

void SplitTab::cancel()
{
    m_task.cancel();
    m_leakage->cancel();
}

} // namespace fedcctr::studio
