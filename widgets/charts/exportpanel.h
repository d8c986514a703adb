// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QWidget>

class QCheckBox;
class QComboBox;

namespace fedcctr::widgets {

/// The sizes that a chart can be exported in.
enum class PictureSize { AsShown, OneColumn, TwoColumns, Slide };

/// In pixels at 96 per inch: a column of a paper is 84 mm wide, two are 174 mm, a slide is 16:9.
QSize pixelsOf(PictureSize size, const QSize& asShown);

/// What the file dialog asks besides the name: of a picture its size, resolution and theme. What was chosen
/// last is proposed again (settings plots/…).
class PictureOptionsPanel : public QWidget {
    Q_OBJECT
public:
    explicit PictureOptionsPanel(QWidget* parent = nullptr);

    PictureSize size() const;
    double scale() const;
    bool paper() const;
    void remember() const;

private:
    QComboBox* m_size;
    QComboBox* m_scale;
    QCheckBox* m_paper;
};

} // namespace fedcctr::widgets
