// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/workspace.h"

#include "app/studio/common/background.h"
#include "app/studio/runs/runlibrary.h"

#include "core/data/dataset.h"
#include "core/data/demo.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <QtConcurrent>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kSaveAfterMs = 2000;
constexpr int kStateVersion = 1;

struct Loaded {
    std::shared_ptr<const data::Dataset> data;
    QString error;
};

bool isDataset(const QString& path)
{
    return QFileInfo::exists(path + u"/dataset.json"_s);
}

/// Reads a dataset, after making the demo one where that is asked for. Errors cross the thread border as
/// text.
Loaded read(const QString& path, bool makeDemo)
{
    try {
        const std::filesystem::path directory = path.toStdString();
        if (makeDemo && !isDataset(path))
            data::save(data::generateDemo({}).dataset, directory);
        return {std::make_shared<const data::Dataset>(data::load(directory)), {}};
    } catch (const std::exception& error) {
        return {nullptr, QString::fromUtf8(error.what())};
    }
}

} // namespace

Workspace::Workspace(const QString& path, const QString& engine, QObject* parent)
    : QObject(parent)
    , m_path(QDir::cleanPath(QDir(path).absolutePath()))
    , m_engine(engine)
    , m_runs(new RunLibrary(runsFolder(), this))
    , m_settings(QSettings::IniFormat, QSettings::UserScope, u"FedCCTR"_s, u"studio"_s)
{
    m_saveTimer.setSingleShot(true);
    m_saveTimer.setInterval(kSaveAfterMs);
    connect(&m_saveTimer, &QTimer::timeout, this, &Workspace::save);
}

Workspace::~Workspace()
{
    if (m_saveTimer.isActive())
        save();
}

void Workspace::open()
{
    if (!QDir().mkpath(m_path + u"/studio"_s)) {
        m_readOnly = true;
        Q_EMIT problem(
            tr("%1 cannot be written to; choose another folder with File > Open workspace.").arg(m_path));
    } else {
        takeLock();
    }
    readState();
    const QJsonObject own = state(u"workspace"_s);
    for (const QJsonValue& known : own["datasets"_L1].toArray())
        if (isDataset(known.toString()))
            m_known.append(known.toString());
    for (const QJsonValue& hidden : own["hidden"_L1].toArray())
        m_hidden.append(hidden.toString());
    const QString last = own["dataset"_L1].toString();
    m_runs->rescan();
    Q_EMIT datasetsChanged();
    if (!last.isEmpty() && isDataset(last))
        openDataset(last);
}

QString Workspace::name() const
{
    return QDir(m_path).dirName();
}

void Workspace::takeLock()
{
    m_lock = std::make_unique<QLockFile>(m_path + u"/studio/lock"_s);
    m_lock->setStaleLockTime(0);
    if (m_lock->tryLock())
        return;
    qint64 process = 0;
    QString host;
    QString program;
    m_lock->getLockInfo(&process, &host, &program);
    m_readOnly = true;
    Q_EMIT problem(
        tr("%1 is open in another studio (process %2 on %3). This window shows it, and saves nothing "
           "of its own state.")
            .arg(name())
            .arg(process)
            .arg(host));
}

void Workspace::readState()
{
    QFile file(m_path + u"/studio/state.json"_s);
    if (!file.exists())
        return;
    QJsonParseError error{};
    QJsonDocument document;
    if (file.open(QIODevice::ReadOnly))
        document = QJsonDocument::fromJson(file.readAll(), &error);
    if (!document.isObject()) {
        Q_EMIT problem(tr("%1 cannot be read (%2); the window starts with its defaults.")
                           .arg(file.fileName(), error.error ? error.errorString() : file.errorString()));
        return;
    }
    if (document["version"_L1].toInt() == kStateVersion)
        m_state = document.object();
}

QStringList Workspace::datasets() const
{
    QStringList all;
    const QDir folder(datasetsFolder());
    for (const QString& entry : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
        if (isDataset(folder.filePath(entry)) && !m_hidden.contains(folder.filePath(entry)))
            all.append(folder.filePath(entry));
    for (const QString& known : m_known)
        if (!all.contains(known))
            all.append(known);
    return all;
}

void Workspace::openDataset(const QString& path)
{
    load(QDir::cleanPath(QDir(path).absolutePath()), false);
}

void Workspace::createDemo()
{
    load(datasetsFolder() + u"/demo"_s, true);
}

void Workspace::load(const QString& path, bool makeDemo)
{
    const int number = ++m_loads;
    m_loading = true;
    const QString folder = QDir(path).dirName();
    Q_EMIT loadingChanged(
        true, makeDemo ? tr("Making the demo dataset…") : tr("Reading the dataset %1…").arg(folder));
    deliver(QtConcurrent::run(read, path, makeDemo), this, [this, number, path](const Loaded& loaded) {
        if (number != m_loads)
            return;
        m_loading = false;
        Q_EMIT loadingChanged(false, {});
        if (!loaded.data) {
            Q_EMIT problem(loaded.error);
            return;
        }
        m_dataset = path;
        m_data = loaded.data;
        if (!path.startsWith(datasetsFolder() + u'/') && !m_known.contains(path))
            m_known.append(path);
        m_hidden.removeAll(path);
        keepList();
        Q_EMIT datasetsChanged();
        Q_EMIT datasetChanged();
    });
}

void Workspace::removeFromList(const QString& path)
{
    m_known.removeAll(path);
    if (path.startsWith(datasetsFolder() + u'/') && !m_hidden.contains(path))
        m_hidden.append(path);
    if (m_dataset == path) {
        ++m_loads;
        m_dataset.clear();
        m_data.reset();
        Q_EMIT datasetChanged();
    }
    keepList();
    Q_EMIT datasetsChanged();
}

void Workspace::keepList()
{
    setState(u"workspace"_s,
        {{u"dataset"_s, m_dataset}, {u"datasets"_s, QJsonArray::fromStringList(m_known)},
            {u"hidden"_s, QJsonArray::fromStringList(m_hidden)}});
}

void Workspace::setState(const QString& part, const QJsonObject& state)
{
    if (m_state[part] == state)
        return;
    m_state[part] = state;
    if (!m_readOnly)
        m_saveTimer.start();
}

void Workspace::save()
{
    m_saveTimer.stop();
    if (m_readOnly)
        return;
    m_state[u"version"_s] = kStateVersion;
    QDir().mkpath(m_path + u"/studio"_s);
    QSaveFile file(m_path + u"/studio/state.json"_s);
    const QByteArray text = QJsonDocument(m_state).toJson();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        Q_EMIT problem(tr("%1 cannot be written: %2").arg(file.fileName(), file.errorString()));
}

} // namespace fedcctr::studio
