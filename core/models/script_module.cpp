// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/script_module.h"

#include "core/base/error.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <sstream>

namespace fedcctr::model {

using c10::IValue;
using torch::Tensor;
using ObjectPtr = c10::intrusive_ptr<c10::ivalue::Object>;

namespace {

constexpr const char* kContract = "forward(history: Tensor, merged: Tensor, domain: int, candidates: Tensor)";

/// What is wrong with a file.
class Complaint {
public:
    explicit Complaint(std::string file)
        : m_file(std::move(file))
    {
    }

    [[noreturn]] void operator()(const std::string& what) const
    {
        throw Error("model.file: " + m_file + ": " + what);
    }

private:
    std::string m_file;
};

/// The line of torch's message that says what happened: "RuntimeError: …" where the interpreter failed.
std::string cause(const std::exception& failure)
{
    std::istringstream lines(failure.what());
    std::string found;
    for (std::string line; std::getline(lines, line);)
        if (found.empty() || line.starts_with("RuntimeError: "))
            found = line;
    return found;
}

bool isModule(const IValue& value)
{
    return value.isObject() && value.toObjectRef().type()->is_module();
}

bool isSame(const Tensor& x, const Tensor& y)
{
    return x.data_ptr() == y.data_ptr() && x.sizes() == y.sizes() && x.strides() == y.strides();
}

using Visit = std::function<void(const std::string& name, const IValue& value, bool isParameter)>;

/// Every attribute of the module and of those within it, by its name.
void visitAttributes(const ObjectPtr& object, const std::string& prefix, const Visit& visit)
{
    const auto type = object->type();
    for (std::size_t i = 0; i < type->numAttributes(); ++i) {
        const std::string name = prefix + type->getAttributeName(i);
        const IValue value = object->getSlot(i);
        if (isModule(value))
            visitAttributes(value.toObject(), name + '.', visit);
        else
            visit(name, value, type->is_parameter(i));
    }
}

/// The module with its tensors replaced, everything else shared with it. A list's tensors too, since
/// recurrent layers keep their weights in one as well.
ObjectPtr replaced(const ObjectPtr& object, const std::function<Tensor(const Tensor&)>& other)
{
    const auto type = object->type();
    ObjectPtr copy = c10::ivalue::Object::create(
        c10::StrongTypePtr(object->compilation_unit(), type), type->numAttributes());
    for (std::size_t i = 0; i < type->numAttributes(); ++i) {
        const IValue value = object->getSlot(i);
        if (isModule(value)) {
            copy->setSlot(i, replaced(value.toObject(), other));
        } else if (value.isTensor()) {
            copy->setSlot(i, other(value.toTensor()));
        } else if (value.isTensorList()) {
            c10::List<Tensor> list;
            for (const Tensor& tensor : value.toTensorVector())
                list.push_back(other(tensor));
            copy->setSlot(i, list);
        } else {
            copy->setSlot(i, value);
        }
    }
    return copy;
}

/// Tensors of an attribute, however deep in lists and dictionaries.
std::vector<Tensor> tensorsIn(const IValue& value)
{
    IValue::HashAliasedIValues parts;
    value.getSubValues(parts);
    std::vector<Tensor> tensors;
    for (const IValue& part : parts)
        if (part.isTensor() && part.toTensor().defined())
            tensors.push_back(part.toTensor());
    return tensors;
}

ObjectPtr loaded(const std::string& file, const Complaint& complain)
{
    if (!std::filesystem::is_regular_file(file))
        complain("there is no such file; give the path of a TorchScript module (torch.jit.save)");
    try {
        torch::jit::Module module = torch::jit::load(file, torch::Device(torch::kCPU));
        module.eval();
        return module._ivalue();
    } catch (const std::exception& failure) {
        complain("is no TorchScript module; write it with torch.jit.save(torch.jit.script(module), file) ("
            + cause(failure) + ")");
    }
}

/// The trained parameters, in the order of the attributes.
void readParameters(const ObjectPtr& object, const Complaint& complain, std::vector<TensorSpec>& specs,
    std::vector<Tensor>& stored)
{
    visitAttributes(object, "", [&](const std::string& name, const IValue& value, bool isParameter) {
        if (!isParameter || !value.isTensor() || !value.toTensor().requires_grad())
            return;
        const Tensor tensor = value.toTensor();
        if (tensor.scalar_type() != torch::kFloat32)
            complain("parameter " + name + " is of type " + c10::toString(tensor.scalar_type())
                + ", not Float; call .float() before the export");
        if (std::ranges::any_of(stored, [&](const Tensor& other) { return isSame(tensor, other); }))
            return;
        stored.push_back(tensor);
        specs.push_back({.name = name, .shape = tensor.sizes().vec(), .decays = tensor.dim() > 1});
    });
    if (specs.empty())
        complain("has no parameter to train; its weights must be nn.Parameters that require a gradient, and "
                 "the module must not be frozen (torch.jit.freeze)");
}

/// Refuses tensors that the clients would share behind the server's back: all that is neither a parameter nor
/// one under another name, where replaced() finds it.
void refuseBuffers(const ObjectPtr& object, const Complaint& complain, std::span<const Tensor> stored)
{
    visitAttributes(object, "", [&](const std::string& name, const IValue& value, bool isParameter) {
        if (isParameter)
            return;
        const bool isFound = value.isTensor() || value.isTensorList();
        for (const Tensor& tensor : tensorsIn(value))
            if (!isFound
                || std::ranges::none_of(stored, [&](const Tensor& other) { return isSame(tensor, other); }))
                complain("buffer " + name
                    + ": clients would share what forward writes there, past clipping and noise (running "
                      "statistics of a batch norm are such); use a layer norm, or nn.Parameter(…, "
                      "requires_grad=False) for a constant");
    });
}

void checkSchema(const ObjectPtr& object, const Complaint& complain)
{
    const torch::jit::Module module(object);
    const auto forward = module.find_method("forward");
    if (!forward)
        complain(std::string("has no forward; define ") + kContract);
    const std::vector<c10::Argument>& arguments = forward->function().getSchema().arguments(); // self first
    struct Wanted {
        const char* name;
        c10::TypeKind kind;
        const char* type;
    };
    constexpr std::array kWanted{Wanted{"history", c10::TypeKind::TensorType, "Tensor"},
        Wanted{"merged", c10::TypeKind::TensorType, "Tensor"},
        Wanted{"domain", c10::TypeKind::IntType, "int"},
        Wanted{"candidates", c10::TypeKind::TensorType, "Tensor"}};
    for (std::size_t i = 0; i < kWanted.size(); ++i) {
        const std::string input = "input " + std::to_string(i + 1) + " of forward (" + kWanted[i].name + ")";
        if (i + 1 >= arguments.size())
            complain(input + " is missing; define " + kContract);
        if (arguments[i + 1].type()->kind() != kWanted[i].kind)
            complain(input + " is '" + arguments[i + 1].name() + ": " + arguments[i + 1].type()->str()
                + "', must be " + kWanted[i].type + "; script the module (a trace fixes the domain), with "
                + kContract);
    }
    for (std::size_t i = kWanted.size() + 1; i < arguments.size(); ++i)
        if (!arguments[i].default_value())
            complain("input " + std::to_string(i) + " of forward (" + arguments[i].name()
                + ") is one too many; give it a default, or define " + kContract);
}

std::string shapeText(at::IntArrayRef sizes)
{
    std::ostringstream text;
    text << sizes;
    return text.str();
}

/// Calls the module as training and ranking will.
class Trial {
public:
    Trial(ObjectPtr object, std::int64_t items, std::int64_t length, const Complaint& complain)
        : m_object(std::move(object))
        , m_items(items)
        , m_length(length)
        , m_complain(complain)
    {
    }

