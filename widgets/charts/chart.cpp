// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/chart.h"

#include "widgets/charts/exportpanel.h"
#include "widgets/charts/pictureexport.h"
#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QSettings>
#include <QStandardItemModel>
#include <QStandardPaths>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr QStringView kFolderKey = u"plots/export_folder";

/// Under the dialog's own rows.
void addOptions(QFileDialog& dialog, QWidget* options)
{
    if (auto* grid = qobject_cast<QGridLayout*>(dialog.layout()))
        grid->addWidget(options, grid->rowCount(), 0, 1, grid->columnCount());
}

} // namespace

Chart::Chart(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_exportName(name)
    , m_exportFolder(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation))
    , m_column(new QVBoxLayout(this))
    , m_title(new QLabel(this))
    , m_menuButton(new QToolButton(this))
    , m_menu(new QMenu(this))
{
    setObjectName(name);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Chart"));
    m_title->setObjectName(name + u"_title"_s);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setMinimumWidth(1);
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_menu->setObjectName(name + u"_popup"_s);
    m_menuButton->setObjectName(name + u"_menu"_s);
    m_menuButton->setAutoRaise(true);
    m_menuButton->setPopupMode(QToolButton::InstantPopup);
    m_menuButton->setMenu(m_menu);
    m_menuButton->setStyleSheet(u"QToolButton::menu-indicator { image: none; }"_s);
    m_menuButton->setToolTip(tr("Chart menu: view, table, copy, export"));
    m_menuButton->setAccessibleName(tr("Chart menu"));
    m_menuButton->setIcon(themeIcon(u"more"_s, palette()));

    auto* header = new QHBoxLayout;
    header->setContentsMargins(6, 0, 0, 0);
    header->addWidget(m_title, 1);
    header->addWidget(m_menuButton);
    m_column->setContentsMargins(1, 1, 1, 1);
    m_column->setSpacing(0);
    m_column->addLayout(header);
    buildMenu();
}

void Chart::buildMenu()
{
    m_firstCommon = m_menu->addSeparator();
    const auto add = [this](const QString& name, const QString& text, const QKeySequence& key, auto slot) {
        QAction* action = makeAction(name, text, key);
        m_menu->addAction(action);
        connect(action, &QAction::triggered, this, slot);
    };
    add(u"table"_s, tr("Show as table"), Qt::Key_T, &Chart::showTable);
    add(u"copy"_s, tr("Copy image"), Qt::CTRL | Qt::SHIFT | Qt::Key_C, &Chart::copyImage);
    add(u"export"_s, tr("Export chart (PNG, SVG, PDF)…"), Qt::CTRL | Qt::Key_E, &Chart::askForPicture);
    add(u"export_data"_s, tr("Export data (CSV, JSON)…"), {}, &Chart::askForTable);
}

QAction* Chart::makeAction(const QString& name, const QString& text, const QKeySequence& key)
{
    auto* action = new QAction(text, this);
    action->setObjectName(objectName() + u'_' + name);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(action);
    return action;
}

QAction* Chart::addChartAction(const QString& name, const QString& text, const QKeySequence& key)
{
    QAction* action = makeAction(name, text, key);
    m_menu->insertAction(m_firstCommon, action);
    return action;
}

void Chart::addChartMenu(QMenu* submenu)
{
    m_menu->insertMenu(m_firstCommon, submenu);
}

void Chart::setBody(QWidget* body)
{
    m_body = body;
    body->installEventFilter(this);
    m_column->addWidget(body, 1);
}

void Chart::setTitle(const QString& title, const QString& help)
{
    m_titleText = title;
    m_title->setToolTip(help.isEmpty() ? title : title + u"\n"_s + help);
    setAccessibleName(tr("%1, chart").arg(title));
    showTitle();
}

void Chart::showTitle()
{
    m_title->setText(
        m_title->fontMetrics().elidedText(m_titleText, Qt::ElideRight, std::max(40, m_title->width())));
}

void Chart::paintPicture(
    QPainter& /*painter*/, const QSizeF& /*size*/, const ThemeColors& /*colors*/, bool /*withTitle*/) const
{
}

QImage Chart::image() const
{
    const QSize size = shownSize();
    return drawImage({m_titleText, m_origin, size, 2}, [&](QPaintDevice& device) {
        QPainter painter(&device);
        paintPicture(painter, size, themeColors(false), false);
        return true;
    });
}

