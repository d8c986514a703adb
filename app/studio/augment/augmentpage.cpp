// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/augmentpage.h"

#include "app/studio/augment/augmentshelf.h"
#include "app/studio/augment/backendpanel.h"
#include "app/studio/augment/batchpanel.h"
#include "app/studio/augment/consentdialog.h"
#include "app/studio/augment/promptpane.h"
#include "app/studio/augment/samplepane.h"
#include "app/studio/augment/stagetab.h"
#include "app/studio/augment/subjectchooser.h"
#include "app/studio/augment/vectorspane.h"
#include "app/studio/common/background.h"
#include "app/studio/common/serverkey.h"
#include "app/studio/common/wordcounts.h"
#include "app/studio/runs/workspace.h"
#include "core/base/error.h"
#include "core/llm/address.h"
#include "widgets/messagebar.h"
#include "widgets/theme.h"

#include <QDir>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using augment::Stage;
using widgets::MessageBar;

AugmentPage::AugmentPage(Workspace* workspace, QWidget* parent)
    : Page(u"page_augmentation"_s, parent)
    , m_workspace(workspace)
    , m_settings(&workspace->settings())
    , m_message(new MessageBar(this))
    , m_stack(new QStackedWidget(this))
{
    m_message->setObjectName(u"message_augment"_s);
    m_stack->addWidget(buildEmpty());
    m_stack->addWidget(buildBody());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 2);
    column->setSpacing(4);
    column->addLayout(buildHeader());
    column->addWidget(m_message);
    column->addWidget(m_stack, 1);

    connectParts();
    refreshIcons();
    m_columns->restoreState(m_settings->value(u"augment/page"_s).toByteArray());
    m_tabs->setCurrentIndex(m_settings->value(u"augment/tab"_s, 0).toInt());
    connect(m_workspace, &Workspace::datasetChanged, this, [this] { openDataset(m_workspace->dataset()); });
    openDataset(m_workspace->dataset());
}

AugmentPage::~AugmentPage()
{
    save();
}

QLayout* AugmentPage::buildHeader()
{
    auto* title = new QLabel(tr("Augmentation"), this);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    title->setFont(large);
    m_name = new QLabel(this);
    m_name->setObjectName(u"label_augment_dataset"_s);
    m_name->setAccessibleName(tr("Dataset"));
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(title);
    row->addSpacing(8);
    row->addWidget(
        new QLabel(tr("Enrich items, users and sequences; see every prompt and every answer."), this));
    row->addStretch(1);
    row->addWidget(m_name);
    return row;
}

QWidget* AugmentPage::buildEmpty()
{
    auto* page = new QWidget(m_stack);
    m_emptyIcon = new QLabel(page);
    m_emptyIcon->setAlignment(Qt::AlignCenter);
    m_emptyText =
        new QLabel(tr("No dataset yet. Create the demo dataset, or open one that was imported."), page);
    m_emptyText->setObjectName(u"label_augment_empty"_s);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    auto* demo = new QPushButton(tr("Create demo dataset"), page);
    demo->setObjectName(u"button_augment_demo"_s);
    demo->setAccessibleName(demo->text());
    demo->setToolTip(tr("Make a small synthetic dataset, Books and Movies, in the workspace"));
    auto* open = new QPushButton(tr("Import or open data…"), page);
    open->setObjectName(u"button_augment_open"_s);
    open->setAccessibleName(open->text());
    open->setToolTip(tr("Go to the Data page, which imports and opens datasets (Ctrl+1)"));
    connect(demo, &QPushButton::clicked, m_workspace, &Workspace::createDemo);
    connect(open, &QPushButton::clicked, this, [this] { Q_EMIT pageRequested(PageId::Data); });
    auto* column = new QVBoxLayout(page);
    column->addStretch(2);
    column->addWidget(m_emptyIcon);
    column->addWidget(m_emptyText);
    column->addWidget(demo, 0, Qt::AlignCenter);
    column->addWidget(open, 0, Qt::AlignCenter);
    column->addStretch(3);
    return page;
}

