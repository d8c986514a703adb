// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QLockFile>
#include <QObject>
#include <QSettings>
#include <QStringList>
#include <QTimer>

#include <memory>

namespace fedcctr::data {
struct Dataset;
}

namespace fedcctr::studio {

class RunLibrary;

/// A folder with datasets/, runs/, prompts/ and the studio's own studio/, and which dataset is open. All
/// pages share one.
class Workspace : public QObject {
    Q_OBJECT
public:
    /// `engine` is the path of fedcctr-engine. Touches the disk in open() only.
    Workspace(const QString& path, const QString& engine, QObject* parent = nullptr);
    ~Workspace() override;

    /// Reads studio/state.json and takes the lock; problem() tells what went wrong. Then the last dataset
    /// loads in the background.
    void open();

    QString path() const { return m_path; }
    QString name() const;
    QString datasetsFolder() const { return m_path + QStringLiteral("/datasets"); }
    QString runsFolder() const { return m_path + QStringLiteral("/runs"); }

    /// Where runs lie that were deleted, until the person empties it.
    QString binFolder() const { return m_path + QStringLiteral("/bin"); }
    QString engine() const { return m_engine; }

    /// What lies in runsFolder(); open() begins to read it.
    RunLibrary* runs() const { return m_runs; }

    /// Of the application, not of the workspace: theme, plots, compute.
    QSettings& settings() { return m_settings; }

    /// Another studio holds the workspace: nothing of its state is written.
    bool isReadOnly() const { return m_readOnly; }

    /// Directories: those in datasets/ and those opened from elsewhere.
    QStringList datasets() const;

    /// Directory of the open dataset, empty without one; and the dataset itself, null until it is read.
    QString dataset() const { return m_dataset; }
    std::shared_ptr<const data::Dataset> data() const { return m_data; }
    bool isLoading() const { return m_loading; }

    /// In the background; datasetChanged() or problem() follows.
    void openDataset(const QString& path);
    void createDemo();

    /// Takes it off the list until it is opened again; its files stay.
    void removeFromList(const QString& path);

    /// A page's part of studio/state.json. Written two seconds after the last change, and by save().
    QJsonObject state(const QString& part) const { return m_state[part].toObject(); }
    void setState(const QString& part, const QJsonObject& state);
    void save();

Q_SIGNALS:
    void datasetChanged();
    void loadingChanged(bool loading, const QString& what);
    void datasetsChanged();
    void problem(const QString& message);

private:
    void readState();
    void takeLock();
    void load(const QString& path, bool makeDemo);
    void keepList();

    QString m_path;
    QString m_engine;
    RunLibrary* m_runs;
    QSettings m_settings;
    std::unique_ptr<QLockFile> m_lock;
    bool m_readOnly = false;
    QString m_dataset;
    std::shared_ptr<const data::Dataset> m_data;
    bool m_loading = false;
    int m_loads = 0; ///< number of the newest load; older answers are dropped
    QStringList m_known; ///< opened from outside of datasets/
    QStringList m_hidden; ///< in datasets/, but taken off the list
    QJsonObject m_state;
    QTimer m_saveTimer;
};

} // namespace fedcctr::studio