QString Chart::writePicture(const QString& path, const QSize& size, double scale) const
{
    return writePictureFile(path, {m_titleText, m_origin, size, scale}, [&](QPaintDevice& device) {
        QPainter painter;
        if (!painter.begin(&device))
            return false;
        painter.setRenderHint(QPainter::Antialiasing);
        if (device.devType() != QInternal::Image)
            painter.setWindow(QRect(QPoint(), size));
        paintPicture(painter, size, themeColors(exportsDark()), true);
        return painter.end();
    });
}

QString Chart::writeTable(const QString& path, bool onlyVisible) const
{
    return writeTableFile(path, m_origin, onlyVisible ? visibleTable() : table());
}

bool Chart::exportsDark() const
{
    return !m_paper && isDark(palette());
}

QSize Chart::shownSize() const
{
    return m_body ? m_body->size() : sizeHint();
}

void Chart::copyImage()
{
    QApplication::clipboard()->setImage(image());
}

void Chart::showTable()
{
    const ChartTable content = table();
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(objectName() + u"_table_dialog"_s);
    dialog->setWindowTitle(m_titleText);
    auto* model = new QStandardItemModel(
        static_cast<int>(content.rows.size()), static_cast<int>(content.columns.size()), dialog);
    model->setHorizontalHeaderLabels(content.columns);
    for (int row = 0; row < content.rows.size(); ++row)
        for (int column = 0; column < content.rows[row].size(); ++column)
            model->setItem(row, column, new QStandardItem(content.rows[row][column]));
    auto* view = new QTableView(dialog);
    view->setObjectName(objectName() + u"_table_view"_s);
    view->setAccessibleName(m_titleText);
    view->setModel(model);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setAlternatingRowColors(true);
    view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(view);
    column->addWidget(buttons);
    dialog->resize(fontMetrics().height() * 36, fontMetrics().height() * 24);
    dialog->open();
}

QFileDialog* Chart::fileDialog(const QString& title, const QStringList& filters)
{
    const QString folder = QSettings().value(kFolderKey.toString()).toString();
    auto* dialog = new QFileDialog(this, title, QFileInfo(folder).isDir() ? folder : m_exportFolder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(objectName() + u"_export_dialog"_s);
    // The system's own dialog has no room for our options.
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(filters);
    const auto suffixOf = [](const QString& filter) { return filter.section(u"*."_s, 1).chopped(1); };
    dialog->setDefaultSuffix(suffixOf(filters.first()));
    connect(dialog, &QFileDialog::filterSelected, dialog,
        [dialog, suffixOf](const QString& filter) { dialog->setDefaultSuffix(suffixOf(filter)); });
    dialog->selectFile(m_exportName);
    return dialog;
}

void Chart::askForPicture()
{
    QFileDialog* dialog = fileDialog(
        tr("Export chart"), {tr("Picture (*.png)"), tr("Vectors (*.svg)"), tr("Document (*.pdf)")});
    auto* options = new PictureOptionsPanel(dialog);
    addOptions(*dialog, options);
    connect(dialog, &QFileDialog::fileSelected, this, [this, options](const QString& path) {
        options->remember();
        setPaperTheme(options->paper());
        finishExport(path, writePicture(path, pixelsOf(options->size(), shownSize()), options->scale()));
    });
    dialog->open();
}

void Chart::askForTable()
{
    QFileDialog* dialog = fileDialog(tr("Export data"), {tr("Table (*.csv)"), tr("JSON (*.json)")});
    QCheckBox* onlyVisible = nullptr;
    if (hasView()) {
        onlyVisible = new QCheckBox(tr("Only the part in view"), dialog);
        onlyVisible->setObjectName(u"check_export_visible"_s);
        onlyVisible->setToolTip(tr("Off: all values that the chart has"));
        addOptions(*dialog, onlyVisible);
    }
    connect(dialog, &QFileDialog::fileSelected, this, [this, onlyVisible](const QString& path) {
        finishExport(path, writeTable(path, onlyVisible && onlyVisible->isChecked()));
    });
    dialog->open();
}

void Chart::finishExport(const QString& path, const QString& failure)
{
    QSettings().setValue(kFolderKey.toString(), QFileInfo(path).absolutePath());
    if (failure.isEmpty())
        Q_EMIT exported(path);
    else
        Q_EMIT exportFailed(failure);
}

void Chart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        m_menuButton->setIcon(themeIcon(u"more"_s, palette()));
}

void Chart::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void Chart::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

void Chart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    painter.setPen(hasFocus() ? palette().color(QPalette::Highlight) : themeColors(palette()).border);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void Chart::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    showTitle();
}

bool Chart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_body && event->type() == QEvent::ContextMenu) {
        m_menu->popup(QCursor::pos());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace fedcctr::widgets