QWidget* AugmentPage::buildBody()
{
    m_columns = new QSplitter(Qt::Horizontal, m_stack);
    m_columns->setObjectName(u"splitter_augment"_s);
    m_tabs = new QTabWidget(m_columns);
    m_tabs->setObjectName(u"tabs_stages"_s);
    m_tabs->setAccessibleName(tr("Stages"));
    m_tabs->setDocumentMode(true);
    const std::array<QString, 3> titles{tr("1 Items"), tr("2 Users"), tr("3 Sequences")};
    const std::array<QString, 3> helps{tr("Genres, themes and keywords of every item"),
        tr("Age, gender and interests of every user, guessed from the history"),
        tr("What every user would like and dislike among |C| candidates of each domain")};
    for (const Stage stage : augment::kStages) {
        auto* tab = new StageTab(stage, m_settings, m_tabs);
        const int index = m_tabs->addTab(tab, titles[static_cast<std::size_t>(stage)]);
        m_tabs->setTabToolTip(index, helps[static_cast<std::size_t>(stage)]);
        m_stages.append(tab);
    }
    m_vectors = new VectorsPane(&m_vectorJob, m_settings, m_tabs);
    m_tabs->setTabToolTip(m_tabs->addTab(m_vectors, tr("Item vectors")),
        tr("Vectors of the items' texts by a pre-trained language model, for model.vectors"));
    m_columns->addWidget(buildSide());
    m_columns->setStretchFactor(0, 1);
    m_columns->setStretchFactor(1, 0);
    m_columns->setChildrenCollapsible(false);
    resetColumns();
    return m_columns;
}

void AugmentPage::resetColumns()
{
    m_columns->setSizes({1000, fontMetrics().averageCharWidth() * 46});
}

void AugmentPage::resetLayout()
{
    resetColumns();
    for (StageTab* tab : m_stages)
        tab->resetLayout();
}

QWidget* AugmentPage::buildSide()
{
    auto* side = new QWidget(m_columns);
    m_backend = new BackendPanel(m_settings, side);
    m_batch = new BatchPanel(&m_job, side);
    m_shelf = new AugmentShelf(m_workspace, side);
    auto* scroll = new QScrollArea(side);
    scroll->setObjectName(u"scroll_backend"_s);
    scroll->setWidget(m_backend);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumWidth(m_backend->minimumWidth() + scroll->verticalScrollBar()->sizeHint().width() + 2);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(scroll, 1);
    column->addWidget(m_batch);
    column->addWidget(m_shelf);
    return side;
}

void AugmentPage::connectParts()
{
    const auto complain = [this](
                              const QString& text) { m_message->showMessage(MessageBar::Kind::Error, text); };
    for (StageTab* tab : m_stages) {
        connect(tab->prompt(), &PromptPane::problem, this, complain);
        connect(tab->sample(), &SamplePane::tryRequested, this, [this, tab] { tryOne(tab); });
        connect(tab->sample(), &SamplePane::cancelRequested, &m_try, &TryOut::cancel);
    }
    connect(m_backend, &BackendPanel::changed, this, [this] {
        for (StageTab* tab : m_stages)
            tab->sample()->setCandidates(m_backend->candidates());
        m_batch->setItemsOnly(m_backend->isItemsOnly());
        showEffect();
        tellServer();
        Q_EMIT backendChanged(backendName());
    });
    connect(m_batch, &BatchPanel::runRequested, this, &AugmentPage::run);
    connect(&m_job, &AugmentJob::stateChanged, this, [this] {
        m_backend->setReadOnly(m_job.isActive());
        m_shelf->setReadOnly(m_job.isActive());
    });
    connect(&m_job, &AugmentJob::ended, this, &AugmentPage::showEnd);
    connect(&m_try, &TryOut::finished, this, &AugmentPage::showTry);
    connect(m_vectors, &VectorsPane::runRequested, this, &AugmentPage::makeVectors);
    connect(&m_vectorJob, &VectorJob::ended, this, &AugmentPage::showVectors);
    m_batch->setItemsOnly(m_backend->isItemsOnly());
    tellServer();
    connectShelf();
}

void AugmentPage::connectShelf()
{
    connect(m_shelf, &AugmentShelf::read, this, &AugmentPage::showEffect);
    connect(m_shelf, &AugmentShelf::ownChanged, this, &AugmentPage::reloadAugmentation);
    connect(m_shelf, &AugmentShelf::problem, this,
        [this](const QString& text) { m_message->showMessage(MessageBar::Kind::Error, text); });
    connect(m_shelf, &AugmentShelf::removed, this, [this](const AugmentShelf::Row& row) {
        QString text = tr("Removed: %1.").arg(shownName(row.name));
        if (row.runs > 0)
            text += u' '
                + tr(
                    "%n run(s) trained with it cannot be evaluated, embedded, audited or resumed without it.",
                    nullptr, row.runs);
        if (row.name.empty())
            text += u' ' + tr("New runs are trained without augmentation.");
        m_message->showMessage(MessageBar::Kind::Info, text,
            {{u"button_undo_remove"_s, tr("Undo"), tr("Put the augmentation back (Ctrl+Z)"),
                [this] { m_shelf->putBack(); }}});
    });
    connect(m_shelf, &AugmentShelf::restored, this, [this](const QString& name) {
        m_message->showMessage(MessageBar::Kind::Success, tr("Put back: %1.").arg(name));
    });
}