    void run(const std::vector<Tensor>& parameters) const
    {
        bool reached = false;
        for (const data::Domain domain : data::kDomains) {
            const Tensor logits = checked(query(domain, 1, 1));
            if (!torch::equal(logits, checked(query(domain, 1, 1))))
                m_complain(
                    "output: a second call gives other logits; forward must not draw random numbers or "
                    "remember calls (it runs in evaluation mode, without dropout)");
            checkAlone(query(domain, 1, 1), logits);
            checkHighest(domain);
            if (!logits.requires_grad())
                continue;
            const auto gradients = torch::autograd::grad({logits.sum()}, parameters, {}, false, false, true);
            reached = reached || std::ranges::any_of(gradients, [](const Tensor& g) { return g.defined(); });
        }
        if (!reached)
            m_complain(
                "output: no parameter gets a gradient from the logits; do not detach them, and compute "
                "them outside of torch.no_grad()");
    }

private:
    static constexpr std::int64_t kQueries = 3;
    static constexpr std::int64_t kCandidates = 4;

    /// A full history, one of a single event and an empty one.
    ScriptQuery query(data::Domain domain, std::int64_t event, std::int64_t candidate) const
    {
        Tensor history = torch::zeros({kQueries, m_length}, torch::kInt64);
        history[0].fill_(event);
        history[1][0] = event;
        return {
            history, history.clone(), domain, torch::full({kQueries, kCandidates}, candidate, torch::kInt64)};
    }

