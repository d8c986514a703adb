// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/datapage.h"

#include "app/studio/common/background.h"
#include "app/studio/data/datasetlist.h"
#include "app/studio/data/featurestab.h"
#include "app/studio/data/importwizard.h"
#include "app/studio/data/overviewtab.h"
#include "app/studio/data/retrievaltab.h"
#include "app/studio/data/splittab.h"
#include "app/studio/data/userstab.h"
#include "app/studio/runs/workspace.h"
#include "widgets/emptystate.h"
#include "widgets/messagebar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

DataPage::DataPage(Workspace* workspace, RunQueue* /*queue*/, QWidget* parent)
    : Page(u"page_data"_s, parent)
    , m_workspace(workspace)
    , m_message(new MessageBar(this))
    , m_busy(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_columns(new QSplitter(Qt::Horizontal, this))
    , m_list(new DatasetList(workspace, m_columns))
    , m_stack(new QStackedWidget(m_columns))
{
    m_message->setObjectName(u"message_data"_s);
    m_stack->setObjectName(u"stack_data"_s);
    m_stack->addWidget(buildEmpty());
    m_stack->addWidget(buildTabs());
    m_columns->setObjectName(u"splitter_data"_s);
    m_columns->setChildrenCollapsible(false);
    m_columns->addWidget(m_list);
    m_columns->addWidget(m_stack);
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 2);
    column->setSpacing(4);
    column->addLayout(buildHeader());
    column->addWidget(m_message);
    column->addWidget(m_columns, 1);
    DataPage::resetLayout();
    connectParts();
    showDataset();
}

QLayout* DataPage::buildHeader()
{
    auto* title = new QLabel(tr("Data"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    title->setFont(large);
    auto* purpose =
        new QLabel(tr("Import, look at and filter datasets of two domains, or of many markets."), this);
    m_busy->setObjectName(u"label_busy"_s);
    m_busy->setAccessibleName(tr("What is being read"));
    m_progress->setObjectName(u"progress_busy"_s);
    m_progress->setAccessibleName(tr("Reading"));
    m_progress->setRange(0, 0);
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 16);
    m_progress->setTextVisible(false);
    m_busy->hide();
    m_progress->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(title);
    row->addSpacing(8);
    row->addWidget(purpose);
    row->addStretch(1);
    row->addWidget(m_busy);
    row->addWidget(m_progress);
    return row;
}

QWidget* DataPage::buildEmpty()
{
    auto* empty = new widgets::EmptyState(
        u"empty_data"_s, u"folder"_s, tr("No dataset yet."), tr("Create demo dataset"), m_stack);
    empty->setLink(tr("or import your own"));
    empty->button()->setToolTip(
        tr("Make a small synthetic dataset in the workspace: 600 users, Books and Movies"));
    connect(empty, &widgets::EmptyState::clicked, m_workspace, &Workspace::createDemo);
    connect(empty, &widgets::EmptyState::linkActivated, this, [this] { importData(); });
    connect(m_workspace, &Workspace::loadingChanged, empty->button(), &QWidget::setDisabled);
    connect(m_workspace, &Workspace::datasetsChanged, empty, [this, empty] {
        empty->setText(m_workspace->datasets().isEmpty() ? tr("No dataset yet.")
                                                         : tr("No dataset is open; choose one on the left."));
    });
    return empty;
}

QWidget* DataPage::buildTabs()
{
    m_tabs = new QTabWidget(m_stack);
    m_tabs->setObjectName(u"tabs_data"_s);
    m_tabs->setAccessibleName(tr("Views of the dataset"));
    m_tabs->setDocumentMode(true);
    m_overview = new OverviewTab(m_tabs);
    m_users = new UsersTab(m_tabs);
    m_retrieval = new RetrievalTab(m_tabs);
    m_split = new SplitTab(m_tabs);
    m_features = new FeaturesTab(m_tabs);
    const auto add = [this](QWidget* tab, const QString& title, const QString& help) {
        m_tabs->setTabToolTip(m_tabs->addTab(tab, title), help);
    };
    add(m_overview, tr("Overview"), tr("The dataset's numbers and histograms"));
    add(m_users, tr("Users"), tr("Every user with both sequences, side by side and merged"));
    add(m_split, tr("Split and filters"), tr("What the split and other filters leave; leakage check"));
    add(m_features, tr("Features"), tr("What the augmentation found out about items and users"));
    add(m_retrieval, tr("Retrieval"), tr("What RAL-CDNet finds in one domain for the other, and why"));
    return m_tabs;
}

void DataPage::connectParts()
{
    connect(m_workspace, &Workspace::datasetChanged, this, &DataPage::showDataset);
    connect(m_workspace, &Workspace::loadingChanged, this, &DataPage::showLoading);
    connect(m_workspace, &Workspace::problem, this, &DataPage::complain);
    connect(m_list, &DatasetList::importRequested, this, [this] { importData(); });
    connect(m_list, &DatasetList::folderChosen, m_workspace, &Workspace::openDataset);
    connect(m_tabs, &QTabWidget::currentChanged, this, &DataPage::stateChanged);
    connect(m_columns, &QSplitter::splitterMoved, this, &DataPage::stateChanged);
    connect(m_overview, &OverviewTab::layoutChanged, this, &DataPage::stateChanged);
    connect(m_overview, &OverviewTab::said, this, &DataPage::said);
    connect(m_overview, &OverviewTab::failed, this, &DataPage::complain);
    connect(m_users, &UsersTab::stateChanged, this, &DataPage::stateChanged);
    connect(m_retrieval, &RetrievalTab::failed, this, &DataPage::complain);
    connect(m_retrieval, &RetrievalTab::stateChanged, this, &DataPage::stateChanged);
    connect(m_split, &SplitTab::failed, this, &DataPage::complain);
    connect(m_split, &SplitTab::created, this, [this](const QString& path) {
        Q_EMIT said(tr("Written: %1").arg(path));
        m_workspace->openDataset(path);
    });
    connect(m_features, &FeaturesTab::augmentationRequested, this,
        [this] { Q_EMIT pageRequested(PageId::Augmentation); });
}

void DataPage::showDataset()
{
    const int number = ++m_views;
    const std::shared_ptr<const data::Dataset> dataset = m_workspace->data();
    if (!dataset) {
        showView(nullptr);
        return;
    }
    showLoading(true, tr("Counting…"));
    deliver(makeDatasetView(m_workspace->dataset(), dataset), this, [this, number](const SharedView& view) {
        if (number != m_views)
            return;
        showLoading(false, {});
        showView(view);
    });
}

void DataPage::showView(const SharedView& view)
{
    m_view = view;
    m_message->hide();
    m_split->setFolder(m_workspace->datasetsFolder());
    m_overview->setView(view);
    m_users->setView(view);
    m_retrieval->setView(view);
    m_split->setView(view);
    m_features->setView(view);
    m_stack->setCurrentIndex(view ? 1 : 0);
    if (view && !view->warning.isEmpty())
        m_message->showMessage(MessageBar::Kind::Warning, view->warning);
}

void DataPage::showLoading(bool loading, const QString& what)
{
    m_busy->setText(what);
    m_busy->setVisible(loading);
    m_progress->setVisible(loading);
}

void DataPage::complain(const QString& message)
{
    m_message->showMessage(MessageBar::Kind::Error, message);
}

void DataPage::importData(const QStringList& files)
{
    if (!m_wizard) {
        m_wizard = new ImportWizard(m_workspace->datasetsFolder(), this);
        m_wizard->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_wizard, &ImportWizard::imported, m_workspace, &Workspace::openDataset);
    }
    m_wizard->addFiles(files);
    m_wizard->show();
    m_wizard->raise();
    m_wizard->activateWindow();
}

