// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace fedcctr::widgets {

/// What a page shows while it has nothing to show: an icon, one sentence, one primary button and, where there
/// is another way, one link.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    /// `name` is the object name, e.g. "empty_data"; button and link are called name_button and name_link.
    /// `iconName` is one of resources/icons, without ending. Without a button text there is no button.
    EmptyState(const QString& name, const QString& iconName, const QString& text, const QString& buttonText,
        QWidget* parent = nullptr);

    void setText(const QString& text);
    QString text() const;

    /// An empty text removes the link.
    void setLink(const QString& text);

    /// For its tool tip, or to disable it with a reason.
    QPushButton* button() const { return m_button; }

Q_SIGNALS:
    void clicked();
    void linkActivated();

protected:
    void changeEvent(QEvent* event) override;

private:
    void restyle();

    QString m_iconName;
    QLabel* m_icon;
    QLabel* m_text;
    QPushButton* m_button;
    QPushButton* m_link;
};

} // namespace fedcctr::widgets
