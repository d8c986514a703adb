// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

#include <QHash>
#include <QVariant>
#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QScrollArea;

namespace fedcctr::widgets {
class SettingsForm;
}

namespace fedcctr::studio {

/// Every setting in sections, with a field to find them.
class ExperimentForm : public QWidget {
    Q_OBJECT
public:
    explicit ExperimentForm(QWidget* parent = nullptr);

    void setValues(const QHash<QString, QVariant>& values, const QHash<QString, QVariant>& base);

    /// Texts of the form "key: what is wrong"; each stands under its field.
    void setProblems(const std::vector<std::string>& problems);

    /// Leaves out what only other models have, dims what cannot matter, and names the terms of the loss in
    /// the colours of their lines on the page Train.
    void setRelevance(const settings::Config& config, bool augmented);
    QString inactiveReason(const QString& key) const { return m_irrelevant.value(key); }

    /// Words that a text setting offers while it is typed.
    void suggest(const QString& key, const QStringList& words);

    void find();

    /// Clears the filter where it hides the setting, opens its section and goes there.
    void reveal(const QString& key);

    QStringList collapsedSections() const;
    void setCollapsedSections(const QStringList& sections);

Q_SIGNALS:
    void edited(const QString& key, const QVariant& value, bool dragging);
    void focused(const QString& key);
    void layoutChanged();

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyFilter();
    void showTerms();

    widgets::SettingsForm* m_form;
    QScrollArea* m_scroll;
    QLineEdit* m_find;
    QCheckBox* m_onlyChanged;
    QLabel* m_nothing;
    QLabel* m_terms;
    settings::Config m_config;
    QHash<QString, QString> m_irrelevant;
};

} // namespace fedcctr::studio
