// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_staging.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace fedcctr::cli {

namespace fs = std::filesystem;

ReportStaging::ReportStaging(fs::path out)
    : m_out(std::move(out))
    , m_path(m_out / (".report-" + std::to_string(::getpid())))
{
    makeWritableDirectory(m_path);
}

ReportStaging::~ReportStaging()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

void ReportStaging::publish() const
{
    std::vector<fs::path> written;
    for (const fs::directory_entry& entry : fs::directory_iterator(m_path))
        written.push_back(entry.path());
    for (const fs::path& file : written) {
        const fs::path target = m_out / file.filename();
        std::error_code failed;
        fs::rename(file, target, failed);
        if (failed)
            throw Error(target.string() + ": cannot be replaced (" + failed.message() + ")");
    }
}

} // namespace fedcctr::cli
