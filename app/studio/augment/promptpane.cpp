// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/promptpane.h"

#include "app/studio/augment/diffdialog.h"
#include "core/augment/placeholders.h"
#include "core/augment/prompts.h"
#include "core/augment/template.h"
#include "widgets/forms/prompteditor.h"

#include <QCryptographicHash>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::PromptEditor;

namespace {

constexpr int kDraftDelayMs = 1000;

QList<widgets::PromptFault> faultsIn(const QString& text, augment::Stage stage)
{
    QList<widgets::PromptFault> faults;
    for (const augment::TemplateFault& fault : augment::faultsOf(text.toStdString(), stage))
        faults.append({static_cast<int>(fault.line), static_cast<int>(fault.column),
            static_cast<int>(fault.length), QString::fromStdString(fault.message)});
    return faults;
}

QList<widgets::PromptPlaceholder> placeholdersOf(augment::Stage stage)
{
    QList<widgets::PromptPlaceholder> list;
    for (const augment::Placeholder& one : augment::placeholders(stage))
        list.append({QString::fromStdString(one.path), one.isList, QString::fromStdString(one.help)});
    return list;
}

} // namespace

PromptPane::PromptPane(augment::Stage stage, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_stage(stage)
    , m_settings(settings)
    , m_state(new QLabel(this))
    , m_save(new QPushButton(tr("Save"), this))
    , m_restore(new QPushButton(tr("Restore default"), this))
    , m_changes(new QPushButton(tr("Show changes"), this))
{
    const QString name = QString::fromStdString(nameOf(stage));
    m_editor = new PromptEditor(
        u"edit_prompt_"_s + name, [stage](const QString& text) { return faultsIn(text, stage); },
        placeholdersOf(stage), this);
    m_editor->setSpokenName(tr("Prompt, %1").arg(name),
        tr("What the model is asked. {{title}} stands for a value, {{#each history}} … {{/each}} repeats, "
           "{{#if title}} … "
           "{{else}} … {{/if}} chooses."));
    m_state->setObjectName(u"label_prompt_state_"_s + name);
    m_save->setObjectName(u"button_save_"_s + name);
    m_restore->setObjectName(u"button_restore_"_s + name);
    m_changes->setObjectName(u"button_changes_"_s + name);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addLayout(buildButtons());
    column->addWidget(m_editor, 1);
    setTabOrder(m_changes, m_editor);

    m_draftTimer.setSingleShot(true);
    m_draftTimer.setInterval(kDraftDelayMs);
    connect(&m_draftTimer, &QTimer::timeout, this, &PromptPane::keepDraft);
    connect(m_editor, &PromptEditor::textChanged, this, [this] {
        showState();
        m_draftTimer.start();
        Q_EMIT edited();
    });
}

QLayout* PromptPane::buildButtons()
{
    m_save->setToolTip(tr("Keep this prompt with the dataset (Ctrl+S)"));
    m_save->setAccessibleName(tr("Save the prompt"));
    m_restore->setToolTip(tr("Go back to the prompt that comes with the program; Ctrl+Z brings yours back"));
    m_restore->setAccessibleName(tr("Restore the default prompt"));
    m_changes->setToolTip(tr("Show what differs from the default, line by line"));
    m_changes->setAccessibleName(tr("Show changes to the default prompt"));
    connect(m_save, &QPushButton::clicked, this, &PromptPane::save);
    connect(m_restore, &QPushButton::clicked, this, &PromptPane::restoreDefault);
    connect(m_changes, &QPushButton::clicked, this, &PromptPane::showChanges);
    QFont bold = m_state->font();
    bold.setBold(true);
    m_state->setFont(bold);
    // The buttons matter more where there is little room.
    m_state->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_state, 1);
    for (QPushButton* button : {m_save, m_restore, m_changes})
        row->addWidget(button);
    return row;
}

QString PromptPane::draftKey() const
{
    const QByteArray hash =
        QCryptographicHash::hash(m_path.toUtf8(), QCryptographicHash::Sha1).toHex().left(12);
    return u"augment/drafts/%1/%2"_s.arg(QString::fromLatin1(hash), QString::fromStdString(nameOf(m_stage)));
}

void PromptPane::setDataset(const QString& path)
{
    keepDraft();
    m_path = path;
    try {
        m_default = QString::fromStdString(augment::defaultTemplate(m_stage));
        m_saved = QString::fromStdString(augment::loadTemplate(path.toStdString(), m_stage));
    } catch (const std::exception& error) {
        Q_EMIT problem(QString::fromUtf8(error.what()));
    }
    m_editor->showText(m_settings->value(draftKey(), m_saved).toString());
    m_draftTimer.stop();
    showState();
}

QString PromptPane::text() const
{
    return m_editor->text();
}

bool PromptPane::hasFaults() const
{
    return !m_editor->faults().isEmpty();
}

bool PromptPane::save()
{
    if (m_path.isEmpty())
        return false;
    try {
        augment::saveTemplate(m_path.toStdString(), m_stage, text().toStdString());
    } catch (const std::exception& error) {
        Q_EMIT problem(QString::fromUtf8(error.what()));
        return false;
    }
    m_saved = text();
    keepDraft();
    showState();
    return true;
}

void PromptPane::keepDraft()
{
    m_draftTimer.stop();
    if (m_path.isEmpty())
        return;
    if (isUnsaved())
        m_settings->setValue(draftKey(), text());
    else
        m_settings->remove(draftKey());
}

void PromptPane::restoreDefault()
{
    m_editor->setText(m_default);
    save();
}

void PromptPane::showChanges()
{
    showDiff(this, tr("Changes to the default prompt: %1").arg(QString::fromStdString(nameOf(m_stage))),
        m_default, text());
}

void PromptPane::showState()
{
    const QString name = QString::fromStdString(nameOf(m_stage)) + u".txt"_s;
    const bool isDefault = text() == m_default;
    m_state->setText(isUnsaved() ? tr("not saved *") : isDefault ? tr("default") : tr("edited"));
    m_state->setToolTip(tr("%1: %2").arg(name, m_state->text()));
    m_save->setEnabled(isUnsaved());
    m_restore->setEnabled(!isDefault || m_saved != m_default);
    m_changes->setEnabled(!isDefault);
}

} // namespace fedcctr::studio
