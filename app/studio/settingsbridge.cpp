// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/settingsbridge.h"

#include "core/base/error.h"
#include "core/experiment/config.h"

#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

using experiment::Field;
using experiment::FieldType;
using widgets::FormField;

QVariant variant(const Field& field, const experiment::Value& value)
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
    return form;
}

QString sectionTitle(const std::string& section)
{
    QString title = QString::fromStdString(section);
    title[0] = title[0].toUpper();
    return title;
}

QStringList differences(const experiment::Config& config, const experiment::Config& base)
{
    QStringList assignments;
    for (const Field& field : experiment::fields())
        if (field.read(config) != field.read(base))
            assignments.append(
                assignment(QString::fromStdString(field.key), variant(field, field.read(config))));
    return assignments;
}

experiment::Config configOf(const QString& preset)
{
    return preset.isEmpty() ? experiment::Config{} : experiment::loadPreset(preset.toStdString());
}

} // namespace

QList<FormField> formFields(const QStringList& keys)
{
    QList<FormField> fields;
    for (const QString& key : keys)
        fields.append(formField(experiment::field(key.toStdString())));
    return fields;
}

QList<FormField> otherFormFields(const QStringList& keys)
{
    QList<FormField> fields;
    for (const Field& field : experiment::fields()) {
        if (keys.contains(QString::fromStdString(field.key)))
            continue;
        fields.append(formField(field));
        fields.last().section = sectionTitle(field.section());
    }
    return fields;
}

QList<PresetChoice> presetChoices(QString* error)
{
    QList<PresetChoice> choices{{QString(), QObject::tr("Every setting at its default.")}};
    try {
        for (const experiment::PresetInfo& preset : experiment::presets())
            choices.append({QString::fromStdString(preset.name), QString::fromStdString(preset.summary)});
    } catch (const std::exception& failure) {
        *error = QString::fromUtf8(failure.what());
    }
    return choices;
}

QHash<QString, QVariant> presetValues(const QString& preset)
{
    const experiment::Config config = configOf(preset);
    QHash<QString, QVariant> values;
    for (const Field& field : experiment::fields())
        values.insert(QString::fromStdString(field.key), variant(field, field.read(config)));
    return values;
}

QStringList allAssignments(const QString& preset)
{
    return differences(configOf(preset), experiment::Config{});
}

QStringList assignmentsFrom(const QJsonObject& settings, const QString& preset)
{
    experiment::Config base;
    try {
        base = configOf(preset == "none"_L1 ? QString() : preset);
    } catch (const std::exception&) {
        base = experiment::Config{};
    }
    QStringList assignments;
    for (const Field& field : experiment::fields()) {
        const QStringList path = QString::fromStdString(field.key).split(u'.');
        const QJsonValue value = settings[path[0]].toObject()[path[1]];
        if (value.isUndefined())
            continue;
        const QVariant before = variant(field, field.read(base));
        QVariant now = value.toVariant();
        if (now.convert(before.metaType()) && now != before)
            assignments.append(assignment(QString::fromStdString(field.key), now));
    }
    return assignments;
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
        experiment::Config config = configOf(preset);
        for (const QString& change : assignments)
            experiment::setFromText(config, change.toStdString());
        experiment::validate(config);
    } catch (const std::exception& failure) {
        return QString::fromUtf8(failure.what());
    }
    return {};
}

} // namespace fedcctr::studio
