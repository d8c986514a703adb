// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/demodialog.h"

#include "core/base/error.h"
#include "core/data/demo.h"
#include "core/data/market_demo.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>

#include <limits>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// For a worker thread. `markets`: 1 for two domains.
QString makeDemo(const data::DemoOptions& options, int markets, const QString& name, const QString& directory,
    DataTask::Link& link)
{
    const std::filesystem::path target = directory.toStdString();
    data::checkDestination(target, false);
    data::Dataset dataset = markets > 1
        ? data::generateMarkets(
            {.markets = markets, .users = options.users, .items = options.items, .seed = options.seed})
              .dataset
        : data::generateDemo(options).dataset;
    dataset.provenance.name = name.toStdString();
    if (link.stop().stop_requested())
        throw Error("cancelled", Error::Kind::Failure);
    data::save(dataset, target);
    return directory;
}

} // namespace

DemoDialog::DemoDialog(const QString& folder, QWidget* parent)
    : QDialog(parent)
    , m_folder(folder)
    , m_name(new QLineEdit(this))
    , m_problem(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this))
{
    setObjectName(u"dialog_demo"_s);
    setWindowTitle(tr("Create a demo dataset"));
    const data::DemoOptions defaults;
    m_users = addSpin(u"spin_demo_users"_s, 2, 100'000, defaults.users,
        tr("Users, 2 to 100,000; each clicks in both domains"));
    m_items =
        addSpin(u"spin_demo_items"_s, 60, 100'000, defaults.items, tr("Items of each domain, 60 to 100,000"));
    m_markets = addSpin(u"spin_demo_markets"_s, 1, 8, 1,
        tr("1: two domains, Books and Movies, with the same users. 2 to 8: so many markets with users of "
           "their own, "
           "for FedMM; the first has the users given above, each next one half as many. They need at least "
           "30 users and "
           "120 items"));
    m_markets->setSpecialValueText(tr("two domains"));
    m_seed = addSpin(u"spin_demo_seed"_s, 0, std::numeric_limits<int>::max(), static_cast<int>(defaults.seed),
        tr("Seed of everything random; the same seed gives the same dataset"));
    QString name = u"demo"_s;
    for (int i = 2; QFileInfo::exists(m_folder + u'/' + name); ++i)
        name = u"demo-%1"_s.arg(i);
    m_name->setObjectName(u"edit_demo_name"_s);
    m_name->setText(name);
    m_name->setToolTip(tr("Name of the dataset and of its folder"));
    m_problem->setObjectName(u"label_demo_problem"_s);
    m_problem->setWordWrap(true);
    m_progress->setObjectName(u"progress_demo"_s);
    m_progress->setAccessibleName(tr("Making the dataset"));
    m_progress->setRange(0, 0);
    QPushButton* make = m_buttons->button(QDialogButtonBox::Ok);
    make->setObjectName(u"button_make_demo"_s);
    make->setText(tr("Create"));
    make->setToolTip(tr("Make the dataset and open it"));
    auto* form = new QFormLayout(this);
    form->addRow(new QLabel(tr("Books and Movies: topics that both domains share, and users with a favourite "
                               "topic in each.\nSynthetic, so results on it say nothing about people."),
        this));
    form->addRow(tr("&Users"), m_users);
    form->addRow(tr("&Items per domain"), m_items);
    form->addRow(tr("&Markets"), m_markets);
    form->addRow(tr("&Seed"), m_seed);
    form->addRow(tr("&Name"), m_name);
    form->addRow(m_problem);
    form->addRow(m_progress);
    form->addRow(m_buttons);
    connect(m_name, &QLineEdit::textChanged, this, &DemoDialog::refresh);
    connect(&m_task, &DataTask::runningChanged, this, &DemoDialog::refresh);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &DemoDialog::create);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &DemoDialog::reject);
    refresh();
}

QSpinBox* DemoDialog::addSpin(const QString& name, int least, int most, int value, const QString& help)
{
    auto* spin = new QSpinBox(this);
    spin->setObjectName(name);
    spin->setRange(least, most);
    spin->setValue(value);
    spin->setToolTip(help);
    return spin;
}

QString DemoDialog::directory() const
{
    return m_folder + u'/' + m_name->text().trimmed();
}

void DemoDialog::create()
{
    data::DemoOptions options;
    options.users = m_users->value();
    options.items = m_items->value();
    options.seed = static_cast<std::uint64_t>(m_seed->value());
    m_task.start(
        [options, markets = m_markets->value(), name = m_name->text().trimmed(), place = directory()](
            DataTask::Link& link) { return makeDemo(options, markets, name, place, link); },
        [this](const Outcome<QString>& outcome) {
            if (outcome.value) {
                Q_EMIT created(*outcome.value);
                accept();
            } else if (!outcome.isCancelled) {
                m_problem->setText(outcome.error);
                m_problem->show();
            }
        });
}

void DemoDialog::refresh()
{
    const QString name = m_name->text().trimmed();
    const bool isName = !name.isEmpty() && !name.contains(u'/') && !name.startsWith(u'.');
    const bool isTaken = isName && QFileInfo::exists(directory());
    m_problem->setText(isTaken ? tr("There is a dataset or folder of this name already; choose another name.")
            : isName           ? QString()
                     : tr("Give the dataset a name without slashes that does not begin with a dot."));
    m_problem->setVisible(!m_problem->text().isEmpty() && !m_task.isRunning());
    m_progress->setVisible(m_task.isRunning());
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(isName && !isTaken && !m_task.isRunning());
}

void DemoDialog::reject()
{
    m_task.cancel();
    QDialog::reject();
}

} // namespace fedcctr::studio
