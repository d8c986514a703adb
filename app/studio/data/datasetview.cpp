// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/datasetview.h"

#include "core/augment/augmented_statistics.h"

#include <QLocale>
#include <QtConcurrent>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

SharedView makeView(const QString& path, const std::shared_ptr<const data::Dataset>& dataset)
{
    auto view = std::make_shared<DatasetView>();
    view->path = path;
    view->dataset = dataset;
    try {
        if (auto known = augment::loadAugmentation(path.toStdString(), *dataset))
            view->augmentation = std::make_shared<const augment::Augmentation>(std::move(*known));
    } catch (const std::exception& error) {
        view->warning = QString::fromUtf8(error.what());
    }
    view->statistics = data::statistics(*dataset);
    view->markets = data::marketStatistics(*dataset);
    view->distributions = data::distributions(*dataset);
    view->fields = augment::featureFields(*dataset, nullptr).size();
    if (const augment::Augmentation* augmentation = view->augmentation.get()) {
        view->augmented = augment::augmentedStatistics(*dataset, *augmentation);
        view->augmentedFields = augment::featureFields(*dataset, augmentation).size();
        for (const Attribute attribute :
            {Attribute::Genre, Attribute::Theme, Attribute::Keyword, Attribute::Age, Attribute::Gender})
            view->features.append({attribute, histogram(attribute, *dataset, augmentation)});
    }
    return view;
}

} // namespace

QFuture<SharedView> makeDatasetView(const QString& path, std::shared_ptr<const data::Dataset> dataset)
{
    return QtConcurrent::run(makeView, path, std::move(dataset));
}

QString counted(std::size_t number)
{
    return QLocale().toString(static_cast<qulonglong>(number));
}

QString decimal(double number, int decimals)
{
    return QLocale().toString(number, 'f', decimals);
}

QString nameOf(const data::Dataset& dataset, data::Domain domain)
{
    return QString::fromStdString(dataset.domainNames[index(domain)]);
}

} // namespace fedcctr::studio