void AugmentPage::undo()
{
    m_shelf->putBack();
}

/// What a run would see of the batch is said before it begins.
void AugmentPage::showEffect()
{
    m_batch->setEffect(m_data.dataset ? m_shelf->effectOf(m_backend->augmentationName()) : QString());
}

void AugmentPage::reloadAugmentation()
{
    const int number = ++m_loads;
    deliver(loadAugmentData(m_data.path), this, [this, number](const AugmentData& opened) {
        if (number == m_loads && opened.error.isEmpty())
            shareData(opened);
    });
}

ServerKey* AugmentPage::serverKey() const
{
    return m_backend->key();
}

QString AugmentPage::backendName() const
{
    return m_backend->shortName();
}

void AugmentPage::openDataset(const QString& path)
{
    m_pending = path;
    if (isVisible())
        loadPending();
}

void AugmentPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    loadPending();
}

void AugmentPage::loadPending()
{
    if (m_pending.isEmpty() || isRunning())
        return;
    const QString path = std::exchange(m_pending, {});
    if (path == m_data.path)
        return;
    const int number = ++m_loads;
    m_name->setText(tr("reading %1…").arg(QDir(path).dirName()));
    deliver(loadAugmentData(path), this, [this, number](const AugmentData& opened) {
        if (number == m_loads)
            showData(opened);
    });
}

void AugmentPage::showData(const AugmentData& opened)
{
    if (!opened.error.isEmpty()) {
        m_name->setText(m_data.dataset ? QString::fromStdString(m_data.dataset->provenance.name) : QString());
        m_message->showMessage(MessageBar::Kind::Error, opened.error);
        return;
    }
    m_message->hide();
    shareData(opened);
    m_name->setText(QString::fromStdString(opened.dataset->provenance.name));
    m_name->setToolTip(opened.path);
    m_stack->setCurrentIndex(1);
    m_batch->setReady(true);
    m_batch->setResumable(false);
    if (!opened.warning.isEmpty())
        m_message->showMessage(MessageBar::Kind::Warning, opened.warning);
}

void AugmentPage::shareData(const AugmentData& shared)
{
    m_data = shared;
    m_shelf->setDataset(m_data.path);
    m_backend->setUsers(m_data.dataset->userCount());
    m_vectors->setData(m_data);
    for (StageTab* tab : m_stages)
        tab->setData(m_data);
}

void AugmentPage::saveDocument()
{
    if (auto* tab = qobject_cast<StageTab*>(m_tabs->currentWidget()); tab && m_data.dataset)
        tab->prompt()->save();
}

/// None, with a message, if the server's address is wrong.
std::optional<BackendChoice> AugmentPage::checkedChoice()
{
    try {
        return m_backend->choice();
    } catch (const Error& error) {
        m_message->showMessage(MessageBar::Kind::Error, QString::fromUtf8(error.what()));
        return std::nullopt;
    }
}

/// A batch sends the saved prompts: they must be saved and without faults.
bool AugmentPage::promptsAreReady(const BackendChoice& choice)
{
    if (choice.offline)
        return true;
    for (StageTab* tab : m_stages) {
        const QString name = QString::fromStdString(nameOf(tab->stage()));
        if (choice.itemsOnly && tab->stage() != Stage::Item)
            continue;
        if (tab->prompt()->hasFaults()) {
            m_tabs->setCurrentWidget(tab);
            m_message->showMessage(MessageBar::Kind::Error,
                tr("The prompt %1.txt has a fault; the line under it says which.").arg(name));
            return false;
        }
        if (tab->prompt()->isUnsaved()) {
            m_tabs->setCurrentWidget(tab);
            m_message->showMessage(MessageBar::Kind::Warning,
                tr("The prompt %1.txt has changes that are not saved.").arg(name),
                {{u"button_save_and_run"_s, tr("Save and run"), tr("Save the prompt, then start"),
                    [this, tab] {
                        m_message->hide();
                        if (tab->prompt()->save())
                            run();
                    }}});
            return false;
        }
    }
    return true;
}

