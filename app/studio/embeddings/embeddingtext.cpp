// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/embeddingtext.h"

#include "app/studio/embeddings/embeddinglook.h"
#include "core/data/dataset.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr std::size_t kNearest = 6;
constexpr std::size_t kShownEvents = 10;
constexpr int kShownPoints = 40;

QString translated(const char* text)
{
    return QCoreApplication::translate("EmbeddingText", text);
}

QString similarity(double cosine)
{
    return QLocale().toString(cosine, 'f', 2);
}

QString heading(const QString& text)
{
    return u"<p><b>"_s + text.toHtmlEscaped() + u"</b><br>"_s;
}

/// The two domains' lists side by side.
QString columns(const QStringList& names, const std::array<QStringList, 2>& lists)
{
    QString html = u"<table width='100%' cellspacing='0' cellpadding='2'><tr>"_s;
    for (int d = 0; d < 2; ++d)
        html += u"<td width='50%'><b>"_s + names.value(d).toHtmlEscaped() + u"</b></td>"_s;
    html += u"</tr><tr>"_s;
    for (const QStringList& list : lists)
        html += u"<td width='50%' valign='top'>"_s + list.join(u"<br>"_s) + u"</td>"_s;
    return html + u"</tr></table>"_s;
}

QString roleWord(data::Role role)
{
    return role == data::Role::Test      ? translated("test")
        : role == data::Role::Validation ? translated("validation")
                                         : QString();
}

/// The newest events of each domain, the newest first.
QString sequences(const EmbeddingSet& set, const data::Dataset& dataset, std::size_t user)
{
    std::array<QStringList, 2> lists;
    const std::span<const data::Event> events = dataset.events(user);
    for (std::size_t i = events.size(); i-- > 0;) {
        QStringList& list = lists[data::index(dataset.domainOf(events[i].item))];
        if (list.size() >= static_cast<qsizetype>(kShownEvents))
            continue;
        const QString role = roleWord(events[i].role);
        list.append(itemTitle(&dataset, events[i].item).toHtmlEscaped()
            + (role.isEmpty() ? role : u" <i>("_s + role + u")</i>"_s));
    }
    return heading(translated("Sequences, newest first")) + columns(set.domains, lists);
}

QString recommendations(const EmbeddingSet& set, const data::Dataset* dataset, const EmbeddedUser& user)
{
    std::array<QStringList, 2> lists;
    for (std::size_t d = 0; d < 2; ++d)
        for (const RecommendedItem& each : user.recommended[d]) {
            bool held = false;
            if (dataset)
                for (const data::Event& event : dataset->events(static_cast<std::size_t>(user.user)))
                    held = held || (event.item == each.item && event.role == data::Role::Test);
            const QString title = itemTitle(dataset, each.item).toHtmlEscaped();
            lists[d].append((held ? u"<b>"_s + title + u"</b> "_s + translated("(held out)") : title)
                + u" <i>"_s + QLocale().toString(each.score, 'f', 2) + u"</i>"_s);
        }
    if (lists[0].isEmpty() && lists[1].isEmpty())
        return heading(translated("Recommended"))
            + translated("Not computed for so many users; draw 500 or fewer.").toHtmlEscaped();
    return heading(translated("Recommended, best first (score)")) + columns(set.domains, lists);
}

} // namespace

QString userText(const EmbeddingSet& set, std::size_t frame, const data::Dataset* dataset, int point)
{
    const int users = static_cast<int>(set.users.size());
    const int representation = point / users;
    const int row = point % users;
    const EmbeddedUser& user = set.users[static_cast<std::size_t>(row)];
    QString html = u"<p><b>"_s + translated("user %1").arg(user.id).toHtmlEscaped() + u"</b> "_s
        + representationName(representation) + u"<br>"_s
        + u"|sᴬ| %1, |sᴮ| %2"_s.arg(user.seen[0]).arg(user.seen[1]);
    if (!user.age.isEmpty())
        html += u"<br>"_s
            + translated("guessed profile: %1")
                  .arg((QStringList{user.age, user.gender} + user.interests).join(u", "_s))
                  .toHtmlEscaped();
    html += heading(translated("Nearest users (cosine)"));
    QStringList near;
    const auto& vectors = set.frames[frame].vectors[static_cast<std::size_t>(representation)];
    for (const auto& [other, cosine] : projection::nearest(vectors, static_cast<std::size_t>(row), kNearest))
        near.append(u"<a href='point:%1'>%2</a> %3"_s.arg(representation * users + static_cast<int>(other))
                        .arg(set.users[other].id.toHtmlEscaped(), similarity(cosine)));
    html += near.join(u", "_s);
    if (dataset)
        html += sequences(set, *dataset, static_cast<std::size_t>(user.user));
    return html + recommendations(set, dataset, user);
}

