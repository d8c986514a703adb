// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/traincontrols.h"

#include "app/studio/common/settingsbridge.h"
#include "app/studio/runs/runrecording.h"
#include "core/models/specs/registry.h"
#include "core/settings/config_table.h"

#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QSignalBlocker>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kWeightMs = 500;

QComboBox* makeCombo(const QString& name, const QString& spoken, const QString& help, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(spoken);
    box->setToolTip(help);
    return box;
}

QLabel* addLabelled(QHBoxLayout* row, const QString& text, QWidget* widget)
{
    auto* label = new QLabel(text, widget->parentWidget());
    label->setBuddy(widget);
    row->addWidget(label);
    row->addWidget(widget);
    return label;
}

} // namespace

TrainControls::TrainControls(QWidget* parent)
    : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    buildQuality(row);
    row->addSpacing(10);
    buildWeights(row);
    row->addSpacing(10);
    buildBehind(row);
    row->addSpacing(10);
    buildLog(row);
}

void TrainControls::buildQuality(QHBoxLayout* row)
{
    m_metric = makeCombo(u"combo_metric"_s, tr("Measure of quality"),
        tr("Which measure of ranking quality the first chart shows"), this);
    m_metric->addItem(u"NDCG"_s, u"ndcg"_s);
    m_metric->addItem(u"MRR"_s, u"mrr"_s);
    m_metric->addItem(u"HR"_s, u"hr"_s);
    m_metric->addItem(u"AUC"_s, u"auc"_s);
    m_metric->addItem(tr("CTR AUC"), u"ctr_auc"_s);
    m_metric->addItem(tr("GAUC"), u"ctr_gauc"_s);
    m_cutoff = makeCombo(u"combo_cutoff"_s, tr("Cut-off K"), tr("Among the first K of the ranking"), this);
    m_cutoff->addItems({u"2"_s, u"5"_s, u"10"_s});
    m_cutoff->setCurrentIndex(2);
    connect(m_metric, &QComboBox::currentIndexChanged, this, &TrainControls::chooseMetric);
    connect(m_cutoff, &QComboBox::currentIndexChanged, this, &TrainControls::chooseMetric);
    addLabelled(row, tr("Quality"), m_metric);
    addLabelled(row, u"@"_s, m_cutoff);
}

void TrainControls::buildWeights(QHBoxLayout* row)
{
    for (const model::ModelInfo* info : model::models())
        for (const model::TermInfo& term : info->terms) {
            if (std::ranges::find(m_weights, term.weightKey, &Weight::key) != m_weights.end())
                continue;
            QDoubleSpinBox* box = weightBox(term);
            QLabel* label =
                addLabelled(row, QString::fromStdString(settings::field(term.weightKey).symbol), box);
            m_weights.push_back({term.weightKey, label, box});
        }
    showWeights({});
}

QDoubleSpinBox* TrainControls::weightBox(const model::TermInfo& term)
{
    const QString key = QString::fromStdString(term.weightKey);
    const widgets::FormField field = formFields({key}).first();
    auto* box = new QDoubleSpinBox(this);
    box->setObjectName(u"edit_"_s + key.section(u'.', 1));
    box->setRange(field.least, field.most);
    box->setSingleStep(field.step);
    box->setDecimals(3);
    box->setKeyboardTracking(false);
    box->setAccessibleName(tr("%1, weight of %2").arg(field.symbol, QString::fromStdString(term.symbol)));
    box->setToolTip(
        tr("%1\nFrom %2 to %3. A change counts from the next round on and is recorded in the run.")
            .arg(field.help, QLocale().toString(field.least), QLocale().toString(field.most)));
    auto* timer = new QTimer(box);
    timer->setSingleShot(true);
    timer->setInterval(kWeightMs);
    connect(box, &QDoubleSpinBox::valueChanged, timer, qOverload<>(&QTimer::start));
    connect(timer, &QTimer::timeout, this, [this, box, key] {
        if (box->isEnabled())
            Q_EMIT weightChosen(key, box->value());
    });
    return box;
}