QString AugmentPage::exampleOfHistory()
{
    const auto prompt = m_stages[static_cast<int>(Stage::User)]->sample()->prompt();
    return prompt ? QString::fromStdString(prompt->text) : QString();
}

/// Goes on at once where no history leaves this machine or that was agreed to; else asks: about all
/// histories, where the answer may be "items only", or about a single one.
void AugmentPage::withConsent(
    const BackendChoice& choice, bool offerItems, const std::function<void()>& proceed)
{
    if (choice.offline || llm::staysOnThisMachine(choice.server.baseUrl)) {
        proceed();
        return;
    }
    const QString host = QString::fromStdString(llm::hostOf(choice.server.baseUrl));
    // Who lets one history go does not let all of them go.
    const QString place = QString::fromStdString(choice.server.baseUrl) + u'\n' + m_data.path;
    const QString consent = (offerItems ? u"all\n"_s : u"one\n"_s) + place;
    if (m_consents.contains(consent) || m_consents.contains(u"all\n"_s + place)) {
        proceed();
        return;
    }
    const QString statement = offerItems
        ? m_backend->statement()
        : tr("The reading history of one user and what is known about it go to %1.").arg(host);
    auto* dialog = new ConsentDialog(host, statement, exampleOfHistory(), offerItems, this);
    connect(dialog, &ConsentDialog::consented, this, [this, consent, proceed] {
        m_consents.insert(consent);
        proceed();
    });
    connect(dialog, &ConsentDialog::itemsOnlyChosen, this, [this] {
        m_backend->setItemsOnly();
        run();
    });
    dialog->open();
}

void AugmentPage::run()
{
    const std::optional<BackendChoice> choice = checkedChoice();
    if (!m_data.dataset || m_job.isActive() || !choice || !promptsAreReady(*choice))
        return;
    if (choice->itemsOnly)
        startBatch(true);
    else
        withConsent(*choice, true, [this] { startBatch(false); });
}

void AugmentPage::startBatch(bool itemsOnly)
{
    const std::optional<BackendChoice> choice = checkedChoice();
    if (!choice || m_job.isActive())
        return;
    AugmentRequest request;
    request.data = m_data;
    request.offline = choice->offline;
    request.itemsOnly = itemsOnly;
    request.candidates = choice->candidates;
    request.name = choice->name;
    request.parallel = choice->parallel;
    request.server = choice->server;
    try {
        if (!choice->offline)
            request.key = m_backend->key()->keyFor(choice->server.baseUrl);
    } catch (const Error& error) {
        m_message->showMessage(MessageBar::Kind::Error, QString::fromUtf8(error.what()));
        return;
    }
    m_message->hide();
    m_batch->setResumable(false);
    m_job.start(std::move(request));
}

void AugmentPage::showEnd(const AugmentEnd& end)
{
    using Kind = AugmentEnd::Kind;
    m_batch->showProgress(end.progress);
    const bool anew = end.data.augmentation && end.data.augmentation != m_data.augmentation;
    if (anew)
        shareData(end.data);
    const QString coverage = anew ? coverageOf(*end.data.augmentation) : QString();
    m_batch->setResumable(end.kind != Kind::Finished && end.progress.pipeline.has_value());
    if (end.kind == Kind::Finished)
        m_message->showMessage(MessageBar::Kind::Success,
            tr("Augmented by %1: %2.").arg(QString::fromStdString(end.data.augmentation->backend), coverage)
                + (end.name.empty() ? QString()
                                    : tr(" Training takes it with augment.name = %1.")
                                          .arg(QString::fromStdString(end.name))));
    else if (end.kind == Kind::Failed)
        m_message->showMessage(MessageBar::Kind::Error,
            end.progress.pipeline
                ? tr("Given up: %1. What was answered is kept; Resume goes on from there.").arg(end.message)
                : end.message);
    else
        m_message->showMessage(MessageBar::Kind::Info,
            end.progress.pipeline
                ? tr("Cancelled. What was answered is kept; Resume asks only for what is missing.")
                : tr("Cancelled; nothing was changed."));
    if (anew && end.name.empty())
        Q_EMIT augmented(end.data.path, coverage);
    loadPending();
}

/// Vectors are asked of the backend's server; where none is chosen, that is said.
void AugmentPage::tellServer()
{
    try {
        const BackendChoice choice = m_backend->choice();
        const QString host = QString::fromStdString(llm::hostOf(choice.server.baseUrl));
        if (choice.offline)
            m_vectors->setServer({}, true,
                tr("Choose the OpenAI-compatible server as the backend, at the side: its address and key are "
                   "used here too."));
        else
            m_vectors->setServer(host, llm::staysOnThisMachine(choice.server.baseUrl), {});
    } catch (const Error& error) {
        m_vectors->setServer({}, true, tr("Nothing is sent: %1.").arg(QString::fromUtf8(error.what())));
    }
}

