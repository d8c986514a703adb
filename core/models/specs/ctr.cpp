// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/specs/ctr.h"

namespace fedcctr::model {

void addCtr(Tensors& tensors, const ModelOptions& options, const DataShape& shape, std::int64_t interests)
{
    const std::int64_t v = itemWidth(options);
    for (const std::string domain : {"A", "B"})
        addMlp(tensors, domain + ".mlp", (2 + interests) * v, options.mlp);
    addPersonal(tensors, "users", shape, v);
    if (options.codes && !options.codes->users.empty())
        addTable(tensors, "users.codes", options.codes->width(), v);
    addFeatures(tensors, options, shape, featureWidth(options));
    addItems(tensors, shape, options.idWidth, 0, Start::Normal, options.itemStart);
}

void addTwoStages(
    Tensors& tensors, const ModelOptions& options, const std::string& stage, std::int64_t hidden)
{
    const std::int64_t v = itemWidth(options);
    for (const std::string domain : {"A.", "B."}) {
        addActivationUnit(tensors, domain + "unit", v, hidden);
        for (const char* matrix : {".query", ".key", ".value"})
            addMatrix(tensors, domain + stage + matrix, v, v);
    }
}

std::vector<std::string> ctrKeys()
{
    return joined({commonKeys(), itemKeys(), {"model.dropout", "model.mlp"}});
}

OwnField lengthField(const std::string& model, const std::string& what)
{
    return integerField(
        {model + ".length", "exact length", what, "Few: quick, and older interests are lost.",
            "Many: slower, and more noise among them.", "50 in RAL-CDNet's comparison (5.4, Figure 4).", "L"},
        {1, 500, 10, true}, 50);
}

OwnField attentionField(const std::string& model, const std::string& publication)
{
    return integerField({model + ".attention", "attention width", "hidden units of its activation units",
                            "Few: an attention that tells little apart.",
                            "Many: as many numbers per pair of event and candidate.", publication},
        {1, 256, 8, true}, 16);
}

} // namespace fedcctr::model
