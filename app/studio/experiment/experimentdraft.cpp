// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/experimentdraft.h"

#include "app/studio/common/settingsbridge.h"
#include "core/base/files.h"
#include "core/settings/config_table.h"
#include "core/settings/json_text.h"

#include <QDir>
#include <QFileInfo>
#include <QUndoCommand>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kEditStep = 1;

QHash<QString, QVariant> valuesOf(const settings::Config& config)
{
    QHash<QString, QVariant> values;
    for (const settings::Field& field : settings::fields())
        values.insert(QString::fromStdString(field.key), settingOf(config, field));
    return values;
}

} // namespace

/// One field.
class EditStep : public QUndoCommand {
public:
    EditStep(ExperimentDraft* draft, const QString& key, const QVariant& before, const QVariant& after,
        bool dragging)
        : QUndoCommand(ExperimentDraft::tr("change of %1").arg(key))
        , m_draft(draft)
        , m_key(key)
        , m_before(before)
        , m_after(after)
        , m_dragging(dragging)
    {
    }

    void undo() override { m_draft->setValue(m_key, m_before); }
    void redo() override { m_draft->setValue(m_key, m_after); }
    int id() const override { return kEditStep; }

    bool mergeWith(const QUndoCommand* next) override
    {
        const auto* other = static_cast<const EditStep*>(next);
        if (!m_dragging || other->m_key != m_key)
            return false;
        m_after = other->m_after;
        m_dragging = other->m_dragging;
        setObsolete(!m_dragging && m_after == m_before);
        return true;
    }

private:
    ExperimentDraft* m_draft;
    QString m_key;
    QVariant m_before;
    QVariant m_after;
    bool m_dragging; ///< the next change of the same field joins this step
};

/// Preset and all fields.
class ReplaceStep : public QUndoCommand {
public:
    ReplaceStep(ExperimentDraft* draft, ExperimentDraft::State after, const QString& text)
        : QUndoCommand(text)
        , m_draft(draft)
        , m_before(draft->state())
        , m_after(std::move(after))
    {
    }

    void undo() override { m_draft->setState(m_before); }
    void redo() override { m_draft->setState(m_after); }

private:
    ExperimentDraft* m_draft;
    ExperimentDraft::State m_before;
    ExperimentDraft::State m_after;
};

ExperimentDraft::ExperimentDraft(QObject* parent)
    : QObject(parent)
{
}

QHash<QString, QVariant> ExperimentDraft::values() const
{
    return valuesOf(m_config);
}

QHash<QString, QVariant> ExperimentDraft::presetValues() const
{
    return valuesOf(m_base);
}

QStringList ExperimentDraft::assignments() const
{
    return assignmentsOver(m_base, m_config);
}

void ExperimentDraft::edit(const QString& key, const QVariant& value, bool dragging)
{
    const settings::Field& field = settings::field(key.toStdString());
    const QVariant before = settingOf(m_config, field);
    // The end of a drag is a step too, which joins the drag's; elsewhere a value that stays is none.
    if (before == value && (dragging || !m_dragging))
        return;
    m_dragging = dragging;
    m_history.push(new EditStep(this, key, before, value, dragging));
}

QString ExperimentDraft::choosePreset(const QString& preset)
{
    return propose(preset, {}, tr("preset %1").arg(preset.isEmpty() ? tr("defaults") : preset));
}

QString ExperimentDraft::propose(const QString& preset, const QStringList& assignments, const QString& step)
{
    try {
        State after{preset, configOf(preset), {}};
        after.config = after.base;
        for (const QString& assignment : assignments)
            settings::setFromText(after.config, assignment.toStdString());
        m_history.push(new ReplaceStep(this, std::move(after), step));
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

void ExperimentDraft::replace(const settings::Config& config, const QString& step)
{
    State after = state();
    after.config = config;
    after.config.preset = m_base.preset;
    m_history.push(new ReplaceStep(this, std::move(after), step));
}

QString ExperimentDraft::load(const QString& preset, const QStringList& assignments)
{
    const QString error = propose(preset, assignments, {});
    m_history.clear();
    return error;
}

QString ExperimentDraft::write(const QString& path, bool asPreset) const
{
    settings::Config config = m_config;
    if (asPreset)
        config.preset = QFileInfo(path).completeBaseName().toStdString();
    try {
        QDir().mkpath(QFileInfo(path).absolutePath());
        writeFileAtomically(path.toStdString(), settings::jsonText(config));
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

QString ExperimentDraft::read(const QString& path)
{
    try {
        settings::Config config = m_config;
        const auto found = settings::readJsonText(config, readFile(path.toStdString()));
        if (!found.empty())
            return tr("%1, line %2: %3")
                .arg(path)
                .arg(found.front().line)
                .arg(QString::fromStdString(found.front().text));
        replace(config, tr("settings of %1").arg(QFileInfo(path).fileName()));
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

void ExperimentDraft::setState(const State& state)
{
    m_preset = state.preset;
    m_base = state.base;
    m_config = state.config;
    Q_EMIT changed();
}

void ExperimentDraft::setValue(const QString& key, const QVariant& value)
{
    setSetting(m_config, settings::field(key.toStdString()), value);
    Q_EMIT changed();
}

} // namespace fedcctr::studio
