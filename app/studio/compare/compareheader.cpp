// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/compareheader.h"

#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QShortcut>
#include <QSpinBox>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kSlowMs = 300;

} // namespace

CompareHeader::CompareHeader(QWidget* parent)
    : QWidget(parent)
    , m_count(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_cancel(new QToolButton(this))
    , m_filter(new QLineEdit(this))
    , m_group(new QComboBox(this))
    , m_columns(menuButton(
          u"button_columns"_s, tr("Columns"), tr("Which columns the table shows; drag a header to move it")))
    , m_more(
          menuButton(u"button_more"_s, tr("More"), tr("Import a run, read the folder again, write a report")))
{
    setObjectName(u"compare_header"_s);
    auto* title = new QLabel(tr("Compare"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    title->setFont(large);
    m_count->setObjectName(u"label_count"_s);
    m_progress->setObjectName(u"progress_compare"_s);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 28);
    m_cancel->setObjectName(u"button_cancel_compare"_s);
    m_cancel->setText(tr("Cancel"));
    m_cancel->setToolTip(tr("Cancels the report or the import"));
    m_cancel->setFocusPolicy(Qt::StrongFocus);
    m_filter->setObjectName(u"edit_filter"_s);
    m_filter->setAccessibleName(tr("Filter of the runs"));
    m_filter->setPlaceholderText(tr("find: dataset:book λ2>0 state:finished"));
    m_filter->setToolTip(RunFilter::help());
    m_filter->setClearButtonEnabled(true);
    m_group->setObjectName(u"combo_group"_s);
    m_group->setAccessibleName(tr("Grouping of the runs"));
    m_group->setToolTip(
        tr("One row per run; one per configuration with the mean over its seeds; or one per model, of which "
           "the configuration that was best at validation is shown"));
    m_group->addItems({tr("Group: none"), tr("Group: all but seed"), tr("Group: model")});
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    for (QWidget* part : std::initializer_list<QWidget*>{title, m_count, m_progress, m_cancel})
        row->addWidget(part);
    row->addWidget(m_filter, 1);
    row->addWidget(m_group);
    row->addWidget(m_columns);
    row->addWidget(m_more);
    hideProgress();
    m_slow.setSingleShot(true);
    m_slow.setInterval(kSlowMs);
    connect(&m_slow, &QTimer::timeout, m_progress, &QWidget::show);
    connect(m_filter, &QLineEdit::textChanged, this, &CompareHeader::readFilter);
    auto* escape = new QShortcut(Qt::Key_Escape, m_filter);
    escape->setContext(Qt::WidgetShortcut);
    connect(escape, &QShortcut::activated, m_filter, &QLineEdit::clear);
    connect(m_group, &QComboBox::currentIndexChanged, this,
        [this](int index) { Q_EMIT groupingChanged(static_cast<RunGrouping>(index)); });
    connect(m_cancel, &QToolButton::clicked, this, &CompareHeader::cancelRequested);
}

QToolButton* CompareHeader::menuButton(const QString& name, const QString& text, const QString& help)
{
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setText(text);
    button->setToolTip(help);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setMenu(new QMenu(button));
    return button;
}

void CompareHeader::readFilter()
{
    const RunFilter filter = RunFilter::parse(m_filter->text());
    const bool bad = !filter.error().isEmpty();
    QPalette colors = palette();
    if (bad)
        colors.setColor(QPalette::Text, widgets::themeColors(palette()).error);
    m_filter->setPalette(colors);
    m_filter->setToolTip(bad ? tr("Not applied: %1.").arg(filter.error()) : RunFilter::help());
    Q_EMIT filterRefused(filter.error());
    if (!bad)
        Q_EMIT filterChanged(filter);
}

void CompareHeader::setCounts(const QString& text)
{
    m_count->setText(text);
}

QString CompareHeader::filterText() const
{
    return m_filter->text();
}

void CompareHeader::setFilterText(const QString& text)
{
    m_filter->setText(text);
}

void CompareHeader::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void CompareHeader::setGrouping(RunGrouping grouping)
{
    m_group->setCurrentIndex(static_cast<int>(grouping));
}

void CompareHeader::setRunsThere(bool there)
{
    for (QWidget* control : std::initializer_list<QWidget*>{m_filter, m_group, m_columns})
        control->setEnabled(there);
}

QMenu* CompareHeader::columnsMenu() const
{
    return m_columns->menu();
}

QMenu* CompareHeader::moreMenu() const
{
    return m_more->menu();
}

void CompareHeader::showProgress(const QString& what, int done, int all, bool canCancel)
{
    m_progress->setRange(0, all);
    m_progress->setValue(done);
    m_progress->setFormat(all > 0 ? what + u" %v / %m"_s : what);
    m_progress->setToolTip(what);
    m_cancel->setVisible(canCancel);
    if (m_progress->isHidden() && !m_slow.isActive())
        m_slow.start();
}

void CompareHeader::hideProgress()
{
    m_slow.stop();
    m_progress->hide();
    m_cancel->hide();
}

ValueBar::ValueBar(QWidget* parent)
    : QWidget(parent)
    , m_rule(new QComboBox(this))
    , m_round(new QSpinBox(this))
    , m_note(new QLabel(this))
{
    setObjectName(u"value_bar"_s);
    auto* label = new QLabel(tr("&Value"), this);
    label->setBuddy(m_rule);
    m_rule->setObjectName(u"combo_value"_s);
    m_rule->setAccessibleName(tr("Value that stands for a run"));
    m_rule->setToolTip(
        tr("Best at validation: test metrics of the parameters kept. The others are validation "
           "metrics of one round."));
    m_rule->addItems(
        {tr("best at validation (test)"), tr("last round"), tr("at round"), tr("at budget end")});
    m_round->setObjectName(u"edit_value_round"_s);
    m_round->setAccessibleName(tr("Round"));
    m_round->setToolTip(tr("The last evaluated round up to this one, 1 to 1,000,000"));
    m_round->setRange(1, 1000000);
    m_round->setValue(100);
    m_round->hide();
    m_note->setObjectName(u"label_value_note"_s);
    m_note->setMinimumWidth(1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(label);
    row->addWidget(m_rule);
    row->addWidget(m_round);
    row->addWidget(m_note, 1);
    const auto tell = [this] {
        m_round->setVisible(choice().rule == ValueRule::AtRound);
        Q_EMIT chosen(choice());
    };
    connect(m_rule, &QComboBox::currentIndexChanged, this, tell);
    connect(m_round, &QSpinBox::valueChanged, this, tell);
}

ValueChoice ValueBar::choice() const
{
    return {static_cast<ValueRule>(m_rule->currentIndex()), m_round->value()};
}

void ValueBar::setChoice(const ValueChoice& choice)
{
    m_round->setValue(choice.round);
    m_rule->setCurrentIndex(std::clamp(static_cast<int>(choice.rule), 0, m_rule->count() - 1));
}

void ValueBar::setNote(const QString& text)
{
    m_note->setText(text);
    m_note->setToolTip(text);
}

} // namespace fedcctr::studio
