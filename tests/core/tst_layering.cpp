// SPDX-License-Identifier: GPL-3.0-or-later
// Dependencies point one way; this reads the #include lines of the source tree.
#include "core/base/files.h"

#include <QTest>

#include <filesystem>
#include <map>
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

    void torchInFewPlaces()
    {
        static const std::set<std::string> kAllowed{"core/model", "core/federated", "app/engine"};
        // These of core/model are free of torch; a header of it that is not would bring torch in by the back
        // door.
        static const std::set<std::string> kTorchFree{"core/model/options.h", "core/model/text_vectors.h",
            "core/model/examples.h", "core/model/example_leakage.h"};
        for (const Include& include : includes()) {
            const std::string folder = folderOf(include.file);
            if (kAllowed.contains(folder) || folder.starts_with("tests"))
                continue;
            if (isTorch(include.target))
                complainOf(include);
            const std::string target = folderOf(include.target);
            if ((target == "core/model" || target == "core/federated")
                && !kTorchFree.contains(include.target))
                complainOf(include);
        }
        for (const Include& include : includes())
            if (kTorchFree.contains(include.file) && isTorch(include.target))
                complainOf(include);
    }

    void widgetsKnowNothingOfCore()
    {
        for (const Include& include : includes())
            if (include.file.starts_with("widgets/")
                && (include.target.starts_with("core/") || include.target.starts_with("app/")))
                complainOf(include);
    }

    void coreKnowsNothingAboveIt()
    {
        for (const Include& include : includes())
            if (include.file.starts_with("core/")
                && (include.target.starts_with("app/") || include.target.starts_with("widgets/")
                    || include.target.starts_with("tests/")))
                complainOf(include);
    }

    void insideCore()
    {
        static const std::map<std::string, std::set<std::string>> kAllowed{
            {"core/base", {}},
            {"core/data", {"core/base"}},
            {"core/augment", {"core/base", "core/data"}},
            {"core/evaluation", {"core/base", "core/data"}},
            {"core/privacy", {"core/base"}},
            {"core/federation", {"core/base", "core/privacy"}},
            {"core/analysis", {"core/base"}},
            {"core/model", {"core/base", "core/data", "core/augment"}},
            {"core/federated",
                {"core/base", "core/data", "core/evaluation", "core/federation", "core/privacy", "core/model",
                    "core/augment"}},
            {"core/llm", {"core/base", "core/data", "core/augment"}},
            {"core/experiment", {"core/base", "core/evaluation", "core/federation", "core/privacy"}},
        };
        static const std::set<std::string> kOptions{"core/model/options.h", "core/federation/options.h",
            "core/privacy/options.h", "core/augment/options.h"};
        int checked = 0;
        for (const Include& include : includes()) {
            const auto rule = kAllowed.find(folderOf(include.file));
            if (rule == kAllowed.end() || !include.target.starts_with("core/"))
                continue;
            ++checked;
            const std::string target = folderOf(include.target);
            const bool option = rule->first == "core/experiment" && kOptions.contains(include.target);
            if (target != rule->first && !rule->second.contains(target) && !option)
                complainOf(include);
        }
        QVERIFY(checked > 100);
    }

    /// The option headers stand alone, since the table of settings includes them.
    void optionHeadersIncludeNothingOfOurs()
    {
        for (const Include& include : includes())
            if (include.file.starts_with("core/") && include.file.ends_with("/options.h")
                && include.target.starts_with("core/"))
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

QTEST_APPLESS_MAIN(TestLayering)
#include "tst_layering.moc"
