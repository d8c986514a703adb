// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runbin.h"

#include "app/studio/common/background.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/workspace.h"
#include "core/runs/run_lock.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

namespace {

QString words(const char* text, int count = -1)
{
    return QCoreApplication::translate("RunBin", text, nullptr, count);
}

/// "bin/NAME", with a number where that is taken.
QString freePlace(const QString& bin, const QString& name)
{
    QString place = bin + u'/' + name;
    for (int i = 2; QFileInfo::exists(place); ++i)
        place = u"%1/%2-%3"_s.arg(bin, name).arg(i);
    return place;
}

/// Why the directory must stay where it is; empty if it may go.
QString objection(const QString& run)
{
    if (!QFileInfo::exists(run + u"/config.json"_s))
        return words("%1 holds no run; it was left alone.").arg(run);
    if (const auto process = runs::RunLock::holder(run.toStdString()))
        return words("Process %1 writes %2; stop the run first.").arg(*process).arg(run);
    return {};
}

void tellBroughtBack(const BinResult& result, const TellUser& tell)
{
    if (!result.problems.isEmpty())
        tell(MessageBar::Kind::Error, result.problems.join(u' '), {});
    else
        tell(MessageBar::Kind::Info, words("%n run(s) brought back.", static_cast<int>(result.moved.size())),
            {});
}

} // namespace

BinResult moveToBin(const QStringList& runs, const QString& bin)
{
    BinResult result;
    for (const QString& run : runs) {
        if (const QString why = objection(run); !why.isEmpty()) {
            result.problems.append(why);
            continue;
        }
        const QString place = freePlace(bin, QDir(run).dirName());
        if (QDir().mkpath(bin) && QDir().rename(run, place))
            result.moved.append({run, place});
        else
            result.problems.append(
                words("%1 cannot be moved to %2; check the permissions, or delete it in the file manager.")
                    .arg(run, bin));
    }
    return result;
}

BinResult bringBack(const QList<BinnedRun>& binned)
{
    BinResult result;
    for (const BinnedRun& one : binned) {
        const bool isFree = !QFileInfo::exists(one.run) && QDir().mkpath(QFileInfo(one.run).absolutePath());
        if (isFree && QDir().rename(one.place, one.run))
            result.moved.append(one);
        else
            result.problems.append(words("%1 cannot be brought back to %2; move it in the file manager.")
                                       .arg(one.place, one.run));
    }
    return result;
}

void binRuns(Workspace* workspace, const QStringList& runs, QObject* context, const TellUser& tell)
{
    const QString bin = workspace->binFolder();
    inBackground(
        context, [runs, bin] { return moveToBin(runs, bin); },
        [workspace, context, tell, bin](const BinResult& result) {
            workspace->runs()->rescan();
            const auto undo = [workspace, context, tell, moved = result.moved] {
                inBackground(
                    context, [moved] { return bringBack(moved); },
                    [workspace, tell](const BinResult& back) {
                        workspace->runs()->rescan();
                        tellBroughtBack(back, tell);
                    });
            };
            QList<MessageBar::Action> actions;
            if (!result.moved.isEmpty())
                actions.append({u"button_undo_delete"_s, words("Undo"), words("Brings them back"), undo});
            if (!result.problems.isEmpty())
                tell(MessageBar::Kind::Error, result.problems.join(u' '), actions);
            else
                tell(MessageBar::Kind::Info,
                    words("%n run(s) moved to the bin, %1.", static_cast<int>(result.moved.size()))
                        .arg(QDir::toNativeSeparators(bin)),
                    actions);
        });
}

} // namespace fedcctr::studio
