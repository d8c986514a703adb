// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/augment/augmentdata.h"
#include "app/studio/augment/tryout.h"

#include <QTimer>
#include <QWidget>

#include <optional>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace fedcctr::studio {

class SubjectChooser;

/// One item or user: the prompt as it would be sent, and what came of sending it.
class SamplePane : public QWidget {
    Q_OBJECT
public:
    SamplePane(augment::Stage stage, QWidget* parent = nullptr);

    void setData(const AugmentData& data);
    void setTemplate(const QString& text);
    void setCandidates(int candidates);
    SubjectChooser* chooser() const { return m_chooser; }

    /// The prompt of the chosen one with the present template; none if there is nothing to ask, which the
    /// preview says.
    std::optional<augment::Prompt> prompt();
    QString renderedText() const;

    /// While a try is under way the button offers to cancel it.
    void setTrying(bool trying, bool mine);
    void showResult(const TryResult& result);

Q_SIGNALS:
    void tryRequested();
    void cancelRequested();

private:
    QWidget* buildAnswer();
    void refresh();
    QString shownAs(const QString& text, bool rendered);

    augment::Stage m_stage;
    AugmentData m_data;
    std::shared_ptr<const augment::Augmentation> m_soFar; ///< results of earlier stages, or nothing yet
    std::string m_template;
    std::array<std::string, augment::kStages.size()> m_defaults;
    int m_candidates = augment::kDefaultCandidates;
    bool m_trying = false;
    QTimer m_refresh;
    SubjectChooser* m_chooser;
    QPushButton* m_try;
    QTabWidget* m_views;
    QPlainTextEdit* m_rendered;
    QPlainTextEdit* m_raw = nullptr;
    QPlainTextEdit* m_checked = nullptr;
    QLabel* m_cost = nullptr;
};

} // namespace fedcctr::studio