QJsonObject DataPage::state() const
{
    const auto text = [](const QByteArray& bytes) { return QString::fromLatin1(bytes.toBase64()); };
    return {{u"tab"_s, m_tabs->currentIndex()}, {u"columns"_s, text(m_columns->saveState())},
        {u"overview"_s, text(m_overview->saveLayout())}, {u"users"_s, m_users->state()},
        {u"retrieval"_s, m_retrieval->state()}};
}

void DataPage::restore(const QJsonObject& state)
{
    const auto bytes = [&state](const QString& name) {
        return QByteArray::fromBase64(state[name].toString().toLatin1());
    };
    m_columns->restoreState(bytes(u"columns"_s));
    m_overview->restoreLayout(bytes(u"overview"_s));
    m_users->restore(state[u"users"_s].toObject());
    m_retrieval->restore(state[u"retrieval"_s].toObject());
    m_tabs->setCurrentIndex(std::clamp(state[u"tab"_s].toInt(), 0, m_tabs->count() - 1));
}

void DataPage::resetLayout()
{
    m_columns->setSizes({fontMetrics().averageCharWidth() * 30, fontMetrics().averageCharWidth() * 150});
}

QString DataPage::pendingWork() const
{
    if (m_wizard && m_wizard->isImporting())
        return tr("The import of %1").arg(m_wizard->request().directory.section(u'/', -1));
    return m_split->isRunning() ? tr("The filtering of a dataset") : QString();
}

void DataPage::cancelWork()
{
    if (m_wizard)
        m_wizard->reject();
    m_split->cancel();
}

void DataPage::exportPage()
{
    if (m_view) {
        m_tabs->setCurrentWidget(m_overview);
        m_overview->exportTable();
    }
}

void DataPage::find()
{
    if (m_view) {
        m_tabs->setCurrentWidget(m_users);
        m_users->find();
    }
}

} // namespace fedcctr::studio
