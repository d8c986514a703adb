// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/data/importrequest.h"

#include <QWizard>

namespace fedcctr::studio {

/// Files -> format and columns -> domains and filters -> import -> result.
class ImportWizard : public QWizard {
    Q_OBJECT
public:
    enum PageNumber { FilesPage, ColumnsPage, FiltersPage, ProgressPage, ResultPage };

    /// New datasets go to `folder`.
    explicit ImportWizard(const QString& folder, QWidget* parent = nullptr);
    ~ImportWizard() override;

    void addFiles(const QStringList& paths);

    QString folder() const { return m_folder; }
    ImportRequest& request() { return m_request; }
    ImportResult& result() { return m_result; }
    DataTask& task() { return m_task; }
    bool isImporting() const { return m_task.isRunning(); }

    /// Cancels an import under way.
    void reject() override;

Q_SIGNALS:
    /// The person is done with it, and wants to see it.
    void imported(const QString& directory);

private:
    void keepRoomOnScreen();

    QString m_folder;
    ImportRequest m_request;
    ImportResult m_result;
    DataTask m_task; ///< the import itself
};

} // namespace fedcctr::studio
