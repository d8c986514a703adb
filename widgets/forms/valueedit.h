// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>
#include <QWidget>

#include <optional>

class QSlider;

namespace fedcctr::widgets {

/// A spin box for settings: shows numbers as short as they can be, steps evenly or by ratio, takes a typed
/// value on Enter or when it loses the focus, gives it up on Esc, and leaves the wheel to the page unless it
/// has the focus, and undo unless something is typed.
class NumberBox : public QDoubleSpinBox {
    Q_OBJECT
public:
    explicit NumberBox(QWidget* parent = nullptr);

    void setWhole(bool whole);
    void setLogarithmic(bool logarithmic) { m_logarithmic = logarithmic; }

    void stepBy(int steps) override;
    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    void fixup(QString& text) const override;

protected:
    StepEnabled stepEnabled() const override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    std::optional<double> parsed(const QString& text) const;

    bool m_logarithmic = false;
    bool m_whole = false;
};

/// A slider and a spin box that show one number. The slider can be logarithmic; its ends are the range's.
class ValueEdit : public QWidget {
    Q_OBJECT
public:
    /// `name` is the object name; the parts are called name_slider and name_box.
    explicit ValueEdit(const QString& name, QWidget* parent = nullptr);

    struct Range {
        double least = 0;
        double most = 1;
        double step = 0.1;
        bool logarithmic = false;
        bool whole = false;
    };
    void setRange(const Range& range);

    double value() const { return m_value; }

    /// Clamps to the range.
    void setValue(double value);

    void setReadOnly(bool readOnly);
    void setSpokenName(const QString& name, const QString& description);
    NumberBox* box() const { return m_box; }
    QSlider* slider() const { return m_slider; }

Q_SIGNALS:
    /// By the person or by setValue(); while the slider is dragged too.
    void valueChanged(double value);

    /// The person is done: slider let go, Enter, or focus gone elsewhere.
    void committed(double value);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    int toSlider(double value) const;
    double fromSlider(int position) const;
    void take(double value);

    Range m_range;
    double m_value = 0;
    QSlider* m_slider;
    NumberBox* m_box;
    bool m_updating = false;
};

} // namespace fedcctr::widgets
