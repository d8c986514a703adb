// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parts.h"
#include "core/models/specs/registry.h"
#include "core/models/specs/script_archive.h"

namespace fedcctr::model {

namespace {

Tensors tensorsOf(const ModelOptions& options, const DataShape& /*shape*/)
{
    return options.file.empty() ? Tensors{} : toldParameters(options.file);
}

std::vector<std::string> problemsOf(const ModelOptions& options)
{
    if (!options.file.empty())
        return {};
    return {"model.file: is missing; give a TorchScript module, as resources/examples/own_gru.py writes one, "
            "or choose another model.architecture"};
}

} // namespace

template <> const ModelInfo& infoOf<Script>()
{
    static const ModelInfo kInfo{.name = "script",
        .title = "Own model (TorchScript)",
        .citation = "a TorchScript module of your own (pytorch.org/docs/stable/jit.html)",
        .summary = "scores histories and candidates by the module in model.file, and trains its parameters",
        .needs = "the histories of both domains, apart and merged by time; what it takes of them is its own",
        .settings = joined({commonKeys(), {"model.file"}}),
        .fields = {},
        .terms = {},
        .representations = Representations::None,
        .tensors = tensorsOf,
        .problems = problemsOf};
    return kInfo;
}

} // namespace fedcctr::model
