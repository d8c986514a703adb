// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"

#include <string>
#include <unordered_set>

/// Words of invented books and films, by topic, for the demo generators.
namespace fedcctr::data {

/// The eight topics that the demo's domains share, then four of Books and four of Movies.
inline constexpr int kDemoTopics = 16;

const char* topicName(int topic);

/// "The Haunted Crypt of Avalon", of the topic's words.
std::string drawTitle(int topic, Random& random);

/// Sequels get numbers: a title that is not among `taken`, which then holds it.
std::string distinctTitle(const std::string& title, std::unordered_set<std::string>& taken);

/// Two initials per surname and topic, so that a creator tells something of the topic.
std::string drawCreator(int topic, Random& random);

} // namespace fedcctr::data
