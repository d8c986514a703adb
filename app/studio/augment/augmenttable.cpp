// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/augmenttable.h"
#include "app/studio/common/titles.h"

#include <QFont>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using augment::Stage;

namespace {

constexpr int kOriginalColumns = 3;

} // namespace

AugmentTable::AugmentTable(Stage stage, QObject* parent)
    : QAbstractTableModel(parent)
    , m_stage(stage)
{
}

void AugmentTable::setData(const AugmentData& data)
{
    beginResetModel();
    m_data = data;
    endResetModel();
}

int AugmentTable::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid() || !m_data.dataset)
        return 0;
    return static_cast<int>(
        m_stage == Stage::Item ? m_data.dataset->items.size() : m_data.dataset->userCount());
}

int AugmentTable::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(headers().size());
}

QStringList AugmentTable::headers() const
{
    const auto domain = [this](std::size_t i) {
        return m_data.dataset ? QString::fromStdString(m_data.dataset->domainNames[i])
                              : QString(i == 0 ? u'A' : u'B');
    };
    switch (m_stage) {
    case Stage::Item:
        return {tr("Domain"), tr("Title"), tr("Categories"), tr("Genres"), tr("Themes"), tr("Keywords")};
    case Stage::User:
        return {tr("User"), tr("Events"), tr("Newest chosen"), tr("Interests"), tr("Age"), tr("Gender")};
    case Stage::Sequence:
        break;
    }
    return {tr("User"), tr("%1 events").arg(domain(0)), tr("%1 events").arg(domain(1)),
        tr("Liked, %1").arg(domain(0)), tr("Liked, %1").arg(domain(1)), tr("Disliked, %1").arg(domain(0)),
        tr("Disliked, %1").arg(domain(1))};
}

bool AugmentTable::isAdded(int column) const
{
    return column >= kOriginalColumns;
}

qlonglong AugmentTable::length(std::size_t user, data::Domain domain) const
{
    return std::ranges::count_if(m_data.dataset->events(user), [&](const data::Event& event) {
        return event.role == data::Role::Train && m_data.dataset->domainOf(event.item) == domain;
    });
}

QString AugmentTable::newestTitles(std::size_t user) const
{
    constexpr std::size_t kShown = 5;
    std::vector<data::ItemId> items;
    for (const data::Event& event : m_data.dataset->events(user))
        if (event.role == data::Role::Train)
            items.push_back(event.item);
    std::ranges::reverse(items);
    items.resize(std::min(items.size(), kShown));
    return titlesOf(*m_data.dataset, items);
}

QString AugmentTable::original(std::size_t subject, int column) const
{
    const data::Dataset& dataset = *m_data.dataset;
    if (m_stage == Stage::Item) {
        const auto item = static_cast<data::ItemId>(subject);
        return column == 0 ? QString::fromStdString(dataset.domainNames[data::index(dataset.domainOf(item))])
            : column == 1  ? studio::titleOf(dataset, item)
                           : QString::fromStdString(dataset.items[subject].categories);
    }
    if (column == 0)
        return QString::fromStdString(dataset.users[subject]);
    const qlonglong a = length(subject, data::Domain::A);
    const qlonglong b = length(subject, data::Domain::B);
    if (m_stage == Stage::Sequence)
        return QString::number(column == 1 ? a : b);
    return column == 1 ? u"%1 + %2"_s.arg(a).arg(b) : newestTitles(subject);
}

QString AugmentTable::added(std::size_t subject, int column) const
{
    const augment::Augmentation& all = *m_data.augmentation;
    const int part = column - kOriginalColumns;
    if (m_stage == Stage::Item) {
        const augment::ItemFeatures& item = all.items[subject];
        return joined(part == 0 ? item.genres : part == 1 ? item.themes : item.keywords);
    }
    if (m_stage == Stage::User) {
        const augment::UserProfile& user = all.users[subject];
        return part == 0 ? joined(user.interests)
                         : QString::fromStdString(part == 1 ? user.age : user.gender);
    }
    const augment::SequenceExtension& chosen = all.sequences[subject];
    const auto domain = static_cast<std::size_t>(part % 2);
    return titlesOf(*m_data.dataset, part < 2 ? chosen.liked[domain] : chosen.disliked[domain]);
}

QVariant AugmentTable::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_data.dataset || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const auto subject = static_cast<std::size_t>(index.row());
    if (!isAdded(index.column()))
        return original(subject, index.column());
    return m_data.augmentation ? added(subject, index.column()) : QString();
}

QVariant AugmentTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
    if (role == Qt::DisplayRole)
        return isAdded(section) ? u"+ "_s + headers().value(section) : headers().value(section);
    if (role == Qt::ToolTipRole)
        return isAdded(section) ? tr("%1: added by the augmentation").arg(headers().value(section))
                                : tr("%1: from the dataset").arg(headers().value(section));
    if (role == Qt::FontRole && isAdded(section)) {
        QFont font;
        font.setBold(true);
        return font;
    }
    return {};
}

} // namespace fedcctr::studio