void TrainControls::buildBehind(QHBoxLayout* row)
{
    m_behind = makeCombo(u"combo_behind"_s, tr("Run behind"),
        tr("A finished run, drawn in grey behind the shown one in every chart"), this);
    m_behind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_behind->setMinimumContentsLength(14);
    m_behind->addItem(tr("none"), QString());
    connect(m_behind, &QComboBox::activated, this, &TrainControls::chooseBehind);
    addLabelled(row, tr("Behind"), m_behind);
    row->setStretchFactor(m_behind, 2);
}

void TrainControls::buildLog(QHBoxLayout* row)
{
    QComboBox* level =
        makeCombo(u"combo_log"_s, tr("Lines of the log"), tr("Which lines of the log are shown"), this);
    level->addItem(tr("all"), static_cast<int>(EventLog::Level::Normal));
    level->addItem(tr("warnings"), static_cast<int>(EventLog::Level::Warning));
    level->addItem(tr("errors"), static_cast<int>(EventLog::Level::Error));
    m_find = new QLineEdit(this);
    m_find->setObjectName(u"edit_log_find"_s);
    m_find->setPlaceholderText(tr("find in the log"));
    m_find->setAccessibleName(tr("Find in the log"));
    m_find->setToolTip(tr("Shows the lines of the log that hold this text (Ctrl+F)"));
    m_find->setClearButtonEnabled(true);
    connect(level, &QComboBox::currentIndexChanged, this,
        [this, level] { Q_EMIT logLevelChosen(static_cast<EventLog::Level>(level->currentData().toInt())); });
    connect(m_find, &QLineEdit::textChanged, this, &TrainControls::logFilterChanged);
    addLabelled(row, tr("Log"), level);
    row->addWidget(m_find, 1);
}

void TrainControls::chooseMetric()
{
    const QString name = m_metric->currentData().toString();
    const bool ofList = !name.endsWith("auc"_L1);
    m_cutoff->setEnabled(ofList);
    Q_EMIT metricChosen(ofList ? u"%1@%2"_s.arg(name, m_cutoff->currentText()) : name);
}

void TrainControls::chooseBehind()
{
    m_wanted = m_behind->currentData().toString();
    Q_EMIT behindChosen(m_wanted);
}

void TrainControls::showWeights(const RunRecording& record)
{
    const model::ModelInfo* info = model::knownModel(record.hello.settings.config.model.architecture);
    for (const auto& [key, label, box] : m_weights) {
        const bool shown =
            info && std::ranges::find(info->terms, key, &model::TermInfo::weightKey) != info->terms.end();
        label->setVisible(shown);
        box->setVisible(shown);
        const QSignalBlocker blocked(box);
        box->setValue(record.weightAt(key, record.round() + 1));
    }
}

void TrainControls::setWeightsEnabled(bool on)
{
    for (const Weight& weight : m_weights)
        weight.box->setEnabled(on);
}

void TrainControls::setFinished(const QStringList& runs)
{
    const QSignalBlocker blocked(m_behind);
    m_behind->clear();
    m_behind->addItem(tr("none"), QString());
    for (const QString& run : runs)
        m_behind->addItem(QDir(run).dirName(), run);
    m_behind->setCurrentIndex(std::max(0, m_behind->findData(m_wanted)));
}

void TrainControls::focusFind()
{
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
}

QJsonObject TrainControls::state() const
{
    return {{u"metric"_s, m_metric->currentData().toString()}, {u"cutoff"_s, m_cutoff->currentText()},
        {u"behind"_s, m_wanted}};
}

void TrainControls::restore(const QJsonObject& state)
{
    const auto choose = [](QComboBox* box, int index) {
        if (index >= 0)
            box->setCurrentIndex(index);
    };
    choose(m_metric, m_metric->findData(state["metric"_L1].toString()));
    choose(m_cutoff, m_cutoff->findText(state["cutoff"_L1].toString()));
    const QString behind = state["behind"_L1].toString();
    if (behind.isEmpty())
        return;
    if (m_behind->findData(behind) < 0)
        m_behind->addItem(QDir(behind).dirName(), behind);
    m_behind->setCurrentIndex(m_behind->findData(behind));
    chooseBehind();
}

} // namespace fedcctr::studio
