// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

namespace fedcctr::studio {

/// A frame around a chart with its controls; a lesson lights it up.
class LabCard : public QFrame {
    Q_OBJECT
public:
    LabCard(const QString& name, QWidget* parent);
    void setLit(bool lit);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    bool m_lit = false;
};

} // namespace fedcctr::studio
