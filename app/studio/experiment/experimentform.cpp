// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/experimentform.h"

#include "app/studio/common/settingsbridge.h"
#include "core/models/specs/registry.h"
#include "core/report/run_charts.h"
#include "core/settings/relevance.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QCompleter>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// What other models read and this one does not, by key.
QSet<QString> settingsOfOthers(const std::string& architecture)
{
    QSet<QString> keys;
    const model::ModelInfo* own = model::knownModel(architecture);
    for (const model::ModelInfo* info : model::models()) {
        if (info == own)
            continue;
        for (const model::OwnField& field : info->fields)
            keys.insert(QString::fromStdString(field.key));
        for (const std::string& key : info->settings)
            if (own && !own->reads(key))
                keys.insert(QString::fromStdString(key));
    }
    return keys;
}

} // namespace

ExperimentForm::ExperimentForm(QWidget* parent)
    : QWidget(parent)
    , m_form(new widgets::SettingsForm(otherFormFields({}), this, widgets::SettingsForm::Columns::Wide))
    , m_scroll(new QScrollArea(this))
    , m_find(new QLineEdit(this))
    , m_onlyChanged(new QCheckBox(tr("only changed"), this))
    , m_nothing(new QLabel(tr("No setting fits. Clear the field above, or switch 'only changed' off."), this))
    , m_terms(new QLabel(this))
{
    m_form->setObjectName(u"form_experiment"_s);
    m_find->setObjectName(u"edit_find_setting"_s);
    m_find->setPlaceholderText(tr("Find setting…"));
    m_find->setAccessibleName(tr("Find setting"));
    m_find->setToolTip(
        tr("Words of a setting's name, symbol or help, e.g. lambda, clip, rounds (Ctrl+F); Esc clears"));
    m_find->setClearButtonEnabled(true);
    m_onlyChanged->setObjectName(u"check_only_changed"_s);
    m_onlyChanged->setAccessibleName(tr("Only changed settings"));
    m_onlyChanged->setToolTip(tr("Show only what differs from the preset"));
    m_nothing->setObjectName(u"label_no_setting"_s);
    m_nothing->setWordWrap(true);
    m_nothing->hide();
    m_terms->setObjectName(u"label_loss_terms"_s);
    m_terms->setTextFormat(Qt::RichText);
    m_terms->setWordWrap(true);
    m_terms->setToolTip(
        tr("What the model's loss is made of, in the colours of the chart on the page Train"));
    auto* content = new QWidget(m_scroll);
    auto* inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 6, 0);
    inner->addWidget(m_form);
    inner->addStretch(1);
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setObjectName(u"scroll_experiment"_s);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto* row = new QHBoxLayout;
    row->addWidget(m_find, 1);
    row->addWidget(m_onlyChanged);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->addLayout(row);
    column->addWidget(m_terms);
    column->addWidget(m_nothing);
    column->addWidget(m_scroll, 1);
    for (const QString& section : {tr("Model"), tr("Run")})
        m_form->setCollapsed(section, true);
    connect(m_find, &QLineEdit::textChanged, this, &ExperimentForm::applyFilter);
    connect(m_onlyChanged, &QCheckBox::toggled, this, &ExperimentForm::applyFilter);
    connect(m_form, &widgets::SettingsForm::edited, this,
        [this](const QString& key, const QVariant& value) { Q_EMIT edited(key, value, false); });
    connect(m_form, &widgets::SettingsForm::dragged, this,
        [this](const QString& key, const QVariant& value) { Q_EMIT edited(key, value, true); });
    connect(m_form, &widgets::SettingsForm::focused, this, [this](const QString& key) {
        m_scroll->ensureWidgetVisible(m_form->editor(key));
        Q_EMIT focused(key);
    });
    connect(m_form, &widgets::SettingsForm::sectionToggled, this, &ExperimentForm::layoutChanged);
}

void ExperimentForm::applyFilter()
{
    const int shown = m_form->filter(m_find->text(), m_onlyChanged->isChecked());
    m_nothing->setVisible(shown == 0);
}

void ExperimentForm::setValues(const QHash<QString, QVariant>& values, const QHash<QString, QVariant>& base)
{
    m_form->setBase(base);
    for (const widgets::FormField& field : m_form->fields())
        if (m_form->value(field.key) != values.value(field.key))
            m_form->setValue(field.key, values.value(field.key));
}

void ExperimentForm::setProblems(const std::vector<std::string>& problems)
{
    for (const widgets::FormField& field : m_form->fields()) {
        const std::string start = field.key.toStdString() + ':';
        const auto found =
            std::ranges::find_if(problems, [&](const std::string& text) { return text.starts_with(start); });
        m_form->setError(field.key,
            found == problems.end() ? QString()
                                    : QString::fromStdString(found->substr(start.size())).trimmed());
    }
}

void ExperimentForm::setRelevance(const settings::Config& config, bool augmented)
{
    m_config = config;
    m_form->setLeftOut(settingsOfOthers(config.model.architecture));
    showTerms();
    for (const widgets::FormField& field : m_form->fields()) {
        const QString reason =
            QString::fromStdString(settings::inactiveReason(config, field.key.toStdString(), augmented));
        m_irrelevant.insert(field.key, reason);
        m_form->setIrrelevant(field.key, reason);
    }
}

/// Dashed where the chart's line is.
void ExperimentForm::showTerms()
{
    const model::ModelInfo* info = model::knownModel(m_config.model.architecture);
    if (!info)
        return;
    std::vector<runs::LossTerm> terms{
        {.name = std::string(runs::kTermA)}, {.name = std::string(runs::kTermB)}};
    for (const model::TermInfo& term : info->terms)
        terms.push_back({.name = term.symbol, .setting = term.weightKey});
    const QList<QColor>& colors = widgets::themeColors(palette()).series;
    QStringList words;
    for (std::size_t place = 0; place < terms.size(); ++place) {
        const report::Series line = report::lossLine(terms[place], static_cast<int>(place));
        words.append(u"<span style=\"color:%1\">%2</span>&nbsp;%3"_s.arg(
            colors[line.color % colors.size()].name(), line.line == report::Line::Solid ? u"━━"_s : u"╍╍"_s,
            QString::fromStdString(line.name).toHtmlEscaped()));
    }
    m_terms->setText(
        tr("Loss of %1: %2")
            .arg(QString::fromStdString(info->title).toHtmlEscaped(), words.join(u" &nbsp; "_s)));
}

void ExperimentForm::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showTerms();
}

void ExperimentForm::suggest(const QString& key, const QStringList& words)
{
    auto* edit = qobject_cast<QLineEdit*>(m_form->editor(key));
    if (!edit)
        return;
    auto* completer = new QCompleter(words, edit);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    edit->setCompleter(completer);
}

void ExperimentForm::find()
{
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
}

void ExperimentForm::reveal(const QString& key)
{
    if (!m_form->isShown(key)) {
        m_find->clear();
        m_onlyChanged->setChecked(false);
    }
    m_form->reveal(key);
}

QStringList ExperimentForm::collapsedSections() const
{
    return m_form->collapsedSections();
}

void ExperimentForm::setCollapsedSections(const QStringList& sections)
{
    for (const widgets::FormField& field : m_form->fields())
        m_form->setCollapsed(field.section, sections.contains(field.section));
}

} // namespace fedcctr::studio
