// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_catalogue.h"

#include <QString>

#include <functional>
#include <vector>

namespace fedcctr::studio {

/// A filter of runs in words: all of them must hold. "word" is looked for in name, state, dataset, preset,
/// tags and note; "key:text", "key<number", "key>number", "<=", ">=" and "=" look at one property or setting;
/// "-" before any of them turns it round; quotes hold blanks together.
class RunFilter {
public:
    /// Lets everything through.
    RunFilter() = default;

    /// If error() is not empty, the filter is not to be used.
    static RunFilter parse(const QString& text);

    QString error() const { return m_error; }
    bool matches(const runs::RunEntry& entry) const;

    /// For the field's tool tip.
    static QString help();

private:
    using Condition = std::function<bool(const runs::RunEntry&)>;

    void addTerm(QString term);

    std::vector<Condition> m_conditions;
    QString m_error;
};

} // namespace fedcctr::studio
