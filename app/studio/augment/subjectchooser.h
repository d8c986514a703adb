// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/augment/augmentdata.h"

#include <QWidget>

#include <optional>

class QAbstractListModel;
class QLineEdit;
class QToolButton;

namespace fedcctr::studio {

/// Chooses an item by its title or a user by the id: type to search, or step.
class SubjectChooser : public QWidget {
    Q_OBJECT
public:
    SubjectChooser(augment::Stage stage, QWidget* parent = nullptr);

    void setData(const AugmentData& data);
    std::optional<std::size_t> subject() const { return m_subject; }

public Q_SLOTS:
    void choose(std::size_t subject);

Q_SIGNALS:
    void chosen();

private:
    void buildCompleter();
    void takeTyped();
    void step(int by);

    augment::Stage m_stage;
    std::optional<std::size_t> m_subject;
    QAbstractListModel* m_names;
    QLineEdit* m_search;
    QToolButton* m_previous;
    QToolButton* m_next;
};

} // namespace fedcctr::studio
