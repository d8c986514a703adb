// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/data/row_error.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::data {

/// Streams the records of a CSV file with a header row (RFC 4180: quoted fields, doubled quotes, line ends
/// inside quotes; plain or gzip, UTF-8 with or without byte order mark; also with semicolons, tabs or
/// vertical bars in place of the commas, and after a spreadsheet's line "sep=;"). Blank lines between records
/// are passed over. A line end inside quotes reads as "\n".
///
/// Everything else is an Error naming file and line: text that is not UTF-8 (rejected, never repaired: a
/// wrong encoding would damage every title silently), another number of fields than the header, a quote in
/// the wrong place or one that is never closed. After a RowError next() goes on with the following line; a
/// quote that is never closed is none, for it hides how many rows it swallowed.
class CsvReader {
public:
    /// Opens the file and reads its header row. Throws Error if there is none.
    explicit CsvReader(const std::filesystem::path& path);

    const std::vector<std::string>& columns() const { return m_columns; }

    /// Position of a column, if it is there; by its name in other letters' case if that is clear.
    std::optional<std::size_t> find(std::string_view column) const;

    /// Position of a column that must be there. Throws Error listing the columns found.
    std::size_t require(std::string_view column) const;

    /// Reads the next record; false at the end of the file.
    bool next();

    /// A field of the current record; valid until next().
    const std::string& field(std::size_t column) const { return m_fields[column]; }

    /// Line on which the current record starts, from 1.
    std::size_t lineNumber() const { return m_recordLine; }

    double progress() const { return m_lines.progress(); }
    const std::filesystem::path& path() const { return m_lines.path(); }

    /// What parts the fields, told from the header row: a comma, semicolon, tab or vertical bar.
    char separator() const { return m_separator; }

    /// Whether the first line holds data in place of names: some field is a number.
    bool looksHeaderless() const;

    /// The error that says so.
    Error missingHeader() const;

    /// An error about the current record, for the caller to throw: "file:line: message".
    RowError error(std::string_view message) const;

    /// An error about one field: "file:line: column 'name' (n): message".
    RowError error(std::size_t column, std::string_view message) const;

private:
    bool readLine();
    bool nextFilledLine();
    bool readBeginning();
    bool readRecord();
    void readFields();
    std::string& startField();
    std::size_t readQuotedField(std::size_t begin);
    std::size_t readPlainField(std::size_t begin);

    LineReader m_lines;
    std::string m_line;
    char m_separator = ',';
    std::vector<std::string> m_columns;
    std::vector<std::string> m_fields;
    std::size_t m_fieldCount = 0;
    std::size_t m_recordLine = 0;
};

} // namespace fedcctr::data
