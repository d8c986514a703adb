// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace fedcctr::widgets {

/// Writes beside the file and renames, so that it is there whole or as it was. Empty, or the system's reason.
QString saveFile(const QString& path, const QByteArray& bytes);

} // namespace fedcctr::widgets
