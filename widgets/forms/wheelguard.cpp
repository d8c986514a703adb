// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/wheelguard.h"

#include <QEvent>
#include <QWidget>

namespace fedcctr::widgets {

namespace {

class WheelGuard : public QObject {
public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() != QEvent::Wheel || static_cast<QWidget*>(watched)->hasFocus())
            return false;
        event->ignore();
        return true;
    }
};

} // namespace

void guardWheel(QWidget* box)
{
    box->setFocusPolicy(Qt::StrongFocus); // not by the wheel
    box->installEventFilter(new WheelGuard(box));
}

} // namespace fedcctr::widgets
