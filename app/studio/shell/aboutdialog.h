// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QPlainTextEdit;
class QProcess;

namespace fedcctr::studio {

/// What this is, whose work it stands on, and what a report of a fault needs to say about this machine.
class AboutDialog : public QDialog {
    Q_OBJECT
public:
    explicit AboutDialog(QWidget* parent = nullptr);

private:
    QWidget* aboutTab();
    QWidget* librariesTab();
    QWidget* systemTab();

    /// Asks the engine for its version, which tells as well whether it starts.
    void askEngine();
    void showSystem(const QString& engine);

    QPlainTextEdit* m_system = nullptr;
    QProcess* m_engine = nullptr;
};

} // namespace fedcctr::studio
