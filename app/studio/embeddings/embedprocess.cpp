// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/embedprocess.h"

#include "app/studio/common/background.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>
#include <QtConcurrent>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kKillAfterMs = 2000;

struct Read {
    std::shared_ptr<const EmbeddingSet> set;
    QString error;
};

Read read(const QString& path)
{
    try {
        return {std::make_shared<const EmbeddingSet>(readEmbedding(path)), {}};
    } catch (const std::exception& error) {
        return {nullptr, QString::fromUtf8(error.what())};
    }
}

} // namespace

EmbedProcess::EmbedProcess(const QString& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
}

EmbedProcess::~EmbedProcess()
{
    cancel();
}

void EmbedProcess::start(const EmbedSetup& setup)
{
    ++m_number;
    m_active = true;
    m_error.clear();
    m_folder = std::make_unique<QTemporaryDir>();
    m_process = std::make_unique<QProcess>();
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &EmbedProcess::readLines);
    connect(m_process.get(), &QProcess::finished, this, &EmbedProcess::conclude);
    connect(m_process.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            fail(tr("%1 cannot be started (%2). Install fedcctr-engine beside this program.")
                     .arg(m_engine, m_process->errorString()));
    });
    QStringList words{u"embed"_s, setup.run, u"--out"_s, m_folder->filePath(u"embedding.json"_s),
        u"--method"_s, setup.items ? u"pca"_s : u"none"_s, u"--users"_s, QString::number(setup.users),
        u"--seed"_s, QString::number(setup.seed), u"--recommend"_s, QString::number(setup.recommend),
        u"--json-lines"_s};
    if (!setup.dataset.isEmpty())
        words << u"--dataset"_s << setup.dataset;
    if (setup.allRounds)
        words << u"--checkpoint"_s << u"all"_s;
    if (setup.items)
        words << u"--items"_s;
    m_process->start(m_engine, words);
}

void EmbedProcess::readLines()
{
    while (m_process->canReadLine()) {
        const QJsonObject line = QJsonDocument::fromJson(m_process->readLine()).object();
        const QString type = line["type"_L1].toString();
        if (type == u"error"_s)
            m_error = line["message"_L1].toString();
        else if (type == u"progress"_s && line["stage"_L1] == u"representations"_s)
            Q_EMIT progressed(tr("round %1").arg(line["round"_L1].toInt()),
                (line["frame"_L1].toInt() - 1 + line["share"_L1].toDouble()) / line["frames"_L1].toInt(1));
    }
}

void EmbedProcess::conclude()
{
    readLines();
    if (m_process->exitStatus() != QProcess::NormalExit || m_process->exitCode() != 0) {
        const QString last =
            QString::fromUtf8(m_process->readAllStandardError()).trimmed().section(u'\n', -1);
        fail(!m_error.isEmpty() ? m_error
                : last.isEmpty()
                ? tr("The engine ended without a word (exit code %1).").arg(m_process->exitCode())
                : last);
        return;
    }
    Q_EMIT progressed(tr("reading"), 1);
    deliver(QtConcurrent::run(read, m_folder->filePath(u"embedding.json"_s)), this,
        [this, number = m_number](const Read& done) {
            if (number != m_number || !m_active)
                return;
            if (!done.set) {
                fail(done.error);
                return;
            }
            m_active = false;
            m_folder.reset();
            Q_EMIT finished(done.set);
        });
}

void EmbedProcess::fail(const QString& message)
{
    if (!std::exchange(m_active, false))
        return;
    Q_EMIT failed(message);
}

void EmbedProcess::cancel()
{
    if (!std::exchange(m_active, false))
        return;
    ++m_number;
    if (m_process->state() == QProcess::NotRunning)
        return;
    // It may take a moment to obey; nobody waits for it.
    QProcess* process = m_process.release();
    process->disconnect(this);
    connect(process, &QProcess::finished, process,
        [process, folder = std::shared_ptr<QTemporaryDir>(std::move(m_folder))] { process->deleteLater(); });
    process->terminate();
    QTimer::singleShot(kKillAfterMs, process, &QProcess::kill);
}

} // namespace fedcctr::studio
