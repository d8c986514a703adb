// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/augment/augmentjob.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace fedcctr::studio {

/// Starts, pauses and cancels the batch and says how far it is.
class BatchPanel : public QWidget {
    Q_OBJECT
public:
    explicit BatchPanel(AugmentJob* job, QWidget* parent = nullptr);

    void setReady(bool ready);
    void setItemsOnly(bool itemsOnly);

    /// What a batch would change for runs; said before one begins.
    void setEffect(const QString& text);

    /// The last run was cancelled or given up: what is missing can be asked for.
    void setResumable(bool resumable);
    void showProgress(const AugmentProgress& progress);

Q_SIGNALS:
    void runRequested();

private:
    void showState();
    QString headline(const AugmentProgress& progress) const;
    QString details(const AugmentProgress& progress) const;

    AugmentJob* m_job;
    bool m_ready = false;
    bool m_itemsOnly = false;
    bool m_resumable = false;
    QPushButton* m_run;
    QPushButton* m_pause;
    QPushButton* m_cancel;
    QProgressBar* m_bar;
    QLabel* m_effect;
    QLabel* m_headline;
    QLabel* m_details;
};

} // namespace fedcctr::studio
