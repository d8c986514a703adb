// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/queuerow.h"

#include "widgets/forms/wheelguard.h"

#include <QAction>
#include <QHBoxLayout>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kMostSeeds = 100;

} // namespace

QueueRow::QueueRow(QWidget* parent)
    : QWidget(parent)
    , m_name(new QLineEdit(this))
    , m_seeds(new QSpinBox(this))
    , m_button(new QPushButton(tr("Queue run"), this))
{
    buildName();
    buildSeeds();
    buildButton();
    auto* name = new QLabel(tr("Na&me"), this);
    name->setBuddy(m_name);
    auto* seeds = new QLabel(tr("&Seeds"), this);
    seeds->setBuddy(m_seeds);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    for (QWidget* part : std::initializer_list<QWidget*>{name, m_name, seeds, m_seeds, m_button})
        row->addWidget(part);
}

void QueueRow::buildName()
{
    m_name->setObjectName(u"edit_run_name"_s);
    m_name->setAccessibleName(tr("Name of the run"));
    m_name->setToolTip(tr("Name of the run's folder, after date and time; emptied, a name is proposed"));
    m_name->setMinimumWidth(fontMetrics().averageCharWidth() * 24);
    m_name->setMaxLength(80);
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString& text) {
        m_nameIsOwn = !text.trimmed().isEmpty();
        Q_EMIT changed();
    });
    connect(m_name, &QLineEdit::editingFinished, this, [this] {
        if (!m_nameIsOwn)
            m_name->setText(m_proposed);
        m_name->setCursorPosition(0);
    });
}

void QueueRow::buildSeeds()
{
    m_seeds->setObjectName(u"spin_seeds"_s);
    widgets::guardWheel(m_seeds);
    m_seeds->setRange(1, kMostSeeds);
    m_seeds->setAccessibleName(tr("Number of seeds"));
    m_seeds->setToolTip(tr("Runs to queue, with seeds from run.seed upwards (1 to %1)").arg(kMostSeeds));
    connect(m_seeds, &QSpinBox::valueChanged, this, [this] {
        updateButton();
        Q_EMIT changed();
    });
}

void QueueRow::buildButton()
{
    m_button->setObjectName(u"button_queue"_s);
    m_button->setAccessibleName(m_button->text());
    connect(m_button, &QPushButton::clicked, this, &QueueRow::queueRequested);
}

void QueueRow::setProposedName(const QString& name)
{
    m_proposed = name;
    if (m_nameIsOwn)
        return;
    m_name->setText(name);
    m_name->setCursorPosition(0);
}

QString QueueRow::runName() const
{
    QString name = m_name->text().trimmed();
    if (name.isEmpty())
        name = m_proposed;
    name.replace(u'/', u'-');
    return name.startsWith(u'.') ? u'_' + name : name;
}

int QueueRow::seeds() const
{
    return m_seeds->value();
}

void QueueRow::setBlocked(const QString& reason)
{
    m_blocked = reason;
    updateButton();
}

void QueueRow::updateButton()
{
    m_button->setEnabled(m_blocked.isEmpty());
    m_button->setText(seeds() == 1 ? tr("Queue run") : tr("Queue %1 runs").arg(seeds()));
    m_button->setToolTip(
        m_blocked.isEmpty() ? tr("Put this run at the end of the queue (Ctrl+Return)") : m_blocked);
}

QJsonObject QueueRow::state() const
{
    return {{u"name"_s, m_nameIsOwn ? m_name->text() : QString()}, {u"seeds"_s, seeds()}};
}

void QueueRow::restore(const QJsonObject& state)
{
    if (const QString name = state["name"_L1].toString(); !name.isEmpty()) {
        m_nameIsOwn = true;
        m_name->setText(name);
    }
    m_seeds->setValue(std::max(1, state["seeds"_L1].toInt(1)));
}

} // namespace fedcctr::studio
