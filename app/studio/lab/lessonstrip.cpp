// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/lessonstrip.h"

#include "app/studio/lab/lablessons.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QToolButton* arrowButton(const QString& name, Qt::ArrowType arrow, const QString& help, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(name);
    button->setArrowType(arrow);
    button->setToolTip(help);
    button->setAccessibleName(help);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace

LessonStrip::LessonStrip(QWidget* parent)
    : QFrame(parent)
    , m_lessons(new QComboBox(this))
    , m_previous(arrowButton(u"button_lesson_previous"_s, Qt::LeftArrow, tr("Previous lesson"), this))
    , m_next(arrowButton(u"button_lesson_next"_s, Qt::RightArrow, tr("Next lesson"), this))
    , m_close(new QToolButton(this))
    , m_text(new QLabel(this))
    , m_question(new QLabel(this))
    , m_ask(new QPushButton(tr("Show answer"), this))
    , m_answer(new QLabel(this))
    , m_body(new QWidget(this))
{
    setObjectName(u"strip_lessons"_s);
    setFrameShape(QFrame::StyledPanel);
    m_lessons->setObjectName(u"combo_lesson"_s);
    m_lessons->setAccessibleName(tr("Lesson"));
    m_lessons->setToolTip(tr("A course in seven lessons: each sets the knobs and asks one question"));
    m_close->setObjectName(u"button_lesson_close"_s);
    m_close->setText(tr("Close lesson"));
    m_close->setToolTip(tr("Put the lesson away; the knobs stay as they are"));
    m_close->setFocusPolicy(Qt::StrongFocus);
    m_text->setObjectName(u"label_lesson_text"_s);
    m_question->setObjectName(u"label_lesson_question"_s);
    m_answer->setObjectName(u"label_lesson_answer"_s);
    QFont bold = m_question->font();
    bold.setBold(true);
    m_question->setFont(bold);
    for (QLabel* label : {m_text, m_question, m_answer}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_ask->setObjectName(u"button_lesson_answer"_s);
    m_ask->setToolTip(tr("The answer, computed from the knobs as they stand"));

    auto* head = new QHBoxLayout;
    buildHead(head);
    auto* asking = new QHBoxLayout;
    asking->addWidget(m_question, 1);
    asking->addWidget(m_ask);
    auto* body = new QVBoxLayout(m_body);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(3);
    body->addWidget(m_text);
    body->addLayout(asking);
    body->addWidget(m_answer);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 3, 6, 3);
    column->setSpacing(3);
    column->addLayout(head);
    column->addWidget(m_body);

    connect(m_lessons, &QComboBox::activated, this, [this](int index) { open(index - 1); });
    connect(m_previous, &QToolButton::clicked, this, [this] { open(m_current - 1); });
    connect(m_next, &QToolButton::clicked, this, [this] { open(m_current + 1); });
    connect(m_close, &QToolButton::clicked, this, [this] { open(-1); });
    connect(m_ask, &QPushButton::clicked, this, [this] { Q_EMIT answerRequested(m_current); });
    show(-1);
}

void LessonStrip::buildHead(QHBoxLayout* row)
{
    row->addWidget(m_lessons, 1);
    row->addWidget(m_previous);
    row->addWidget(m_next);
    row->addWidget(m_close);
}

void LessonStrip::open(int lesson)
{
    if (lesson >= lessons().size())
        return;
    show(std::max(-1, lesson));
    if (m_current >= 0)
        Q_EMIT lessonChosen(m_current);
    else
        Q_EMIT closed();
}

void LessonStrip::restore(int current, int done)
{
    m_done = done & ((1 << lessons().size()) - 1);
    show(current >= 0 && current < lessons().size() ? current : -1);
}

/// A tick before the lessons whose answer was looked at.
void LessonStrip::showTitles()
{
    const int count = static_cast<int>(lessons().size());
    if (m_lessons->count() == 0) {
        m_lessons->addItem(QString());
        for (int i = 0; i < count; ++i)
            m_lessons->addItem(QString());
    }
    int learnt = 0;
    for (int i = 0; i < count; ++i) {
        const bool isDone = (m_done >> i & 1) != 0;
        learnt += isDone ? 1 : 0;
        m_lessons->setItemText(i + 1,
            (isDone ? u"✓ "_s : QString())
                + tr("Lesson %1 of %2: %3").arg(i + 1).arg(count).arg(lessons()[i].title));
    }
    m_lessons->setItemText(0, tr("Seven lessons (%1 done): choose one").arg(learnt));
}

void LessonStrip::show(int lesson)
{
    m_current = lesson;
    showTitles();
    m_lessons->setCurrentIndex(lesson + 1);
    m_previous->setEnabled(lesson > 0);
    m_next->setEnabled(lesson + 1 < lessons().size());
    m_close->setVisible(lesson >= 0);
    m_body->setVisible(lesson >= 0);
    m_answerShown = false;
    m_answer->hide();
    if (lesson < 0)
        return;
    m_text->setText(lessons()[lesson].text);
    m_question->setText(lessons()[lesson].question);
}

void LessonStrip::showAnswer(const QString& answer)
{
    if (m_current < 0)
        return;
    m_answer->setText(answer);
    m_answer->show();
    m_answerShown = true;
    m_done |= 1 << m_current;
    showTitles();
}

void LessonStrip::refreshAnswer()
{
    if (m_answerShown)
        Q_EMIT answerRequested(m_current);
}

} // namespace fedcctr::studio
