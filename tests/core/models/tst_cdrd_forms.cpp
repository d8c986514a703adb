// SPDX-License-Identifier: GPL-3.0-or-later
// What CDRD tells apart: loss.cdrd_form.
#include "core/nn/losses.h"
#include "tests/core/models/scalar.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;

namespace {

/// A target's representations, and after how many events of each domain it stands.
struct Instance {
    std::size_t user;
    std::int64_t prefixA;
    std::int64_t prefixB;
    Row a;
    Row b;
    Row merged;
};

std::vector<data::ItemId> idsOf(const Batch& batch, const StreamBatch& sequences, std::int64_t user)
{
    std::vector<data::ItemId> ids;
    for (std::int64_t j = 0; j < sequences.length[0][user].item<std::int64_t>(); ++j)
        ids.push_back(batch.rows[0][sequences.index[0][user][j].item<std::int64_t>()].item<data::ItemId>());
    return ids;
}

/// Of all targets with events of both domains before them.
std::vector<Instance> instancesOf(const Scalar& plain, const Batch& batch)
{
    std::vector<Instance> instances;
    for (std::int64_t user = 0; user < batch.users.size(1); ++user) {
        const auto inA = plain.stream(plain.items(idsOf(batch, batch.a, user)), "A");
        const auto inB = plain.stream(plain.items(idsOf(batch, batch.b, user)), "B");
        const auto merged = plain.stream(plain.items(idsOf(batch, batch.merged, user)), "M");
        for (const TargetBatch& targets : batch.targets)
            for (std::int64_t t = 0; t < targets.mask.size(2); ++t) {
                const auto at = [&](const torch::Tensor& prefix) {
                    return prefix[0][user][t].item<std::int64_t>();
                };
                const std::int64_t a = at(targets.prefixA);
                const std::int64_t b = at(targets.prefixB);
                if (targets.mask[0][user][t].item<double>() > 0 && a > 0 && b > 0)
                    instances.push_back({static_cast<std::size_t>(user), a, b,
                        inA[static_cast<std::size_t>(a - 1)], inB[static_cast<std::size_t>(b - 1)],
                        merged[static_cast<std::size_t>(at(targets.prefixM) - 1)]});
            }
    }
    return instances;
}

/// Each merged representation finds its own among those of the others.
double found(const std::vector<Instance>& all, Row Instance::*h, std::int64_t Instance::*prefix, double tau)
{
    double sum = 0;
    for (const Instance& own : all) {
        double total = 0;
        for (const Instance& other : all)
            if (&own == &other || own.user != other.user || own.*prefix != other.*prefix)
                total += std::exp(cosineOf(own.merged, other.*h) / tau);
        sum += std::log(total) - cosineOf(own.merged, own.*h) / tau;
    }
    return sum / static_cast<double>(all.size());
}

double expectedOf(const std::vector<Instance>& all, double tau)
{
    return (found(all, &Instance::a, &Instance::prefixA, tau)
               + found(all, &Instance::b, &Instance::prefixB, tau))
        / 2;
}

} // namespace

class TestCdrdForms : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void byHand()
    {
        const ModelOptions options = tinyOf("idst-cl");
        const auto model = makeModel(smallDataset(), options, {}, {}, kHost);
        const Parameters parameters = shaken(model->initialise(1));
        const Scalar plain(*model, parameters);
        const Batch batch = clientBatch({4, 9}, 1, 2, 5, options);
        const std::vector<Instance> all = instancesOf(plain, batch);
        QVERIFY(all.size() > 5);
        LossOptions loss;
        loss.tau = 0.3;
        const auto termOf = [&](CdrdForm form) {
            loss.cdrdForm = form;
            Dropout none;
            return model
                ->losses(leavesOf(*model, parameters, batch, torch::kFloat64), batch, loss,
                    weightsOf(*model, loss), none)
                .values[3]
                .item<double>();
        };
        QVERIFY(std::abs(termOf(CdrdForm::Users) - expectedOf(all, 0.3)) < 1e-5);

        double ofOwnTargets = 0;
        for (const std::size_t user : {std::size_t{0}, std::size_t{1}}) {
            std::vector<Instance> own;
            std::ranges::copy_if(
                all, std::back_inserter(own), [&](const Instance& each) { return each.user == user; });
            QVERIFY(own.size() > 1);
            ofOwnTargets += expectedOf(own, 0.3) / 2;
        }
        QVERIFY(std::abs(termOf(CdrdForm::Targets) - ofOwnTargets) < 1e-5);
        QVERIFY(std::abs(termOf(CdrdForm::Printed) - termOf(CdrdForm::Targets)) > 1e-3);
    }

    /// One direction for all h^A and the opposite for all h^B, whoever the user is: the least that Eq. 18 can
    /// be, and no better than chance where instances are told apart.
    void collapseIsWorthNothing()
    {
        const torch::Tensor ones = torch::ones({1, 1, 4, 3});
        const torch::Tensor mask = torch::ones({1, 1, 4});
        torch::manual_seed(1);
        const torch::Tensor some = torch::randn({1, 1, 4, 3});
        const double collapsed = cdrd(ones, -ones, ones, 0.1, mask).item<double>();
        QVERIFY(collapsed < cdrd(some, some, some, 0.1, mask).item<double>() - 5);
        const torch::Tensor flat = torch::ones({1, 4});
        QVERIFY(std::abs(contrast(ones[0], ones[0], flat, 0.1).item<double>() - std::log(4.0)) < 1e-6);
        QVERIFY(contrast(some[0], some[0], flat, 0.1).item<double>() < std::log(4.0) - 0.5);
    }
};

std::unique_ptr<QObject> tst_cdrd_forms()
{
    return std::make_unique<TestCdrdForms>();
}
#include "tst_cdrd_forms.moc"
