// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/event_stream.h"

#include "core/data/json_text.h"
#include "core/llm/server_words.h"

#include <nlohmann/json.hpp>

namespace fedcctr::llm {

namespace {

using Json = nlohmann::ordered_json;

/// The chunks so far, as one completion.
class Gathering {
public:
    /// False at the end of the stream.
    bool take(const QByteArray& data)
    {
        if (data.trimmed() == "[DONE]") {
            m_isWhole = true;
            return false;
        }
        const Json chunk = Json::parse(
            data::parseableJson({data.constData(), static_cast<std::size_t>(data.size())}), nullptr, false);
        if (const Json* error = memberOf(chunk, "error"); error && !error->is_null()) {
            m_error = chunk;
            m_isWhole = true;
            return false;
        }
        if (const Json* usage = memberOf(chunk, "usage"); usage && usage->is_object())
            m_usage = *usage;
        if (const Json* choices = memberOf(chunk, "choices"); choices && choices->is_array())
            for (const Json& choice : *choices)
                takeChoice(choice);
        return true;
    }

    EventStream result() const
    {
        Json whole = m_error;
        if (whole.is_null()) {
            whole["choices"] =
                Json::array({{{"index", 0}, {"finish_reason", m_reason}, {"message", m_message}}});
            whole["usage"] = m_usage;
        }
        return {
            QByteArray::fromStdString(whole.dump(-1, ' ', false, Json::error_handler_t::replace)), m_isWhole};
    }

private:
    void takeChoice(const Json& choice)
    {
        if (const Json* index = memberOf(choice, "index"); index && index->is_number() && *index != 0)
            return;
        for (const char* name : {"delta", "message"})
            if (const Json* piece = memberOf(choice, name); piece && piece->is_object())
                for (const auto& member : piece->items())
                    add(member.key(), member.value());
        if (const Json* text = memberOf(choice, "text"))
            add("content", *text);
        if (const Json* reason = memberOf(choice, "finish_reason"); reason && reason->is_string()) {
            m_reason = *reason;
            m_isWhole = true;
        }
    }

    /// Texts and lists grow with every chunk.
    void add(const std::string& name, const Json& value)
    {
        Json& whole = m_message[name];
        if (value.is_string() && whole.is_string() && name != "role")
            whole = whole.get<std::string>() + value.get<std::string>();
        else if (value.is_array() && whole.is_array())
            whole.insert(whole.end(), value.begin(), value.end());
        else if (!value.is_null())
            whole = value;
    }

    Json m_message = Json::object();
    Json m_usage;
    Json m_reason;
    Json m_error;
    bool m_isWhole = false;
};

} // namespace

bool isEventStream(const HttpReply& reply)
{
    const QByteArray begin = reply.body.left(200).trimmed();
    return begin.startsWith("data:") || begin.startsWith("event:") || begin.startsWith(": ")
        || (reply.header("content-type").toLower().startsWith("text/event-stream") && !begin.startsWith('{'));
}

EventStream gathered(const QByteArray& stream)
{
    Gathering gathering;
    QByteArray data;
    for (QByteArray line : (stream + "\n\n").split('\n')) {
        if (line.endsWith('\r'))
            line.chop(1);
        if (line.startsWith("data:")) {
            // An event's lines belong together; most servers send one line per event.
            data += (data.isEmpty() ? "" : "\n") + line.sliced(5);
        } else if (line.isEmpty() && !data.isEmpty()) {
            if (!gathering.take(std::exchange(data, {})))
                break;
        }
    }
    return gathering.result();
}

} // namespace fedcctr::llm
