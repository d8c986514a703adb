// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/prompts.h"

#include "core/augment/template.h"
#include "core/base/error.h"
#include "core/base/files.h"

#include <system_error>

namespace fedcctr::augment {

namespace fs = std::filesystem;

namespace {

std::string fileName(Stage stage)
{
    return nameOf(stage) + ".txt";
}

/// Beside the installed program (prefix/bin -> prefix/share/fedcctr/prompts), else where it was installed to,
/// else in the source tree that it was built from.
fs::path defaultFile(Stage stage)
{
    std::error_code failed;
    const fs::path program = fs::read_symlink("/proc/self/exe", failed);
    std::vector<fs::path> places;
    if (!failed)
        places.push_back(program.parent_path().parent_path() / "share/fedcctr/prompts");
    places.emplace_back(FEDCCTR_INSTALLED_PROMPTS);
    places.emplace_back(FEDCCTR_SOURCE_PROMPTS);
    for (const fs::path& place : places)
        if (fs::exists(place / fileName(stage), failed))
            return place / fileName(stage);
    throw Error(fileName(stage) + ": the default template was not found; looked in " + places.front().string()
            + " and " + places.back().string() + "; install the program again",
        Error::Kind::Failure);
}

} // namespace

std::string defaultTemplate(Stage stage)
{
    return readFile(defaultFile(stage));
}

fs::path templateFile(const fs::path& dataset, Stage stage)
{
    return dataset / "prompts" / fileName(stage);
}

std::string loadTemplate(const fs::path& dataset, Stage stage)
{
    const fs::path file = templateFile(dataset, stage);
    std::error_code failed;
    return fs::exists(file, failed) ? readFile(file) : defaultTemplate(stage);
}

void saveTemplate(const fs::path& dataset, Stage stage, std::string_view text)
{
    if (text == defaultTemplate(stage)) {
        restoreDefault(dataset, stage);
        return;
    }
    const fs::path file = templateFile(dataset, stage);
    makeWritableDirectory(file.parent_path());
    writeFileAtomically(file, text);
}

void restoreDefault(const fs::path& dataset, Stage stage)
{
    const fs::path file = templateFile(dataset, stage);
    std::error_code failed;
    fs::remove(file, failed);
    if (failed)
        throw Error(
            file.string() + ": cannot be removed (" + failed.message() + "); make its directory writable");
}

bool isEdited(const fs::path& dataset, Stage stage)
{
    return loadTemplate(dataset, stage) != defaultTemplate(stage);
}

} // namespace fedcctr::augment
