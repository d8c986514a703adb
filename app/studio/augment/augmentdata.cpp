// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/augmentdata.h"

#include "app/studio/common/titles.h"

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

} // namespace

QFuture<AugmentData> loadAugmentData(const QString& path)
{
    return QtConcurrent::run(load, path);
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

} // namespace fedcctr::studio
