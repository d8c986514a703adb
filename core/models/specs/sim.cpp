// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

template <> const ModelInfo& infoOf<SimHard>();
template <> const ModelInfo& infoOf<SimSoft>();

namespace {

template <typename Sim> Tensors tensorsOf(const ModelOptions& options, const DataShape& shape)
{
    const ModelInfo& info = infoOf<Sim>();
    Tensors tensors;
    addTwoStages(tensors, options, "search", ownInteger(info, options, info.name + ".attention"));
    addCtr(tensors, options, shape, 2);
    return tensors;
}

/// What differs between the two ways to search.
struct Way {
    std::string name;
    std::string title;
    std::string summary;
    std::string needs;
};

template <typename Sim> ModelInfo simInfo(const Way& way)
{
    return {.name = way.name,
        .title = way.title,
        .citation =
            "Pi et al., Search-based User Interest Modeling with Lifelong Sequential Behavior Data, CIKM "
            "2020, arXiv 2006.05639",
        .summary = way.summary,
        .needs = way.needs,
        .settings = ctrKeys(),
        .fields = {lengthField(
                       way.name, "events that the search unit hands on, and the newest ones beside them"),
            attentionField(way.name, "None is given.")},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf<Sim>,
        .problems = mlpProblems};
}

} // namespace

template <> const ModelInfo& infoOf<SimHard>()
{
    static const ModelInfo kInfo = simInfo<SimHard>({"sim-hard", "SIM (hard)",
        "finds the long history's events of the candidate's kind and attends to them, beside the newest",
        "long histories of the domain alone that is predicted; titles or categories"});
    return kInfo;
}

template <> const ModelInfo& infoOf<SimSoft>()
{
    static const ModelInfo kInfo = simInfo<SimSoft>({"sim-soft", "SIM (soft)",
        "finds the long history's events nearest to the candidate and attends to them, beside the newest",
        "long histories of the domain alone that is predicted"});
    return kInfo;
}

} // namespace fedcctr::model
