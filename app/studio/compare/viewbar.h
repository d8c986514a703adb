// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QWidget>

class QComboBox;
class QToolButton;

namespace fedcctr::studio {

/// Named views: choose one, save the present one under a name, remove one. Knows nothing of what is in them.
class ViewBar : public QWidget {
    Q_OBJECT
public:
    explicit ViewBar(QWidget* parent = nullptr);

    QJsonObject views() const { return m_views; }
    void setViews(const QJsonObject& views);

    /// Puts the present view under that name; an old one of the name is replaced.
    void save(const QString& name, const QJsonObject& view);

Q_SIGNALS:
    void chosen(const QJsonObject& view);
    void saveRequested(const QString& name);
    void viewsChanged();

private:
    void fill(const QString& current);
    void removeCurrent();

    QComboBox* m_names;
    QToolButton* m_save;
    QToolButton* m_remove;
    QJsonObject m_views;
};

} // namespace fedcctr::studio
