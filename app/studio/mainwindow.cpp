// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/mainwindow.h"

#include "app/studio/augmentpage.h"
#include "app/studio/queuedock.h"
#include "app/studio/trainpage.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kLayoutVersion = 1;
constexpr int kIconNameRole = Qt::UserRole;

/// In the colour of the text, and of selected text.
QIcon navigationIcon(const QString& name, const QPalette& palette)
{
    constexpr int kSize = 48;
    QIcon icon = widgets::themeIcon(name, palette);
    const QIcon selected = widgets::themeIcon(name, palette.color(QPalette::HighlightedText));
    icon.addPixmap(selected.pixmap(kSize, kSize), QIcon::Selected);
    return icon;
}

} // namespace

MainWindow::MainWindow(const QString& engine, const QString& workspace, QWidget* parent)
    : QMainWindow(parent)
    , m_settings(QSettings::IniFormat, QSettings::UserScope, u"FedCCTR"_s, u"studio"_s)
    , m_workspace(workspace, engine)
    , m_queue(&m_workspace)
    , m_navigation(new QListWidget(this))
    , m_pages(new QStackedWidget(this))
    , m_train(new TrainPage(&m_workspace, &m_queue, this))
    , m_augment(new AugmentPage(&m_settings, this))
{
    setObjectName(u"main_window"_s);
    setWindowTitle(u"%1 – FedCCTR Studio"_s.arg(QDir(workspace).dirName()));
    m_navigation->setObjectName(u"list_navigation"_s);
    m_navigation->setAccessibleName(tr("Pages"));
    m_navigation->setToolTip(tr("Pages of the studio"));
    m_navigation->setFixedWidth(fontMetrics().averageCharWidth() * 22);
    m_pages->setObjectName(u"pages"_s);
    connect(m_navigation, &QListWidget::currentRowChanged, m_pages, &QStackedWidget::setCurrentIndex);

    auto* center = new QWidget(this);
    auto* row = new QHBoxLayout(center);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_navigation);
    row->addWidget(m_pages, 1);
    setCentralWidget(center);

    addPage(tr("Train"), u"train"_s, m_train);
    addPage(tr("Augmentation"), u"augment"_s, m_augment);
    buildMenus();
    buildStatusBar();
    joinPages();
    auto* dock = new QDockWidget(tr("Run queue"), this);
    dock->setObjectName(u"dock_queue"_s);
    dock->setWidget(new QueueDock(&m_queue, &m_workspace.settings(), dock));
    addDockWidget(Qt::BottomDockWidgetArea, dock);
    connect(&m_queue, &RunQueue::allStopped, this, [this] {
        if (m_closeWhenEnded)
            close();
    });
    QTimer::singleShot(0, &m_workspace, &Workspace::open);
    restore();
}

/// As designed, or as much of it as the screen has.
void MainWindow::resizeToScreen()
{
    const QSize designed(1366, 768);
    resize(screen() ? designed.boundedTo(screen()->availableSize()) : designed);
}

void MainWindow::addPage(const QString& title, const QString& icon, QWidget* page)
{
    m_pages->addWidget(page);
    auto* item = new QListWidgetItem(title, m_navigation);
    item->setData(kIconNameRole, icon);
    item->setIcon(navigationIcon(icon, palette()));
    // A list of one is no choice.
    m_navigation->setVisible(m_navigation->count() > 1);
    if (m_navigation->currentRow() < 0)
        m_navigation->setCurrentRow(0);
}

/// One dataset for all pages: the one that the Train page has open.
void MainWindow::joinPages()
{
    connect(&m_workspace, &Workspace::datasetChanged, m_augment,
        [this] { m_augment->openDataset(m_workspace.dataset()); });
    connect(m_augment, &AugmentPage::demoRequested, &m_workspace, &Workspace::createDemo);
    connect(m_augment, &AugmentPage::openRequested, this, &MainWindow::askForDataset);
}

void MainWindow::askForDataset()
{
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Open dataset folder"), m_workspace.datasetsFolder());
    if (!folder.isEmpty())
        m_workspace.openDataset(folder);
}

void MainWindow::buildMenus()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(tr("Create &demo dataset"), &m_workspace, &Workspace::createDemo);
    file->addAction(tr("&Open dataset folder…"), QKeySequence::Open, this, &MainWindow::askForDataset);
    file->addAction(tr("Open &runs folder"), this, [this] {
        QDir().mkpath(m_workspace.runsFolder());
        QDesktopServices::openUrl(QUrl::fromLocalFile(m_workspace.runsFolder()));
    });
    file->addSeparator();
    QAction* quit = file->addAction(tr("&Quit"), Qt::CTRL | Qt::Key_Q, this, &QWidget::close);
    quit->setObjectName(u"action_quit"_s);

    QMenu* run = menuBar()->addMenu(tr("&Run"));
    run->addAction(tr("&Start"), Qt::Key_F5, &m_queue, &RunQueue::startQueue);
    run->addAction(tr("&Pause or resume"), Qt::Key_F6, &m_queue, &RunQueue::toggleCurrentPause);
    run->addAction(tr("S&top"), Qt::SHIFT | Qt::Key_F5, &m_queue, &RunQueue::stopCurrent);

    QMenu* view = menuBar()->addMenu(tr("&View"));
    buildPageMenu(view);
    view->addSeparator();
    buildThemeMenu(view->addMenu(tr("&Theme")));
    view->addAction(tr("&Reset layout"), this, &MainWindow::resetLayout);

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&About FedCCTR Studio"), this, &MainWindow::showAbout);
}

