// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/common/titles.h"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

QString titleOf(const data::Dataset& dataset, data::ItemId item)
{
    const data::Item& known = dataset.items[static_cast<std::size_t>(item)];
    return QString::fromStdString(known.title.empty() ? known.id : known.title);
}

QString joined(const std::vector<std::string>& words)
{
    QStringList list;
    for (const std::string& word : words)
        list.append(QString::fromStdString(word));
    return list.join(u", "_s);
}

QString titlesOf(const data::Dataset& dataset, std::span<const data::ItemId> items)
{
    QStringList list;
    for (const data::ItemId item : items)
        list.append(titleOf(dataset, item));
    return list.join(u"; "_s);
}

} // namespace fedcctr::studio
