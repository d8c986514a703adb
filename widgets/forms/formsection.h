// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QToolButton;
class QVBoxLayout;

namespace fedcctr::widgets {

/// Rows of a form under a title that opens and closes them. Without a title it is always open.
class FormSection : public QWidget {
    Q_OBJECT
public:
    /// `indent` pixels stand before the rows of a section with a title.
    FormSection(const QString& title, int indent, QWidget* parent);

    QString title() const { return m_title; }
    void addRow(QWidget* row);

    /// As the person left it; a filter opens it for a while.
    bool isCollapsed() const { return m_collapsed; }
    void setCollapsed(bool collapsed);

    /// `filtered`: open wherever it has something to show. `any`: it has.
    void showRows(bool filtered, bool any);

Q_SIGNALS:
    /// By the person.
    void toggled(const QString& title, bool open);

private:
    void buildHead();

    QString m_title;
    QToolButton* m_head = nullptr;
    QWidget* m_body;
    QVBoxLayout* m_rows;
    bool m_collapsed = false;
};

} // namespace fedcctr::widgets
