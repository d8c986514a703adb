// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QList>
#include <QObject>
#include <QPalette>

class QDBusVariant;

namespace fedcctr::widgets {

/// One of the two looks, from resources/themes.
struct ThemeColors {
    QPalette palette;
    QList<QColor> series; ///< lines of charts, safe for colour-blind readers, readable as label text
    QColor muted; ///< secondary text
    QColor border;
    QColor info;
    QColor success;
    QColor warning;
    QColor error;
};

const ThemeColors& themeColors(bool dark);

/// Whether the window colour is darker than its text.
bool isDark(const QPalette& palette);

/// The look that goes with a widget's palette.
inline const ThemeColors& themeColors(const QPalette& palette)
{
    return themeColors(isDark(palette));
}

/// A colour between two: share 0 gives `from`, 1 gives `to`.
QColor mixed(const QColor& from, const QColor& to, double share);

/// One of resources/icons in the palette's text colour; ask again after a PaletteChange.
QIcon themeIcon(const QString& name, const QPalette& palette);
QIcon themeIcon(const QString& name, const QColor& color);

/// Keeps the application's style and palette in step with the person's choice and, for System, with the
/// desktop's.
class Theme : public QObject {
    Q_OBJECT
public:
    enum class Choice { System, Light, Dark };

    /// Sets Fusion; asks the desktop portal without waiting for its answer.
    explicit Theme(QObject* parent = nullptr);

    Choice choice() const { return m_choice; }
    void setChoice(Choice choice);

private Q_SLOTS:
    void portalSettingChanged(const QString& space, const QString& key, const QDBusVariant& value);

private:
    void watchPortal();
    void apply();

    Choice m_choice = Choice::System;
    bool m_systemIsDark;
};

} // namespace fedcctr::widgets