    Tensor called(const ScriptQuery& query) const
    {
        const torch::jit::GraphOptimizerEnabledGuard plain(false);
        torch::jit::Module module(m_object);
        const IValue output = module.forward(
            {query.history, query.merged, static_cast<std::int64_t>(query.domain), query.candidates});
        if (!output.isTensor())
            m_complain(
                "output: forward returns " + output.type()->str() + ", must be a Tensor of logits [n, C]");
        return output.toTensor();
    }

    Tensor checked(const ScriptQuery& query) const
    {
        Tensor logits;
        try {
            logits = called(query);
        } catch (const Error&) {
            throw;
        } catch (const std::exception& failure) {
            m_complain("forward fails on histories [n, L] and candidates [n, C] of item 1 and padding 0, n = "
                + std::to_string(kQueries) + ", L = " + std::to_string(m_length)
                + ", C = " + std::to_string(kCandidates) + ": " + cause(failure));
        }
        if (logits.sizes() != query.candidates.sizes())
            m_complain("output: forward returns the shape " + shapeText(logits.sizes())
                + " for candidates [n, C] = " + shapeText(query.candidates.sizes())
                + ", must be one logit for each, [n, C]");
        if (logits.scalar_type() != torch::kFloat32)
            m_complain("output: the logits are of type " + std::string(c10::toString(logits.scalar_type()))
                + ", must be Float");
        if (!torch::isfinite(logits).all().item<bool>())
            m_complain(
                "output: a logit is no finite number; histories may be short or empty (rows of zeros), "
                "which must give numbers too");
        return logits;
    }

    /// A row must not depend on its neighbours, which are other clients where they are ranked together.
    void checkAlone(const ScriptQuery& query, const Tensor& together) const
    {
        const auto first = [](const Tensor& tensor) { return tensor.narrow(0, 0, 1); };
        const Tensor alone =
            checked({first(query.history), first(query.merged), query.domain, first(query.candidates)});
        if (!torch::allclose(alone, first(together), 1e-4, 1e-5))
            m_complain("output: the logits of a row change with the other rows; every row of histories and "
                       "candidates must be scored by itself");
    }

    void checkHighest(data::Domain domain) const
    {
        const auto probe = [&](const char* input, std::int64_t event, std::int64_t candidate) {
            try {
                called(query(domain, event, candidate));
            } catch (const Error&) {
                throw;
            } catch (const std::exception& failure) {
                m_complain(std::string(input) + ": forward fails on item " + std::to_string(m_items)
                    + "; the dataset has that many items, numbered from 1, so that a table of them needs "
                    + std::to_string(m_items + 1) + " rows (" + cause(failure) + ")");
            }
        };
        probe("candidates", 1, m_items);
        probe("histories", m_items, 1);
    }

    ObjectPtr m_object;
    std::int64_t m_items;
    std::int64_t m_length;
    const Complaint& m_complain;
};

} // namespace

ScriptModule::ScriptModule(
    const std::string& file, std::int64_t items, std::int64_t length, const torch::Device& device)
    : m_file(file)
{
    const Complaint complain(file);
    m_object = loaded(file, complain);
    checkSchema(m_object, complain);
    readParameters(m_object, complain, m_specs, m_stored);
    refuseBuffers(m_object, complain, m_stored);
    Trial(m_object, items, length, complain).run(m_stored);
    for (const Tensor& tensor : m_stored)
        m_start.push_back(tensor.detach().clone(torch::MemoryFormat::Contiguous));
    if (device.is_cpu())
        return;
    // Constants; the others only mark their places. cuDNN's recurrent layers have no backward in evaluation
    // mode.
    at::globalContext().setUserEnabledCuDNN(false);
    m_object = replaced(m_object, [&](const Tensor& tensor) {
        const bool isTrained =
            std::ranges::any_of(m_stored, [&](const Tensor& other) { return isSame(tensor, other); });
        return isTrained ? tensor : tensor.to(device);
    });
}

Tensor ScriptModule::operator()(std::span<const Tensor> parameters, const ScriptQuery& query) const
{
    // The optimiser rewrites a graph after some calls, with other rounding: results would depend on how many
    // calls there were before.
    const torch::jit::GraphOptimizerEnabledGuard plain(false);
    torch::jit::Module module(replaced(m_object, [&](const Tensor& tensor) {
        const auto place =
            std::ranges::find_if(m_stored, [&](const Tensor& other) { return isSame(tensor, other); });
        return place == m_stored.end() ? tensor
                                       : parameters[static_cast<std::size_t>(place - m_stored.begin())];
    }));
    try {
        return module
            .forward({query.history, query.merged, static_cast<std::int64_t>(query.domain), query.candidates})
            .toTensor();
    } catch (const std::exception& failure) {
        throw Error("model.file: " + m_file + ": forward fails: " + cause(failure), Error::Kind::Failure);
    }
}

} // namespace fedcctr::model
