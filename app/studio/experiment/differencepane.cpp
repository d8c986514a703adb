// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/differencepane.h"

#include "app/studio/common/settingsbridge.h"
#include "core/settings/config_table.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using settings::Config;

DifferencePane::DifferencePane(QWidget* parent)
    : QWidget(parent)
    , m_other(new QComboBox(this))
    , m_all(new QCheckBox(tr("all settings"), this))
    , m_note(new QLabel(this))
    , m_table(new QTableWidget(0, 3, this))
{
    m_other->setObjectName(u"combo_difference"_s);
    m_other->setAccessibleName(tr("Compare with"));
    m_other->setToolTip(tr("The preset, or a run of this workspace"));
    m_other->addItem(tr("the preset"), QString());
    m_other->setMinimumContentsLength(20);
    m_other->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_all->setObjectName(u"check_all_settings"_s);
    m_all->setAccessibleName(m_all->text());
    m_all->setToolTip(tr("Also those that are the same"));
    m_note->setObjectName(u"label_difference"_s);
    m_note->setWordWrap(true);
    m_table->setObjectName(u"table_difference"_s);
    m_table->setAccessibleName(tr("Differences"));
    m_table->setToolTip(tr("Double click goes to the setting"));
    m_table->setHorizontalHeaderLabels({tr("setting"), tr("here"), tr("there")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    auto* copyButton = new QPushButton(tr("Copy"), this);
    copyButton->setObjectName(u"button_copy_difference"_s);
    copyButton->setAccessibleName(tr("Copy the differences"));
    copyButton->setToolTip(tr("As text, one setting a line, with tabs between"));
    auto* label = new QLabel(tr("Compare with"), this);
    label->setBuddy(m_other);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_other, 1);
    row->addWidget(m_all);
    row->addWidget(copyButton);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->addLayout(row);
    column->addWidget(m_note);
    column->addWidget(m_table, 1);
    connect(m_other, &QComboBox::currentIndexChanged, this, &DifferencePane::refresh);
    connect(m_all, &QCheckBox::toggled, this, &DifferencePane::refresh);
    connect(copyButton, &QPushButton::clicked, this, &DifferencePane::copy);
    connect(m_table, &QTableWidget::cellActivated, this,
        [this](int line) { Q_EMIT settingRequested(m_table->item(line, 0)->text()); });
}

void DifferencePane::setConfig(const Config& config, const Config& preset, const QString& presetName)
{
    m_config = config;
    m_preset = preset;
    m_other->setItemText(0, tr("the preset %1").arg(presetName));
    refresh();
}

void DifferencePane::setRuns(const std::vector<EntryPtr>& runs)
{
    m_runs.clear();
    std::ranges::copy_if(
        runs, std::back_inserter(m_runs), [](const EntryPtr& run) { return !run->settings.empty(); });
    {
        const QSignalBlocker quiet(m_other);
        const QString chosen = m_other->currentData().toString();
        while (m_other->count() > 1)
            m_other->removeItem(m_other->count() - 1);
        for (const EntryPtr& run : m_runs)
            m_other->addItem(QString::fromStdString(run->name), QString::fromStdString(run->path.string()));
        m_other->setCurrentIndex(std::max(0, m_other->findData(chosen)));
    }
    refresh();
}

void DifferencePane::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

/// Nothing is compared for nobody.
void DifferencePane::refresh()
{
    if (!isVisible())
        return;
    const int index = m_other->currentIndex() - 1;
    const Config there = index < 0 ? m_preset : configOf(*m_runs[static_cast<std::size_t>(index)]);
    m_table->setRowCount(0);
    for (const settings::Field& field : settings::fields()) {
        const QVariant here = settingOf(m_config, field);
        const QVariant other = settingOf(there, field);
        if (here != other || m_all->isChecked())
            addLine(field, here.toString(), other.toString());
    }
    m_note->setText(
        m_table->rowCount() == 0 ? tr("No setting differs.") : tr("Settings that differ are bold."));
}

void DifferencePane::addLine(const settings::Field& field, const QString& here, const QString& there)
{
    const int line = m_table->rowCount();
    m_table->insertRow(line);
    const QStringList cells{QString::fromStdString(field.key), here, there};
    for (int i = 0; i < cells.size(); ++i) {
        auto* item = new QTableWidgetItem(cells[i]);
        QFont font = item->font();
        font.setBold(here != there);
        item->setFont(font);
        item->setToolTip(QString::fromStdString(field.label));
        m_table->setItem(line, i, item);
    }
}

void DifferencePane::copy()
{
    QStringList lines{tr("setting\there\tthere")};
    for (int i = 0; i < m_table->rowCount(); ++i)
        lines.append(m_table->item(i, 0)->text() + u'\t' + m_table->item(i, 1)->text() + u'\t'
            + m_table->item(i, 2)->text());
    QApplication::clipboard()->setText(lines.join(u'\n'));
}

} // namespace fedcctr::studio
