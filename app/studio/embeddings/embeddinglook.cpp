// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/embeddinglook.h"

#include "core/data/dataset.h"

#include <QLocale>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MarkerShape;
using widgets::ScatterContent;

namespace {

constexpr int kMostCategories = 7; ///< beyond, the rest is "other"

QString translated(const char* text)
{
    return QCoreApplication::translate("EmbeddingLook", text);
}

/// The frequent values of a profile field become categories, the others one.
void colorByWords(ScatterContent& content, const std::vector<QString>& ofUser)
{
    QMap<QString, int> counts;
    for (const QString& word : ofUser)
        if (!word.isEmpty())
            ++counts[word];
    QStringList words = counts.keys();
    std::ranges::stable_sort(
        words, [&](const QString& x, const QString& y) { return counts[x] > counts[y]; });
    const bool more = words.size() > kMostCategories;
    words = words.mid(0, kMostCategories);
    std::ranges::sort(words);
    const int other = static_cast<int>(words.size());
    content.categoryNames = words;
    const bool unknown = std::ranges::any_of(ofUser, [](const QString& word) { return word.isEmpty(); });
    if (more || unknown)
        content.categoryNames.append(more ? translated("other or unknown") : translated("unknown"));
    for (int s = 0; s < kRepresentations; ++s)
        for (const QString& word : ofUser) {
            const auto found = static_cast<int>(words.indexOf(word));
            content.categories.push_back(found < 0 ? other : found);
        }
}

/// Activity, or the share of a domain's items that a user has not touched.
void colorByNumber(ScatterContent& content, const EmbeddingSet& set, ColorBy by)
{
    const std::array<int, 3> items{set.items[0], set.items[1], set.items[0] + set.items[1]};
    for (std::size_t s = 0; s < 3; ++s)
        for (const EmbeddedUser& user : set.users)
            content.values.push_back(
                by == ColorBy::Activity ? user.seen[s] : 100 - 100.0 * user.seen[s] / std::max(1, items[s]));
}

std::vector<QString> words(const EmbeddingSet& set, ColorBy by)
{
    std::vector<QString> result;
    for (const EmbeddedUser& user : set.users)
        result.push_back(by == ColorBy::Age ? user.age
                : by == ColorBy::Gender     ? user.gender
                                            : user.interests.value(0));
    return result;
}

} // namespace

QStringList colorNames()
{
    return {translated("representation"), translated("activity"), translated("sparsity"), translated("age"),
        translated("gender"), translated("first interest"), translated("run")};
}

QString colorHelp(ColorBy by)
{
    switch (by) {
    case ColorBy::Representation:
        return translated("hᴬ, hᴮ and hᴹ of Eq. 5-7");
    case ColorBy::Activity:
        return translated("length of the sequence that a point stands for, in events");
    case ColorBy::Sparsity:
        return translated("share of the domain's items that the user has not touched, in %");
    case ColorBy::Age:
    case ColorBy::Gender:
    case ColorBy::Interest:
        return translated("from the profile that augmentation made; such a profile is a guess");
    case ColorBy::Run:
        break;
    }
    return translated("which of the runs side by side");
}

ScatterContent userLook(const EmbeddingSet& set, ColorBy by, const QStringList& runs, int run)
{
    ScatterContent content;
    content.colorName = colorNames().value(static_cast<int>(by));
    const QStringList lengths{translated("|sᴬ| %1"), translated("|sᴮ| %1"), translated("|sᴹ| %1")};
    for (int s = 0; s < kRepresentations; ++s) {
        const QString domain = s < 2 ? set.domains.value(s) : translated("mixed");
        content.shapeNames.append(u"%1 %2"_s.arg(representationName(s), domain));
        for (const EmbeddedUser& user : set.users) {
            content.shapes.push_back(static_cast<MarkerShape>(s));
            content.names.append(u"%1  %2  %3"_s.arg(translated("user %1").arg(user.id),
                representationName(s), lengths[s].arg(user.seen[static_cast<std::size_t>(s)])));
        }
    }
    switch (by) {
    case ColorBy::Representation:
        content.coloursAreShapes = true;
        content.categoryNames = content.shapeNames;
        for (const MarkerShape shape : content.shapes)
            content.categories.push_back(static_cast<int>(shape));
        break;
    case ColorBy::Activity:
    case ColorBy::Sparsity:
        colorByNumber(content, set, by);
        break;
    case ColorBy::Age:
    case ColorBy::Gender:
    case ColorBy::Interest:
        colorByWords(content, words(set, by));
        break;
    case ColorBy::Run:
        content.categoryNames = runs;
        content.categories.assign(content.shapes.size(), run);
        break;
    }
    return content;
}

ScatterContent itemLook(const EmbeddingSet& set, const data::Dataset* dataset)
{
    ScatterContent content;
    content.colorName = translated("domain");
    content.shapeNames = set.domains;
    content.categoryNames = set.domains;
    content.coloursAreShapes = true;
    const int count = static_cast<int>(set.itemVectors.rows);
    for (int item = 0; item < count; ++item) {
        const int domain = item < set.items[0] ? 0 : 1;
        content.shapes.push_back(static_cast<MarkerShape>(domain));
        content.categories.push_back(domain);
        content.names.append(itemTitle(dataset, item));
    }
    return content;
}

std::vector<QPointF> toPoints(const projection::Matrix& coordinates)
{
    std::vector<QPointF> points(coordinates.rows);
    for (std::size_t i = 0; i < coordinates.rows; ++i)
        points[i] = {coordinates.at(i, 0), coordinates.at(i, 1)};
    return points;
}

std::vector<QPointF> between(const projection::Matrix& from, const projection::Matrix& to, double share)
{
    std::vector<QPointF> points(from.rows);
    for (std::size_t i = 0; i < from.rows; ++i)
        points[i] = {(1 - share) * from.at(i, 0) + share * to.at(i, 0),
            (1 - share) * from.at(i, 1) + share * to.at(i, 1)};
    return points;
}

QString itemTitle(const data::Dataset* dataset, int item)
{
    if (!dataset || item < 0 || item >= static_cast<int>(dataset->items.size()))
        return translated("item %1").arg(item);
    const data::Item& known = dataset->items[static_cast<std::size_t>(item)];
    return QString::fromStdString(known.title.empty() ? known.id : known.title);
}

} // namespace fedcctr::studio
