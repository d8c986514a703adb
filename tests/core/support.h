// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/files.h"

#include <QDir>
#include <QString>

#include <filesystem>
#include <initializer_list>
#include <string>

namespace fedcctr::test {

/// The message of the Error that the call throws, empty if it throws none.
template <typename Call> QString errorOf(const Call& call)
{
    try {
        call();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

inline std::filesystem::path pathIn(const QString& directory, const char* name)
{
    return std::filesystem::path(directory.toStdString()) / name;
}

/// What is wrong with an error message that should be one line and hold all the parts; empty if nothing is.
inline QString problemWith(const QString& message, std::initializer_list<const char*> parts)
{
    if (message.contains(QChar(u'\n')))
        return QStringLiteral("more than one line: ") + message;
    for (const char* part : parts) {
        if (!message.contains(QString::fromUtf8(part)))
            return QString::fromUtf8("'%1' lacks '%2'").arg(message, QString::fromUtf8(part));
    }
    return {};
}

} // namespace fedcctr::test

/// Fails unless the message is one line that holds every one of the texts.
#define VERIFY_MESSAGE(message, ...)                                                                         \
    do {                                                                                                     \
        const QString messageProblem = fedcctr::test::problemWith((message), {__VA_ARGS__});                 \
        QVERIFY2(messageProblem.isEmpty(), qPrintable(messageProblem));                                      \
    } while (false)
