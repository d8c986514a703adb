// SPDX-License-Identifier: GPL-3.0-or-later
// The walls that include roots cannot keep: system headers. This reads the #include lines of the source tree.
#include "core/base/files.h"

#include <QTest>

#include <filesystem>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <sstream>

using namespace fedcctr;
namespace fs = std::filesystem;

namespace {

struct Include {
    std::string file; ///< relative to the source tree
    std::string target;
};

const std::vector<Include>& includes()
{
    static const std::vector<Include> kIncludes = [] {
        std::vector<Include> found;
        const fs::path root = FEDCCTR_SOURCE_DIR;
        const std::regex pattern("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
        for (const char* part : {"app", "core", "widgets", "tests"})
            for (const auto& entry : fs::recursive_directory_iterator(root / part)) {
                const std::string extension = entry.path().extension().string();
                if (extension != ".h" && extension != ".cpp")
                    continue;
                std::istringstream lines(readFile(entry.path()));
                std::smatch match;
                for (std::string line; std::getline(lines, line);)
                    if (std::regex_search(line, match, pattern))
                        found.push_back({fs::relative(entry.path(), root).string(), match[1]});
            }
        return found;
    }();
    return kIncludes;
}

/// "core/model/x.h" -> "core/model"
std::string folderOf(const std::string& path)
{
    return fs::path(path).parent_path().string();
}

bool isQt(const std::string& target)
{
    return target.starts_with("Qt") || (target.size() > 1 && target[0] == 'Q' && std::isupper(target[1]) != 0)
        || target == "qcustomplot.h";
}

bool isTorch(const std::string& target)
{
    return target.starts_with("torch/") || target.starts_with("ATen/") || target.starts_with("c10/");
}

void complainOf(const Include& include)
{
    QFAIL(qPrintable(QString::fromStdString(include.file + " must not include " + include.target)));
}

} // namespace

class TestLayering : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everythingIsRead()
    {
        QVERIFY(includes().size() > 400);
        QVERIFY(std::ranges::any_of(includes(), [](const Include& i) {
            return i.file == "core/data/history.cpp" && i.target == "core/data/history.h";
        }));
        QVERIFY(std::ranges::any_of(includes(), [](const Include& i) { return isQt(i.target); }));
        QVERIFY(std::ranges::any_of(includes(), [](const Include& i) { return isTorch(i.target); }));
    }

    void noQtInCore()
    {
        for (const Include& include : includes())
            if (include.file.starts_with("core/") && !include.file.starts_with("core/llm/")
                && isQt(include.target))
                complainOf(include);
    }

    void noQtInTheEngine()
    {
        for (const Include& include : includes())
            if (include.file.starts_with("app/engine/") && isQt(include.target))
                complainOf(include);
    }

    /// Torch's headers may lie where the compiler looks of itself, so that it cannot keep this wall.
    void torchInFewPlaces()
    {
        static const std::set<std::string> kAllowed{
            "core/nn", "core/models", "core/training", "core/silos", "app/engine"};
        for (const Include& include : includes())
            if (isTorch(include.target) && !kAllowed.contains(folderOf(include.file))
                && !include.file.starts_with("tests"))
                complainOf(include);
    }

    /// A program under tests that uses torch must name it before Qt, which takes the word "slots".
    void torchBeforeQt()
    {
        std::map<std::string, bool> qtSeen;
        for (const Include& include : includes()) {
            if (isQt(include.target))
                qtSeen[include.file] = true;
            else if (isTorch(include.target) && qtSeen[include.file])
                complainOf(include);
        }
    }
};

std::unique_ptr<QObject> tst_layering()
{
    return std::make_unique<TestLayering>();
}
#include "tst_layering.moc"
