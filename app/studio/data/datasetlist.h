// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QListWidget;
class QListWidgetItem;
class QPushButton;

namespace fedcctr::studio {

class Workspace;

/// The workspace's datasets with users, items, domains and whether they can be read, and what can be done
/// with them. Reads their descriptions off the GUI thread.
class DatasetList : public QWidget {
    Q_OBJECT
public:
    explicit DatasetList(Workspace* workspace, QWidget* parent = nullptr);

Q_SIGNALS:
    void importRequested();
    void folderChosen(const QString& path);

protected:
    void changeEvent(QEvent* event) override;

private:
    QPushButton* addButton(const QString& name, const QString& text, const QString& help);
    void refresh();
    void markOpen();
    void askForDemo();
    void askForFolder();
    void removeSelected();
    void showMenu(const QPoint& at);
    QString selected() const;
    void refreshButtons();
    void refreshIcons();

    Workspace* m_workspace;
    QListWidget* m_list;
    QPushButton* m_import;
    QPushButton* m_demo;
    QPushButton* m_folder;
    QPushButton* m_remove;
    int m_reads = 0; ///< number of the newest refresh; older answers are dropped
};

} // namespace fedcctr::studio
