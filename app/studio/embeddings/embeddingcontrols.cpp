// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/embeddings/embeddingcontrols.h"

#include "widgets/theme.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QMenu>
#include <QSpinBox>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QString pathOf(const runs::RunEntry& run)
{
    return QString::fromStdString(run.path.string());
}

QString describe(const runs::RunEntry& run)
{
    const auto text = [](const std::string& value) { return QString::fromStdString(value); };
    return EmbeddingControls::tr("%1\npreset %2, seed %3, %4\ndataset %5")
        .arg(text(run.name), text(run.preset))
        .arg(run.seed)
        .arg(text(runs::wordsOf(run.state)), text(run.datasetPath));
}

QLabel* labelFor(const QString& text, QWidget* buddy)
{
    auto* label = new QLabel(text, buddy->parentWidget());
    label->setBuddy(buddy);
    return label;
}

} // namespace

EmbeddingControls::EmbeddingControls(QWidget* parent)
    : QWidget(parent)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(buildChoiceRow());
    column->addLayout(buildMethodRow());
    refreshIcons();
    follow();
}

QSpinBox* EmbeddingControls::spin(
    const QString& name, int least, int most, int value, const QString& label, const QString& help)
{
    auto* box = new QSpinBox(this);
    box->setObjectName(name);
    box->setRange(least, most);
    box->setValue(value);
    box->setAccessibleName(label);
    box->setToolTip(help);
    box->setKeyboardTracking(false);
    connect(box, &QSpinBox::valueChanged, this, [this] {
        follow();
        Q_EMIT changed();
    });
    return box;
}

QComboBox* EmbeddingControls::combo(
    const QString& name, const QString& label, const QString& help, const QStringList& entries)
{
    auto* box = new QComboBox(this);
    box->setObjectName(name);
    box->setAccessibleName(label);
    box->setToolTip(help);
    box->addItems(entries);
    connect(box, &QComboBox::currentIndexChanged, this, [this] {
        follow();
        Q_EMIT changed();
    });
    return box;
}

QLayout* EmbeddingControls::buildChoiceRow()
{
    m_run = combo(u"combo_embed_run"_s, tr("Run"), tr("A run with a checkpoint"), {});
    m_run->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_run->setMinimumContentsLength(22);
    m_compare = new QToolButton(this);
    m_compare->setObjectName(u"button_compare_with"_s);
    m_compare->setText(tr("Compare with"));
    m_compare->setAccessibleName(tr("Compare with other runs"));
    m_compare->setToolTip(
        tr("Up to three runs of the same dataset side by side, with the same users and seed"));
    m_compare->setPopupMode(QToolButton::InstantPopup);
    m_compare->setFocusPolicy(Qt::StrongFocus);
    m_compareMenu = new QMenu(m_compare);
    m_compareMenu->setObjectName(u"menu_compare_with"_s);
    m_compare->setMenu(m_compareMenu);
    m_points = combo(u"combo_points"_s, tr("Points"),
        tr("Users: hᴬ, hᴮ and hᴹ of each. Items: the vectors of the whole catalogue."),
        {tr("users"), tr("items")});
    m_users = spin(u"spin_embed_users"_s, 10, 5000, 180, tr("Users"),
        tr("How many users are drawn, 10 to 5000; the paper shows 180. Each gives three points."));
    m_seed = spin(u"spin_embed_seed"_s, 0, 1'000'000, 1, tr("Seed"),
        tr("Draws the users and a random start; the same seed gives the same picture"));
    m_training = new QCheckBox(tr("over training"), this);
    m_training->setObjectName(u"check_training"_s);
    m_training->setAccessibleName(tr("Pictures over the training"));
    m_training->setChecked(true);
    m_training->setToolTip(
        tr("A picture of each snapshot that the run has kept (run.snapshots), from before the "
           "training to its end"));
    connect(m_training, &QCheckBox::toggled, this, &EmbeddingControls::changed);

    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(labelFor(tr("Run"), m_run));
    row->addWidget(m_run, 1);
    row->addWidget(m_compare);
    row->addSpacing(6);
    row->addWidget(labelFor(tr("Points"), m_points));
    row->addWidget(m_points);
    row->addWidget(labelFor(tr("Users"), m_users));
    row->addWidget(m_users);
    row->addWidget(labelFor(tr("Seed"), m_seed));
    row->addWidget(m_seed);
    row->addWidget(m_training);
    return row;
}

