// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/prompts.h"

#include "core/augment/template.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/installed.h"

#include <system_error>

namespace fedcctr::augment {

namespace fs = std::filesystem;

namespace {

std::string fileName(Stage stage)
{
    return nameOf(stage) + ".txt";
}

fs::path defaultFile(Stage stage)
{
    const fs::path file = installedFolder("prompts", "prompts") / fileName(stage);
    if (!fs::exists(file))
        throw Error(file.string() + ": the default template is missing; install the program again",
            Error::Kind::Failure);
    return file;
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
