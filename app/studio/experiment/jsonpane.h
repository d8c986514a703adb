// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

#include <QTimer>
#include <QWidget>

class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace fedcctr::studio {

/// The settings as the JSON that `fedcctr train --config` reads, to be edited as text. Errors are listed by
/// line; a text without errors can be applied.
class JsonPane : public QWidget {
    Q_OBJECT
public:
    explicit JsonPane(QWidget* parent = nullptr);

    /// A text that the person has not applied stays.
    void setConfig(const settings::Config& config);

    bool isEdited() const { return m_edited; }

Q_SIGNALS:
    void applied(const fedcctr::settings::Config& config);
    void editedChanged(bool edited);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void check();
    void apply();
    void revert();
    void setEdited(bool edited);

    settings::Config m_config;
    QTimer m_delay;
    bool m_edited = false;
    bool m_setting = false;
    QPlainTextEdit* m_text;
    QListWidget* m_errors;
    QPushButton* m_apply;
    QPushButton* m_revert;
};

} // namespace fedcctr::studio
