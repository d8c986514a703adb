// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace fedcctr::studio {

/// "R  decay rate", the title of a setting's explanation.
QString explainTitle(const QString& key);

/// What a setting does, its formula, range and default, what happens at both ends, and where the paper speaks
/// of it. `irrelevant`: why it does not matter at present, or empty.
QString explainHtml(const QString& key, const QString& irrelevant);

} // namespace fedcctr::studio