QString groupText(const EmbeddingSet& set, const QSet<int>& points)
{
    const int users = static_cast<int>(set.users.size());
    std::array<int, 3> counts{};
    QSet<int> people;
    for (const int point : points) {
        ++counts[static_cast<std::size_t>(point / users)];
        people.insert(point % users);
    }
    QStringList parts;
    for (int s = 0; s < kRepresentations; ++s)
        parts.append(u"%1 %2"_s.arg(counts[static_cast<std::size_t>(s)]).arg(representationName(s)));
    QString html = u"<p><b>"_s + translated("%1 points of %2 users").arg(points.size()).arg(people.size())
        + u"</b><br>"_s + parts.join(u", "_s) + u"<p>"_s;
    QList<int> sorted(points.begin(), points.end());
    std::ranges::sort(sorted);
    QStringList links;
    for (const int point : sorted.mid(0, kShownPoints))
        links.append(u"<a href='point:%1'>%2 %3</a>"_s.arg(point).arg(
            set.users[static_cast<std::size_t>(point % users)].id.toHtmlEscaped(),
            representationName(point / users)));
    if (sorted.size() > kShownPoints)
        links.append(translated("and %1 more").arg(sorted.size() - kShownPoints));
    return html + links.join(u", "_s);
}

QString itemText(const EmbeddingSet& set, const data::Dataset* dataset, int item)
{
    const auto row = static_cast<std::size_t>(item);
    QString html = u"<p><b>"_s + itemTitle(dataset, item).toHtmlEscaped() + u"</b><br>"_s
        + set.domains.value(item < set.items[0] ? 0 : 1).toHtmlEscaped();
    if (dataset && row < dataset->items.size() && !dataset->items[row].categories.empty())
        html += u"<br>"_s + QString::fromStdString(dataset->items[row].categories).toHtmlEscaped();
    html += heading(translated("Nearest items (cosine)"));
    QStringList near;
    for (const auto& [other, cosine] : projection::nearest(set.itemVectors, row, 2 * kNearest))
        near.append(u"<a href='point:%1'>%2</a> %3 <i>%4</i>"_s.arg(other).arg(
            itemTitle(dataset, static_cast<int>(other)).toHtmlEscaped(), similarity(cosine),
            set.domains.value(static_cast<int>(other) < set.items[0] ? 0 : 1).toHtmlEscaped()));
    return html + near.join(u"<br>"_s);
}

QString itemGroupText(const data::Dataset* dataset, const QSet<int>& items)
{
    QList<int> sorted(items.begin(), items.end());
    std::ranges::sort(sorted);
    QStringList links;
    for (const int item : sorted.mid(0, kShownPoints))
        links.append(u"<a href='point:%1'>%2</a>"_s.arg(item).arg(itemTitle(dataset, item).toHtmlEscaped()));
    if (sorted.size() > kShownPoints)
        links.append(translated("and %1 more").arg(sorted.size() - kShownPoints));
    return u"<p><b>"_s + translated("%1 items").arg(sorted.size()) + u"</b><p>"_s + links.join(u"<br>"_s);
}

std::vector<int> itemsWith(const data::Dataset& dataset, const QString& text, std::size_t most)
{
    std::vector<int> found;
    const int count = static_cast<int>(dataset.items.size());
    for (int item = 0; item < count && found.size() < most; ++item)
        if (itemTitle(&dataset, item).contains(text, Qt::CaseInsensitive))
            found.push_back(item);
    return found;
}

} // namespace fedcctr::studio
