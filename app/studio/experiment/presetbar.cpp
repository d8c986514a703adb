// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/presetbar.h"

#include "app/studio/common/settingsbridge.h"
#include "widgets/forms/wheelguard.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QComboBox* combo(const QString& name, const QString& spoken, const QString& help, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(spoken);
    box->setToolTip(help);
    widgets::guardWheel(box);
    box->setMinimumContentsLength(16);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    return box;
}

QLabel* labelFor(const QString& text, QWidget* buddy, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setBuddy(buddy);
    return label;
}

} // namespace

PresetBar::PresetBar(QWidget* parent)
    : QWidget(parent)
    , m_dataset(combo(u"combo_experiment_dataset"_s, tr("Dataset"), tr("The dataset to train on"), this))
    , m_preset(combo(u"combo_experiment_preset"_s, tr("Preset"),
          tr("Known good settings; choosing one sets every field, and can be undone"), this))
    , m_summary(new QLabel(this))
    , m_save(new QPushButton(tr("Save preset…"), this))
    , m_file(new QToolButton(this))
{
    setObjectName(u"bar_preset"_s);
    m_dataset->setPlaceholderText(tr("no dataset yet"));
    m_summary->setObjectName(u"label_preset_summary"_s);
    m_summary->setWordWrap(true);
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_save->setObjectName(u"button_save_preset"_s);
    m_save->setAccessibleName(tr("Save preset"));
    m_save->setToolTip(tr("Keep all settings under a name, in this workspace (Ctrl+S)"));
    m_file->setObjectName(u"button_experiment_file"_s);
    m_file->setText(tr("File"));
    m_file->setAccessibleName(tr("Settings file"));
    m_file->setToolTip(tr("Open and save settings as JSON, or copy the command line that makes this run"));
    m_file->setPopupMode(QToolButton::InstantPopup);
    m_file->setFocusPolicy(Qt::TabFocus);
    buildMenu();

    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(labelFor(tr("&Dataset"), m_dataset, this));
    row->addWidget(m_dataset, 1);
    row->addSpacing(8);
    row->addWidget(labelFor(tr("&Preset"), m_preset, this));
    row->addWidget(m_preset, 1);
    row->addWidget(m_save);
    row->addWidget(m_file);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_summary);
    connect(m_dataset, &QComboBox::activated, this,
        [this] { Q_EMIT datasetChosen(m_dataset->currentData().toString()); });
    connect(m_preset, &QComboBox::currentIndexChanged, this,
        [this] { Q_EMIT presetChosen(m_preset->currentData().toString()); });
    connect(m_save, &QPushButton::clicked, this, &PresetBar::askForName);
}

void PresetBar::buildMenu()
{
    auto* menu = new QMenu(m_file);
    menu->setToolTipsVisible(true);
    const auto add = [&](const QString& name, const QString& text, const QString& help) {
        QAction* action = menu->addAction(text);
        action->setObjectName(name);
        action->setToolTip(help);
        return action;
    };
    connect(
        add(u"action_open_json"_s, tr("&Open JSON…"), tr("Settings of a file, or of a run's config.json")),
        &QAction::triggered, this, [this] { askForFile(false); });
    connect(add(u"action_save_json"_s, tr("Save &JSON…"), tr("The file that 'fedcctr train --config' reads")),
        &QAction::triggered, this, [this] { askForFile(true); });
    connect(add(u"action_copy_command"_s, tr("&Copy as command line"),
                tr("A 'fedcctr train' call that makes exactly this run")),
        &QAction::triggered, this, &PresetBar::copyRequested);
    m_file->setMenu(menu);
}

void PresetBar::setDatasets(const QStringList& datasets, const QString& open)
{
    const QSignalBlocker quiet(m_dataset);
    m_dataset->clear();
    for (const QString& path : datasets) {
        m_dataset->addItem(QDir(path).dirName(), path);
        m_dataset->setItemData(m_dataset->count() - 1, path, Qt::ToolTipRole);
    }
    m_dataset->setCurrentIndex(m_dataset->findData(open));
}

void PresetBar::setFolder(const QString& folder)
{
    m_folder = folder;
    fill();
}

void PresetBar::fill()
{
    const QSignalBlocker quiet(m_preset);
    const QString chosen = m_preset->currentData().toString();
    const bool first = m_preset->count() == 0;
    m_preset->clear();
    QString error;
    for (const PresetChoice& preset : presetChoices(&error, m_folder)) {
        m_preset->addItem(preset.title, preset.name);
        m_preset->setItemData(m_preset->count() - 1, preset.summary, Qt::ToolTipRole);
    }
    if (!error.isEmpty())
        Q_EMIT problem(error);
    m_preset->setCurrentIndex(first ? 0 : std::max(0, m_preset->findData(chosen)));
}

void PresetBar::setPreset(const QString& preset, qsizetype changes)
{
    const QSignalBlocker quiet(m_preset);
    int index = m_preset->findData(preset);
    if (index < 0) {
        m_preset->addItem(QFileInfo(preset).completeBaseName(), preset);
        index = m_preset->count() - 1;
        m_preset->setItemData(index, preset, Qt::ToolTipRole);
    }
    m_preset->setCurrentIndex(index);
    const QString summary = m_preset->itemData(index, Qt::ToolTipRole).toString();
    const QString count = changes == 0 ? tr("No setting changed.")
        : changes == 1                 ? tr("1 setting changed.")
                                       : tr("%1 settings changed.").arg(changes);
    m_summary->setText(summary + u' ' + count);
}

void PresetBar::askForName()
{
    auto* dialog = new QInputDialog(this);
    dialog->setObjectName(u"dialog_preset_name"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save preset"));
    dialog->setLabelText(tr("Name of the preset"));
    connect(dialog, &QInputDialog::textValueSelected, this, &PresetBar::proposeSave);
    dialog->open();
}

void PresetBar::proposeSave(const QString& name)
{
    static const QRegularExpression kName(
        u"^[\\w .+-]{1,80}$"_s, QRegularExpression::UseUnicodePropertiesOption);
    const QString bare = name.trimmed();
    if (!kName.match(bare).hasMatch() || bare.startsWith(u'.')) {
        Q_EMIT problem(
            tr("'%1' cannot be a preset's name; use letters, digits, spaces, points, + and -.").arg(bare));
        return;
    }
    const QString path = m_folder + u'/' + bare + u".json"_s;
    if (!QFile::exists(path)) {
        Q_EMIT saveRequested(path);
        return;
    }
    auto* question = new QMessageBox(QMessageBox::Question, tr("Save preset"),
        tr("There is a preset %1 already. Replace it?").arg(bare), QMessageBox::Yes | QMessageBox::Cancel,
        this);
    question->setObjectName(u"dialog_replace_preset"_s);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setDefaultButton(QMessageBox::Cancel);
    connect(question, &QMessageBox::accepted, this, [this, path] { Q_EMIT saveRequested(path); });
    question->open();
}

void PresetBar::askForFile(bool writing)
{
    auto* dialog = new QFileDialog(
        this, writing ? tr("Save settings") : tr("Open settings"), m_folder, tr("Settings (*.json)"));
    dialog->setObjectName(writing ? u"dialog_save_json"_s : u"dialog_open_json"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (writing) {
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setDefaultSuffix(u"json"_s);
        connect(dialog, &QFileDialog::fileSelected, this, &PresetBar::writeRequested);
    } else {
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, this, &PresetBar::openRequested);
    }
    dialog->open();
}

} // namespace fedcctr::studio