/// Ctrl+1, Ctrl+2, … in the order of the list.
void MainWindow::buildPageMenu(QMenu* menu)
{
    for (int i = 0; i < m_navigation->count(); ++i) {
        QAction* action = menu->addAction(m_navigation->item(i)->text());
        const QKeySequence key(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i));
        action->setObjectName(u"action_page_%1"_s.arg(i + 1));
        action->setShortcut(key);
        m_navigation->item(i)->setToolTip(
            u"%1 (%2)"_s.arg(action->text(), key.toString(QKeySequence::NativeText)));
        connect(action, &QAction::triggered, this, [this, i] { m_navigation->setCurrentRow(i); });
    }
}

void MainWindow::buildThemeMenu(QMenu* menu)
{
    using Choice = widgets::Theme::Choice;
    auto* group = new QActionGroup(this);
    const int current = m_settings.value(u"theme"_s).toInt();
    const QList<QPair<QString, Choice>> choices{
        {tr("&System"), Choice::System}, {tr("&Light"), Choice::Light}, {tr("&Dark"), Choice::Dark}};
    for (const auto& [text, choice] : choices) {
        QAction* action = menu->addAction(text);
        action->setObjectName(u"action_theme_"_s + QString::number(static_cast<int>(choice)));
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, choice = choice] {
            m_theme.setChoice(choice);
            m_settings.setValue(u"theme"_s, static_cast<int>(choice));
        });
        if (static_cast<int>(choice) == current) {
            action->setChecked(true);
            m_theme.setChoice(choice);
        }
    }
}

void MainWindow::buildStatusBar()
{
    m_backend = new QLabel(this);
    m_backend->setObjectName(u"status_backend"_s);
    m_backend->setToolTip(tr("Who augments the dataset; the page Augmentation chooses it"));
    m_backend->setText(m_augment->backendName());
    connect(m_augment, &AugmentPage::backendChanged, m_backend, &QLabel::setText);
    statusBar()->addPermanentWidget(m_backend);
}

void MainWindow::restore()
{
    resizeToScreen();
    restoreGeometry(m_settings.value(u"geometry"_s).toByteArray());
    restoreState(m_settings.value(u"state"_s).toByteArray(), kLayoutVersion);
    m_navigation->setCurrentRow(
        std::clamp(m_settings.value(u"page"_s, 0).toInt(), 0, m_navigation->count() - 1));
}

void MainWindow::resetLayout()
{
    showNormal();
    resizeToScreen();
    m_train->resetLayout();
    m_augment->resetLayout();
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
}

void MainWindow::refreshIcons()
{
    for (int i = 0; i < m_navigation->count(); ++i) {
        QListWidgetItem* item = m_navigation->item(i);
        item->setIcon(navigationIcon(item->data(kIconNameRole).toString(), palette()));
    }
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (m_queue.isActive()) {
        event->ignore();
        askBeforeClosing();
        return;
    }
    m_settings.setValue(u"geometry"_s, saveGeometry());
    m_settings.setValue(u"state"_s, saveState(kLayoutVersion));
    m_settings.setValue(u"page"_s, m_navigation->currentRow());
    m_augment->save();
    m_augment->cancel();
    event->accept();
}

void MainWindow::askBeforeClosing()
{
    if (findChild<QMessageBox*>(u"dialog_close"_s))
        return;
    auto* box = new QMessageBox(QMessageBox::Question, tr("A run is going on"),
        tr("Stop the run and close? The round is finished first, then the results are written."),
        QMessageBox::NoButton, this);
    box->setObjectName(u"dialog_close"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* stop = box->addButton(tr("Stop and close"), QMessageBox::AcceptRole);
    stop->setObjectName(u"button_stop_and_close"_s);
    QPushButton* keep = box->addButton(tr("Keep running"), QMessageBox::RejectRole);
    keep->setObjectName(u"button_keep_running"_s);
    box->setDefaultButton(keep);
    connect(stop, &QPushButton::clicked, this, [this] {
        if (!m_queue.isActive()) {
            close();
            return;
        }
        m_closeWhenEnded = true;
        m_queue.stopAll();
    });
    connect(keep, &QPushButton::clicked, this, [this] { m_closeWhenEnded = false; });
    box->open();
}

void MainWindow::showAbout()
{
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About FedCCTR Studio"),
        tr("<h3>FedCCTR Studio %1</h3><p>Cross-domain click-through-rate prediction, trained federated and "
           "under local "
           "differential privacy.</p><p>Free software under the GNU General Public License, version 3 or "
           "later. Uses Qt "
           "%2 and QCustomPlot.</p>")
            .arg(QStringLiteral(FEDCCTR_VERSION), QString::fromLatin1(qVersion())),
        QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace fedcctr::studio
