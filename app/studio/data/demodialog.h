// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/datatask.h"

#include <QDialog>

class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QSpinBox;

namespace fedcctr::studio {

/// Asks how large a demo dataset should be, and makes it in the background.
class DemoDialog : public QDialog {
    Q_OBJECT
public:
    /// New datasets go to `folder`.
    explicit DemoDialog(const QString& folder, QWidget* parent = nullptr);

    void reject() override;

Q_SIGNALS:
    void created(const QString& directory);

private:
    QSpinBox* addSpin(const QString& name, int least, int most, int value, const QString& help);
    QString directory() const;
    void create();
    void refresh();

    QString m_folder;
    DataTask m_task;
    QSpinBox* m_users;
    QSpinBox* m_items;
    QSpinBox* m_seed;
    QSpinBox* m_markets;
    QLineEdit* m_name;
    QLabel* m_problem;
    QProgressBar* m_progress;
    QDialogButtonBox* m_buttons;
};

} // namespace fedcctr::studio
