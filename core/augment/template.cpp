// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/template.h"

#include "core/augment/template_parser.h"
#include "core/base/error.h"

#include <nlohmann/json.hpp>

namespace fedcctr::augment {

using nlohmann::json;

namespace {

/// What the names of a scope stand for at one moment: the whole of the values, or an entry of a list.
struct Frame {
    const json* values = nullptr;
    std::size_t number = 0; ///< of the entry, from 1
};

const json* find(const json* values, const std::vector<std::string>& keys)
{
    for (const std::string& key : keys) {
        if (values == nullptr || !values->is_object())
            return nullptr;
        const auto found = values->find(key);
        values = found == values->end() ? nullptr : &*found;
    }
    return values;
}

bool isThere(const json* value)
{
    if (value == nullptr || value->is_null())
        return false;
    if (value->is_string())
        return !value->get_ref<const std::string&>().empty();
    if (value->is_boolean())
        return value->get<bool>();
    return !value->is_structured() || !value->empty();
}

class Renderer {
public:
    explicit Renderer(const json& values)
        : m_frames{{&values, 0}}
    {
    }

    void render(const std::vector<TemplateNode>& nodes)
    {
        for (const TemplateNode& node : nodes)
            render(node);
    }

    std::string take() { return std::move(m_text); }

private:
    void render(const TemplateNode& node)
    {
        switch (node.kind) {
        case TemplateNode::Kind::Text:
            m_text += node.text;
            break;
        case TemplateNode::Kind::Value:
            write(node.name);
            break;
        case TemplateNode::Kind::If:
            render(isThere(node.name) ? node.children : node.otherwise);
            break;
        case TemplateNode::Kind::Each:
            repeat(node);
            break;
        }
    }

    const Frame& frameOf(const TemplateName& name) const { return m_frames[name.scope]; }

    bool isThere(const TemplateName& name) const
    {
        return name.isNumber || augment::isThere(find(frameOf(name).values, name.keys));
    }

    void write(const TemplateName& name)
    {
        if (name.isNumber) {
            m_text += std::to_string(frameOf(name).number);
            return;
        }
        const json* value = find(frameOf(name).values, name.keys);
        if (value == nullptr || value->is_null())
            return;
        m_text += value->is_string() ? value->get_ref<const std::string&>() : value->dump();
    }

    void repeat(const TemplateNode& node)
    {
        const json* list = find(frameOf(node.name).values, node.name.keys);
        if (list == nullptr || !list->is_array())
            return;
        std::size_t number = 0;
        for (const json& entry : *list) {
            m_frames.push_back({&entry, ++number});
            render(node.children);
            m_frames.pop_back();
        }
    }

    std::vector<Frame> m_frames;
    std::string m_text;
};

} // namespace

struct Template::Body {
    std::vector<TemplateNode> nodes;
};

Template::Template(std::unique_ptr<const Body> body)
    : m_body(std::move(body))
{
}

Template::~Template() = default;
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;

Template Template::parse(std::string_view text, Stage stage)
{
    ParsedTemplate parsed = parseTemplate(text, stage);
    if (!parsed.faults.empty()) {
        const TemplateFault& fault = parsed.faults.front();
        throw Error("template " + nameOf(stage) + ".txt, line " + std::to_string(fault.line) + ", column "
            + std::to_string(fault.column) + ": " + fault.message);
    }
    return Template(std::make_unique<const Body>(Body{std::move(parsed.nodes)}));
}

std::string Template::render(const json& values) const
{
    Renderer renderer(values);
    renderer.render(m_body->nodes);
    return renderer.take();
}

std::vector<TemplateFault> faultsOf(std::string_view text, Stage stage)
{
    return parseTemplate(text, stage).faults;
}

} // namespace fedcctr::augment
