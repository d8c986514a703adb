// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/scattercontent.h"

#include <QWidget>

namespace fedcctr::widgets {

/// The key under a ScatterView: shapes, colours or the scale of values.
class ScatterKey : public QWidget {
    Q_OBJECT
public:
    ScatterKey(const ScatterContent& content, QWidget* parent);

    void contentChanged();

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const ScatterContent& m_content;
};

} // namespace fedcctr::widgets
