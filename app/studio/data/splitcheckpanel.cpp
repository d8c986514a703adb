// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/splitcheckpanel.h"

#include "app/studio/common/titles.h"
#include "app/studio/data/datasetview.h"
#include "core/model/example_leakage.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

LeakagePanel::LeakagePanel(QWidget* parent)
    : QWidget(parent)
    , m_check(new QPushButton(tr("Check for leakage"), this))
    , m_progress(new QProgressBar(this))
    , m_icon(new QLabel(this))
    , m_verdict(new QLabel(this))
    , m_leaks(new QStandardItemModel(this))
    , m_table(new QTableView(this))
{
    auto* title = new QLabel(tr("Leakage check"), this);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    m_check->setObjectName(u"button_leakage"_s);
    m_check->setAccessibleName(m_check->text());
    m_check->setToolTip(
        tr("Draw examples of every user as training does, and look at them, at the histories that evaluation "
           "and embeddings use, and at every candidate: nothing may know a held-out event too early, and no "
           "candidate may be an item that the user touched"));
    m_progress->setObjectName(u"progress_leakage"_s);
    m_progress->setAccessibleName(tr("Progress of the leakage check"));
    m_progress->setRange(0, 100);
    m_verdict->setObjectName(u"label_leakage"_s);
    m_verdict->setWordWrap(true);
    m_verdict->setAccessibleName(tr("Result of the leakage check"));
    m_table->setObjectName(u"table_leaks"_s);
    m_table->setAccessibleName(tr("Offending rows"));
    m_table->setModel(m_leaks);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    connect(m_check, &QPushButton::clicked, this, &LeakagePanel::check);
    connect(&m_task, &DataTask::runningChanged, this, &LeakagePanel::refresh);
    connect(&m_task, &DataTask::progressed, this,
        [this](double share) { m_progress->setValue(static_cast<int>(share * m_progress->maximum())); });
    auto* verdict = new QHBoxLayout;
    verdict->addWidget(m_icon, 0, Qt::AlignTop);
    verdict->addWidget(m_verdict, 1);
    auto* button = new QHBoxLayout;
    button->addWidget(m_check);
    button->addWidget(m_progress, 1);
    button->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(title);
    column->addLayout(button);
    column->addLayout(verdict);
    column->addWidget(m_table, 100);
    column->addStretch(1);
    refresh();
}

void LeakagePanel::setDataset(
    std::shared_ptr<const data::Dataset> dataset, std::shared_ptr<const augment::Augmentation> augmentation)
{
    m_task.cancel();
    m_dataset = std::move(dataset);
    m_augmentation = std::move(augmentation);
    m_leaks->clear();
    setVerdict(u"info"_s, tr("Not checked yet."));
    refresh();
}

void LeakagePanel::check()
{
    if (m_task.isRunning()) {
        m_task.cancel();
        return;
    }
    m_task.start(
        [dataset = m_dataset, augmentation = m_augmentation](DataTask::Link& link) {
            return model::checkEverything(
                *dataset, augmentation.get(), link.stop(), [&link](double share) { link.tell(share, {}); });
        },
        [this, dataset = m_dataset](const Outcome<data::LeakageReport>& outcome) {
            if (dataset != m_dataset)
                return;
            if (outcome.value)
                showReport(*outcome.value);
            else
                setVerdict(u"info"_s, outcome.isCancelled ? tr("Cancelled.") : outcome.error);
        });
}

void LeakagePanel::showReport(const data::LeakageReport& report)
{
    m_leaks->clear();
    if (report.passed()) {
        setVerdict(u"success"_s,
            tr("Passed: %1 examples drawn as training draws them, the histories of %2 targets and %3 "
               "candidates "
               "know nothing that they must not.")
                .arg(counted(report.examples), counted(report.targets), counted(report.candidates)));
        refresh();
        return;
    }
    setVerdict(u"error"_s,
        report.leakCount > report.leaks.size()
            ? tr("Failed: %1 offending rows, the first %2 below. Import the dataset again.")
                  .arg(counted(report.leakCount), counted(report.leaks.size()))
            : tr("Failed: %1 offending rows. Import the dataset again.").arg(counted(report.leakCount)));
    m_leaks->setHorizontalHeaderLabels({tr("User"), tr("Target"), tr("What is wrong")});
    for (const data::Leak& leak : report.leaks) {
        const QString target = leak.target < 0 ? QString() : titleOf(*m_dataset, leak.target);
        QList<QStandardItem*> row;
        for (const QString& text : {QString::fromStdString(m_dataset->users[leak.user]), target,
                 QString::fromStdString(leak.what)}) {
            row.append(new QStandardItem(text));
            row.last()->setToolTip(text);
        }
        m_leaks->appendRow(row);
    }
    refresh();
}

void LeakagePanel::setVerdict(const QString& icon, const QString& text)
{
    m_iconName = icon;
    m_verdict->setText(text);
    refreshIcon();
}

void LeakagePanel::refresh()
{
    const bool running = m_task.isRunning();
    m_check->setEnabled(m_dataset != nullptr);
    m_check->setText(running ? tr("Cancel") : tr("Check for leakage"));
    m_progress->setVisible(running);
    m_progress->setValue(0);
    m_table->setVisible(m_leaks->rowCount() > 0);
}

void LeakagePanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcon();
}

void LeakagePanel::refreshIcon()
{
    if (m_iconName.isEmpty())
        return;
    const widgets::ThemeColors& colors = widgets::themeColors(palette());
    const QColor color = m_iconName == u"success"_s ? colors.success
        : m_iconName == u"error"_s                  ? colors.error
                                                    : colors.info;
    const int size = fontMetrics().height();
    m_icon->setPixmap(widgets::themeIcon(m_iconName, color).pixmap(QSize(size, size), devicePixelRatioF()));
}

} // namespace fedcctr::studio
