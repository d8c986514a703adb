// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/stage.h"

#include <QString>
#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QSettings;

namespace fedcctr::widgets {
class PromptEditor;
}

namespace fedcctr::studio {

/// The prompt of a stage: edit, save with the dataset, compare with the default, restore it. What was typed
/// and not saved is kept between starts.
class PromptPane : public QWidget {
    Q_OBJECT
public:
    PromptPane(augment::Stage stage, QSettings* settings, QWidget* parent = nullptr);

    /// Shows the dataset's prompt, or the draft of it that was not saved.
    void setDataset(const QString& path);

    QString text() const;
    bool hasFaults() const;
    bool isUnsaved() const { return text() != m_saved; }

    /// False if it could not be written; problem() says why.
    bool save();
    void keepDraft();

Q_SIGNALS:
    void edited();
    void problem(const QString& message);

private:
    QLayout* buildButtons();
    void restoreDefault();
    void showChanges();
    void showState();
    QString draftKey() const;

    augment::Stage m_stage;
    QSettings* m_settings;
    QString m_path;
    QString m_default;
    QString m_saved; ///< what the dataset has
    QTimer m_draftTimer;
    widgets::PromptEditor* m_editor;
    QLabel* m_state;
    QPushButton* m_save;
    QPushButton* m_restore;
    QPushButton* m_changes;
};

} // namespace fedcctr::studio
