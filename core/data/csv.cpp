// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv.h"

#include "core/base/numbers.h"
#include "core/data/text.h"
#include "core/data/time_stamps.h"

#include <algorithm>

namespace fedcctr::data {

namespace {

/// A quote that is never closed must not swallow a file of many gigabytes.
constexpr std::size_t kLongestField = 1 << 20;

/// Which of the usual separators the header row has most of outside of quotes; commas if it has none.
char separatorIn(std::string_view header)
{
    char best = ',';
    std::ptrdiff_t most = 0;
    std::string bare;
    bool quoted = false;
    for (const char c : header) {
        quoted = quoted != (c == '"');
        if (!quoted)
            bare += c;
    }
    for (const char candidate : {',', ';', '\t', '|'}) {
        const std::ptrdiff_t count = std::ranges::count(bare, candidate);
        if (count > most) {
            best = candidate;
            most = count;
        }
    }
    return best;
}

std::string nameOf(char separator)
{
    return separator == ',' ? "commas"
        : separator == ';'  ? "semicolons"
        : separator == '\t' ? "tabs"
                            : "vertical bars";
}

/// Letters of the ASCII alphabet as small ones.
std::string lowered(std::string text)
{
    std::ranges::transform(
        text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return text;
}

std::string listed(const std::vector<std::string>& words)
{
    std::string list;
    for (const std::string& word : words)
        list += (list.empty() ? "" : ", ") + shown(word);
    return list;
}

} // namespace

CsvReader::CsvReader(const std::filesystem::path& path)
    : m_lines(path)
{
    if (!readBeginning()) {
        throw Error(path.string() + ": is empty; a header row with the names of the columns was expected");
    }
    m_columns.assign(m_fields.begin(), m_fields.begin() + static_cast<std::ptrdiff_t>(m_fieldCount));
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        m_columns[i] = collapsedSpace(m_columns[i]);
        const auto end = m_columns.begin() + static_cast<std::ptrdiff_t>(i);
        if (m_columns[i].empty() || std::find(m_columns.begin(), end, m_columns[i]) == end)
            continue;
        if (looksHeaderless())
            throw missingHeader();
        throw error("column " + shown(m_columns[i]) + " is there twice; rename or remove one");
    }
}

std::optional<std::size_t> CsvReader::find(std::string_view column) const
{
    auto found = std::ranges::find(m_columns, column);
    const std::string small = lowered(std::string(column));
    if (found == m_columns.end() && std::ranges::count(m_columns, small, lowered) == 1)
        found = std::ranges::find(m_columns, small, lowered);
    if (found == m_columns.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - m_columns.begin());
}

std::size_t CsvReader::require(std::string_view column) const
{
    if (const std::optional<std::size_t> found = find(column))
        return *found;
    if (looksHeaderless())
        throw missingHeader();
    throw Error(path().string() + ":1: column " + shown(column) + " is missing; the header row has "
        + listed(m_columns));
}

bool CsvReader::looksHeaderless() const
{
    return std::ranges::any_of(
        m_columns, [](const std::string& name) { return numberIn<double>(name) || timeStampIn(name); });
}

Error CsvReader::missingHeader() const
{
    return Error(path().string() + ":1: the header row seems to be missing: the first line is data, "
        + listed(m_columns)
        + "; put a line with the columns' names before it, e.g. user,item,domain,timestamp");
}

bool CsvReader::next()
{
    if (!readRecord())
        return false;
    if (m_fieldCount != m_columns.size()) {
        throw error("found " + std::to_string(m_fieldCount) + " fields where the header row has "
            + std::to_string(m_columns.size()) + "; put fields that contain " + nameOf(m_separator)
            + " in double quotes");
    }
    return true;
}

RowError CsvReader::error(std::string_view message) const
{
    return RowError(path().string() + ":" + std::to_string(m_recordLine) + ": " + std::string(message));
}

RowError CsvReader::error(std::size_t column, std::string_view message) const
{
    return error("column " + shown(m_columns[column]) + " (" + std::to_string(column + 1)
        + "): " + std::string(message));
}

bool CsvReader::readLine()
{
    if (!m_lines.next(m_line))
        return false;
    if (const std::optional<std::size_t> bad = invalidUtf8(m_line)) {
        throw RowError(path().string() + ":" + std::to_string(m_lines.lineNumber()) + ": byte "
            + std::to_string(*bad + 1)
            + " of the line is not UTF-8 text; convert the file, e.g. with iconv -f LATIN1 -t UTF-8");
    }
    if (const std::size_t nul = m_line.find('\0'); nul != std::string::npos)
        throw RowError(path().string() + ":" + std::to_string(m_lines.lineNumber()) + ": byte "
            + std::to_string(nul + 1)
            + " of the line is a NUL: the file is text in UTF-16 (iconv -f UTF-16LE -t UTF-8) or damaged (tr "
              "-d "
              "'\\0')");
    return true;
}

/// The header row, which shows the separator unless a spreadsheet's line names it.
bool CsvReader::readBeginning()
{
    if (!nextFilledLine())
        return false;
    constexpr std::string_view kNamed = "sep=";
    if (m_line.size() == kNamed.size() + 1 && m_line.starts_with(kNamed)) {
        m_separator = m_line.back();
        return readRecord();
    }
    m_separator = separatorIn(m_line);
    readFields();
    return true;
}

bool CsvReader::nextFilledLine()
{
    do {
        if (!readLine())
            return false;
    } while (m_line.empty());
    return true;
}

bool CsvReader::readRecord()
{
    if (!nextFilledLine())
        return false;
    readFields();
    return true;
}

void CsvReader::readFields()
{
    m_recordLine = m_lines.lineNumber();
    m_fieldCount = 0;
    std::size_t position = 0;
    while (true) {
        const bool isQuoted = position < m_line.size() && m_line[position] == '"';
        position = isQuoted ? readQuotedField(position + 1) : readPlainField(position);
        if (position == m_line.size())
            return;
        ++position; // the separator
    }
}

std::string& CsvReader::startField()
{
    if (m_fieldCount == m_fields.size())
        m_fields.emplace_back();
    std::string& field = m_fields[m_fieldCount++];
    field.clear();
    return field;
}

std::size_t CsvReader::readPlainField(std::size_t begin)
{
    const std::size_t end = std::min(m_line.find(m_separator, begin), m_line.size());
    const std::string_view text = std::string_view(m_line).substr(begin, end - begin);
    if (text.find('\r') != std::string_view::npos) {
        throw error("field " + std::to_string(m_fieldCount + 1) + ": a carriage return inside " + shown(text)
            + "; the file mixes line ends: give all lines the same, e.g. with dos2unix or mac2unix");
    }
    if (text.find('"') != std::string_view::npos) {
        throw error("field " + std::to_string(m_fieldCount + 1) + ": a quote inside " + shown(text)
            + ", which is not quoted; put the whole field in quotes and double the quote inside");
    }
    startField() = text;
    return end;
}

std::size_t CsvReader::readQuotedField(std::size_t begin)
{
    std::string& field = startField();
    const std::string where = "field " + std::to_string(m_fieldCount) + ": ";
    while (true) {
        const std::size_t quote = std::min(m_line.find('"', begin), m_line.size());
        field.append(m_line, begin, quote - begin);
        if (quote == m_line.size()) {
            if (field.size() > kLongestField || !readLine()) {
                const RowError problem = error(
                    where + "the quote that opens here is never closed; close it or double quotes inside");
                throw Error(problem.what());
            }
            field.push_back('\n');
            begin = 0;
        } else if (quote + 1 < m_line.size() && m_line[quote + 1] == '"') {
            field.push_back('"');
            begin = quote + 2;
        } else if (quote + 1 == m_line.size() || m_line[quote + 1] == m_separator) {
            return quote + 1;
        } else {
            throw error(where + "text after the closing quote; double the quotes that belong to the text");
        }
    }
}

} // namespace fedcctr::data
