// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/runfilter.h"

#include "app/studio/compare/rungrouping.h"
#include "core/settings/config.h"
#include "core/settings/config_table.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("fedcctr::studio::RunFilter", text);
}

/// A property of a run, as text and, where it is one, as a number.
using Text = std::function<QString(const RunEntry&)>;

QString number(double value)
{
    return std::isfinite(value) ? QString::number(value, 'g', 10) : QString();
}

QString tagsOf(const RunEntry& entry)
{
    QString tags;
    for (const std::string& tag : entry.tags)
        tags += QString::fromStdString(tag) + u' ';
    return tags;
}

QString datasetOf(const RunEntry& entry)
{
    const QString path = QString::fromStdString(entry.datasetPath);
    return entry.summary ? path + u' ' + QString::fromStdString(entry.summary->dataset) : path;
}

Text metric(std::size_t domain)
{
    return [domain](const RunEntry& entry) {
        return entry.summary ? number(100 * entry.summary->test[domain].at("ndcg@10")) : QString();
    };
}

Text own(std::string RunEntry::*member)
{
    return [member](const RunEntry& entry) { return QString::fromStdString(entry.*member); };
}

/// λ₁ and λ1 are the same key.
QString plainKey(const QString& key)
{
    QString plain = key.toLower();
    for (int digit = 0; digit < 10; ++digit)
        plain.replace(QChar(0x2080 + digit), QChar(u'0' + digit));
    return plain;
}

/// A setting by its whole key, its last part ("decay_rate") or its symbol ("R").
std::optional<Text> settingProperty(const QString& key)
{
    const QString wanted = plainKey(key);
    for (const settings::Field& field : settings::fields()) {
        const QString whole = QString::fromStdString(field.key);
        const QString symbol = plainKey(QString::fromStdString(field.symbol));
        if (wanted == whole || wanted == whole.section(u'.', 1) || (!symbol.isEmpty() && wanted == symbol))
            return [name = field.key](
                       const RunEntry& entry) { return QString::fromStdString(entry.setting(name)); };
    }
    return std::nullopt;
}

std::optional<Text> property(const QString& key)
{
    const QString name = plainKey(key);
    if (name == "name"_L1)
        return own(&RunEntry::name);
    if (name == "dataset"_L1)
        return datasetOf;
    if (name == "model"_L1)
        return [](const RunEntry& entry) {
            return modelTitle(entry) + u' ' + QString::fromStdString(entry.setting("model.architecture"));
        };
    if (name == "preset"_L1)
        return own(&RunEntry::preset);
    if (name == "note"_L1)
        return own(&RunEntry::note);
    if (name == "started"_L1)
        return own(&RunEntry::started);
    if (name == "state"_L1)
        return [](const RunEntry& entry) { return QString::fromStdString(wordsOf(entry.state)); };
    if (name == "tag"_L1 || name == "tags"_L1)
        return tagsOf;
    if (name == "rounds"_L1)
        return [](const RunEntry& entry) { return QString::number(entry.rounds); };
    if (name == "seconds"_L1 || name == "time"_L1)
        return
            [](const RunEntry& entry) { return entry.summary ? number(entry.summary->seconds) : QString(); };
    if (name == "ndcga"_L1 || name == "ndcg"_L1)
        return metric(0);
    if (name == "ndcgb"_L1)
        return metric(1);
    return settingProperty(key);
}

bool holdsWord(const RunEntry& entry, const QString& word)
{
    const auto holds = [&word](const QString& text) { return text.contains(word, Qt::CaseInsensitive); };
    return holds(QString::fromStdString(entry.name)) || holds(QString::fromStdString(wordsOf(entry.state)))
        || holds(datasetOf(entry)) || holds(QString::fromStdString(entry.preset)) || holds(tagsOf(entry))
        || holds(QString::fromStdString(entry.note));
}

bool compares(const QString& left, const QString& relation, double right)
{
    bool isNumber = false;
    const double value = left.toDouble(&isNumber);
    if (!isNumber)
        return false;
    if (relation == "<"_L1)
        return value < right;
    if (relation == ">"_L1)
        return value > right;
    if (relation == "<="_L1)
        return value <= right;
    if (relation == ">="_L1)
        return value >= right;
    return std::abs(value - right) <= 1e-9 * std::max(1.0, std::abs(right));
}

/// At blanks, but not between quotes. None if a quote is left open.
std::optional<QStringList> termsOf(const QString& text)
{
    QStringList terms;
    QString term;
    bool quoted = false;
    for (const QChar c : text) {
        if (c == u'"') {
            quoted = !quoted;
        } else if (c.isSpace() && !quoted) {
            if (!term.isEmpty())
                terms.append(std::exchange(term, {}));
        } else {
            term += c;
        }
    }
    if (!term.isEmpty())
        terms.append(term);
    return quoted ? std::nullopt : std::optional(terms);
}

} // namespace

RunFilter RunFilter::parse(const QString& text)
{
    RunFilter filter;
    const std::optional<QStringList> terms = termsOf(text);
    if (!terms)
        filter.m_error = words("a quotation mark is left open");
    else
        for (const QString& term : *terms)
            filter.addTerm(term);
    return filter;
}

void RunFilter::addTerm(QString term)
{
    const bool negated = term.size() > 1 && term.startsWith(u'-');
    if (negated)
        term.remove(0, 1);
    const auto add = [this, negated](Condition condition) {
        if (negated)
            m_conditions.emplace_back(
                [condition = std::move(condition)](const RunEntry& entry) { return !condition(entry); });
        else
            m_conditions.push_back(std::move(condition));
    };
    static const QRegularExpression kRelation(u"^([^:<>=]+)(:|<=|>=|<|>|=)(.*)$"_s);
    const QRegularExpressionMatch match = kRelation.match(term);
    if (!match.hasMatch()) {
        add([term](const RunEntry& entry) { return holdsWord(entry, term); });
        return;
    }
    const std::optional<Text> text = property(match.captured(1));
    const QString relation = match.captured(2);
    const QString right = match.captured(3);
    if (!text) {
        m_error =
            words("there is no “%1”; e.g. dataset, state, tag, seed, λ1, decay_rate").arg(match.captured(1));
        return;
    }
    bool isNumber = false;
    double value = right.toDouble(&isNumber);
    if (!isNumber)
        value = QLocale().toDouble(right, &isNumber);
    if (relation == ":"_L1 || (relation == "="_L1 && !isNumber)) {
        add([text = *text, right](
                const RunEntry& entry) { return text(entry).contains(right, Qt::CaseInsensitive); });
        return;
    }
    if (!isNumber) {
        m_error = words("“%1” needs a number after “%2”").arg(match.captured(1), relation);
        return;
    }
    add([text = *text, relation, value](
            const RunEntry& entry) { return compares(text(entry), relation, value); });
}

bool RunFilter::matches(const RunEntry& entry) const
{
    return std::ranges::all_of(m_conditions, [&entry](const Condition& holds) { return holds(entry); });
}

QString RunFilter::help()
{
    return words("Shows the runs for which every word holds.\n"
                 "word – in name, state, dataset, preset, tags or note\n"
                 "key:text – e.g. dataset:book  state:finished  tag:paper  schedule:static\n"
                 "key<number, key>number, <=, >=, = – e.g. λ2>0  R<1  seed=2  ndcga>20 (percent)\n"
                 "Keys: name, state, dataset, model, preset, tag, note, rounds, seconds, ndcga, ndcgb and "
                 "every setting "
                 "by key, last part or symbol.\n"
                 "-word leaves out; \"two words\" belong together.");
}

} // namespace fedcctr::studio
