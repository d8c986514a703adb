// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/valueedit.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSlider>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr int kSliderSteps = 1000;

/// Steps of a logarithmic box within one decade.
constexpr std::array kDecade{1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0};

double rounded(double value, int digits)
{
    return QString::number(value, 'g', digits).toDouble();
}

double nextInDecade(double value, bool up)
{
    const double decade = std::pow(10.0, std::floor(std::log10(value) + 1e-9));
    const double lead = value / decade;
    constexpr double kSame = 1e-6;
    if (up) {
        const auto above =
            std::ranges::find_if(kDecade, [lead](double step) { return step > lead * (1 + kSame); });
        return rounded((above == kDecade.end() ? 10.0 : *above) * decade, 6);
    }
    const auto from =
        std::ranges::find_if(kDecade, [lead](double step) { return step >= lead * (1 - kSame); });
    return rounded((from == kDecade.begin() ? 0.8 : *(from - 1)) * decade, 6);
}

} // namespace

NumberBox::NumberBox(QWidget* parent)
    : QDoubleSpinBox(parent)
{
    setDecimals(15);
    setKeyboardTracking(false);
    setFocusPolicy(Qt::StrongFocus);
    setAccelerated(true);
}

void NumberBox::setWhole(bool whole)
{
    m_whole = whole;
    setDecimals(whole ? 0 : 15);
}

void NumberBox::stepBy(int steps)
{
    if (!m_logarithmic || value() <= 0) {
        // Without the rounding 0.1 + 0.2 would show as 0.30000000000000004.
        setValue(rounded(value() + steps * singleStep(), 12));
    } else {
        double next = value();
        for (int i = 0; i < std::abs(steps); ++i) {
            next = nextInDecade(next, steps > 0);
            if (m_whole)
                next = steps > 0 ? std::max(std::floor(next), value() + 1)
                                 : std::min(std::ceil(next), value() - 1);
        }
        setValue(next);
    }
    selectAll();
}

QString NumberBox::textFromValue(double value) const
{
    if (m_whole) {
        QLocale plain = locale();
        plain.setNumberOptions(QLocale::OmitGroupSeparator);
        return plain.toString(value, 'f', 0);
    }
    QLocale plain = locale();
    plain.setNumberOptions(QLocale::OmitGroupSeparator);
    return plain.toString(value, 'g', 8);
}

std::optional<double> NumberBox::parsed(const QString& text) const
{
    bool ok = false;
    const QString bare = text.trimmed();
    double value = locale().toDouble(bare, &ok);
    if (!ok)
        value = QLocale::c().toDouble(bare, &ok);
    return ok && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

double NumberBox::valueFromText(const QString& text) const
{
    return parsed(text).value_or(value());
}

QValidator::State NumberBox::validate(QString& text, int&) const
{
    static const QRegularExpression kNumberSoFar(u"^\\s*[-+0-9.,eE ]*$"_s);
    const std::optional<double> value = parsed(text);
    if (value && *value >= minimum() && *value <= maximum() && (!m_whole || *value == std::round(*value)))
        return QValidator::Acceptable;
    return kNumberSoFar.match(text).hasMatch() ? QValidator::Intermediate : QValidator::Invalid;
}

void NumberBox::fixup(QString& text) const
{
    double value = std::clamp(parsed(text).value_or(this->value()), minimum(), maximum());
    if (m_whole)
        value = std::round(value);
    text = textFromValue(value);
}

QAbstractSpinBox::StepEnabled NumberBox::stepEnabled() const
{
    if (isReadOnly())
        return StepNone;
    return (value() > minimum() ? StepDownEnabled : StepNone)
        | (value() < maximum() ? StepUpEnabled : StepNone);
}

bool NumberBox::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && lineEdit()->text() == textFromValue(value())) {
        const auto* key = static_cast<const QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo))
            return false; // the line edit would take it, with nothing to undo
    }
    return QDoubleSpinBox::event(event);
}

