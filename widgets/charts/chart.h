// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QSize>
#include <QStringList>
#include <QWidget>

class QAction;
class QFileDialog;
class QLabel;
class QMenu;
class QToolButton;
class QVBoxLayout;

namespace fedcctr::widgets {

struct ThemeColors;

/// What a chart shows, as a table: for export, for the screen reader, for people who want numbers.
struct ChartTable {
    QStringList columns;
    QList<QStringList> rows; ///< numbers in the C locale; empty where there is none
};

/// A picture with a title and a menu. Copying, exporting and "show as table" are the same for every kind of
/// chart; a kind says how it draws and what its table is.
class Chart : public QWidget {
    Q_OBJECT
public:
    /// `name` is the object name, e.g. "plot_ndcg"; parts and actions are called name_title, name_menu,
    /// name_export, …
    explicit Chart(const QString& name, QWidget* parent = nullptr);

    QString title() const { return m_titleText; }
    virtual void setTitle(const QString& title, const QString& help = {});

    /// Goes into every exported file: which run, which program.
    virtual void setOrigin(const QString& origin) { m_origin = origin; }
    QString origin() const { return m_origin; }

    /// Proposed file name of exports, without ending, and the folder as long as the person has chosen none
    /// (settings plots/export_folder).
    void setExportName(const QString& name) { m_exportName = name; }
    void setExportFolder(const QString& folder) { m_exportFolder = folder; }

    /// Off: exports have the theme that the window has, instead of the light one.
    void setPaperTheme(bool on) { m_paper = on; }

    /// Into a PNG (`scale` pixels per pixel of `size`), SVG or PDF file, by the name's
    /// ending. The file appears whole or not at all. Returns what went wrong, empty if nothing did.
    virtual QString writePicture(const QString& path, const QSize& size, double scale) const;

    /// CSV or JSON, by the name's ending; all, or only what is in view. Errors as above.
    QString writeTable(const QString& path, bool onlyVisible = false) const;

    virtual ChartTable table() const = 0;

    /// For charts that can show a part: what is in view.
    virtual ChartTable visibleTable() const { return table(); }
    virtual bool hasView() const { return false; }

public Q_SLOTS:
    void copyImage();

    /// Opens a file dialog; exported() or exportFailed() follows.
    void askForPicture();
    void askForTable();
    void showTable();

Q_SIGNALS:
    void exported(const QString& path);
    void exportFailed(const QString& message);

protected:
    /// Draws the whole chart, title included where `withTitle`, into a rectangle at the origin. Used for
    /// exports and the clipboard; a chart with a canvas of its own overrides writePicture() and image().
    virtual void paintPicture(
        QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const;

    /// What the clipboard gets: the view on the screen.
    virtual QImage image() const;

    /// Whether exports are to be drawn with the dark theme.
    bool exportsDark() const;

    /// The picture's widget, under the title.
    void setBody(QWidget* body);
    QMenu* menu() const { return m_menu; }

    /// A new entry above the menu's copy and export part, with a key that works while the chart has the
    /// focus.
    QAction* addChartAction(const QString& name, const QString& text, const QKeySequence& key);
    void addChartMenu(QMenu* submenu);

    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QAction* makeAction(const QString& name, const QString& text, const QKeySequence& key);
    void buildMenu();
    void showTitle();
    QFileDialog* fileDialog(const QString& title, const QStringList& filters);
    QSize shownSize() const;
    void finishExport(const QString& path, const QString& failure);

    QString m_titleText;
    QString m_origin;
    QString m_exportName;
    QString m_exportFolder;
    QVBoxLayout* m_column;
    QLabel* m_title;
    QToolButton* m_menuButton;
    QMenu* m_menu;
    QAction* m_firstCommon = nullptr; ///< the menu's common part begins here
    QWidget* m_body = nullptr;
    bool m_paper = true;
};

} // namespace fedcctr::widgets
