// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListWidget>

namespace fedcctr::studio {

/// What happened, newest at the end; follows the end unless the person has scrolled away.
class EventLog : public QListWidget {
    Q_OBJECT
public:
    enum class Level { Normal, Warning, Error };

    explicit EventLog(QWidget* parent = nullptr);

    void add(const QString& text, Level level = Level::Normal);

protected:
    void changeEvent(QEvent* event) override;

private:
    void decorate(QListWidgetItem* item) const;
};

} // namespace fedcctr::studio
