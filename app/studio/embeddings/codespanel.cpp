// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/codespanel.h"

#include "app/studio/common/background.h"
#include "app/studio/common/tablebox.h"
#include "core/data/dataset.h"
#include "widgets/charts/scatterview.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kMostCategories = 7; ///< colours that can be told apart; beyond, the rest is "other"

enum ColorBy { Market, Code };

struct Found {
    report::CodeMeaning meaning;
    QString error;
};

Found codesOf(const QString& run, const QString& dataset)
{
    try {
        return {report::codeMeaningOf(run.toStdString(), data::load(dataset.toStdString())), {}};
    } catch (const std::exception& error) {
        return {{}, QString::fromUtf8(error.what())};
    }
}

/// The first names of a list, which is sorted by how frequent they are, and one for all others.
QStringList categoriesOf(const QStringList& names)
{
    QStringList shown = names.mid(0, kMostCategories);
    if (names.size() > kMostCategories)
        shown.append(CodesPanel::tr("other"));
    return shown;
}

} // namespace

CodesPanel::CodesPanel(QWidget* parent)
    : QWidget(parent)
    , m_about(new QLabel(this))
    , m_color(new QComboBox(this))
    , m_picture(new widgets::ScatterView(u"scatter_codes"_s, this))
    , m_table(new TableBox(u"table_codes"_s, tr("Items by first code"), this))
{
    m_about->setObjectName(u"label_codes"_s);
    m_about->setWordWrap(true);
    m_about->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_about->setToolTip(
        tr("Articles that several markets sell are known to this analysis alone: training never read "
           "them"));
    m_color->setObjectName(u"combo_code_color"_s);
    m_color->addItems({tr("market"), tr("first code")});
    m_color->setAccessibleName(tr("Colour of the items"));
    m_color->setToolTip(
        tr("What the colour of an item tells: its market, or its first code (the most frequent ones)"));
    m_picture->setEmptyText(tr("This run keeps no places of its items."));
    auto* label = new QLabel(tr("Co&lour"), this);
    label->setBuddy(m_color);
    auto* row = new QHBoxLayout;
    row->addWidget(m_about, 1);
    row->addWidget(label);
    row->addWidget(m_color);
    auto* sides = new QSplitter(Qt::Horizontal, this);
    sides->setObjectName(u"splitter_codes"_s);
    sides->setChildrenCollapsible(false);
    sides->addWidget(m_picture);
    sides->addWidget(m_table);
    sides->setSizes({10000, 10000});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row);
    column->addWidget(sides, 1);
    connect(m_color, &QComboBox::currentIndexChanged, this, &CodesPanel::showLook);
}

void CodesPanel::show(const QString& run, const QString& dataset)
{
    const int number = ++m_loads;
    m_about->setText(tr("Reading the codes…"));
    m_table->setTable({});
    m_picture->setContent({});
    deliver(QtConcurrent::run(codesOf, run, dataset), this, [this, number](const Found& found) {
        if (number != m_loads)
            return;
        m_meaning = found.meaning;
        m_about->setText(found.error.isEmpty()
                ? tr("Does a code of the global layer mean the same everywhere? %1")
                      .arg(QString::fromStdString(report::agreementWords(m_meaning)))
                : found.error);
        m_table->setTable(found.error.isEmpty() ? report::codeTable(m_meaning) : report::Table{});
        showLook();
    });
}

void CodesPanel::showLook()
{
    QStringList names;
    QMap<int, int> placeOfCode;
    if (m_color->currentIndex() == Market) {
        for (const std::string& market : m_meaning.markets)
            names.append(QString::fromStdString(market));
    } else {
        for (const report::CodeRow& row : m_meaning.rows) {
            placeOfCode.insert(row.code, static_cast<int>(names.size()));
            names.append(tr("code %1").arg(row.code));
        }
    }
    widgets::ScatterContent content;
    content.categoryNames = categoriesOf(names);
    content.colorName = m_color->currentText();
    for (const report::CodeMeaning::Point& point : m_meaning.points) {
        content.positions.emplace_back(point.x, point.y);
        const int place = m_color->currentIndex() == Market ? static_cast<int>(point.market)
                                                            : placeOfCode.value(point.code);
        content.categories.push_back(std::min(place, kMostCategories));
        content.names.append(tr("%1 (%2), code %3")
                                 .arg(QString::fromStdString(point.name),
                                     QString::fromStdString(m_meaning.markets[point.market]))
                                 .arg(point.code));
    }
    if (content.positions.size() == m_picture->content().positions.size() && !content.positions.empty())
        m_picture->setLook(std::move(content));
    else
        m_picture->setContent(std::move(content));
}

} // namespace fedcctr::studio
