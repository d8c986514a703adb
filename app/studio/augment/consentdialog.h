// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace fedcctr::studio {

/// Asks whether users' histories may leave this machine: says what, whose and to which host, and shows a
/// prompt as it would be sent. Cancel is the default.
class ConsentDialog : public QDialog {
    Q_OBJECT
public:
    /// `statement` says what would leave; with `offerItems` the answer may also be "items only".
    ConsentDialog(const QString& host, const QString& statement, const QString& example, bool offerItems,
        QWidget* parent = nullptr);

Q_SIGNALS:
    void itemsOnlyChosen();
    void consented();
};

} // namespace fedcctr::studio
