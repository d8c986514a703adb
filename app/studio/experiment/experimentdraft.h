// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

#include <QHash>
#include <QObject>
#include <QStringList>
#include <QUndoStack>
#include <QVariant>

namespace fedcctr::studio {

/// The experiment that is being configured: a preset and what differs from it. Every change is one step of
/// the history; a drag of a slider is one step as well.
class ExperimentDraft : public QObject {
    Q_OBJECT
public:
    explicit ExperimentDraft(QObject* parent = nullptr);

    const settings::Config& config() const { return m_config; }

    /// A name or a path; empty: every setting at its default.
    QString preset() const { return m_preset; }
    const settings::Config& presetConfig() const { return m_base; }

    QHash<QString, QVariant> values() const;
    QHash<QString, QVariant> presetValues() const;

    /// "key=value" of all that differs from the preset, in the table's order.
    QStringList assignments() const;

    QUndoStack* history() { return &m_history; }

    /// `dragging`: more is to come that belongs to the same step.
    void edit(const QString& key, const QVariant& value, bool dragging = false);

    /// All settings as the preset has them. Returns what went wrong, empty if nothing did; then nothing
    /// changes.
    QString choosePreset(const QString& preset);

    /// Settings of another page or of a file, over the preset, as one step. Errors as above.
    QString propose(const QString& preset, const QStringList& assignments, const QString& step);

    /// Other settings over the same preset, as one step.
    void replace(const settings::Config& config, const QString& step);

    /// Without a step in the history, which is emptied. Errors as above.
    QString load(const QString& preset, const QStringList& assignments);

    /// All settings as JSON; as a preset they bear the file's name. Errors as above.
    QString write(const QString& path, bool asPreset) const;

    /// The settings of such a file, as one step. Errors as above.
    QString read(const QString& path);

Q_SIGNALS:
    void changed();

private:
    friend class EditStep;
    friend class ReplaceStep;

    /// Everything that a step may change.
    struct State {
        QString preset;
        settings::Config base;
        settings::Config config;
    };
    State state() const { return {m_preset, m_base, m_config}; }
    void setState(const State& state);
    void setValue(const QString& key, const QVariant& value);

    QString m_preset;
    settings::Config m_base;
    settings::Config m_config;
    QUndoStack m_history;
    bool m_dragging = false;
};

} // namespace fedcctr::studio
