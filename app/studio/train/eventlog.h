// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QListWidget>

namespace fedcctr::studio {

/// What happened, newest at the end; follows the end unless the person has scrolled away.
class EventLog : public QListWidget {
    Q_OBJECT
public:
    enum class Level { Normal, Warning, Error };

    explicit EventLog(QWidget* parent = nullptr);

    /// `at`: when it happened, the day too if that is not today; invalid: not known.
    void add(
        const QString& text, Level level = Level::Normal, const QDateTime& at = QDateTime::currentDateTime());

    /// Hides what is less grave, and what does not hold the text.
    void setLeast(Level level);
    void setFilter(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    void decorate(QListWidgetItem* item) const;
    void filter(QListWidgetItem* item) const;
    void filterAll();

    Level m_least = Level::Normal;
    QString m_text;
};

} // namespace fedcctr::studio
