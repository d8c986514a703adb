// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

#include <nlohmann/json.hpp>

/// QCOMPARE of two JSON values, which it does not compile for itself; shows both as text.
#define COMPARE_JSON(actual, ...)                                                                            \
    QCOMPARE(QString::fromStdString(nlohmann::json(actual).dump()),                                          \
        QString::fromStdString(nlohmann::json(__VA_ARGS__).dump()))
