// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace fedcctr::studio {

/// Which dataset and preset an experiment starts from, and what can be done with its settings as a file.
class PresetBar : public QWidget {
    Q_OBJECT
public:
    explicit PresetBar(QWidget* parent = nullptr);

    /// Directories; the open one may be empty.
    void setDatasets(const QStringList& datasets, const QString& open);

    /// Presets of the program and those in `folder`, the person's own.
    void setFolder(const QString& folder);

    /// A preset that is not in the list is added. `changes`: settings that differ from it.
    void setPreset(const QString& preset, qsizetype changes);

    /// Asks for a name; saveRequested() follows, after a question where the file is there already.
    void askForName();

Q_SIGNALS:
    void datasetChosen(const QString& path);
    void presetChosen(const QString& preset);
    void saveRequested(const QString& path);
    void openRequested(const QString& path);
    void writeRequested(const QString& path);
    void copyRequested();
    void problem(const QString& message);

private:
    void buildMenu();
    void fill();
    void proposeSave(const QString& name);
    void askForFile(bool writing);

    QString m_folder;
    QComboBox* m_dataset;
    QComboBox* m_preset;
    QLabel* m_summary;
    QPushButton* m_save;
    QToolButton* m_file;
};

} // namespace fedcctr::studio
