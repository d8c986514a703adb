// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/compare/runfilter.h"
#include "app/studio/compare/rungrouping.h"
#include "app/studio/runs/comparison.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QProgressBar;
class QSpinBox;
class QToolButton;

namespace fedcctr::studio {

/// The first line of the Compare page: counts, filter, grouping, menus, and the progress of what takes long.
class CompareHeader : public QWidget {
    Q_OBJECT
public:
    explicit CompareHeader(QWidget* parent = nullptr);

    void setCounts(const QString& text);
    QString filterText() const;
    void setFilterText(const QString& text);
    void focusFilter();
    void setGrouping(RunGrouping grouping);

    /// Filter, grouping and columns make no sense without runs.
    void setRunsThere(bool there);
    QMenu* columnsMenu() const;
    QMenu* moreMenu() const;

    /// Appears after 0.3 s; `all` 0 is of unknown length.
    void showProgress(const QString& what, int done, int all, bool canCancel);
    void hideProgress();

Q_SIGNALS:
    /// A filter that can be used.
    void filterChanged(const fedcctr::studio::RunFilter& filter);

    /// Why the words are no filter; empty once they are one.
    void filterRefused(const QString& reason);
    void groupingChanged(fedcctr::studio::RunGrouping grouping);
    void cancelRequested();

private:
    QToolButton* menuButton(const QString& name, const QString& text, const QString& help);
    void readFilter();

    QLabel* m_count;
    QProgressBar* m_progress;
    QToolButton* m_cancel;
    QLineEdit* m_filter;
    QComboBox* m_group;
    QToolButton* m_columns;
    QToolButton* m_more;
    QTimer m_slow;
};

/// Which value stands for a run.
class ValueBar : public QWidget {
    Q_OBJECT
public:
    explicit ValueBar(QWidget* parent = nullptr);

    ValueChoice choice() const;
    void setChoice(const ValueChoice& choice);
    void setNote(const QString& text);

Q_SIGNALS:
    void chosen(const fedcctr::studio::ValueChoice& choice);

private:
    QComboBox* m_rule;
    QSpinBox* m_round;
    QLabel* m_note;
};

} // namespace fedcctr::studio
