// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shell/aboutdialog.h"

#include "app/studio/runs/engineprocess.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHeaderView>
#include <QIcon>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QScreen>
#include <QSysInfo>
#include <QTabWidget>
#include <QTableWidget>
#include <QThread>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

struct Library {
    QString name;
    QString use;
    QString licence;
};

QList<Library> libraries()
{
    const auto tr = [](const char* text) { return AboutDialog::tr(text); };
    return {{u"Qt %1"_s.arg(QLatin1String(qVersion())), tr("windows, network, key ring's bus"),
                u"LGPL-3.0 / GPL"_s},
        {u"QCustomPlot"_s, tr("line charts"), u"GPL-3.0-or-later"_s},
        {u"LibTorch"_s, tr("training, in the engine only"), u"BSD-3-Clause"_s},
        {u"OpenBLAS"_s, tr("matrix products of LibTorch"), u"BSD-3-Clause"_s},
        {u"FFTW"_s, tr("composition of privacy losses"), u"GPL-2.0-or-later"_s},
        {u"nlohmann/json"_s, tr("settings, results, protocol"), u"MIT"_s},
        {u"zlib"_s, tr("compressed data sets"), u"Zlib"_s},
        {u"SQLite"_s, tr("store of answers"), tr("public domain")},
        {u"QtKeychain"_s, tr("keys of language model servers"), u"BSD-3-Clause"_s}};
}

} // namespace

AboutDialog::AboutDialog(QWidget* parent)
    : QDialog(parent)
    , m_engine(new QProcess(this))
{
    setObjectName(u"dialog_about"_s);
    setWindowTitle(tr("About FedCCTR Studio"));
    auto* tabs = new QTabWidget(this);
    tabs->setObjectName(u"tabs_about"_s);
    tabs->addTab(aboutTab(), tr("About"));
    tabs->addTab(librariesTab(), tr("Libraries and licences"));
    tabs->addTab(systemTab(), tr("This system"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(tabs);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 84, fontMetrics().height() * 31);
    askEngine();
}

QWidget* AboutDialog::aboutTab()
{
    auto* tab = new QWidget(this);
    auto* icon = new QLabel(tab);
    const int size = fontMetrics().height() * 6;
    icon->setPixmap(
        QIcon(u":/fedcctr/app/fedcctr-studio.svg"_s).pixmap(QSize(size, size), devicePixelRatioF()));
    auto* text = new QLabel(tab);
    text->setObjectName(u"text_about"_s);
    text->setWordWrap(true);
    text->setTextFormat(Qt::RichText);
    text->setTextInteractionFlags(Qt::TextBrowserInteraction);
    text->setOpenExternalLinks(true);
    text->setAccessibleName(tr("About FedCCTR Studio"));
    text->setText(
        tr("<h2>FedCCTR Studio %1</h2>"
           "<p>Predicts which item of two domains a person will choose next, without collecting anybody's "
           "history in one place: clients train on their own devices, and what they send is protected by "
           "differential privacy. The studio configures, watches, compares and explains.</p>"
           "<p>It follows the paper <a href=\"https://arxiv.org/abs/2503.16875\">arXiv 2503.16875</a>. "
           "Where the paper's accounting promises more than can be proved, the studio says so and gives a "
           "rigorous figure beside it.</p>"
           "<p>Free software under the GNU General Public License, version 3 or (at your option) any later "
           "one (GPL-3.0-or-later). It comes without any warranty.</p>")
            .arg(QStringLiteral(FEDCCTR_VERSION)));
    auto* row = new QHBoxLayout(tab);
    row->addWidget(icon, 0, Qt::AlignTop);
    row->addSpacing(fontMetrics().height());
    row->addWidget(text, 1, Qt::AlignTop);
    return tab;
}

QWidget* AboutDialog::librariesTab()
{
    const QList<Library> all = libraries();
    auto* table = new QTableWidget(static_cast<int>(all.size()), 3, this);
    table->setObjectName(u"table_libraries"_s);
    table->setAccessibleName(tr("Libraries and their licences"));
    table->setHorizontalHeaderLabels({tr("Library"), tr("What for"), tr("Licence")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->setAlternatingRowColors(true);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setStretchLastSection(true);
    for (int row = 0; row < all.size(); ++row) {
        table->setItem(row, 0, new QTableWidgetItem(all[row].name));
        table->setItem(row, 1, new QTableWidgetItem(all[row].use));
        table->setItem(row, 2, new QTableWidgetItem(all[row].licence));
    }
    return table;
}

QWidget* AboutDialog::systemTab()
{
    auto* tab = new QWidget(this);
    m_system = new QPlainTextEdit(tab);
    m_system->setObjectName(u"text_system"_s);
    m_system->setAccessibleName(tr("System information"));
    m_system->setReadOnly(true);
    m_system->setTabChangesFocus(true);
    m_system->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    auto* copy = new QPushButton(tr("Copy"), tab);
    copy->setObjectName(u"button_copy_system"_s);
    copy->setToolTip(tr("Copies this text, for a report of a fault"));
    copy->setAccessibleName(tr("Copy the system information"));
    connect(copy, &QPushButton::clicked, this,
        [this] { QGuiApplication::clipboard()->setText(m_system->toPlainText()); });
    auto* column = new QVBoxLayout(tab);
    column->addWidget(m_system);
    column->addWidget(copy, 0, Qt::AlignRight);
    return tab;
}

void AboutDialog::askEngine()
{
    showSystem(tr("asking…"));
    connect(m_engine, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        const bool good = status == QProcess::NormalExit && code == 0;
        showSystem(good
                ? QString::fromUtf8(m_engine->readAllStandardOutput()).trimmed()
                : tr("does not run: %1").arg(QString::fromUtf8(m_engine->readAllStandardError()).trimmed()));
    });
    connect(m_engine, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            showSystem(tr("does not start: %1").arg(m_engine->errorString()));
    });
    m_engine->start(EngineProcess::besideThisProgram(), {u"--version"_s});
}

void AboutDialog::showSystem(const QString& engine)
{
    QStringList lines{u"FedCCTR Studio %1"_s.arg(QStringLiteral(FEDCCTR_VERSION)),
        u"Qt %1, built with %2"_s.arg(QLatin1String(qVersion()), QLatin1String(QT_VERSION_STR)),
        u"Platform: %1"_s.arg(QGuiApplication::platformName()),
        u"System: %1, kernel %2, %3"_s.arg(
            QSysInfo::prettyProductName(), QSysInfo::kernelVersion(), QSysInfo::currentCpuArchitecture()),
        u"Processor threads: %1"_s.arg(QThread::idealThreadCount())};
    if (const QScreen* screen = QGuiApplication::primaryScreen())
        lines.append(u"Screen: %1 × %2 at %3"_s.arg(screen->size().width())
                         .arg(screen->size().height())
                         .arg(screen->devicePixelRatio()));
    lines.append(u"Program: %1"_s.arg(QCoreApplication::applicationFilePath()));
    lines.append(u"Engine: %1 (%2)"_s.arg(EngineProcess::besideThisProgram(), engine));
    m_system->setPlainText(lines.join(u'\n'));
}

} // namespace fedcctr::studio
