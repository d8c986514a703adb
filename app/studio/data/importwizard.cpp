// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/importwizard.h"

#include "app/studio/data/importcolumnspage.h"
#include "app/studio/data/importfilespage.h"
#include "app/studio/data/importfilterspage.h"
#include "app/studio/data/importprogresspage.h"

#include <QScreen>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

ImportWizard::ImportWizard(const QString& folder, QWidget* parent)
    : QWizard(parent)
    , m_folder(folder)
{
    setObjectName(u"wizard_import"_s);
    setWindowTitle(tr("Import data"));
    setWizardStyle(QWizard::ModernStyle);
    setOption(QWizard::NoCancelButtonOnLastPage);
    setOption(QWizard::NoBackButtonOnLastPage);
    setPage(FilesPage, new ImportFilesPage(this));
    setPage(ColumnsPage, new ImportColumnsPage(this));
    setPage(FiltersPage, new ImportFiltersPage(this));
    setPage(ProgressPage, new ImportProgressPage(this));
    setPage(ResultPage, new ImportResultPage(this));
    setButtonText(QWizard::FinishButton, tr("Open the dataset"));
    const QFontMetrics metrics = fontMetrics();
    const QSize wanted(metrics.averageCharWidth() * 120, metrics.height() * 34);
    resize(screen() ? wanted.boundedTo(screen()->availableSize()) : wanted);
    connect(this, &QDialog::accepted, this, [this] { Q_EMIT imported(m_result.directory); });
}

ImportWizard::~ImportWizard()
{
    // The pages hear of nothing any more.
    disconnect(&m_task, nullptr, nullptr, nullptr);
}

void ImportWizard::addFiles(const QStringList& paths)
{
    static_cast<ImportFilesPage*>(page(FilesPage))->addFiles(paths);
}

void ImportWizard::reject()
{
    m_task.cancel();
    QWizard::reject();
}

} // namespace fedcctr::studio
