// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/axisscale.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

/// The smallest of 1, 2, 5 times a power of ten that is not below `value`.
double roundStep(double value)
{
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= value * (1 - 1e-9))
            return factor * power;
    return 10 * power;
}

} // namespace

double AxisScale::share(double value) const
{
    if (logarithmic)
        return std::log(value / least) / std::log(most / least);
    return (value - least) / (most - least);
}

std::vector<double> AxisScale::ticks(int wished) const
{
    std::vector<double> values;
    if (logarithmic) {
        const double first = std::ceil(std::log10(least) - 1e-9);
        const double last = std::floor(std::log10(most) + 1e-9);
        const double step = std::max(1.0, std::ceil((last - first) / std::max(1, wished)));
        for (double exponent = first; exponent <= last; exponent += step)
            values.push_back(std::pow(10, exponent));
        return values;
    }
    const double step = roundStep((most - least) / std::max(1, wished));
    const double first = std::ceil(least / step - 1e-9);
    for (double i = first; i * step <= most + step * 1e-9; ++i)
        values.push_back(i * step);
    return values;
}

AxisScale scaleFromZero(double most, int wishedTicks)
{
    if (!(most > 0))
        return {0, 1, false};
    const double step = roundStep(most / std::max(1, wishedTicks));
    return {0, std::ceil(most / step - 1e-9) * step, false};
}

AxisScale powersAround(double least, double most)
{
    const double low = std::pow(10, std::floor(std::log10(least) + 1e-9));
    const double high = std::pow(10, std::ceil(std::log10(most) - 1e-9));
    return {low, std::max(high, low * 10), true};
}

QString tickText(double value)
{
    const double size = std::abs(value);
    if (value != 0 && (size >= 1e6 || size < 1e-3)) {
        const double exponent = std::floor(std::log10(size) + 1e-9);
        const double mantissa = value / std::pow(10, exponent);
        QString digits = QString::number(static_cast<int>(exponent));
        constexpr char16_t kHigh[] = u"⁰¹²³⁴⁵⁶⁷⁸⁹";
        for (QChar& digit : digits)
            digit = digit == u'-' ? QChar(u'⁻') : QChar(kHigh[digit.digitValue()]);
        if (std::abs(mantissa - 1) < 1e-9)
            return u"10"_s + digits;
        return QLocale().toString(mantissa, 'g', 3) + u"·10"_s + digits;
    }
    if (size >= 1000)
        return QLocale().toString(std::llround(value));
    return QLocale().toString(value, 'g', 4);
}

} // namespace fedcctr::widgets
