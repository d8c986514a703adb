// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/embeddingdetails.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QTableWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kSearchAfterMs = 200;
constexpr double kOpposite = -0.9; ///< mean cosine of h^A and h^B below which they are one line

QLabel* boldLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    QFont bold = label->font();
    bold.setBold(true);
    label->setFont(bold);
    return label;
}

} // namespace

EmbeddingDetails::EmbeddingDetails(QWidget* parent)
    : QWidget(parent)
    , m_text(new QTextBrowser(this))
    , m_search(new QLineEdit(this))
    , m_found(new QListWidget(this))
    , m_separationTitle(boldLabel(tr("Separation"), this))
    , m_separation(new QTableWidget(7, 0, this))
    , m_collapse(new QLabel(this))
{
    m_search->setObjectName(u"edit_item_search"_s);
    m_search->setPlaceholderText(tr("Find an item by title"));
    m_search->setAccessibleName(tr("Find an item by title"));
    m_search->setToolTip(tr("Part of a title (Ctrl+F); choose an item below to see its neighbours"));
    m_search->setClearButtonEnabled(true);
    m_found->setObjectName(u"list_items"_s);
    m_found->setAccessibleName(tr("Items found"));
    m_found->setToolTip(tr("Items whose title holds the text, 100 at most"));
    m_text->setObjectName(u"text_selection"_s);
    m_text->setAccessibleName(tr("Selection"));
    m_text->setOpenLinks(false);
    m_text->setToolTip(tr("Who is selected; names are links"));

    m_separation->setObjectName(u"table_separation"_s);
    m_separation->setAccessibleName(tr("Separation of the representations"));
    m_separation->setToolTip(
        tr("In the space of the vectors, not of the picture. Silhouette: -1 mixed, 1 apart. "
           "Cosine: mean over users of their own two vectors. Distance: Euclidean, between "
           "the means."));
    m_separation->setVerticalHeaderLabels({tr("silhouette"), tr("cos hᴬ hᴮ"), tr("cos hᴬ hᴹ"),
        tr("cos hᴮ hᴹ"), tr("distance A–B"), tr("distance A–M"), tr("distance B–M")});
    m_separation->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_separation->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_separation->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_separation->setMinimumHeight(fontMetrics().height() * 8);
    m_separation->setMaximumHeight(static_cast<int>(fontMetrics().height() * 13.5));

    m_collapse->setObjectName(u"label_collapse"_s);
    m_collapse->setWordWrap(true);
    m_collapse->setText(tr(
        "hᴬ and hᴮ are opposite for nearly every user. That is where CDRD as printed (Eq. 18) is least: one "
        "constant direction, whoever the user is, which ranks worse. Set loss.cdrd_form to targets, which "
        "tells a user's targets apart, or λ₂ to 0."));
    m_collapse->setToolTip(
        tr("Shown when the mean cosine of hᴬ and hᴮ is below %1").arg(QLocale().toString(kOpposite)));
    m_collapse->hide();

    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(kSearchAfterMs);
    connect(m_search, &QLineEdit::textChanged, &m_searchTimer, qOverload<>(&QTimer::start));
    connect(&m_searchTimer, &QTimer::timeout, this, [this] { Q_EMIT searched(m_search->text()); });
    connect(m_found, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item)
            Q_EMIT pointRequested(item->data(Qt::UserRole).toInt());
    });
    connect(m_text, &QTextBrowser::anchorClicked, this, [this](const QUrl& link) {
        if (link.scheme() == u"point"_s)
            Q_EMIT pointRequested(link.path().toInt());
    });

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_search);
    column->addWidget(m_found, 1);
    column->addWidget(boldLabel(tr("Selection"), this));
    column->addWidget(m_text, 3);
    column->addWidget(m_separationTitle);
    column->addWidget(m_separation, 2);
    column->addWidget(m_collapse);
    setMinimumWidth(fontMetrics().averageCharWidth() * 30);
    setItemsShown(false);
    showText({});
}

void EmbeddingDetails::showText(const QString& html)
{
    m_text->setHtml(html.isEmpty()
            ? tr("Nothing is selected. Click a point, or drag around some with Shift held.").toHtmlEscaped()
            : html);
}

void EmbeddingDetails::showSeparation(const std::vector<Column>& columns)
{
    const QLocale locale;
    m_opposite = std::ranges::any_of(
        columns, [](const Column& column) { return column.numbers.cosines[0] < kOpposite; });
    m_collapse->setVisible(m_opposite && !m_separation->isHidden());
    m_separation->setColumnCount(static_cast<int>(columns.size()));
    for (int c = 0; c < m_separation->columnCount(); ++c) {
        const Column& column = columns[static_cast<std::size_t>(c)];
        auto* header =
            new QTableWidgetItem(columns.size() > 1 ? u"(%1) %2"_s.arg(QChar(u'a' + c)).arg(column.round)
                                                    : tr("round %1").arg(column.round));
        header->setToolTip(tr("%1, round %2").arg(column.name).arg(column.round));
        m_separation->setHorizontalHeaderItem(c, header);
        const projection::Separation& numbers = column.numbers;
        const std::array<double, 7> values{numbers.silhouette, numbers.cosines[0], numbers.cosines[1],
            numbers.cosines[2], numbers.centroidDistances[0], numbers.centroidDistances[1],
            numbers.centroidDistances[2]};
        for (int r = 0; r < 7; ++r) {
            const double value = values[static_cast<std::size_t>(r)];
            auto* cell = new QTableWidgetItem(std::isfinite(value) ? locale.toString(value, 'f', 3) : u"–"_s);
            cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_separation->setItem(r, c, cell);
        }
    }
}

void EmbeddingDetails::setItemsShown(bool items)
{
    m_search->setVisible(items);
    m_found->setVisible(items);
    m_separation->setVisible(!items);
    m_separationTitle->setVisible(!items);
    m_collapse->setVisible(m_opposite && !items);
}

void EmbeddingDetails::showFound(const std::vector<std::pair<int, QString>>& items)
{
    m_found->clear();
    for (const auto& [item, title] : items) {
        auto* entry = new QListWidgetItem(title, m_found);
        entry->setData(Qt::UserRole, item);
        entry->setToolTip(title);
    }
}

void EmbeddingDetails::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

} // namespace fedcctr::studio
