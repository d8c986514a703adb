// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/codespanel.h"

#include "app/studio/common/background.h"
#include "app/studio/common/tablebox.h"
#include "core/data/dataset.h"
#include "core/report/markets.h"

#include <QLabel>
#include <QVBoxLayout>
#include <QtConcurrent>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

struct Found {
    report::Table table;
    QString error;
};

Found codesOf(const QString& run, const QString& dataset)
{
    try {
        return {
            report::codeTable(report::codeMeaningOf(run.toStdString(), data::load(dataset.toStdString()))),
            {}};
    } catch (const std::exception& error) {
        return {{}, QString::fromUtf8(error.what())};
    }
}

} // namespace

CodesPanel::CodesPanel(QWidget* parent)
    : QWidget(parent)
    , m_about(new QLabel(this))
    , m_table(new TableBox(u"table_codes"_s, tr("Items by first code"), this))
{
    m_about->setObjectName(u"label_codes"_s);
    m_about->setWordWrap(true);
    m_about->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_about->setToolTip(
        tr("Articles that several markets sell are known to this analysis alone: training never read "
           "them"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_about);
    column->addWidget(m_table, 1);
}

void CodesPanel::show(const QString& run, const QString& dataset)
{
    const int number = ++m_loads;
    m_about->setText(tr("Reading the codes…"));
    m_table->setTable({});
    deliver(QtConcurrent::run(codesOf, run, dataset), this, [this, number](const Found& found) {
        if (number != m_loads)
            return;
        m_about->setText(found.error.isEmpty()
                ? tr("Does a code of the global layer mean the same everywhere? %1")
                      .arg(QString::fromStdString(found.table.note))
                : found.error);
        m_table->setTable(found.table);
    });
}

} // namespace fedcctr::studio