QLayout* EmbeddingControls::buildMethodRow()
{
    m_method = combo(u"combo_method"_s, tr("Method"),
        tr("t-SNE keeps neighbours together; PCA shows the two directions of largest variance"),
        {tr("t-SNE"), tr("PCA")});
    m_perplexity = spin(u"spin_perplexity"_s, 2, 100, 30, tr("Perplexity"),
        tr("How many neighbours a point has, about: 2 to 100, and at most a third of the other points"));
    m_iterations = spin(u"spin_iterations"_s, 100, 10000, 1000, tr("Iterations"),
        tr("Steps of the first picture, 100 to 10 000; later snapshots take a third of it"));
    m_iterations->setSingleStep(100);
    m_start = combo(u"combo_start"_s, tr("Start from"),
        tr("Where t-SNE starts: PCA keeps the large shape, random depends on the seed"),
        {tr("PCA"), tr("random")});

    const auto button = [this](const QString& name, const QString& text, const QString& help) {
        auto* made = new QToolButton(this);
        made->setObjectName(name);
        made->setText(text);
        made->setAccessibleName(text);
        made->setToolTip(help);
        made->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        made->setFocusPolicy(Qt::StrongFocus);
        return made;
    };
    m_startButton = button(u"button_embed_start"_s, tr("Start"), tr("Compute the vectors and project them"));
    m_pauseButton = button(u"button_embed_pause"_s, tr("Pause"), tr("Hold the projection, or go on"));
    m_pauseButton->setCheckable(true);
    m_stopButton =
        button(u"button_embed_stop"_s, tr("Stop"), tr("End the projection; the picture stays (Esc)"));
    connect(m_startButton, &QToolButton::clicked, this, &EmbeddingControls::startRequested);
    connect(m_pauseButton, &QToolButton::clicked, this, &EmbeddingControls::pauseRequested);
    connect(m_stopButton, &QToolButton::clicked, this, &EmbeddingControls::stopRequested);

    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(labelFor(tr("Method"), m_method));
    row->addWidget(m_method);
    row->addWidget(labelFor(tr("Perplexity"), m_perplexity));
    row->addWidget(m_perplexity);
    row->addWidget(labelFor(tr("Iterations"), m_iterations));
    row->addWidget(m_iterations);
    row->addWidget(labelFor(tr("Start from"), m_start));
    row->addWidget(m_start);
    row->addStretch(1);
    row->addWidget(m_startButton);
    row->addWidget(m_pauseButton);
    row->addWidget(m_stopButton);
    return row;
}

void EmbeddingControls::setRuns(const std::vector<EntryPtr>& runs)
{
    if (runs == m_runs && m_wanted.isEmpty())
        return;
    const QString chosen = m_wanted.isEmpty() ? m_run->currentData().toString() : m_wanted;
    m_runs = runs;
    const QSignalBlocker quiet(m_run);
    m_run->clear();
    for (const EntryPtr& run : m_runs) {
        m_run->addItem(QString::fromStdString(run->name), pathOf(*run));
        m_run->setItemData(m_run->count() - 1, describe(*run), Qt::ToolTipRole);
    }
    if (const int found = m_run->findData(chosen); found >= 0) {
        m_run->setCurrentIndex(found);
        m_wanted.clear();
    }
    follow();
}

void EmbeddingControls::chooseRun(const QString& path)
{
    m_wanted = path;
    if (const int found = m_run->findData(path); found >= 0) {
        m_run->setCurrentIndex(found);
        m_wanted.clear();
    }
}

EntryPtr EmbeddingControls::entry(const QString& path) const
{
    const auto found =
        std::ranges::find_if(m_runs, [&](const EntryPtr& run) { return pathOf(*run) == path; });
    return found == m_runs.end() ? nullptr : *found;
}

QStringList EmbeddingControls::compared() const
{
    QStringList result;
    for (const QString& path : m_comparedPaths)
        if (path != m_run->currentData().toString() && entry(path))
            result.append(path);
    return result.mid(0, kMostPanels - 1);
}

/// Runs of the chosen one's dataset.
void EmbeddingControls::fillCompareMenu()
{
    m_compareMenu->clear();
    const QString chosen = m_run->currentData().toString();
    const EntryPtr own = entry(chosen);
    const QStringList now = compared();
    for (const EntryPtr& run : m_runs) {
        const QString path = pathOf(*run);
        if (!own || path == chosen || !runs::onSameData(*run, *own))
            continue;
        QAction* action = m_compareMenu->addAction(QString::fromStdString(run->name));
        action->setToolTip(describe(*run));
        action->setCheckable(true);
        action->setChecked(now.contains(path));
        action->setEnabled(action->isChecked() || now.size() < kMostPanels - 1);
        connect(action, &QAction::toggled, this, [this, path](bool on) {
            if (on)
                m_comparedPaths.append(path);
            else
                m_comparedPaths.removeAll(path);
            // Later: it fills this menu anew, and deletes the action that speaks.
            QMetaObject::invokeMethod(this, &EmbeddingControls::follow, Qt::QueuedConnection);
            Q_EMIT changed();
        });
    }
    m_compareMenu->setToolTipsVisible(true);
    const bool idle = m_phase == Phase::Idle;
    m_compare->setEnabled(idle && !m_compareMenu->isEmpty());
    m_compare->setText(
        now.isEmpty() ? tr("Compare with") : tr("Compare with %n", nullptr, static_cast<int>(now.size())));
}

