// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/importrequest.h"

#include "core/base/error.h"
#include "core/data/import_options.h"
#include "core/data/importers/csv_preview.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <filesystem>
#include <system_error>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("ImportWizard", text);
}

/// The choices of all files, as the importer takes them: also which of our columns a file has not.
std::vector<data::ColumnName> columnNames(const QList<ImportFile>& files)
{
    std::vector<data::ColumnName> names;
    for (const ImportFile& file : files)
        for (const QString& meaning : columnMeanings())
            names.push_back({meaning.toStdString(), file.columns.value(meaning).toStdString(),
                std::filesystem::path(file.path.toStdString())});
    return names;
}

bool holds(const ImportFile& file, data::SourcePart part)
{
    return file.preview && file.preview->part == part;
}

/// The interactions first, as an importer wants them to which a file is a domain.
std::vector<std::filesystem::path> pathsInOrder(const ImportRequest& request)
{
    std::vector<std::filesystem::path> interactions;
    std::vector<std::filesystem::path> items;
    for (const ImportFile& file : request.files)
        (holds(file, data::SourcePart::Items) ? items : interactions).emplace_back(file.path.toStdString());
    if (request.swapped && !request.format->asksForColumns)
        std::ranges::reverse(interactions);
    interactions.insert(interactions.end(), items.begin(), items.end());
    return interactions;
}

QString problemOfFile(const ImportFile& file)
{
    const QString name = QFileInfo(file.path).fileName();
    const auto has = [&](const char* meaning) { return file.columns.contains(QLatin1String(meaning)); };
    if (!has("user") && !has("item"))
        return translated(
            "%1: choose its columns of users and items (interactions), or of items (their titles).")
            .arg(name);
    if (!has("item"))
        return translated("%1: choose the column that names the item.").arg(name);
    if (!has("user"))
        return {};
    if (!has("domain"))
        return translated(
            "%1: choose the column that says which domain an interaction belongs to; where there is "
            "none, add one to the file.")
            .arg(name);
    if (!has("seq") && !has("timestamp"))
        return translated(
            "%1: choose a column that orders the events: seq (the position in the user's sequence) "
            "or timestamp (Unix seconds).")
            .arg(name);
    return {};
}

/// Of files that may call their columns as they like.
QString problemOfColumns(const QList<ImportFile>& files)
{
    bool anyInteractions = false;
    for (const ImportFile& file : files) {
        if (const QString problem = problemOfFile(file); !problem.isEmpty())
            return problem;
        anyInteractions = anyInteractions || file.isInteractions();
    }
    return anyInteractions ? QString()
                           : translated("No file has interactions: choose the column that names the user.");
}

} // namespace

const QStringList& columnMeanings()
{
    static const QStringList kMeanings{u"user"_s, u"item"_s, u"domain"_s, u"seq"_s, u"timestamp"_s,
        u"rating"_s, u"title"_s, u"categories"_s, u"creator"_s};
    return kMeanings;
}

QString problemOf(const ImportRequest& request)
{
    const data::Importer& format = *request.format;
    for (const ImportFile& file : request.files)
        if (!file.fits(format))
            return translated("%1 looks like %2, not like %3; choose its format, or take the file off.")
                .arg(QFileInfo(file.path).fileName(), kindOf(file),
                    QString::fromUtf8(format.title.data(), std::ssize(format.title)));
    if (format.asksForColumns)
        return problemOfColumns(request.files);
    const auto interactions = std::ranges::count_if(
        request.files, [](const ImportFile& file) { return holds(file, data::SourcePart::Interactions); });
    return interactions == 2
        ? QString()
        : translated("Two files of interactions are needed, one per domain; there are %1.").arg(interactions);
}

QString kindOf(const ImportFile& file)
{
    if (!file.error.isEmpty())
        return translated("cannot be read");
    if (!file.preview)
        return translated("reading…");
    return QString::fromUtf8(file.preview->kind.data(), std::ssize(file.preview->kind));
}

ImportResult importFiles(const ImportRequest& request, DataTask::Link& link)
{
    const std::filesystem::path directory = request.directory.toStdString();
    data::checkDestination(directory, false);
    data::ImportOptions options = request.options;
    options.stop = link.stop();
    options.rowsRead = link.rows();
    options.progress = [&link](double share, const std::string& what) { link.tell(share, what); };
    if (request.format->asksForColumns)
        options.columns = columnNames(request.files);
    const data::Dataset dataset = request.format->import(pathsInOrder(request), options);
    link.tell(0.99, "writing the dataset");
    const auto stopIfAsked = [&link] {
        if (link.stop().stop_requested())
            throw Error("cancelled", Error::Kind::Failure);
    };
    stopIfAsked();
    data::save(dataset, directory);
    ImportResult result;
    try {
        stopIfAsked();
    } catch (const Error&) {
        // Asked for while it was being written: nothing was there before, nothing stays.
        std::error_code ignored;
        std::filesystem::remove_all(directory, ignored);
        throw;
    }
    result.directory = request.directory;
    result.users = dataset.userCount();
    result.interactions = dataset.allEvents.size();
    result.markets = dataset.markets.size();
    for (const data::Domain domain : data::kDomains) {
        result.domains[index(domain)] = QString::fromStdString(dataset.domainNames[index(domain)]);
        result.items[index(domain)] = static_cast<std::size_t>(dataset.itemCount(domain));
    }
    for (const std::string& note : dataset.provenance.notes)
        result.notes.append(QString::fromStdString(note));
    return result;
}

QStringList domainsIn(const QList<ImportFile>& files, std::stop_token stop)
{
    constexpr std::size_t kMostDomains = 50;
    QStringList domains;
    for (const ImportFile& file : files) {
        const QString column = file.columns.value(u"domain"_s);
        if (!file.isInteractions() || column.isEmpty())
            continue;
        for (const std::string& value :
            data::valuesOfColumn(file.path.toStdString(), column.toStdString(), kMostDomains, stop))
            if (const QString name = QString::fromStdString(value); !domains.contains(name))
                domains.append(name);
    }
    return domains;
}

} // namespace fedcctr::studio
