// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

class QSettings;

namespace fedcctr::studio {

/// Another machine that runs can be sent to over SSH. Holds no secret: it is reached with a key or an agent,
/// and never asks for a password.
struct RemoteTarget {
    QString name; ///< for people; names the target
    QString host; ///< "host", "user@host" or a name from ~/.ssh/config
    int port = 0; ///< 0: ssh's own choice
    QString identity; ///< file of a private key; empty: ssh's own choice
    QString engine = QStringLiteral("fedcctr-engine"); ///< its path there
    QString folder = QStringLiteral("fedcctr"); ///< for datasets and runs there; relative to the home folder
    QStringList options; ///< further options of ssh, "Name=value"

    /// What is wrong, for a person; empty if nothing is.
    QString problem() const;

    /// Arguments for ssh that run a shell command there.
    QStringList sshArguments(const QString& command) const;
};

/// A path or word as one word of a POSIX shell; a path that is not absolute begins at the home folder.
QString shellWord(const QString& text);
QString shellPath(const QString& path);

/// Those of the application's settings.
QList<RemoteTarget> remoteTargets(QSettings& settings);
void setRemoteTargets(QSettings& settings, const QList<RemoteTarget>& targets);

/// By its name; `found` tells whether there is one.
RemoteTarget remoteTarget(QSettings& settings, const QString& name, bool* found);

} // namespace fedcctr::studio
