// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/make_model.h"

#include "core/base/error.h"
#include "core/models/bst.h"
#include "core/models/c2dsr.h"
#include "core/models/conet.h"
#include "core/models/dien.h"
#include "core/models/fed_cl4srec.h"
#include "core/models/fed_dcsr.h"
#include "core/models/fed_dssm.h"
#include "core/models/fed_sasrec.h"
#include "core/models/idst_cl.h"
#include "core/models/lr.h"
#include "core/models/minet.h"
#include "core/models/private_head.h"
#include "core/models/script.h"
#include "core/models/specs/registry.h"
#include "core/models/tri_cdr.h"

#include <array>

namespace fedcctr::model {

namespace {

/// What a model is made of.
struct Ingredients {
    const data::Dataset& dataset;
    const ModelOptions& options;
    std::vector<float>& prior;
    const augment::Augmentation& augmentation;
    const torch::Device& device;

    bool profiles() const { return !augmentation.users.empty(); }
};

struct Maker {
    const ModelInfo& (*info)();
    std::unique_ptr<Model> (*make)(const Ingredients& of);
};

template <typename Made> std::unique_ptr<Model> ofHistories(const Ingredients& of)
{
    return std::make_unique<Made>(of.dataset, of.options, of.device, of.augmentation.items);
}

/// A line per model; its description stands in specs/registry.cpp.
constexpr std::array kMakers{
    Maker{idstClInfo,
        [](const Ingredients& of) -> std::unique_ptr<Model> {
            return std::make_unique<IdstCl>(
                of.dataset, of.options, of.device, of.profiles(), of.augmentation.items);
        }},
    Maker{privateHeadInfo,
        [](const Ingredients& of) -> std::unique_ptr<Model> {
            return std::make_unique<PrivateHead>(
                of.dataset, of.options, std::move(of.prior), of.device, of.augmentation.items);
        }},
    Maker{lrInfo, ofHistories<LogisticRegression>},
    Maker{dienInfo, ofHistories<Dien>},
    Maker{bstInfo, ofHistories<Bst>},
    Maker{coNetInfo, ofHistories<CoNet>},
    Maker{miNetInfo, ofHistories<MiNet>},
    Maker{c2dsrInfo, ofHistories<C2dsr>},
    Maker{triCdrInfo, ofHistories<TriCdr>},
    Maker{fedDssmInfo, ofHistories<FedDssm>},
    Maker{fedSasRecInfo, ofHistories<FedSasRec>},
    Maker{fedCl4SRecInfo, ofHistories<FedCl4SRec>},
    Maker{fedDcsrInfo, ofHistories<FedDcsr>},
    Maker{scriptInfo,
        [](const Ingredients& of) -> std::unique_ptr<Model> {
            return std::make_unique<Script>(of.dataset, of.options, of.device);
        }},
};

} // namespace

std::unique_ptr<Model> makeModel(const data::Dataset& dataset, const ModelOptions& options,
    std::vector<float> prior, const augment::Augmentation& augmentation, const torch::Device& device)
{
    const ModelInfo& wanted = modelInfo(options.architecture);
    for (const Maker& maker : kMakers)
        if (&maker.info() == &wanted)
            return maker.make({dataset, options, prior, augmentation, device});
    throw Error("model.architecture: this engine cannot make " + wanted.title, Error::Kind::Failure);
}

} // namespace fedcctr::model
