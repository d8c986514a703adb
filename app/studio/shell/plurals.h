// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTranslator>

namespace fedcctr::studio {

/// English as it is counted: of a text with a number, "%n run(s)", one run or several. A whole translation
/// brings its own plurals and is installed over this.
class Plurals : public QTranslator {
    Q_OBJECT
public:
    using QTranslator::QTranslator;

    QString translate(
        const char* context, const char* text, const char* disambiguation, int number) const override;
    bool isEmpty() const override { return false; }
};

} // namespace fedcctr::studio
