// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/viewbar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

ViewBar::ViewBar(QWidget* parent)
    : QWidget(parent)
    , m_names(new QComboBox(this))
    , m_save(new QToolButton(this))
    , m_remove(new QToolButton(this))
{
    setObjectName(u"view_bar"_s);
    auto* label = new QLabel(tr("Vie&w"), this);
    label->setBuddy(m_names);
    m_names->setObjectName(u"combo_view"_s);
    m_names->setAccessibleName(tr("Saved view"));
    m_names->setToolTip(tr("Columns, sorting, filter, checked runs and tab under a name: choose one, or type "
                           "a new name and save"));
    m_names->setEditable(true);
    m_names->setInsertPolicy(QComboBox::NoInsert);
    m_names->setMinimumContentsLength(12);
    m_names->lineEdit()->setPlaceholderText(tr("name"));
    m_names->lineEdit()->setObjectName(u"edit_view"_s);
    m_save->setObjectName(u"button_save_view"_s);
    m_save->setText(tr("Save view"));
    m_save->setToolTip(tr("Keeps the present view under this name"));
    m_save->setFocusPolicy(Qt::StrongFocus);
    m_remove->setObjectName(u"button_remove_view"_s);
    m_remove->setText(tr("Forget"));
    m_remove->setToolTip(tr("Removes the saved view of this name"));
    m_remove->setFocusPolicy(Qt::StrongFocus);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(label);
    row->addWidget(m_names);
    row->addWidget(m_save);
    row->addWidget(m_remove);
    connect(m_names, &QComboBox::activated, this, [this] {
        if (const QString name = m_names->currentText(); m_views.contains(name))
            Q_EMIT chosen(m_views[name].toObject());
    });
    const auto name = [this] { return m_names->currentText().simplified(); };
    connect(m_names->lineEdit(), &QLineEdit::textChanged, this, [this, name] {
        m_save->setEnabled(!name().isEmpty());
        m_remove->setVisible(m_views.contains(name()));
    });
    connect(m_save, &QToolButton::clicked, this, [this, name] { Q_EMIT saveRequested(name()); });
    connect(m_remove, &QToolButton::clicked, this, &ViewBar::removeCurrent);
    fill({});
}

void ViewBar::fill(const QString& current)
{
    m_names->clear();
    m_names->addItems(m_views.keys());
    m_names->setCurrentIndex(m_names->findText(current));
    m_names->setEditText(current);
    m_save->setEnabled(!current.isEmpty());
    m_remove->setVisible(m_views.contains(current));
}

void ViewBar::setViews(const QJsonObject& views)
{
    m_views = views;
    fill({});
}

void ViewBar::save(const QString& name, const QJsonObject& view)
{
    m_views[name] = view;
    fill(name);
    Q_EMIT viewsChanged();
}

void ViewBar::removeCurrent()
{
    m_views.remove(m_names->currentText().simplified());
    fill({});
    Q_EMIT viewsChanged();
}

} // namespace fedcctr::studio
