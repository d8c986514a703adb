// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/navigation.h"

#include "widgets/theme.h"

#include <QEvent>
#include <QKeySequence>
#include <QPainter>

#include <array>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kDotRole = Qt::UserRole;
constexpr int kIconPixels = 48;
constexpr std::array kIcons{"data", "augment", "experiment", "train", "compare", "embeddings", "privacy"};

QPixmap withDot(QPixmap picture, const QColor& color)
{
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const double size = kIconPixels / 2.6;
    painter.drawEllipse(QRectF(kIconPixels - size, 0, size, size));
    return picture;
}

/// In the colour of the text, and of selected text.
QIcon pageIcon(const QString& name, const QPalette& palette, bool dot)
{
    QIcon icon;
    const QColor dotColor = widgets::themeColors(palette).warning;
    for (const auto& [role, mode] : {std::pair{QPalette::WindowText, QIcon::Normal},
             std::pair{QPalette::HighlightedText, QIcon::Selected}}) {
        QPixmap picture = widgets::themeIcon(name, palette.color(role)).pixmap(kIconPixels, kIconPixels);
        picture.setDevicePixelRatio(1);
        icon.addPixmap(dot ? withDot(picture, dotColor) : picture, mode);
    }
    return icon;
}

} // namespace

QString Navigation::title(PageId page)
{
    switch (page) {
    case PageId::Data:
        return tr("Data");
    case PageId::Augmentation:
        return tr("Augmentation");
    case PageId::Experiment:
        return tr("Experiment");
    case PageId::Train:
        return tr("Train");
    case PageId::Compare:
        return tr("Compare");
    case PageId::Embeddings:
        return tr("Embeddings");
    case PageId::PrivacyLab:
        break;
    }
    return tr("Privacy lab");
}

Navigation::Navigation(QWidget* parent)
    : QListWidget(parent)
{
    setObjectName(u"list_navigation"_s);
    setAccessibleName(tr("Pages"));
    setToolTip(tr("Pages of the studio; Ctrl+B shows icons alone"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    for (int i = 0; i < kPageCount; ++i)
        addItem(QString());
    refresh();
}

void Navigation::setNarrow(bool narrow)
{
    m_narrow = narrow;
    refresh();
}

void Navigation::setDot(PageId page, bool on)
{
    if (hasDot(page) == on)
        return;
    item(static_cast<int>(page))->setData(kDotRole, on);
    refresh();
}

bool Navigation::hasDot(PageId page) const
{
    return item(static_cast<int>(page))->data(kDotRole).toBool();
}

void Navigation::refresh()
{
    const int icon = fontMetrics().height() + 4;
    setIconSize(QSize(icon, icon));
    for (int i = 0; i < kPageCount; ++i) {
        const auto page = static_cast<PageId>(i);
        QListWidgetItem* row = item(i);
        const bool dot = hasDot(page);
        row->setText(m_narrow ? QString() : title(page));
        row->setSizeHint(QSize(0, fontMetrics().height() * 2));
        row->setIcon(pageIcon(QLatin1String(kIcons[static_cast<std::size_t>(i)]), palette(), dot));
        const QString key =
            QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i)).toString(QKeySequence::NativeText);
        row->setToolTip(dot ? tr("%1 (%2): something happened here").arg(title(page), key)
                            : u"%1 (%2)"_s.arg(title(page), key));
        row->setData(Qt::AccessibleTextRole, dot ? tr("%1, news").arg(title(page)) : title(page));
    }
    setFixedWidth(
        m_narrow ? icon + fontMetrics().averageCharWidth() * 3 : fontMetrics().averageCharWidth() * 22);
}

void Navigation::changeEvent(QEvent* event)
{
    QListWidget::changeEvent(event);
    if (count() == kPageCount
        && (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange))
        refresh();
}

} // namespace fedcctr::studio
