// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/remotetarget.h"

#include <QCoreApplication>
#include <QSettings>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("RemoteTarget", text);
}

} // namespace

QString RemoteTarget::problem() const
{
    if (name.trimmed().isEmpty())
        return tr("The machine needs a name.");
    // Such a host would be an option of ssh.
    if (host.trimmed().isEmpty() || host.startsWith(u'-') || host.contains(u' '))
        return tr("Host: a name or address is needed, such as gpu.example.org or me@gpu.example.org.");
    if (engine.trimmed().isEmpty())
        return tr("Engine: the path of fedcctr-engine on that machine is needed.");
    if (folder.trimmed().isEmpty())
        return tr("Folder: a folder on that machine is needed, for datasets and runs.");
    return {};
}

QStringList RemoteTarget::sshArguments(const QString& command) const
{
    QStringList arguments;
    for (const QString& option :
        {u"BatchMode=yes"_s, u"ConnectTimeout=10"_s, u"ServerAliveInterval=5"_s, u"ServerAliveCountMax=3"_s})
        arguments << u"-o"_s << option;
    for (const QString& option : options)
        arguments << u"-o"_s << option;
    if (port > 0)
        arguments << u"-p"_s << QString::number(port);
    if (!identity.isEmpty())
        arguments << u"-i"_s << identity;
    arguments << u"--"_s << host << command;
    return arguments;
}

QString shellWord(const QString& text)
{
    return u'\'' + QString(text).replace(u"'"_s, u"'\\''"_s) + u'\'';
}

QString shellPath(const QString& path)
{
    if (path.startsWith(u'/'))
        return shellWord(path);
    return u"\"$HOME\"/"_s + shellWord(path.startsWith("~/"_L1) ? path.mid(2) : path);
}

QList<RemoteTarget> remoteTargets(QSettings& settings)
{
    QList<RemoteTarget> targets;
    const int count = settings.beginReadArray(u"remote"_s);
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        RemoteTarget target;
        target.name = settings.value(u"name"_s).toString();
        target.host = settings.value(u"host"_s).toString();
        target.port = settings.value(u"port"_s).toInt();
        target.identity = settings.value(u"identity"_s).toString();
        target.engine = settings.value(u"engine"_s).toString();
        target.folder = settings.value(u"folder"_s).toString();
        target.options = settings.value(u"options"_s).toStringList();
        targets.append(target);
    }
    settings.endArray();
    return targets;
}

void setRemoteTargets(QSettings& settings, const QList<RemoteTarget>& targets)
{
    settings.remove(u"remote"_s);
    settings.beginWriteArray(u"remote"_s, static_cast<int>(targets.size()));
    for (int i = 0; i < targets.size(); ++i) {
        settings.setArrayIndex(i);
        settings.setValue(u"name"_s, targets[i].name);
        settings.setValue(u"host"_s, targets[i].host);
        settings.setValue(u"port"_s, targets[i].port);
        settings.setValue(u"identity"_s, targets[i].identity);
        settings.setValue(u"engine"_s, targets[i].engine);
        settings.setValue(u"folder"_s, targets[i].folder);
        settings.setValue(u"options"_s, targets[i].options);
    }
    settings.endArray();
}

RemoteTarget remoteTarget(QSettings& settings, const QString& name, bool* found)
{
    for (const RemoteTarget& target : remoteTargets(settings)) {
        if (target.name == name) {
            *found = true;
            return target;
        }
    }
    *found = false;
    return {};
}

} // namespace fedcctr::studio
