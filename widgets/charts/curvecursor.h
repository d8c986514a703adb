// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <optional>

class QPointF;

namespace fedcctr::widgets {

class CurveCanvas;
struct CurveContent;

/// Reads the curves out where the pointer or the keyboard's cursor is.
class CurveCursor : public QObject {
    Q_OBJECT
public:
    /// Both belong to the caller.
    CurveCursor(const CurveContent& content, CurveCanvas* canvas);

    /// To the value before or after, from the last one on.
    void step(int direction);

    /// The values under the keyboard's cursor are others now.
    void forget() { m_x.reset(); }

Q_SIGNALS:
    void hovered(double x);
    void hoverEnded();

private:
    void hover(double x, const QPointF& position);
    void leave();
    QString marksHtml(double x) const;

    const CurveContent& m_content;
    CurveCanvas* m_canvas;
    std::optional<double> m_x; ///< of the keyboard's cursor
};

} // namespace fedcctr::widgets
