// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace fedcctr::studio {

/// The course above the lab's charts: choose a lesson, read it, answer its question.
class LessonStrip : public QFrame {
    Q_OBJECT
public:
    explicit LessonStrip(QWidget* parent = nullptr);

    /// 0 … 6; -1: no lesson is open.
    int current() const { return m_current; }

    /// Lessons whose answer was looked at, as bits.
    int done() const { return m_done; }

    /// Without lessonChosen().
    void restore(int current, int done);
    void open(int lesson);

    /// The answer to the open lesson's question, asked for by answerRequested().
    void showAnswer(const QString& answer);

    /// The knobs moved: an answer that is shown is out of date, and asked for again.
    void refreshAnswer();

Q_SIGNALS:
    void lessonChosen(int lesson);
    void answerRequested(int lesson);
    void closed();

private:
    void buildHead(QHBoxLayout* row);
    void show(int lesson);
    void showTitles();

    int m_current = -1;
    int m_done = 0;
    bool m_answerShown = false;
    QComboBox* m_lessons;
    QToolButton* m_previous;
    QToolButton* m_next;
    QToolButton* m_close;
    QLabel* m_text;
    QLabel* m_question;
    QPushButton* m_ask;
    QLabel* m_answer;
    QWidget* m_body;
};

} // namespace fedcctr::studio