EmbeddingChoice EmbeddingControls::choice() const
{
    EmbeddingChoice choice;
    choice.runs = QStringList{m_run->currentData().toString()} + compared();
    choice.items = m_points->currentIndex() == 1;
    choice.users = m_users->value();
    choice.seed = m_seed->value();
    choice.overTraining = m_training->isChecked() && !choice.items;
    choice.method =
        m_method->currentIndex() == 0 ? projection::Projection::Tsne : projection::Projection::Pca;
    choice.tsne.perplexity = m_perplexity->value();
    choice.tsne.iterations = m_iterations->value();
    choice.tsne.seed = static_cast<std::uint64_t>(choice.seed);
    choice.tsne.start =
        m_start->currentIndex() == 0 ? projection::TsneStart::Pca : projection::TsneStart::Random;
    return choice;
}

void EmbeddingControls::follow()
{
    if (!m_stopButton)
        return;
    const bool idle = m_phase == Phase::Idle;
    const bool items = m_points->currentIndex() == 1;
    const bool tsne = m_method->currentIndex() == 0;
    const auto most =
        static_cast<int>(projection::mostPerplexity(3 * static_cast<std::size_t>(m_users->value())));
    {
        const QSignalBlocker quiet(m_perplexity);
        m_perplexity->setMaximum(items ? 100 : std::min(100, most));
    }
    m_users->setEnabled(idle && !items);
    m_training->setEnabled(idle && !items);
    m_perplexity->setEnabled(idle && tsne);
    m_iterations->setEnabled(idle && tsne);
    m_start->setEnabled(idle && tsne);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_run, m_points, m_seed, m_method})
        widget->setEnabled(idle);
    m_run->setToolTip(m_run->currentData(Qt::ToolTipRole).toString());
    fillCompareMenu();
    m_startButton->setEnabled(idle && m_run->count() > 0);
    m_pauseButton->setEnabled(m_phase == Phase::Projection || m_phase == Phase::Paused);
    m_pauseButton->setChecked(m_phase == Phase::Paused);
    m_pauseButton->setText(m_phase == Phase::Paused ? tr("Resume") : tr("Pause"));
    m_pauseButton->setAccessibleName(m_pauseButton->text());
    m_stopButton->setEnabled(!idle);
}

void EmbeddingControls::setPhase(Phase phase)
{
    m_phase = phase;
    follow();
}

QJsonObject EmbeddingControls::state() const
{
    return {{u"run"_s, m_run->currentData().toString()},
        {u"compared"_s, QJsonArray::fromStringList(m_comparedPaths)}, {u"points"_s, m_points->currentIndex()},
        {u"users"_s, m_users->value()}, {u"seed"_s, m_seed->value()},
        {u"training"_s, m_training->isChecked()}, {u"method"_s, m_method->currentIndex()},
        {u"perplexity"_s, m_perplexity->value()}, {u"iterations"_s, m_iterations->value()},
        {u"start"_s, m_start->currentIndex()}};
}

void EmbeddingControls::restore(const QJsonObject& state)
{
    m_comparedPaths.clear();
    for (const QJsonValue& path : state["compared"_L1].toArray())
        m_comparedPaths.append(path.toString());
    m_points->setCurrentIndex(state["points"_L1].toInt(m_points->currentIndex()));
    m_users->setValue(state["users"_L1].toInt(m_users->value()));
    m_seed->setValue(state["seed"_L1].toInt(m_seed->value()));
    m_training->setChecked(state["training"_L1].toBool(m_training->isChecked()));
    m_method->setCurrentIndex(state["method"_L1].toInt(m_method->currentIndex()));
    m_perplexity->setValue(state["perplexity"_L1].toInt(m_perplexity->value()));
    m_iterations->setValue(state["iterations"_L1].toInt(m_iterations->value()));
    m_start->setCurrentIndex(state["start"_L1].toInt(m_start->currentIndex()));
    if (const QString run = state["run"_L1].toString(); !run.isEmpty())
        chooseRun(run);
    follow();
}

void EmbeddingControls::refreshIcons()
{
    m_startButton->setIcon(widgets::themeIcon(u"start"_s, palette()));
    m_pauseButton->setIcon(widgets::themeIcon(u"pause"_s, palette()));
    m_stopButton->setIcon(widgets::themeIcon(u"stop"_s, palette()));
}

void EmbeddingControls::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_stopButton)
        refreshIcons();
}

} // namespace fedcctr::studio
