// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme.h"

#include <QDialog>

class QFormLayout;
class QTabWidget;

namespace fedcctr::studio {

class Workspace;

/// Settings of the application. Changes apply at once.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    SettingsDialog(Workspace* workspace, widgets::Theme* theme, QWidget* parent = nullptr);

private:
    void addGeneral(QTabWidget* tabs);
    void addRuns(QTabWidget* tabs);
    void addStorage(QTabWidget* tabs);
    QFormLayout* addTab(QTabWidget* tabs, const QString& title);

    Workspace* m_workspace;
    widgets::Theme* m_theme;
};

/// Point size chosen in the settings, applied to the whole application; nothing if none was chosen.
void applyFontSize(int points);

} // namespace fedcctr::studio
