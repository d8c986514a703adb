// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/pipeline.h"
#include "core/llm/openai_client.h"

#include <QFutureWatcher>
#include <QWidget>

#include <stop_token>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSettings;

namespace fedcctr::widgets {
class NumberBox;
}

namespace fedcctr::studio {

class ServerKey;

/// What the panel says.
struct BackendChoice {
    bool offline = true;
    bool itemsOnly = false;
    std::string name; ///< of the augmentation; empty: the dataset's own
    int candidates = augment::kDefaultCandidates;
    int parallel = augment::kDefaultParallel;
    llm::ServerSettings server;
};

/// Chooses who answers the prompts and how, and says what leaves this machine by it.
class BackendPanel : public QWidget {
    Q_OBJECT
public:
    explicit BackendPanel(QSettings* settings, QWidget* parent = nullptr);
    ~BackendPanel() override;

    /// Throws Error if the server's address is wrong.
    BackendChoice choice() const;
    int candidates() const;

    /// The result is kept under it; empty: the dataset's own.
    std::string augmentationName() const;
    bool isItemsOnly() const;
    ServerKey* key() const { return m_key; }
    void setItemsOnly();

    /// For the sentence about what leaves this machine.
    void setUsers(std::size_t users);
    QString statement() const;

    /// "offline (no LLM)" or the server's host.
    QString shortName() const;
    void setReadOnly(bool readOnly);
    void save();

Q_SIGNALS:
    void changed();

private:
    void buildBackend(QFormLayout* form);
    void buildServer(QFormLayout* form);
    void buildNumbers(QFormLayout* form);
    widgets::NumberBox* number(
        const QString& name, double least, double most, double step, double value, bool whole);
    void restore();
    bool isOffline() const;
    void refresh();
    void test();
    void showTest();

    QSettings* m_settings;
    std::size_t m_users = 0;
    QFormLayout* m_form;
    QComboBox* m_backend = nullptr;
    QLineEdit* m_url = nullptr;
    QComboBox* m_model = nullptr;
    QPushButton* m_test = nullptr;
    QLabel* m_testNote = nullptr;
    ServerKey* m_key = nullptr;
    QWidget* m_modelRow = nullptr;
    QLineEdit* m_name = nullptr;
    widgets::NumberBox* m_temperature = nullptr;
    widgets::NumberBox* m_topP = nullptr;
    widgets::NumberBox* m_candidates = nullptr;
    widgets::NumberBox* m_parallel = nullptr;
    QCheckBox* m_itemsOnly = nullptr;
    QLabel* m_statement = nullptr;
    QFutureWatcher<llm::ModelList> m_testing;
    std::stop_source m_stopTest;
};

} // namespace fedcctr::studio
