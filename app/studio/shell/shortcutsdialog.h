// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace fedcctr::studio {

/// All keys: the window's actions as they are, and those of a chart in focus.
class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    /// `actions`: whose keys to list, in this order.
    ShortcutsDialog(const QList<QAction*>& actions, QWidget* parent = nullptr);
};

} // namespace fedcctr::studio
