// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/importfilterspage.h"

#include "app/studio/common/background.h"
#include "app/studio/data/importwizard.h"
#include "app/studio/data/protocolbox.h"
#include "core/data/import_options.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QtConcurrent>

#include <exception>
#include <limits>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

struct FoundDomains {
    QStringList names;
    QString error;
};

/// For a worker thread.
FoundDomains findDomains(const QList<ImportFile>& files, const std::stop_token& stop)
{
    try {
        return {domainsIn(files, stop), {}};
    } catch (const std::exception& error) {
        return {{}, QString::fromUtf8(error.what())};
    }
}

} // namespace

ImportFiltersPage::ImportFiltersPage(ImportWizard* wizard)
    : QWizardPage(wizard)
    , m_wizard(wizard)
    , m_folder(wizard->folder())
    , m_protocol(new ProtocolBox(u"combo_import_protocol"_s, this))
    , m_place(new QLabel(this))
    , m_found(new QLabel(this))
    , m_problem(new QLabel(this))
{
    setObjectName(u"page_import_filters"_s);
    setTitle(tr("Domains and filters"));
    setSubTitle(
        tr("Users stay who have interactions in both domains and pass the filters, which are repeated until "
           "they are stable."));
    setCommitPage(true);
    setButtonText(QWizard::CommitButton, tr("Import"));
    for (const std::size_t i : {0U, 1U}) {
        m_domains[i] = new QComboBox(this);
        m_domains[i]->setObjectName(i == 0 ? u"combo_domain_a"_s : u"combo_domain_b"_s);
        m_domains[i]->setEditable(true);
        m_domains[i]->setToolTip(i == 0 ? tr("Domain A, with α_A and the first curves")
                                        : tr("Domain B, with α_B and the second curves"));
        connect(m_domains[i], &QComboBox::currentTextChanged, this, &ImportFiltersPage::refresh);
    }
    auto* swap = new QPushButton(tr("S&wap"), this);
    swap->setObjectName(u"button_swap"_s);
    swap->setToolTip(tr("Make domain A domain B and the other way round"));
    swap->setAutoDefault(false);
    connect(swap, &QPushButton::clicked, this, &ImportFiltersPage::swapDomains);
    m_minUser = addSpin(u"spin_import_min_user"_s, 0, 100, 0, tr("Minimum user interactions"),
        tr("Users with fewer interactions in either domain are left out; 0 to 100, 0 keeps all"));
    m_minItem = addSpin(u"spin_import_min_item"_s, 0, 100, 0, tr("Minimum item occurrences"),
        tr("Items with fewer interactions are left out; 0 to 100, 0 keeps all"));
    m_negatives = addSpin(u"spin_import_negatives"_s, 1, 999, 99, tr("Evaluation negatives"),
        tr("Items that each held-out item is ranked against, drawn once for all models; 1 to 999, 99 in the "
           "paper"));
    m_seed = addSpin(u"spin_import_seed"_s, 0, std::numeric_limits<int>::max(), 1, tr("Seed"),
        tr("Seed of the evaluation negatives; the same seed draws the same ones"));
    m_name = new QLineEdit(this);
    m_name->setObjectName(u"edit_dataset_name"_s);
    m_name->setToolTip(tr("Name of the dataset and of its folder"));
    connect(m_name, &QLineEdit::textChanged, this, &ImportFiltersPage::refresh);
    for (QLabel* label : {m_place, m_found, m_problem})
        label->setWordWrap(true);
    m_place->setObjectName(u"label_place"_s);
    m_place->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_found->setObjectName(u"label_domains"_s);
    m_problem->setObjectName(u"label_filters_problem"_s);
    auto* domainB = new QHBoxLayout;
    domainB->addWidget(m_domains[1], 1);
    domainB->addWidget(swap);
    m_domainB = domainB;
    m_form = new QFormLayout(this);
    QFormLayout* form = m_form;
    form->addRow(tr("Domain &A"), m_domains[0]);
    auto* labelB = new QLabel(tr("Domain &B"), this);
    labelB->setBuddy(m_domains[1]);
    form->addRow(labelB, domainB);
    form->addRow(QString(), m_found);
    form->addRow(tr("Minimum &user interactions"), m_minUser);
    form->addRow(tr("Minimum &item occurrences"), m_minItem);
    form->addRow(tr("&Held out"), m_protocol);
    form->addRow(tr("&Evaluation negatives"), m_negatives);
    form->addRow(tr("&Seed"), m_seed);
    form->addRow(tr("Na&me"), m_name);
    auto* choose = new QPushButton(tr("&Choose…"), this);
    choose->setObjectName(u"button_place"_s);
    choose->setToolTip(
        tr("Choose the folder in which the dataset's folder is made; the workspace's by default"));
    choose->setAutoDefault(false);
    connect(choose, &QPushButton::clicked, this, &ImportFiltersPage::askForPlace);
    auto* place = new QHBoxLayout;
    place->addWidget(m_place, 1);
    place->addWidget(choose);
    form->addRow(tr("Place"), place);
    form->addRow(m_problem);
    m_domains[0]->setAccessibleName(tr("Domain A"));
    m_domains[1]->setAccessibleName(tr("Domain B"));
}

ImportFiltersPage::~ImportFiltersPage()
{
    m_stop.request_stop();
}

