// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/settingsdialog.h"

#include "app/studio/runs/workspace.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QStorageInfo>
#include <QTabWidget>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kLeastPoints = 8;
constexpr int kMostPoints = 18;
constexpr int kMostParallelRuns = 4;

/// A row whose label names the control to a screen reader, with its meaning as tooltip.
template <typename T>
T* addRow(QFormLayout* form, const QString& label, const QString& name, const QString& help)
{
    auto* control = new T(form->parentWidget());
    control->setObjectName(name);
    control->setToolTip(help);
    control->setAccessibleName(label);
    form->addRow(label, control);
    return control;
}

} // namespace

void applyFontSize(int points)
{
    if (points < kLeastPoints || points > kMostPoints)
        return;
    QFont font = QApplication::font();
    font.setPointSize(points);
    QApplication::setFont(font);
}

SettingsDialog::SettingsDialog(Workspace* workspace, widgets::Theme* theme, QWidget* parent)
    : QDialog(parent)
    , m_workspace(workspace)
    , m_theme(theme)
{
    setObjectName(u"dialog_settings"_s);
    setWindowTitle(tr("Settings"));
    auto* tabs = new QTabWidget(this);
    tabs->setObjectName(u"tabs_settings"_s);
    tabs->setAccessibleName(tr("Groups of settings"));
    addGeneral(tabs);
    addRuns(tabs);
    addStorage(tabs);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(tabs);
    column->addWidget(buttons);
}

QFormLayout* SettingsDialog::addTab(QTabWidget* tabs, const QString& title)
{
    auto* page = new QWidget(tabs);
    tabs->addTab(page, title);
    return new QFormLayout(page);
}

void SettingsDialog::addGeneral(QTabWidget* tabs)
{
    QFormLayout* form = addTab(tabs, tr("General"));
    auto* theme = addRow<QComboBox>(form, tr("Theme"), u"combo_theme"_s,
        tr("Colours of the window; System follows the desktop's choice"));
    theme->addItems({tr("System"), tr("Light"), tr("Dark")});
    theme->setCurrentIndex(static_cast<int>(m_theme->choice()));
    connect(theme, &QComboBox::activated, this, [this](int index) {
        m_theme->setChoice(static_cast<widgets::Theme::Choice>(index));
        m_workspace->settings().setValue(u"theme"_s, index);
    });
    auto* size = addRow<QSpinBox>(form, tr("Font size"), u"spin_font_size"_s,
        tr("Of the whole window, in points, %1 to %2").arg(kLeastPoints).arg(kMostPoints));
    size->setRange(kLeastPoints, kMostPoints);
    size->setSuffix(tr(" pt"));
    size->setValue(QApplication::font().pointSize());
    connect(size, &QSpinBox::valueChanged, this, [this](int points) {
        m_workspace->settings().setValue(u"font_size"_s, points);
        applyFontSize(points);
    });
    auto* reopen = addRow<QCheckBox>(form, tr("Reopen the last workspace"), u"check_reopen"_s,
        tr("At the next start, unless --workspace names another one"));
    reopen->setChecked(m_workspace->settings().value(u"reopen"_s, true).toBool());
    connect(reopen, &QCheckBox::toggled, this,
        [this](bool on) { m_workspace->settings().setValue(u"reopen"_s, on); });
}

void SettingsDialog::addRuns(QTabWidget* tabs)
{
    QFormLayout* form = addTab(tabs, tr("Compute"));
    auto* parallel = addRow<QSpinBox>(form, tr("Runs at once"), u"spin_parallel_runs"_s,
        tr("How many engines work at the same time, 1 to %1; they share the cores").arg(kMostParallelRuns));
    parallel->setRange(1, kMostParallelRuns);
    parallel->setValue(m_workspace->settings().value(u"compute/parallel_runs"_s, 1).toInt());
    connect(parallel, &QSpinBox::valueChanged, this,
        [this](int value) { m_workspace->settings().setValue(u"compute/parallel_runs"_s, value); });
}

void SettingsDialog::addStorage(QTabWidget* tabs)
{
    QFormLayout* form = addTab(tabs, tr("Storage"));
    auto* path = new QLabel(m_workspace->path(), form->parentWidget());
    path->setTextInteractionFlags(Qt::TextSelectableByMouse);
    path->setWordWrap(true);
    form->addRow(tr("Workspace"), path);
    const QStorageInfo storage(m_workspace->path());
    form->addRow(tr("Free space"),
        new QLabel(storage.isValid() ? locale().formattedDataSize(storage.bytesAvailable()) : tr("unknown"),
            form->parentWidget()));
    auto* open = new QPushButton(tr("Open folder"), form->parentWidget());
    open->setObjectName(u"button_open_workspace"_s);
    open->setToolTip(tr("Show the workspace's folder in the file manager"));
    connect(open, &QPushButton::clicked, this,
        [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_workspace->path())); });
    form->addRow(QString(), open);
}

} // namespace fedcctr::studio
