// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace fedcctr {

/// The one exception of the core: a message a person can act on (what, where, what would be right).
class Error : public std::runtime_error {
public:
    enum class Kind {
        BadInput, ///< the user's files, keys or arguments are wrong; programs exit with 2
        Failure, ///< the work itself failed; programs exit with 1
    };

    explicit Error(const std::string& message, Kind kind = Kind::BadInput)
        : std::runtime_error(message)
        , m_kind(kind)
    {
    }

    Kind kind() const { return m_kind; }
    int exitCode() const { return m_kind == Kind::BadInput ? 2 : 1; }

private:
    Kind m_kind;
};

} // namespace fedcctr
