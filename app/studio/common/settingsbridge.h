// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_catalogue.h"
#include "core/settings/config.h"
#include "core/settings/config_table.h"
#include "widgets/forms/settingsform.h"

#include <QHash>

namespace fedcctr::studio {

/// The core's settings table as fields of a form. `keys` picks some, in their order; `others` gives all but
/// these, with a section title each.
QList<widgets::FormField> formFields(const QStringList& keys);
QList<widgets::FormField> otherFormFields(const QStringList& keys);

struct PresetChoice {
    QString name; ///< what the core loads, a name or a path; empty: every setting at its default
    QString summary;
    QString title = {};
};

/// The presets that the core finds, after the defaults, and those in `own`, a folder of JSON files. A broken
/// presets directory leaves the defaults and `error`; a file that is none is left out.
QList<PresetChoice> presetChoices(QString* error, const QString& own = {});

/// Every setting of a preset. Throws fedcctr::Error.
QHash<QString, QVariant> presetValues(const QString& preset);

/// Every setting of a preset that is not at its default, as the command line takes them. Throws
/// fedcctr::Error.
QStringList allAssignments(const QString& preset);

/// A preset, or the defaults where the name is empty. Throws fedcctr::Error.
settings::Config configOf(const QString& preset);

/// The preset that a run names, or the defaults if it names none or there is no such preset any more.
settings::Config presetOrDefaults(const QString& preset);

/// The settings of a run; those it does not name, or that are unknown today, at their default.
settings::Config configOf(const runs::RunEntry& run);

/// A field's value as a form shows it: bool, qlonglong, double, or text of a choice or a text.
QVariant settingOf(const settings::Config& config, const settings::Field& field);

/// The other way. Throws fedcctr::Error naming key and range.
void setSetting(settings::Config& config, const settings::Field& field, const QVariant& value);

/// What `config` sets over `base`, in the table's order.
QStringList assignmentsOver(const settings::Config& base, const settings::Config& config);

/// The call of the command line that makes the same run, quoted for a POSIX shell.
QString commandLine(
    const QString& dataset, const QString& preset, const QStringList& assignments, const QString& run);

/// A setting as the command line takes it, "loss.lambda1=0.3".
QString assignment(const QString& key, const QVariant& value);

/// What is wrong with a preset and changes to it; empty if nothing is.
QString problemWith(const QString& preset, const QStringList& assignments);

} // namespace fedcctr::studio
