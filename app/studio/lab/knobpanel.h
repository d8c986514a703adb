// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/lab/labcompute.h"

#include <QHash>
#include <QWidget>

class QComboBox;
class QGridLayout;
class QLabel;
class QPushButton;

namespace fedcctr::widgets {
class ValueEdit;
struct FormField;
} // namespace fedcctr::widgets

namespace fedcctr::studio {

/// The knobs of the Privacy lab, one row each: symbol and name, slider and box. The knob that is solved for
/// is marked and read-only.
class KnobPanel : public QWidget {
    Q_OBJECT
public:
    explicit KnobPanel(QWidget* parent = nullptr);

    const LabKnobs& knobs() const { return m_knobs; }

    /// Without edited().
    void setKnobs(const LabKnobs& knobs);

    /// Shows what was solved for, or why nothing was, and what follows from the knobs at once.
    void showResult(const LabResult& result);

    /// Finished runs that knobs can be taken from: name and path.
    void setRuns(const QList<QPair<QString, QString>>& runs);

    /// The knobs as rows of text, "σ₀/θ noise: 2", for a hand-out.
    QStringList lines() const;

Q_SIGNALS:
    /// By the person.
    void edited(const fedcctr::studio::LabKnobs& knobs);
    void runChosen(const QString& path);
    void applyRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Knob {
        QLabel* label = nullptr;
        widgets::ValueEdit* edit = nullptr;
        QString text;
    };

    void addNumber(QGridLayout* grid, const QString& id, const QString& text, const widgets::FormField& field,
        const std::function<void(LabKnobs&, double)>& write);
    QComboBox* addChoice(QGridLayout* grid, const QString& id, const QString& text, const QString& help,
        const QStringList& choices, const std::function<void(LabKnobs&, int)>& write);
    void addEnds(QGridLayout* grid);
    void buildChoices(QGridLayout* grid);
    void buildNumbers(QGridLayout* grid);
    void buildButtons(QGridLayout* grid);
    void wasEdited();
    void keepInRange();
    void showKnobs();
    void showUnknown();
    void showFacts(const LabResult& result);

    LabKnobs m_knobs;
    QHash<QString, Knob> m_numbers;
    QHash<QString, QComboBox*> m_choices;
    QComboBox* m_runs = nullptr;
    QPushButton* m_apply = nullptr;
    QLabel* m_facts = nullptr;
    QLabel* m_problem = nullptr;
    bool m_showing = false;
};

} // namespace fedcctr::studio
