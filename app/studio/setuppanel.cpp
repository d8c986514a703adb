// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/setuppanel.h"

#include "app/studio/settingsbridge.h"
#include "widgets/settingsform.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kRecent = 8;
const QString kLambda1 = u"loss.lambda1"_s;
const QString kLambda2 = u"loss.lambda2"_s;

QStringList mainKeys()
{
    return {kLambda1, kLambda2, u"privacy.epsilon"_s, u"privacy.decay_rate"_s, u"federation.rounds"_s,
        u"federation.learning_rate"_s};
}

QLabel* heading(const QString& text, QWidget* buddy, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    QFont bold = label->font();
    bold.setBold(true);
    label->setFont(bold);
    label->setBuddy(buddy);
    return label;
}

QLabel* note(const QString& name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setWordWrap(true);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

} // namespace

SetupPanel::SetupPanel(const QString& workspace, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_settings(settings)
    , m_dataset(new QComboBox(this))
    , m_datasetInfo(note(u"label_dataset_info"_s, this))
    , m_open(new QPushButton(tr("Open…"), this))
    , m_demo(new QPushButton(tr("Create demo"), this))
    , m_preset(new QComboBox(this))
    , m_presetInfo(note(u"label_preset_info"_s, this))
    , m_more(new QToolButton(this))
{
    setObjectName(u"panel_setup"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->addLayout(buildDataset());
    column->addLayout(buildPreset());
    buildForms(column);
    column->addStretch(1);
    restore();
}

QLayout* SetupPanel::buildDataset()
{
    m_dataset->setObjectName(u"combo_dataset"_s);
    m_dataset->setAccessibleName(tr("Dataset"));
    m_dataset->setToolTip(tr("The dataset to train on; the recent ones are listed"));
    m_dataset->setPlaceholderText(tr("no dataset yet"));
    m_dataset->setMinimumContentsLength(12);
    m_dataset->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_open->setObjectName(u"button_open_dataset"_s);
    m_open->setToolTip(tr("Open a dataset folder, as 'fedcctr data import' makes it (Ctrl+O)"));
    m_open->setAccessibleName(tr("Open a dataset folder"));
    m_demo->setObjectName(u"button_demo_dataset"_s);
    m_demo->setToolTip(tr("Make a small synthetic dataset, Books and Movies, in the workspace"));
    m_demo->setAccessibleName(tr("Create the demo dataset"));
    connect(m_dataset, &QComboBox::activated, this, [this] { openDataset(datasetPath()); });
    connect(m_open, &QPushButton::clicked, this, &SetupPanel::askForDataset);
    connect(m_demo, &QPushButton::clicked, this, &SetupPanel::createDemo);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_open);
    buttons->addWidget(m_demo);
    auto* column = new QVBoxLayout;
    column->setSpacing(3);
    column->addWidget(heading(tr("Dataset"), m_dataset, this));
    column->addWidget(m_dataset);
    column->addWidget(m_datasetInfo);
    column->addLayout(buttons);
    return column;
}

QLayout* SetupPanel::buildPreset()
{
    m_preset->setObjectName(u"combo_preset"_s);
    m_preset->setAccessibleName(tr("Preset"));
    m_preset->setToolTip(tr("Known good settings; choosing one sets all fields below"));
    QString error;
    for (const PresetChoice& preset : presetChoices(&error)) {
        m_preset->addItem(preset.name.isEmpty() ? tr("defaults") : preset.name, preset.name);
        m_preset->setItemData(m_preset->count() - 1, preset.summary, Qt::ToolTipRole);
    }
    if (!error.isEmpty())
        QMetaObject::invokeMethod(
            this, [this, error] { Q_EMIT problem(error); }, Qt::QueuedConnection);
    connect(m_preset, &QComboBox::currentIndexChanged, this, &SetupPanel::applyPreset);

    auto* column = new QVBoxLayout;
    column->setSpacing(3);
    column->addWidget(heading(tr("Preset"), m_preset, this));
    column->addWidget(m_preset);
    column->addWidget(m_presetInfo);
    return column;
}

void SetupPanel::buildForms(QLayout* column)
{
    m_main = new widgets::SettingsForm(formFields(mainKeys()), this);
    m_main->setObjectName(u"form_main"_s);
    m_others = new widgets::SettingsForm(otherFormFields(mainKeys()), this);
    m_others->setObjectName(u"form_others"_s);
    m_others->hide();
    m_more->setObjectName(u"button_more_settings"_s);
    m_more->setText(tr("More settings…"));
    m_more->setToolTip(tr("Show every setting, by section"));
    m_more->setAccessibleName(tr("More settings"));
    m_more->setCheckable(true);
    m_more->setAutoRaise(true);
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setArrowType(Qt::RightArrow);
    connect(m_more, &QToolButton::toggled, this, [this](bool on) {
        m_others->setVisible(on);
        m_more->setArrowType(on ? Qt::DownArrow : Qt::RightArrow);
    });
    connect(m_main, &widgets::SettingsForm::edited, this, [this](const QString& key, const QVariant& value) {
        if (key == kLambda1 || key == kLambda2)
            Q_EMIT weightEdited(key, value.toDouble());
    });
    column->addWidget(m_main);
    column->addWidget(m_more);
    column->addWidget(m_others);
}

void SetupPanel::restore()
{
    const QStringList recent = m_settings->value(u"recent_datasets"_s).toStringList();
    for (const QString& path : recent)
        m_dataset->addItem(QDir(path).dirName(), path);
    for (int i = 0; i < m_dataset->count(); ++i)
        m_dataset->setItemData(i, m_dataset->itemData(i), Qt::ToolTipRole);
    m_dataset->setCurrentIndex(-1);
    m_datasetInfo->setText(tr("Open a dataset folder or create the demo dataset."));
    if (!choosePreset(m_settings->value(u"preset"_s, u"demo"_s).toString()))
        applyPreset();
    m_settings->beginGroup(u"changes"_s);
    for (const QString& key : m_settings->childKeys()) {
        m_main->setValue(key, m_settings->value(key));
        m_others->setValue(key, m_settings->value(key));
    }
    m_settings->endGroup();
    m_more->setChecked(m_settings->value(u"more_settings"_s).toBool());
    if (!recent.isEmpty())
        openDataset(recent.first());
}

void SetupPanel::save()
{
    QStringList recent;
    for (int i = 0; i < m_dataset->count(); ++i)
        recent.append(m_dataset->itemData(i).toString());
    m_settings->setValue(u"recent_datasets"_s, recent);
    m_settings->setValue(u"preset"_s, preset());
    m_settings->setValue(u"more_settings"_s, m_more->isChecked());
    m_settings->remove(u"changes"_s);
    m_settings->beginGroup(u"changes"_s);
    for (const widgets::SettingsForm* form : {m_main, m_others}) {
        const QHash<QString, QVariant> changed = form->changedValues();
        for (auto change = changed.cbegin(); change != changed.cend(); ++change)
            m_settings->setValue(change.key(), change.value());
    }
    m_settings->endGroup();
}

QString SetupPanel::datasetPath() const
{
    return m_dataset->currentData().toString();
}

QString SetupPanel::preset() const
{
    return m_preset->currentData().toString();
}

bool SetupPanel::choosePreset(const QString& name)
{
    const int index = m_preset->findData(name);
    if (index < 0)
        return false;
    m_preset->setCurrentIndex(index);
    applyPreset();
    return true;
}

void SetupPanel::applyPreset()
{
    m_presetInfo->setText(m_preset->currentData(Qt::ToolTipRole).toString());
    QHash<QString, QVariant> values;
    try {
        values = presetValues(preset());
    } catch (const std::exception& error) {
        Q_EMIT problem(QString::fromUtf8(error.what()));
        return;
    }
    for (widgets::SettingsForm* form : {m_main, m_others}) {
        form->setBase(values);
        for (const widgets::FormField& field : form->fields()) {
            form->setValue(field.key, values.value(field.key));
            form->setError(field.key, {});
        }
    }
}

QStringList SetupPanel::assignments() const
{
    QStringList list;
    for (const widgets::SettingsForm* form : {m_main, m_others})
        for (const widgets::FormField& field : form->fields())
            if (form->isChanged(field.key))
                list.append(assignment(field.key, form->value(field.key)));
    return list;
}

QString SetupPanel::validate()
{
    const QString found = problemWith(preset(), assignments());
    for (widgets::SettingsForm* form : {m_main, m_others}) {
        for (const widgets::FormField& field : form->fields()) {
            const bool named = !found.isEmpty() && found.contains(field.key);
            form->setError(field.key, named ? found : QString());
            if (named && form == m_others)
                m_more->setChecked(true);
        }
    }
    return found;
}

void SetupPanel::setRunning(bool running)
{
    for (QWidget* control : {static_cast<QWidget*>(m_dataset), static_cast<QWidget*>(m_open),
             static_cast<QWidget*>(m_demo), static_cast<QWidget*>(m_preset)})
        control->setEnabled(!running && !m_busy);
    for (widgets::SettingsForm* form : {m_main, m_others})
        for (const widgets::FormField& field : form->fields())
            form->setReadOnly(field.key, running && field.key != kLambda1 && field.key != kLambda2);
}

void SetupPanel::askForDataset()
{
    auto* dialog = new QFileDialog(this, tr("Open a dataset folder"), m_workspace + u"/datasets"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"dialog_open_dataset"_s);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &SetupPanel::openDataset);
    dialog->open();
}

