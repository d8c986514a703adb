// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/lab/labknobs.h"
#include "app/studio/runs/comparison.h"

#include <QProcess>
#include <QWidget>

#include <array>

class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace fedcctr::studio {

/// What one upload gave away at one noise.
struct LeakReading {
    struct Guess {
        QString title;
        bool hit = false; ///< the client has it
    };
    double sigma = 0;
    int held = 0;
    int found = 0;
    double precision = 0;
    double chance = 0;
    QList<Guess> guesses; ///< as many as the client has items, surest first
};

/// One client's items, and what a server reads out of its upload without noise and with it.
struct Leak {
    QString problem; ///< why there is nothing to show, one sentence
    int client = 0;
    QString adversary;
    QStringList clicked;
    QList<LeakReading> readings;
};

/// From the document of `fedcctr privacy audit --json` and the run's dataset. Never throws.
Leak readLeak(const QByteArray& document, const QString& dataset);

/// The leakage demonstration: reads a trained run's upload like a curious server.
class LeakPanel : public QWidget {
    Q_OBJECT
public:
    explicit LeakPanel(const QString& engine, QWidget* parent = nullptr);
    ~LeakPanel() override;

    void setRuns(const std::vector<EntryPtr>& runs);
    void setKnobs(const LabKnobs& knobs);

    bool isReading() const { return m_process.state() != QProcess::NotRunning || m_parsing; }
    void cancel();

Q_SIGNALS:
    void trainRequested();

private:
    QWidget* buildEmpty();
    QWidget* buildReading();
    void read();
    void ended();
    void show(const Leak& leak);
    void showState(const QString& text);
    EntryPtr chosen() const;

    QString m_engine;
    std::vector<EntryPtr> m_runs;
    LabKnobs m_knobs;
    EntryPtr m_readFrom; ///< by the process
    QProcess m_process;
    bool m_parsing = false;
    bool m_cancelled = false;
    QWidget* m_empty = nullptr;
    QWidget* m_reading = nullptr;
    QComboBox* m_run = nullptr;
    QSpinBox* m_client = nullptr;
    QPushButton* m_read = nullptr;
    QLabel* m_state = nullptr;
    QListWidget* m_clicked = nullptr;
    std::array<QListWidget*, 2> m_lists{};
    QLabel* m_clickedTitle = nullptr;
    std::array<QLabel*, 2> m_titles{};
};

} // namespace fedcctr::studio
