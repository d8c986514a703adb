// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/server_access.h"

#include "core/llm/address.h"
#include "core/llm/keys.h"

#include <cmath>
#include <iostream>
#include <memory>
#include <utility>

namespace fedcctr::cli {

llm::ServerSettings serverOf(const Arguments& arguments)
{
    llm::ServerSettings settings;
    settings.baseUrl = llm::normalisedBaseUrl(arguments.text("--url", settings.baseUrl));
    settings.model = arguments.text("--model");
    settings.timeout = std::chrono::seconds(arguments.integer("--timeout", 60, 1, 600));
    settings.mostRetries = static_cast<int>(arguments.integer("--retries", settings.mostRetries, 0, 5));
    settings.loadingPatience =
        std::chrono::seconds(arguments.integer("--wait-loading", settings.loadingPatience.count(), 0, 3600));
    return settings;
}

llm::Secret keyFor(const std::string& baseUrl)
{
    const std::unique_ptr<llm::KeyRing> ring = llm::systemKeyRing();
    llm::FoundKey found = llm::findKey(baseUrl, ring.get());
    if (found.place == llm::FoundKey::Place::Nowhere && !found.note.empty()
        && !llm::staysOnThisMachine(baseUrl))
        std::cerr << "note: " << found.note << '\n';
    return std::move(found.key);
}

void ServerProgress::show(double share, const std::string& what)
{
    const std::scoped_lock lock(m_mutex);
    m_share = share;
    m_line.show(share, what);
}

void ServerProgress::showWaiting(const llm::Wait& wait)
{
    const std::scoped_lock lock(m_mutex);
    const double seconds = std::ceil(std::chrono::duration<double>(wait.time).count());
    m_line.show(m_share, wait.reason + ": asking again in " + fixed(seconds, 0) + " s");
}

void ServerProgress::note(const std::string& what)
{
    const std::scoped_lock lock(m_mutex);
    m_line.clear();
    std::cerr << "note: " << what << '\n';
}

void ServerProgress::clear()
{
    const std::scoped_lock lock(m_mutex);
    m_line.clear();
}

} // namespace fedcctr::cli
