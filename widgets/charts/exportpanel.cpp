// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/exportpanel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QSettings>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr double kMmPerInch = 25.4;
constexpr double kDotsPerInch = 96;
constexpr double kPaperRatio = 0.62; ///< height to width of a figure in a paper

QSize paperSize(double widthMm)
{
    const double width = widthMm / kMmPerInch * kDotsPerInch;
    return {qRound(width), qRound(width * kPaperRatio)};
}

void choose(QComboBox& box, const QVariant& data)
{
    box.setCurrentIndex(std::max(0, box.findData(data)));
}

} // namespace

QSize pixelsOf(PictureSize size, const QSize& asShown)
{
    switch (size) {
    case PictureSize::OneColumn:
        return paperSize(84);
    case PictureSize::TwoColumns:
        return paperSize(174);
    case PictureSize::Slide:
        return {960, 540};
    case PictureSize::AsShown:
        break;
    }
    return asShown;
}

PictureOptionsPanel::PictureOptionsPanel(QWidget* parent)
    : QWidget(parent)
    , m_size(new QComboBox(this))
    , m_scale(new QComboBox(this))
    , m_paper(new QCheckBox(tr("Light theme, for paper"), this))
{
    m_size->setObjectName(u"box_export_size"_s);
    m_size->setToolTip(tr("Width and height of the picture"));
    for (const auto& [size, text] : {std::pair(PictureSize::AsShown, tr("As shown")),
             std::pair(PictureSize::OneColumn, tr("One column, 84 mm")),
             std::pair(PictureSize::TwoColumns, tr("Two columns, 174 mm")),
             std::pair(PictureSize::Slide, tr("Slide, 16:9"))})
        m_size->addItem(text, static_cast<int>(size));
    m_scale->setObjectName(u"box_export_scale"_s);
    m_scale->setToolTip(tr("Pixels of a PNG per pixel of the picture; SVG and PDF need none"));
    for (const int scale : {1, 2, 3})
        m_scale->addItem(tr("%1×, %2 dots per inch").arg(scale).arg(scale * kDotsPerInch), scale);
    m_paper->setObjectName(u"check_export_paper"_s);
    m_paper->setToolTip(tr("Off: the colours that the studio has now"));

    const QSettings settings;
    choose(*m_size, settings.value(u"plots/export_size"_s, 0));
    choose(*m_scale, settings.value(u"plots/export_scale"_s, 2));
    m_paper->setChecked(settings.value(u"plots/export_paper"_s, true).toBool());

    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("Size:"), m_size);
    form->addRow(tr("PNG:"), m_scale);
    form->addRow(m_paper);
}

PictureSize PictureOptionsPanel::size() const
{
    return static_cast<PictureSize>(m_size->currentData().toInt());
}

double PictureOptionsPanel::scale() const
{
    return m_scale->currentData().toDouble();
}

bool PictureOptionsPanel::paper() const
{
    return m_paper->isChecked();
}

void PictureOptionsPanel::remember() const
{
    QSettings settings;
    settings.setValue(u"plots/export_size"_s, m_size->currentData());
    settings.setValue(u"plots/export_scale"_s, m_scale->currentData());
    settings.setValue(u"plots/export_paper"_s, m_paper->isChecked());
}

} // namespace fedcctr::widgets
