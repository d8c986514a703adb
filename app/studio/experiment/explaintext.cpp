// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/explaintext.h"

#include "app/studio/common/settingsbridge.h"
#include "core/settings/config_table.h"
#include "core/settings/explanations.h"

#include <QLocale>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

using settings::Field;
using settings::FieldType;

QString text(const std::string& words)
{
    return QString::fromStdString(words).toHtmlEscaped();
}

QString line(const QString& title, const QString& words)
{
    return words.isEmpty() ? QString() : u"<p><b>%1</b><br>%2</p>"_s.arg(title, words);
}

bool isNumeric(const Field& field)
{
    return field.type == FieldType::Integer || field.type == FieldType::Number;
}

QString rangeOf(const Field& field)
{
    const QLocale locale;
    if (isNumeric(field))
        return QObject::tr("%1 to %2").arg(locale.toString(field.least), locale.toString(field.most));
    QStringList words;
    for (const std::string& choice : field.choices)
        words.append(text(choice));
    return words.join(u", "_s);
}

/// Settings of `privacy` and the like begin small; a sentence begins with a capital.
QString sentence(QString words)
{
    if (!words.isEmpty())
        words[0] = words[0].toUpper();
    if (!words.endsWith(u'.'))
        words += u'.';
    return words;
}

} // namespace

QString explainTitle(const QString& key)
{
    const Field& field = settings::field(key.toStdString());
    return QString::fromStdString(field.symbol.empty() ? field.label : field.symbol + "  " + field.label);
}

QString explainHtml(const QString& key, const QString& irrelevant)
{
    const Field& field = settings::field(key.toStdString());
    const settings::Explanation& more = settings::explanationOf(field.key);
    QString html = u"<p>%1</p>"_s.arg(sentence(text(field.help)));
    if (!irrelevant.isEmpty())
        html += line(QObject::tr("Does not matter now"), irrelevant.toHtmlEscaped());
    if (!more.formula.empty())
        html += u"<p><i>%1</i></p>"_s.arg(text(more.formula));
    QString facts = rangeOf(field);
    if (!field.unit.empty())
        facts += (facts.isEmpty() ? QString() : u" "_s) + text(field.unit);
    html += line(QObject::tr("Range"), facts);
    html += line(QObject::tr("Default"), settingOf(settings::Config{}, field).toString().toHtmlEscaped());
    html += line(QObject::tr("Towards the lower end"), text(more.low));
    html += line(QObject::tr("Towards the upper end"), text(more.high));
    html += line(QObject::tr("In the paper"), text(more.paper));
    return html + u"<p><code>%1</code></p>"_s.arg(key);
}

} // namespace fedcctr::studio
