// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/common/settingsbridge.h"

#include "core/base/error.h"
#include "core/models/specs/registry.h"
#include "core/settings/config_table.h"
#include "core/settings/presets.h"

#include <QDir>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

using settings::Field;
using settings::FieldType;
using widgets::FormField;

QVariant variant(const Field& field, const settings::Value& value)
{
    switch (field.type) {
    case FieldType::Bool:
        return std::get<bool>(value);
    case FieldType::Integer:
        return qlonglong(std::get<std::int64_t>(value));
    case FieldType::Number:
        return std::get<double>(value);
    case FieldType::Choice:
        // The core's value of a choice is its place in the list.
        return QString::fromStdString(
            field.choices.at(static_cast<std::size_t>(std::get<std::int64_t>(value))));
    case FieldType::Text:
        break;
    }
    return QString::fromStdString(std::get<std::string>(value));
}

FormField::Type formType(FieldType type)
{
    switch (type) {
    case FieldType::Bool:
        return FormField::Type::Toggle;
    case FieldType::Integer:
        return FormField::Type::Integer;
    case FieldType::Number:
        return FormField::Type::Number;
    case FieldType::Choice:
        return FormField::Type::Choice;
    case FieldType::Text:
        break;
    }
    return FormField::Type::Text;
}

FormField formField(const Field& field)
{
    FormField form;
    form.key = QString::fromStdString(field.key);
    form.symbol = QString::fromStdString(field.symbol);
    form.label = QString::fromStdString(field.label);
    form.unit = QString::fromStdString(field.unit);
    form.help = QString::fromStdString(field.help);
    form.type = formType(field.type);
    form.least = field.least;
    form.most = field.most;
    form.step = field.step;
    form.logarithmic = field.logarithmic;
    for (const std::string& choice : field.choices)
        form.choices.append(QString::fromStdString(choice));
    form.fallback = variant(field, field.fallback());
    if (field.key == "privacy.epsilon") {
        form.lowEnd = QObject::tr("more privacy");
        form.highEnd = QObject::tr("more accuracy");
    }
    return form;
}

QString sectionTitle(const std::string& section)
{
    if (section == "augment")
        return QObject::tr("Augmentation");
    if (const model::ModelInfo* info = model::knownModel(section))
        return QString::fromStdString(info->title);
    QString title = QString::fromStdString(section);
    title[0] = title[0].toUpper();
    return title;
}

QString shellQuoted(const QString& word)
{
    static const QRegularExpression kPlain(u"^[A-Za-z0-9_@%+=:,./-]+$"_s);
    if (kPlain.match(word).hasMatch())
        return word;
    return u'\'' + QString(word).replace(u"'"_s, u"'\\''"_s) + u'\'';
}

} // namespace

settings::Config configOf(const QString& preset)
{
    return preset.isEmpty() ? settings::Config{} : settings::loadPreset(preset.toStdString());
}

settings::Config presetOrDefaults(const QString& preset)
{
    try {
        return configOf(preset == "none"_L1 ? QString() : preset);
    } catch (const std::exception&) {
        return {};
    }
}

settings::Config configOf(const runs::RunEntry& run)
{
    settings::Config config;
    for (const auto& [key, value] : run.settings) {
        try {
            settings::setFromText(config, key + '=' + value);
        } catch (const Error&) {
            continue; // of another version of the program
        }
    }
    return config;
}

QVariant settingOf(const settings::Config& config, const Field& field)
{
    return variant(field, field.read(config));
}

void setSetting(settings::Config& config, const Field& field, const QVariant& value)
{
    settings::setFromText(config, assignment(QString::fromStdString(field.key), value).toStdString());
}

QStringList assignmentsOver(const settings::Config& base, const settings::Config& config)
{
    QStringList changes;
    for (const Field& field : settings::fields())
        if (field.read(config) != field.read(base))
            changes.append(assignment(QString::fromStdString(field.key), settingOf(config, field)));
    return changes;
}

QString commandLine(
    const QString& dataset, const QString& preset, const QStringList& assignments, const QString& run)
{
    QStringList words{u"fedcctr"_s, u"train"_s, dataset};
    if (!preset.isEmpty())
        words << u"--preset"_s << preset;
    for (const QString& change : assignments)
        words << u"--set"_s << change;
    words << u"--out"_s << run;
    QStringList quoted;
    for (const QString& word : words)
        quoted.append(shellQuoted(word));
    return quoted.join(u' ');
}

QList<FormField> formFields(const QStringList& keys)
{
    QList<FormField> fields;
    for (const QString& key : keys)
        fields.append(formField(settings::field(key.toStdString())));
    return fields;
}

QList<FormField> otherFormFields(const QStringList& keys)
{
    QList<FormField> fields;
    for (const Field& field : settings::fields()) {
        if (keys.contains(QString::fromStdString(field.key)))
            continue;
        fields.append(formField(field));
        fields.last().section = sectionTitle(field.section());
    }
    return fields;
}

QList<PresetChoice> presetChoices(QString* error, const QString& own)
{
    QList<PresetChoice> choices{
        {QString(), QObject::tr("Every setting at its default."), QObject::tr("defaults")}};
    try {
        for (const settings::PresetInfo& preset : settings::presets()) {
            const QString name = QString::fromStdString(preset.name);
            choices.append({name, QString::fromStdString(preset.summary), name});
        }
    } catch (const std::exception& failure) {
        *error = QString::fromUtf8(failure.what());
    }
    const QDir folder(own);
    if (!own.isEmpty())
        for (const QString& file : folder.entryList({u"*.json"_s}, QDir::Files, QDir::Name)) {
            const QString path = folder.filePath(file);
            choices.append({path, QObject::tr("Your own preset, %1.").arg(path),
                QObject::tr("%1 (yours)").arg(QFileInfo(file).completeBaseName())});
        }
    return choices;
}

QHash<QString, QVariant> presetValues(const QString& preset)
{
    const settings::Config config = configOf(preset);
    QHash<QString, QVariant> values;
    for (const Field& field : settings::fields())
        values.insert(QString::fromStdString(field.key), variant(field, field.read(config)));
    return values;
}

QStringList allAssignments(const QString& preset)
{
    return assignmentsOver(settings::Config{}, configOf(preset));
}

QString assignment(const QString& key, const QVariant& value)
{
    QString text = value.toString();
    if (value.metaType().id() == QMetaType::Double)
        text = QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
    return key + u'=' + text;
}

QString problemWith(const QString& preset, const QStringList& assignments)
{
    try {
        settings::Config config = configOf(preset);
        for (const QString& change : assignments)
            settings::setFromText(config, change.toStdString());
        settings::validate(config);
    } catch (const std::exception& failure) {
        return QString::fromUtf8(failure.what());
    }
    return {};
}

} // namespace fedcctr::studio
