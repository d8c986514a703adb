// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augmentdata.h"

#include <QLocale>
#include <QObject>
#include <QtConcurrent>

#include <algorithm>
#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

AugmentData load(const QString& path)
{
    AugmentData result;
    result.path = path;
    const std::string directory = path.toStdString();
    try {
        result.dataset = std::make_shared<const data::Dataset>(data::load(directory));
    } catch (const std::exception& error) {
        result.error = QString::fromUtf8(error.what());
        return result;
    }
    try {
        if (auto known = augment::loadAugmentation(directory, *result.dataset))
            result.augmentation = std::make_shared<const augment::Augmentation>(std::move(*known));
    } catch (const std::exception& error) {
        result.warning = QString::fromUtf8(error.what());
    }
    return result;
}

QString line(const QString& name, const QString& value)
{
    return u"%1: %2"_s.arg(name, value.isEmpty() ? QObject::tr("(none)") : value);
}

template <typename Entry> QString filled(const std::vector<Entry>& entries)
{
    return QLocale().toString(static_cast<qlonglong>(
        std::ranges::count_if(entries, [](const Entry& entry) { return !entry.empty(); })));
}

QString number(std::size_t count)
{
    return QLocale().toString(static_cast<qulonglong>(count));
}

} // namespace

QFuture<AugmentData> loadAugmentData(const QString& path)
{
    return QtConcurrent::run(load, path);
}

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

QStringList fieldsOf(const data::Dataset& dataset, const augment::Augmentation& augmentation,
    augment::Stage stage, std::size_t subject)
{
    if (stage == augment::Stage::Item) {
        const augment::ItemFeatures& item = augmentation.items[subject];
        return {line(u"genres"_s, joined(item.genres)), line(u"themes"_s, joined(item.themes)),
            line(u"keywords"_s, joined(item.keywords))};
    }
    if (stage == augment::Stage::User) {
        const augment::UserProfile& user = augmentation.users[subject];
        return {line(u"age"_s, QString::fromStdString(user.age)),
            line(u"gender"_s, QString::fromStdString(user.gender)),
            line(u"interests"_s, joined(user.interests))};
    }
    const augment::SequenceExtension& chosen = augmentation.sequences[subject];
    QStringList lines;
    for (const std::size_t domain : {0U, 1U}) {
        const QString name = QString::fromStdString(dataset.domainNames[domain]);
        lines.append(line(QObject::tr("liked, %1").arg(name), titlesOf(dataset, chosen.liked[domain])));
        lines.append(line(QObject::tr("disliked, %1").arg(name), titlesOf(dataset, chosen.disliked[domain])));
    }
    return lines;
}

QString coverageOf(const augment::Augmentation& augmentation)
{
    return QObject::tr("features for %1 of %2 items, profiles for %3 and extensions for %4 of %5 users")
        .arg(filled(augmentation.items), number(augmentation.items.size()), filled(augmentation.users),
            filled(augmentation.sequences), number(augmentation.users.size()));
}

} // namespace fedcctr::studio
