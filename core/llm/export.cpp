// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/export.h"

#include "core/base/error.h"

#include <QSaveFile>
#include <QString>

#include <array>
#include <nlohmann/json.hpp>

namespace fedcctr::llm {

namespace {

using augment::Exchange;
using Json = nlohmann::ordered_json;

constexpr std::array kFields{"stage", "subject", "id", "accepted", "rejections", "raw", "prompt", "repaired",
    "backend", "parameters", "template_hash", "prompt_tokens", "answer_tokens", "retries", "seconds", "time",
    "key"};

Json fieldsOf(const Exchange& exchange, const std::string& id)
{
    Json accepted = exchange.accepted.empty() ? Json() : Json::parse(exchange.accepted, nullptr, false);
    if (accepted.is_discarded())
        accepted = exchange.accepted;
    return {{"stage", nameOf(exchange.stage)}, {"subject", exchange.subject}, {"id", id},
        {"accepted", std::move(accepted)}, {"rejections", exchange.rejections}, {"raw", exchange.raw},
        {"prompt", exchange.prompt}, {"repaired", exchange.repaired}, {"backend", exchange.backend},
        {"parameters", exchange.parameters}, {"template_hash", exchange.templateHash},
        {"prompt_tokens", exchange.promptTokens}, {"answer_tokens", exchange.answerTokens},
        {"retries", exchange.retries}, {"seconds", exchange.seconds}, {"time", exchange.time},
        {"key", exchange.key}};
}

std::string dumped(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A field as RFC 4180 wants it; texts bare, everything else as JSON, what is not there empty.
std::string csvField(const Json& value)
{
    std::string text = value.is_string() ? value.get<std::string>() : value.is_null() ? "" : dumped(value);
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    for (std::size_t at = text.find('"'); at != std::string::npos; at = text.find('"', at + 2))
        text.insert(at, 1, '"');
    return '"' + text + '"';
}

std::string csvHeader()
{
    std::string line;
    for (const char* field : kFields)
        line += (line.empty() ? "" : ",") + std::string(field);
    return line + '\n';
}

std::string csvRecord(const Json& fields)
{
    std::string line;
    for (const char* field : kFields)
        line += (line.empty() ? "" : ",") + csvField(fields.at(field));
    return line + '\n';
}

} // namespace

void exportStore(const augment::Store& store, augment::Stage stage, ExportFormat format,
    const std::filesystem::path& file, const std::function<std::string(std::int32_t)>& subjectName)
{
    QSaveFile out(QString::fromStdString(file.string()));
    const auto require = [&](bool good) {
        if (!good)
            throw Error(file.string() + ": cannot be written (" + out.errorString().toStdString()
                + "); choose a writable place");
    };
    const auto write = [&](const std::string& text) {
        const auto size = static_cast<qint64>(text.size());
        require(out.write(text.data(), size) == size);
    };
    require(out.open(QIODevice::WriteOnly));
    if (format == ExportFormat::Csv)
        write(csvHeader());
    store.forEachNewest(stage, [&](const Exchange& exchange) {
        const Json fields = fieldsOf(exchange, subjectName(exchange.subject));
        write(format == ExportFormat::Csv ? csvRecord(fields) : dumped(fields) + '\n');
    });
    require(out.commit());
}

} // namespace fedcctr::llm
