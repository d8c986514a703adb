// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/samplepane.h"

#include "app/studio/augment/subjectchooser.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>

#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kRefreshDelayMs = 60;

QPlainTextEdit* readOnly(const QString& name, const QString& spoken, const QString& help, QWidget* parent)
{
    auto* text = new QPlainTextEdit(parent);
    text->setObjectName(name);
    text->setAccessibleName(spoken);
    text->setToolTip(help);
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    return text;
}

} // namespace

SamplePane::SamplePane(augment::Stage stage, QWidget* parent)
    : QWidget(parent)
    , m_stage(stage)
    , m_chooser(new SubjectChooser(stage, this))
    , m_try(new QPushButton(tr("Try it"), this))
    , m_views(new QTabWidget(this))
{
    const QString name = QString::fromStdString(nameOf(stage));
    m_try->setObjectName(u"button_try_"_s + name);
    m_try->setToolTip(tr("Ask once about this one with the chosen backend; nothing is stored"));
    m_try->setAccessibleName(tr("Try the prompt once"));
    m_views->setObjectName(u"tabs_sample_"_s + name);
    m_rendered = readOnly(u"text_rendered_"_s + name, tr("Prompt as it would be sent"),
        tr("The prompt with this one's values, exactly as it would be sent"), m_views);
    m_views->addTab(m_rendered, tr("As sent"));
    m_views->addTab(buildAnswer(), tr("Answer"));
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_chooser, 1);
    row->addWidget(m_try);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addLayout(row);
    column->addWidget(m_views, 1);

    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshDelayMs);
    connect(&m_refresh, &QTimer::timeout, this, &SamplePane::refresh);
    connect(m_chooser, &SubjectChooser::chosen, &m_refresh, qOverload<>(&QTimer::start));
    connect(m_try, &QPushButton::clicked, this, [this] {
        if (m_trying)
            Q_EMIT cancelRequested();
        else
            Q_EMIT tryRequested();
    });
}

QWidget* SamplePane::buildAnswer()
{
    const QString name = QString::fromStdString(nameOf(m_stage));
    auto* page = new QWidget(m_views);
    m_raw =
        readOnly(u"text_raw_"_s + name, tr("Raw answer"), tr("What the backend answered, as it came"), page);
    m_checked = readOnly(u"text_checked_"_s + name, tr("Checked answer"),
        tr("What was taken of the answer, field by field, and what was rejected and why"), page);
    m_raw->setPlaceholderText(tr("Raw answer: press “Try it”."));
    m_checked->setPlaceholderText(tr("What is taken of the answer, and what is not."));
    m_cost = new QLabel(page);
    m_cost->setObjectName(u"label_cost_"_s + name);
    m_cost->setForegroundRole(QPalette::PlaceholderText);
    m_cost->setWordWrap(true);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(2, 2, 2, 2);
    column->setSpacing(3);
    column->addWidget(m_raw, 2);
    column->addWidget(m_checked, 3);
    column->addWidget(m_cost);
    return page;
}

void SamplePane::setData(const AugmentData& opened)
{
    const bool sameDataset = opened.dataset == m_data.dataset;
    m_data = opened;
    m_soFar = opened.augmentation;
    if (opened.dataset && !m_soFar)
        m_soFar =
            std::make_shared<const augment::Augmentation>(augment::emptyAugmentation(*opened.dataset, {}));
    for (const augment::Stage stage : augment::kStages) {
        try {
            m_defaults[static_cast<std::size_t>(stage)] = augment::defaultTemplate(stage);
        } catch (const std::exception&) {
            // The prompt pane has said that it is missing; the preview says it too.
            m_defaults[static_cast<std::size_t>(stage)].clear();
        }
    }
    if (!sameDataset)
        m_chooser->setData(opened);
    m_refresh.start();
}

void SamplePane::setTemplate(const QString& text)
{
    m_template = text.toStdString();
    m_refresh.start();
}

void SamplePane::setCandidates(int candidates)
{
    m_candidates = candidates;
    m_refresh.start();
}

QString SamplePane::renderedText() const
{
    return m_rendered->toPlainText();
}

QString SamplePane::shownAs(const QString& text, bool rendered)
{
    m_rendered->setEnabled(rendered);
    if (m_rendered->toPlainText() != text)
        m_rendered->setPlainText(text);
    return text;
}

std::optional<augment::Prompt> SamplePane::prompt()
{
    const std::optional<std::size_t> subject = m_chooser->subject();
    if (!m_data.dataset || !subject)
        return std::nullopt;
    augment::PromptOptions options;
    options.templates = m_defaults;
    options.templates[static_cast<std::size_t>(m_stage)] = m_template;
    options.candidates = m_candidates;
    try {
        const augment::Prompter prompter(*m_data.dataset, options);
        if (prompter.hasPrompt(m_stage, *subject))
            return prompter.prompt(m_stage, *subject, *m_soFar);
        shownAs(m_stage == augment::Stage::Item
                ? tr("There is nothing to ask: this item has no title, categories or creator.")
                : tr("There is nothing to ask: no item of this history has a text."),
            false);
    } catch (const std::exception& error) {
        shownAs(QString::fromUtf8(error.what()), false);
    }
    return std::nullopt;
}

void SamplePane::refresh()
{
    m_refresh.stop();
    if (const auto made = prompt())
        shownAs(QString::fromStdString(made->text), true);
}

void SamplePane::setTrying(bool trying, bool mine)
{
    m_trying = trying && mine;
    m_try->setText(m_trying ? tr("Cancel") : tr("Try it"));
    m_try->setEnabled(m_trying || !trying);
    if (m_trying) {
        m_views->setCurrentIndex(1);
        m_raw->clear();
        m_checked->clear();
        m_cost->setText(tr("waiting for the answer…"));
    }
}

void SamplePane::showResult(const TryResult& result)
{
    QStringList lines;
    if (!result.failure.isEmpty())
        lines.append(tr("✗ failed: %1").arg(result.failure));
    for (const QString& field : result.fields)
        lines.append(u"✓ "_s + field);
    for (const QString& reason : result.rejected)
        lines.append(tr("✗ rejected: %1").arg(reason));
    if (result.fields.isEmpty() && result.failure.isEmpty() && !result.cancelled)
        lines.append(tr("Nothing was taken of this answer."));
    m_raw->setPlainText(result.raw);
    m_checked->setPlainText(lines.join(u'\n'));
    m_cost->setText(result.cancelled ? tr("cancelled") : result.cost);
    m_views->setCurrentIndex(1);
}

} // namespace fedcctr::studio