QSpinBox* ImportFiltersPage::addSpin(
    const QString& name, int least, int most, int value, const QString& spoken, const QString& help)
{
    auto* spin = new QSpinBox(this);
    spin->setObjectName(name);
    spin->setRange(least, most);
    spin->setValue(value);
    spin->setAccessibleName(spoken);
    spin->setToolTip(help);
    return spin;
}

void ImportFiltersPage::initializePage()
{
    const ImportRequest& request = m_wizard->request();
    if (m_format != request.format) {
        m_minUser->setValue(request.format->leastInteractions);
        m_minItem->setValue(request.format->leastInteractions);
        m_format = request.format;
    }
    if (m_name->text().isEmpty()) {
        const QFileInfo first(request.files.first().path);
        const QString folder = first.dir().dirName();
        m_name->setText(
            first.baseName().startsWith(u"interactions"_s) && !folder.isEmpty() ? folder : first.baseName());
    }
    m_form->setRowVisible(m_domains[0], !request.format->makesMarkets);
    m_form->setRowVisible(m_domainB, !request.format->makesMarkets);
    if (request.format->makesMarkets)
        m_found->setText(tr("All markets of the files, each with users and items of its own."));
    else if (request.format->asksForColumns)
        lookForDomains();
    else
        m_found->setText(orderText());
    refresh();
}

void ImportFiltersPage::lookForDomains()
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    const int number = ++m_searches;
    m_found->setText(tr("Looking for the domains…"));
    deliver(QtConcurrent::run(findDomains, m_wizard->request().files, m_stop.get_token()), this,
        [this, number](const FoundDomains& found) {
            if (number != m_searches)
                return;
            for (const std::size_t i : {0U, 1U}) {
                const QString kept = m_domains[i]->currentText();
                const auto place = static_cast<qsizetype>(i);
                m_domains[i]->clear();
                m_domains[i]->addItems(found.names);
                m_domains[i]->setCurrentText(found.names.contains(kept) ? kept : found.names.value(place));
            }
            m_found->setText(!found.error.isEmpty() ? found.error
                    : found.names.size() == 2
                    ? tr("Both domains of the files.")
                    : tr(
                        "%1 domains in the files; choose two, or go back and take the format CSV of markets.")
                          .arg(found.names.size()));
            refresh();
        });
}

void ImportFiltersPage::cleanupPage()
{
    m_stop.request_stop();
    ++m_searches;
}

QString ImportFiltersPage::orderText() const
{
    return m_wizard->request().swapped
        ? tr("A is the second file of interactions, B the first; empty: named by the files.")
        : tr("A is the first file of interactions, B the second; empty: named by the files.");
}

void ImportFiltersPage::swapDomains()
{
    const QString a = m_domains[0]->currentText();
    m_domains[0]->setCurrentText(m_domains[1]->currentText());
    m_domains[1]->setCurrentText(a);
    bool& swapped = m_wizard->request().swapped;
    swapped = !swapped;
    if (!m_format->asksForColumns)
        m_found->setText(orderText());
}

void ImportFiltersPage::askForPlace()
{
    auto* dialog = new QFileDialog(this, tr("Folder for the dataset"), m_folder);
    dialog->setObjectName(u"dialog_place"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        m_folder = folder;
        refresh();
    });
    dialog->open();
}

QString ImportFiltersPage::directory() const
{
    return m_folder + u'/' + m_name->text().trimmed();
}

QString ImportFiltersPage::problem() const
{
    const QString name = m_name->text().trimmed();
    if (name.isEmpty() || name.contains(u'/') || name.startsWith(u'.'))
        return tr("Give the dataset a name without slashes that does not begin with a dot.");
    if (QFileInfo::exists(directory()))
        return tr("There is a dataset or folder of this name already; choose another name.");
    if (m_format->makesMarkets)
        return {};
    const QString a = m_domains[0]->currentText();
    const QString b = m_domains[1]->currentText();
    if (a.isEmpty() != b.isEmpty() || (!a.isEmpty() && a == b))
        return tr("Choose two different domains.");
    return {};
}

void ImportFiltersPage::refresh()
{
    m_place->setText(QDir::toNativeSeparators(directory()));
    const QString wrong = problem();
    m_problem->setText(wrong);
    m_problem->setVisible(!wrong.isEmpty());
    Q_EMIT completeChanged();
}

bool ImportFiltersPage::isComplete() const
{
    return problem().isEmpty();
}

bool ImportFiltersPage::validatePage()
{
    if (!problem().isEmpty())
        return false;
    m_stop.request_stop();
    ++m_searches;
    ImportRequest& request = m_wizard->request();
    request.directory = directory();
    data::ImportOptions& options = request.options;
    options.name = m_name->text().trimmed().toStdString();
    for (const std::size_t i : {0U, 1U})
        options.domains[i] = m_domains[i]->currentText().toStdString();
    options.minUserInteractions = m_minUser->value();
    options.minItemInteractions = m_minItem->value();
    options.protocol = m_protocol->protocol();
    options.evaluationNegatives = m_negatives->value();
    options.seed = static_cast<std::uint64_t>(m_seed->value());
    options.skipBadRows = false;
    return true;
}

} // namespace fedcctr::studio