/// Texts of items are public, as in a batch of the items only: no history leaves, and nothing is asked first.
void AugmentPage::makeVectors()
{
    const std::optional<BackendChoice> choice = checkedChoice();
    if (!m_data.dataset || m_vectorJob.isActive() || !choice || choice->offline)
        return;
    VectorRequest request;
    request.data = m_data;
    request.name = m_vectors->name();
    request.server = choice->server;
    request.server.model = m_vectors->model();
    request.batch = m_vectors->batch();
    try {
        request.key = m_backend->key()->keyFor(choice->server.baseUrl);
    } catch (const Error& error) {
        m_message->showMessage(MessageBar::Kind::Error, QString::fromUtf8(error.what()));
        return;
    }
    m_message->hide();
    m_vectorJob.start(std::move(request));
}

void AugmentPage::showVectors(const VectorJobEnd& end)
{
    using Kind = VectorJobEnd::Kind;
    if (end.kind == Kind::Finished)
        m_message->showMessage(MessageBar::Kind::Success,
            tr("The set %1 is there: %2 numbers per item. A run reads it with model.vectors = %1.")
                .arg(end.name)
                .arg(end.width));
    else if (end.kind == Kind::Failed)
        m_message->showMessage(MessageBar::Kind::Error,
            tr("Given up: %1. What was got is kept; the next run asks only for the rest.").arg(end.message));
    else
        m_message->showMessage(MessageBar::Kind::Info,
            tr("Cancelled. What was got is kept; the next run asks only for the rest."));
    loadPending();
}

void AugmentPage::tryOne(StageTab* tab)
{
    const std::optional<BackendChoice> choice = checkedChoice();
    if (!m_data.dataset || m_try.isRunning() || !choice)
        return;
    if (choice->offline) {
        if (const auto subject = tab->sample()->chooser()->subject()) {
            m_try.askOffline(m_data, tab->stage(), *subject, choice->candidates);
            setTrying(tab);
        }
        return;
    }
    if (tab->prompt()->hasFaults()) {
        m_message->showMessage(
            MessageBar::Kind::Error, tr("The prompt has a fault; the line under it says which."));
        return;
    }
    if (tab->stage() == Stage::Item)
        sendTry(tab);
    else
        withConsent(*choice, false, [this, tab] { sendTry(tab); });
}

void AugmentPage::sendTry(StageTab* tab)
{
    const std::optional<BackendChoice> choice = checkedChoice();
    std::optional<augment::Prompt> prompt = tab->sample()->prompt();
    if (!choice || !prompt || m_try.isRunning())
        return;
    try {
        m_try.ask(
            m_data, choice->server, m_backend->key()->keyFor(choice->server.baseUrl), std::move(*prompt));
    } catch (const Error& error) {
        m_message->showMessage(MessageBar::Kind::Error, QString::fromUtf8(error.what()));
        return;
    }
    setTrying(tab);
}

void AugmentPage::setTrying(const StageTab* trying)
{
    for (StageTab* tab : m_stages)
        tab->sample()->setTrying(trying != nullptr, tab == trying);
}

void AugmentPage::showTry(const TryResult& result)
{
    setTrying(nullptr);
    m_stages[static_cast<int>(result.stage)]->sample()->showResult(result);
}

QString AugmentPage::pendingWork() const
{
    if (m_job.isActive())
        return tr("The augmentation of %1").arg(m_name->text());
    return m_vectorJob.isActive() ? tr("The item vectors of %1").arg(m_name->text()) : QString();
}

void AugmentPage::cancelWork()
{
    m_job.cancel();
    m_vectorJob.cancel();
    m_try.cancel();
}

void AugmentPage::save()
{
    m_settings->setValue(u"augment/page"_s, m_columns->saveState());
    m_settings->setValue(u"augment/tab"_s, m_tabs->currentIndex());
    m_backend->save();
    m_vectors->save();
    for (StageTab* tab : m_stages)
        tab->save();
}

void AugmentPage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
}

void AugmentPage::refreshIcons()
{
    const int size = fontMetrics().height() * 3;
    m_emptyIcon->setPixmap(widgets::themeIcon(u"augment"_s, palette()).pixmap(size, size));
}

} // namespace fedcctr::studio
