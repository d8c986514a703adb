// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace fedcctr::cli {

/// The folder for a report under way, inside of the report's own. Its files take their places when all are
/// written, so that a report that fails, for lack of space or else, leaves none.
class ReportStaging {
public:
    /// Throws Error if it cannot be made.
    explicit ReportStaging(std::filesystem::path out);
    ~ReportStaging();
    ReportStaging(const ReportStaging&) = delete;
    ReportStaging& operator=(const ReportStaging&) = delete;

    const std::filesystem::path& path() const { return m_path; }

    /// Throws Error naming the file that could not take its place.
    void publish() const;

private:
    std::filesystem::path m_out;
    std::filesystem::path m_path;
};

} // namespace fedcctr::cli
