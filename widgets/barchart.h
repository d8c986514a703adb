// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>

namespace fedcctr::widgets {

/// One word of a histogram, and how often it stood there before and after.
struct Bar {
    QString word;
    qint64 before = 0;
    qint64 after = 0;
    bool onlyNumbers = false; ///< without bars, which would dwarf the others

    bool operator==(const Bar&) const = default;
};

/// Horizontal bars, two to a word: before (hatched) and after (solid), with the words on the axis and the
/// counts behind the bars.
class BarChart : public QWidget {
    Q_OBJECT
public:
    explicit BarChart(const QString& name, QWidget* parent = nullptr);

    void setBars(const QString& title, const QList<Bar>& bars);
    void setEmptyText(const QString& text);
    const QList<Bar>& bars() const { return m_bars; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    int rowHeight() const;
    int wordsWidth() const;
    int numbersWidth() const;
    void paintKey(QPainter& painter) const;
    void paintRow(QPainter& painter, const Bar& bar, const QRect& row, qint64 most) const;
    void describe();

    QString m_title;
    QString m_emptyText;
    QList<Bar> m_bars;
};

} // namespace fedcctr::widgets
