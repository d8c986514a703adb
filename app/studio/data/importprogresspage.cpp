// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/importprogresspage.h"

#include "app/studio/data/datasetview.h"
#include "app/studio/data/importwizard.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// The core speaks of its command line's options; the wizard has fields.
QString inOurWords(QString message)
{
    return message
        .replace(u"lower --min-user or --min-item"_s, ImportWizard::tr("go back and lower the filters"))
        .replace(
            u"lower --min-user"_s, ImportWizard::tr("go back and lower the minimum of user interactions"))
        .replace(u"lower --negatives"_s, ImportWizard::tr("go back and lower the evaluation negatives"))
        .replace(u"choose two with --domains A,B"_s, ImportWizard::tr("go back and choose two"))
        .replace(u"or names with --domains A,B"_s, ImportWizard::tr("or go back and name the domains"))
        .replace(u"--domains: "_s, QString());
}

} // namespace

ImportProgressPage::ImportProgressPage(ImportWizard* wizard)
    : QWizardPage(wizard)
    , m_wizard(wizard)
    , m_progress(new QProgressBar(this))
    , m_what(new QLabel(this))
    , m_error(new QLabel(this))
    , m_skip(new QPushButton(tr("&Skip such rows"), this))
    , m_back(new QPushButton(tr("&Back"), this))
{
    setObjectName(u"page_import_progress"_s);
    setTitle(tr("Import"));
    setSubTitle(tr("The studio can be used meanwhile. Cancel leaves nothing behind."));
    m_progress->setObjectName(u"progress_import"_s);
    m_progress->setAccessibleName(tr("Progress of the import"));
    m_progress->setRange(0, 1000);
    m_progress->setFormat(u"%p %"_s);
    m_what->setObjectName(u"label_import_progress"_s);
    m_what->setAccessibleName(tr("What is being done"));
    m_error->setObjectName(u"label_import_error"_s);
    m_error->setAccessibleName(tr("What went wrong"));
    m_error->setWordWrap(true);
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_skip->setObjectName(u"button_skip_rows"_s);
    m_skip->setToolTip(
        tr("Import again, leaving out every row with an error; they are counted in the result"));
    m_back->setObjectName(u"button_import_back"_s);
    m_back->setToolTip(tr("Back to the domains and filters; Back there leads to the columns and files"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_skip);
    buttons->addWidget(m_back);
    buttons->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_progress);
    column->addWidget(m_what);
    column->addWidget(m_error);
    column->addLayout(buttons);
    column->addStretch(1);
    connect(m_skip, &QPushButton::clicked, this, [this] {
        m_wizard->request().options.skipBadRows = true;
        start();
    });
    connect(m_back, &QPushButton::clicked, wizard, &QWizard::back);
    connect(&wizard->task(), &DataTask::progressed, this, &ImportProgressPage::showProgress);
}

void ImportProgressPage::initializePage()
{
    start();
}

void ImportProgressPage::cleanupPage()
{
    m_wizard->task().cancel();
}

void ImportProgressPage::start()
{
    if (m_wizard->task().isRunning())
        return;
    m_isDone = false;
    m_error->hide();
    m_skip->hide();
    m_back->hide();
    m_progress->setValue(0);
    m_progress->show();
    m_what->setText(tr("Opening the files…"));
    m_clock.start();
    m_wizard->task().start(
        [request = m_wizard->request()](DataTask::Link& link) { return importFiles(request, link); },
        [this](const Outcome<ImportResult>& outcome) {
            if (!outcome.value) {
                if (!outcome.isCancelled)
                    showError(inOurWords(outcome.error), outcome.isRowError);
                return;
            }
            m_wizard->result() = *outcome.value;
            m_isDone = true;
            m_progress->setValue(m_progress->maximum());
            Q_EMIT completeChanged();
            m_wizard->next();
        });
}

void ImportProgressPage::showProgress(double share, const QString& what, qulonglong rows)
{
    m_progress->setValue(static_cast<int>(share * m_progress->maximum()));
    const double seconds = static_cast<double>(m_clock.elapsed()) / 1000;
    m_what->setText(tr("%1: %2 rows, %3 rows/s")
                        .arg(what.isEmpty() ? tr("reading") : what, QLocale().toString(rows),
                            QLocale().toString(static_cast<double>(rows) / std::max(0.1, seconds), 'f', 0)));
}

void ImportProgressPage::showError(const QString& error, bool canSkip)
{
    m_progress->hide();
    m_what->setText(tr("Not imported; nothing was written."));
    m_error->setText(error);
    m_error->show();
    m_skip->setVisible(canSkip);
    m_back->show();
    (canSkip ? m_skip : m_back)->setFocus();
}

ImportResultPage::ImportResultPage(ImportWizard* wizard)
    : QWizardPage(wizard)
    , m_wizard(wizard)
    , m_counts(new QLabel(this))
    , m_notes(new QLabel(this))
{
    setObjectName(u"page_import_result"_s);
    setTitle(tr("Result"));
    setSubTitle(tr("The dataset is in the workspace."));
    setFinalPage(true);
    m_counts->setObjectName(u"label_import_counts"_s);
    m_counts->setAccessibleName(tr("What was imported"));
    m_counts->setWordWrap(true);
    m_notes->setObjectName(u"label_import_notes"_s);
    m_notes->setAccessibleName(tr("What was left out"));
    m_notes->setWordWrap(true);
    m_notes->setTextFormat(Qt::PlainText);
    m_notes->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_notes->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(m_notes);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_counts);
    column->addWidget(scroll, 1);
}

void ImportResultPage::initializePage()
{
    const ImportResult& result = m_wizard->result();
    if (result.markets > 0) {
        m_counts->setText(
            tr("%1 users, %2 interactions, %3 items in %4\n\nWritten to %5\n\nWhat was left out:")
                .arg(counted(result.users), counted(result.interactions), counted(result.items[0]),
                    result.domains[0], result.directory));
    } else {
        m_counts->setText(
            tr("%1 users, %2 interactions\n%3: %4 items\n%5: %6 items\n\nWritten to %7\n\nWhat was left out:")
                .arg(counted(result.users), counted(result.interactions), result.domains[0],
                    counted(result.items[0]), result.domains[1], counted(result.items[1]), result.directory));
    }
    QString notes;
    for (const QString& note : result.notes)
        notes += u"• "_s + note + u'\n';
    m_notes->setText(notes.isEmpty() ? tr("Nothing was left out.") : notes);
}

} // namespace fedcctr::studio
