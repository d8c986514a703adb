// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;

namespace fedcctr::widgets {

/// One figure with its name: "NDCG@10 Books" over "21.84 ± 0.9". The context menu copies the value.
class Tile : public QFrame {
    Q_OBJECT
public:
    /// `name` is the object name, e.g. "tile_ndcg_a".
    Tile(const QString& name, const QString& caption, const QString& help, QWidget* parent = nullptr);

    void setCaption(const QString& caption);
    void setHelp(const QString& help);

    /// An empty text shows a dash. `remark` stands small behind the value; a warning gets an icon and its
    /// remark in words.
    void setValue(const QString& value, const QString& remark = {}, bool warning = false);
    QString value() const { return m_value; }
    QString remark() const { return m_remark; }

    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    bool remarkFits(int room) const;

    QString m_captionText;
    QString m_help;
    QString m_value;
    QString m_remark;
    bool m_warning = false;
    QLabel* m_caption;
    QLabel* m_figure;
    QLabel* m_icon;
};

} // namespace fedcctr::widgets
