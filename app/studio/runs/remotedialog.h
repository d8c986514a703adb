// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/remotetarget.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSettings;
class QSpinBox;

namespace fedcctr::studio {

/// The machines that runs can be sent to: add, change, try and remove them. Nothing is sent from here but the
/// question for the engine's version.
class RemoteDialog : public QDialog {
    Q_OBJECT
public:
    explicit RemoteDialog(QSettings* settings, QWidget* parent = nullptr);

private:
    void buildForm();
    void fillList(int row);
    void showTarget(int row);
    RemoteTarget edited() const;
    void apply();
    void test();
    void say(const QString& text, bool good);

    QSettings* m_settings;
    QList<RemoteTarget> m_targets;
    QListWidget* m_list;
    QWidget* m_form;
    QLineEdit* m_name = nullptr;
    QLineEdit* m_host = nullptr;
    QSpinBox* m_port = nullptr;
    QLineEdit* m_identity = nullptr;
    QLineEdit* m_engine = nullptr;
    QLineEdit* m_folder = nullptr;
    QPushButton* m_test = nullptr;
    QLabel* m_answer = nullptr;
};

/// Asks whether the dataset may go to the machine, and says what would be sent. Cancel is the default.
bool askToSend(QWidget* parent, const RemoteTarget& target, const QString& dataset);

} // namespace fedcctr::studio