void NumberBox::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && lineEdit()->text() != textFromValue(value())) {
        lineEdit()->setText(textFromValue(value()));
        selectAll();
        return;
    }
    QDoubleSpinBox::keyPressEvent(event);
}

void NumberBox::wheelEvent(QWheelEvent* event)
{
    if (hasFocus())
        QDoubleSpinBox::wheelEvent(event);
    else
        event->ignore();
}

ValueEdit::ValueEdit(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_box(new NumberBox(this))
{
    setObjectName(name);
    m_slider->setObjectName(name + u"_slider"_s);
    m_slider->setRange(0, kSliderSteps);
    // One tab stop per setting; the box does everything that the slider does.
    m_slider->setFocusPolicy(Qt::ClickFocus);
    m_slider->setMinimumWidth(fontMetrics().averageCharWidth() * 8);
    m_slider->installEventFilter(this);
    m_box->setObjectName(name + u"_box"_s);
    m_box->setMinimumWidth(fontMetrics().averageCharWidth() * 14);
    setFocusProxy(m_box);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_slider, 1);
    row->addWidget(m_box);

    connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
        if (!m_updating)
            take(fromSlider(position));
        if (!m_updating && !m_slider->isSliderDown())
            Q_EMIT committed(m_value);
    });
    connect(m_slider, &QSlider::sliderReleased, this, [this] { Q_EMIT committed(m_value); });
    connect(m_box, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        if (m_updating)
            return;
        take(value);
        Q_EMIT committed(m_value);
    });
    setRange(m_range);
}

void ValueEdit::setRange(const Range& range)
{
    m_range = range;
    if (m_range.logarithmic && m_range.least <= 0)
        m_range.logarithmic = false;
    m_updating = true;
    m_box->setWhole(range.whole);
    m_box->setLogarithmic(m_range.logarithmic);
    m_box->setRange(range.least, range.most);
    m_box->setSingleStep(range.step);
    m_updating = false;
    take(m_value);
}

void ValueEdit::setValue(double value)
{
    take(value);
}

void ValueEdit::setReadOnly(bool readOnly)
{
    m_slider->setEnabled(!readOnly);
    m_box->setReadOnly(readOnly);
}

void ValueEdit::setSpokenName(const QString& name, const QString& description)
{
    for (QWidget* part :
        {static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_box), static_cast<QWidget*>(this)}) {
        part->setAccessibleName(name);
        part->setAccessibleDescription(description);
    }
}

void ValueEdit::take(double value)
{
    const double next = std::clamp(value, m_range.least, m_range.most);
    m_updating = true;
    m_box->setValue(next);
    if (!m_slider->isSliderDown())
        m_slider->setValue(toSlider(next));
    m_updating = false;
    if (next == m_value)
        return;
    m_value = next;
    Q_EMIT valueChanged(m_value);
}

int ValueEdit::toSlider(double value) const
{
    const double share = m_range.logarithmic
        ? std::log(value / m_range.least) / std::log(m_range.most / m_range.least)
        : (value - m_range.least) / (m_range.most - m_range.least);
    return static_cast<int>(std::lround(share * kSliderSteps));
}

double ValueEdit::fromSlider(int position) const
{
    if (position <= 0)
        return m_range.least;
    if (position >= kSliderSteps)
        return m_range.most;
    const double share = static_cast<double>(position) / kSliderSteps;
    double value = 0;
    if (m_range.logarithmic) {
        value = rounded(m_range.least * std::pow(m_range.most / m_range.least, share), 2);
    } else {
        const double steps = std::round(share * (m_range.most - m_range.least) / m_range.step);
        value = rounded(m_range.least + steps * m_range.step, 12);
    }
    return m_range.whole ? std::round(value) : value;
}

bool ValueEdit::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Wheel && watched == m_slider && !m_slider->hasFocus()) {
        event->ignore();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace fedcctr::widgets
