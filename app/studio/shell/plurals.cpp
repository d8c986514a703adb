// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/plurals.h"

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

QString Plurals::translate(
    const char* /*context*/, const char* text, const char* /*disambiguation*/, int number) const
{
    if (number < 0)
        return {};
    return QString::fromUtf8(text).replace(u"(s)"_s, number == 1 ? QString() : u"s"_s);
}

} // namespace fedcctr::studio
