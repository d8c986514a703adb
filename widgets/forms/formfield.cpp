// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/formfield.h"

#include <QCoreApplication>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("FormField", text);
}

} // namespace

QString spoken(const FormField& field)
{
    static const QList<QPair<QString, QString>> kWords{{u"λ"_s, u"lambda "_s}, {u"ε"_s, u"epsilon "_s},
        {u"δ"_s, u"delta "_s}, {u"σ"_s, u"sigma "_s}, {u"θ"_s, u"theta "_s}, {u"ρ"_s, u"rho "_s},
        {u"η"_s, u"eta "_s}, {u"τ"_s, u"tau "_s}, {u"α"_s, u"alpha "_s}, {u"ζ"_s, u"zeta "_s},
        {u"₀"_s, u"zero "_s}, {u"₁"_s, u"one "_s}, {u"₂"_s, u"two "_s}, {u"_"_s, u" "_s}};
    QString symbol = field.symbol;
    for (const auto& [sign, word] : kWords)
        symbol.replace(sign, word);
    symbol = symbol.simplified();
    return symbol.isEmpty() ? field.label : symbol + u", "_s + field.label;
}

QString labelText(const FormField& field)
{
    if (field.symbol.isEmpty())
        return field.label;
    if (!field.symbol.contains(u'_'))
        return field.symbol + u"  "_s + field.label;
    return u"%1<sub>%2</sub>&nbsp; %3"_s.arg(
        field.symbol.section(u'_', 0, 0), field.symbol.section(u'_', 1), field.label.toHtmlEscaped());
}

QString rangeText(const FormField& field)
{
    const QLocale locale;
    switch (field.type) {
    case FormField::Type::Integer:
    case FormField::Type::Number:
        return tr("%1 to %2")
            .arg(locale.toString(field.least, 'g', 10), locale.toString(field.most, 'g', 10));
    case FormField::Type::Choice:
        return field.choices.join(u", "_s);
    case FormField::Type::Toggle:
    case FormField::Type::Text:
        break;
    }
    return {};
}

QString fieldTip(const FormField& field, const QString& irrelevant)
{
    QString text = u"<p><b>%1</b> <code>%2</code><br>%3</p>"_s.arg(
        (field.symbol + u' ' + field.label).trimmed().toHtmlEscaped(), field.key, field.help.toHtmlEscaped());
    QStringList facts;
    if (!field.unit.isEmpty())
        facts.append(tr("Unit: %1").arg(field.unit));
    if (!rangeText(field).isEmpty())
        facts.append(tr("Range: %1").arg(rangeText(field)));
    facts.append(tr("Default: %1").arg(field.fallback.toString()));
    text += u"<p>%1</p>"_s.arg(facts.join(u"<br>"_s));
    if (!irrelevant.isEmpty())
        text += u"<p><b>%1</b> %2</p>"_s.arg(tr("Does not matter now."), irrelevant.toHtmlEscaped());
    return text;
}

} // namespace fedcctr::widgets
