// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/jsonpane.h"

#include "core/settings/json_text.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextBlock>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kCheckAfterMs = 300;
constexpr int kLineRole = Qt::UserRole;

} // namespace

JsonPane::JsonPane(QWidget* parent)
    : QWidget(parent)
    , m_text(new QPlainTextEdit(this))
    , m_errors(new QListWidget(this))
    , m_apply(new QPushButton(tr("Apply"), this))
    , m_revert(new QPushButton(tr("Revert"), this))
{
    m_text->setObjectName(u"edit_json"_s);
    m_text->setAccessibleName(tr("Settings as JSON"));
    m_text->setToolTip(
        tr("What 'fedcctr train --config FILE' reads; settings that are left out stay as they are"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    m_errors->setObjectName(u"list_json_errors"_s);
    m_errors->setAccessibleName(tr("Errors in the JSON"));
    m_errors->setToolTip(tr("Choose one to go to its line"));
    m_errors->setMaximumHeight(fontMetrics().height() * 6);
    m_errors->setWordWrap(true);
    m_errors->hide();
    m_apply->setObjectName(u"button_apply_json"_s);
    m_apply->setAccessibleName(tr("Apply the JSON"));
    m_revert->setObjectName(u"button_revert_json"_s);
    m_revert->setAccessibleName(tr("Revert the JSON"));
    m_revert->setToolTip(tr("Back to the settings of the form"));
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_revert);
    buttons->addWidget(m_apply);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->addWidget(m_text, 1);
    column->addWidget(m_errors);
    column->addLayout(buttons);
    m_delay.setSingleShot(true);
    m_delay.setInterval(kCheckAfterMs);
    connect(&m_delay, &QTimer::timeout, this, &JsonPane::check);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        if (m_setting)
            return;
        setEdited(true);
        m_apply->setEnabled(false);
        m_delay.start();
    });
    connect(m_apply, &QPushButton::clicked, this, &JsonPane::apply);
    connect(m_revert, &QPushButton::clicked, this, &JsonPane::revert);
    connect(m_errors, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
        const QTextBlock block = m_text->document()->findBlockByNumber(item->data(kLineRole).toInt() - 1);
        m_text->setTextCursor(QTextCursor(block));
        m_text->setFocus();
    });
    setEdited(false);
}

void JsonPane::setConfig(const settings::Config& config)
{
    m_config = config;
    if (!m_edited && isVisible())
        revert();
}

void JsonPane::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!m_edited)
        revert();
}

void JsonPane::revert()
{
    const QString text = QString::fromStdString(settings::jsonText(m_config));
    if (text != m_text->toPlainText()) {
        m_setting = true;
        m_text->setPlainText(text);
        m_setting = false;
    }
    m_delay.stop();
    m_errors->clear();
    m_errors->hide();
    setEdited(false);
}

void JsonPane::check()
{
    settings::Config read = m_config;
    const std::vector<settings::TextProblem> found =
        settings::readJsonText(read, m_text->toPlainText().toStdString());
    m_errors->clear();
    for (const settings::TextProblem& problem : found) {
        auto* item = new QListWidgetItem(
            tr("Line %1: %2").arg(problem.line).arg(QString::fromStdString(problem.text)), m_errors);
        item->setData(kLineRole, problem.line);
        item->setToolTip(item->text());
    }
    m_errors->setVisible(!found.empty());
    m_apply->setEnabled(m_edited && found.empty());
    m_apply->setToolTip(found.empty() ? tr("Take these settings over into the form, as one step of undo")
                                      : tr("First mend what is listed"));
}

void JsonPane::apply()
{
    check();
    if (!m_apply->isEnabled())
        return;
    settings::Config read = m_config;
    if (!settings::readJsonText(read, m_text->toPlainText().toStdString()).empty())
        return;
    setEdited(false);
    Q_EMIT applied(read);
}

void JsonPane::setEdited(bool edited)
{
    m_revert->setEnabled(edited);
    if (!edited)
        m_apply->setEnabled(false);
    if (m_edited == edited)
        return;
    m_edited = edited;
    Q_EMIT editedChanged(edited);
}

} // namespace fedcctr::studio
