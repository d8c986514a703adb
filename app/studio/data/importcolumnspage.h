// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QWizardPage>

class QComboBox;
class QLabel;
class QTableWidget;

namespace fedcctr::studio {

class ImportWizard;

/// Which format, and which column is what: guessed, shown on the first rows, and changed here.
class ImportColumnsPage : public QWizardPage {
    Q_OBJECT
public:
    explicit ImportColumnsPage(ImportWizard* wizard);

    void initializePage() override;
    bool isComplete() const override;

private:
    QWidget* buildForm();
    int file() const;
    void showFile();
    void showRows();
    void sizeColumns();
    void take(const QString& meaning, int choice);
    void refresh();

    ImportWizard* m_wizard;
    QComboBox* m_format;
    QComboBox* m_files;
    QMap<QString, QComboBox*> m_columns; ///< by meaning
    QTableWidget* m_rows;
    QLabel* m_guess;
    QLabel* m_problem;
    bool m_updating = false;
};

} // namespace fedcctr::studio