void SetupPanel::openDataset(const QString& path)
{
    watch(loadDatasetInfo(QDir(path).absolutePath()), tr("Reading %1…").arg(QDir(path).dirName()));
}

void SetupPanel::createDemo()
{
    watch(makeDemoDataset(m_workspace + u"/datasets/demo"_s), tr("Making the demo dataset…"));
}

void SetupPanel::watch(const QFuture<DatasetInfo>& job, const QString& busyText)
{
    setBusy(true, busyText);
    const int number = ++m_job;
    QFuture<DatasetInfo>(job).then(this, [this, number](const DatasetInfo& info) {
        if (number == m_job)
            showDataset(info);
    });
}

void SetupPanel::showDataset(const DatasetInfo& info)
{
    const QSignalBlocker quiet(m_dataset);
    const int known = m_dataset->findData(info.path);
    if (!info.error.isEmpty()) {
        setBusy(false, info.error);
        m_dataset->setCurrentIndex(-1);
        if (known >= 0)
            m_dataset->removeItem(known);
        Q_EMIT problem(info.error);
        return;
    }
    if (known >= 0)
        m_dataset->removeItem(known);
    m_dataset->insertItem(0, info.name, info.path);
    m_dataset->setItemData(0, info.path, Qt::ToolTipRole);
    while (m_dataset->count() > kRecent)
        m_dataset->removeItem(m_dataset->count() - 1);
    m_dataset->setCurrentIndex(0);
    m_dataset->setToolTip(info.path);
    setBusy(false, info.text);
    Q_EMIT datasetReady(info.path);
}

void SetupPanel::setBusy(bool busy, const QString& text)
{
    m_busy = busy;
    m_datasetInfo->setText(text);
    m_open->setEnabled(!busy);
    m_demo->setEnabled(!busy);
    m_dataset->setEnabled(!busy);
}

} // namespace fedcctr::studio
