// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWizardPage>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace fedcctr::studio {

class ImportWizard;

/// Which files: chosen, typed or dropped. Each is looked into at once, in the background.
class ImportFilesPage : public QWizardPage {
    Q_OBJECT
public:
    explicit ImportFilesPage(ImportWizard* wizard);

    void addFiles(const QStringList& paths);
    bool isComplete() const override;

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void askForFiles();
    void addTyped();
    void removeSelected();
    void look(const QString& path);
    void refresh();

    ImportWizard* m_wizard;
    QListWidget* m_list;
    QLineEdit* m_path;
    QPushButton* m_add;
    QPushButton* m_remove;
    QLabel* m_problem;
};

} // namespace fedcctr::studio
