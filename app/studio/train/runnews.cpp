// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/runnews.h"

#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/runtexts.h"
#include "app/studio/train/eventlog.h"
#include "app/studio/train/logdialog.h"

#include <QDesktopServices>
#include <QLocale>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::MessageBar;

RunNews::RunNews(EventLog* log, MessageBar* message, QWidget* page)
    : QObject(page)
    , m_log(log)
    , m_message(message)
    , m_page(page)
{
}

void RunNews::logHello(const HelloMessage& hello)
{
    const QLocale locale;
    const QString machine =
        tr("%1, %n thread(s)", nullptr, hello.threads).arg(QString::fromStdString(hello.device));
    m_log->add(tr("engine %1 on %2; %3 users, %4 trained parameters, rounds %5 to %6")
                   .arg(QString::fromStdString(hello.version), machine, locale.toString(hello.users),
                       locale.toString(hello.parameters), locale.toString(hello.firstRound),
                       locale.toString(hello.rounds)));
}

void RunNews::logRound(const RunRecording& record, const RoundRecord& round)
{
    if (!isMeasured(round.evaluation[0]) && !isMeasured(round.evaluation[1]))
        return;
    const int clients = round.clients > 0 ? static_cast<int>(round.clients) : 0;
    QStringList parts{tr("round %1: %n client(s)", nullptr, clients).arg(round.round)};
    for (std::size_t domain = 0; domain < 2; ++domain)
        if (isMeasured(round.evaluation[domain]))
            parts.append(
                tr("NDCG@10 %1 %2 %")
                    .arg(domainName(record, domain), percentText(round.evaluation[domain].at("ndcg@10"))));
    m_log->add(parts.join(u", "_s));
}

void RunNews::refill(const RunRecording& record)
{
    m_log->clear();
    for (const EventMessage& event : record.events)
        logEvent(event, {});
}

void RunNews::logEvent(const EventMessage& event, const QDateTime& at)
{
    const bool warns = event.event == EventKind::Warning || event.event == EventKind::BudgetSpent
        || event.event == EventKind::ClientsStopped;
    m_log->add(tr("round %1: %2")
                   .arg(event.round)
                   .arg(QString::fromStdString(event.message.empty() ? event.event.text() : event.message)),
        warns ? EventLog::Level::Warning : EventLog::Level::Normal, at);
}

MessageBar::Action RunNews::openFolder(const QString& run) const
{
    return {u"button_open_folder"_s, tr("Open folder"), tr("Open %1").arg(run),
        [run] { QDesktopServices::openUrl(QUrl::fromLocalFile(run)); }};
}

MessageBar::Action RunNews::resume(const RunRecording& record, const QString& run)
{
    const int round = record.checkpointRound();
    return {u"button_resume"_s, round > 0 ? tr("Resume from round %1").arg(round) : tr("Resume"),
        tr("Go on from the last checkpoint"), [this, run] { Q_EMIT resumeRequested(run); }};
}

void RunNews::showEnd(const RunRecording& record, const QString& run)
{
    const RunEnd& end = *record.end;
    const QString result = resultText(record);
    const auto goTo = [this, run](
                          const QString& name, const QString& text, const QString& help, PageId page) {
        return MessageBar::Action{name, text, help, [this, page, run] { Q_EMIT runRequested(page, run); }};
    };
    const MessageBar::Action compare =
        goTo(u"button_compare"_s, tr("Compare"), tr("Beside other runs"), PageId::Compare);
    const MessageBar::Action embeddings = goTo(u"button_embeddings"_s, tr("Embeddings"),
        tr("The users as the trained model sees them"), PageId::Embeddings);
    const MessageBar::Action why = goTo(u"button_why"_s, tr("Why?"),
        tr("The budget of these settings, in the Privacy lab"), PageId::PrivacyLab);
    const auto sentence = [](const QString& text) { return text.isEmpty() ? QString() : u' ' + text + u'.'; };
    switch (end.kind) {
    case RunState::Finished:
        m_message->showMessage(MessageBar::Kind::Success,
            result.isEmpty() ? tr("Finished.") : tr("Finished: %1.").arg(result),
            {compare, embeddings, openFolder(run)});
        break;
    case RunState::BudgetSpent:
        m_message->showMessage(MessageBar::Kind::Warning,
            tr("Budget spent: all clients stopped at round %1. Training ended.").arg(record.round())
                + sentence(result),
            {why, compare, embeddings});
        break;
    case RunState::Stopped: {
        QList<MessageBar::Action> actions{openFolder(run)};
        if (end.summary)
            actions = {compare, embeddings, openFolder(run)};
        m_message->showMessage(MessageBar::Kind::Info,
            tr("Stopped at round %1.").arg(record.round()) + sentence(result), actions);
        break;
    }
    default:
        showFailure(record, run, end);
        return;
    }
    m_log->add(m_message->text(), EventLog::Level::Normal, end.at);
}

void RunNews::showFailure(const RunRecording& record, const QString& run, const RunEnd& end)
{
    m_log->add(end.message, EventLog::Level::Error, end.at);
    QList<MessageBar::Action> actions{{u"button_show_log"_s, tr("Show log"), tr("Show the run's log"),
                                          [this, run, log = end.log] { showLog(m_page, run, log); }},
        openFolder(run)};
    if (RunQueue::hasCheckpoint(run))
        actions.append(resume(record, run));
    m_message->showMessage(
        MessageBar::Kind::Error, tr("Failed: %1").arg(end.message.section(u'\n', 0, 0)), actions);
}

void RunNews::showInterrupted(const RunRecording& record, const QString& run, bool mayResume)
{
    QList<MessageBar::Action> actions{openFolder(run)};
    if (mayResume && RunQueue::hasCheckpoint(run))
        actions.append(resume(record, run));
    m_message->showMessage(
        MessageBar::Kind::Info, tr("Interrupted at round %1.").arg(record.round()), actions);
}

} // namespace fedcctr::studio
