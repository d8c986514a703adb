// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWizardPage>

class QLabel;
class QProgressBar;
class QPushButton;

namespace fedcctr::studio {

class ImportWizard;

/// The import itself: percent and rows per second, or what is wrong and what can be done about it.
class ImportProgressPage : public QWizardPage {
    Q_OBJECT
public:
    explicit ImportProgressPage(ImportWizard* wizard);

    void initializePage() override;
    void cleanupPage() override;
    bool isComplete() const override { return m_isDone; }

private:
    void start();
    void showProgress(double share, const QString& what, qulonglong rows);
    void showError(const QString& error, bool canSkip);

    ImportWizard* m_wizard;
    QProgressBar* m_progress;
    QLabel* m_what;
    QLabel* m_error;
    QPushButton* m_skip;
    QPushButton* m_back;
    QElapsedTimer m_clock;
    bool m_isDone = false;
};

/// What was imported and what was left out.
class ImportResultPage : public QWizardPage {
    Q_OBJECT
public:
    explicit ImportResultPage(ImportWizard* wizard);

    void initializePage() override;

private:
    ImportWizard* m_wizard;
    QLabel* m_counts;
    QLabel* m_notes;
};

} // namespace fedcctr::studio
