// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;
class QSpinBox;

namespace fedcctr::studio {

/// How a run is put into the queue: its name, how many seeds, and the button.
class QueueRow : public QWidget {
    Q_OBJECT
public:
    explicit QueueRow(QWidget* parent = nullptr);

    /// Shown until the person types another one, and again when that is emptied.
    void setProposedName(const QString& name);

    /// Fit for a folder.
    QString runName() const;
    int seeds() const;

    /// Why nothing can be queued; empty: it can.
    void setBlocked(const QString& reason);
    QString blocked() const { return m_blocked; }

    /// Keys "name" and "seeds".
    QJsonObject state() const;
    void restore(const QJsonObject& state);

Q_SIGNALS:
    void queueRequested();

    /// By the person, or restore().
    void changed();

private:
    void buildName();
    void buildSeeds();
    void buildButton();
    void updateButton();

    QLineEdit* m_name;
    QSpinBox* m_seeds;
    QPushButton* m_button;
    QString m_proposed;
    bool m_nameIsOwn = false; ///< typed by the person
    QString m_blocked;
};

} // namespace fedcctr::studio
