// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/importers/importers.h"

#include <QStringList>
#include <QWizardPage>

#include <array>
#include <stop_token>

class QComboBox;
class QFormLayout;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace fedcctr::studio {

class ImportWizard;
class ProtocolBox;

/// Which two domains, which filters, and what the dataset is called.
class ImportFiltersPage : public QWizardPage {
    Q_OBJECT
public:
    explicit ImportFiltersPage(ImportWizard* wizard);
    ~ImportFiltersPage() override;

    void initializePage() override;
    void cleanupPage() override;
    bool isComplete() const override;
    bool validatePage() override;

private:
    QSpinBox* addSpin(
        const QString& name, int least, int most, int value, const QString& spoken, const QString& help);
    void lookForDomains();
    void swapDomains();
    QString orderText() const;
    void askForPlace();
    QString directory() const;
    QString problem() const;
    void refresh();

    ImportWizard* m_wizard;
    QString m_folder; ///< where the dataset's folder is made
    std::array<QComboBox*, 2> m_domains{};
    QSpinBox* m_minUser;
    QSpinBox* m_minItem;
    ProtocolBox* m_protocol;
    QSpinBox* m_negatives;
    QSpinBox* m_seed;
    QLineEdit* m_name;
    QLabel* m_place;
    QLabel* m_found;
    QLabel* m_problem;
    std::stop_source m_stop; ///< of the search for domains
    int m_searches = 0;
    QFormLayout* m_form = nullptr;
    QHBoxLayout* m_domainB = nullptr; ///< the row of domain B
    const data::Importer* m_format = data::importers().front(); ///< as the defaults were set
};

} // namespace fedcctr::studio
