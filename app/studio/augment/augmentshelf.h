// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <string>
#include <vector>

class QListWidget;
class QPushButton;

namespace fedcctr::studio {

class Workspace;

/// The augmentations that a dataset has, and how many runs of the workspace were trained with each. One can
/// be taken away, and put back.
class AugmentShelf : public QWidget {
    Q_OBJECT
public:
    explicit AugmentShelf(Workspace* workspace, QWidget* parent = nullptr);

    /// Reads what the dataset has; read() follows.
    void setDataset(const QString& path);
    void refresh() { setDataset(m_dataset); }

    /// A batch is writing.
    void setReadOnly(bool readOnly);

    /// What a batch that is kept under the name changes for runs, as a sentence or two.
    QString effectOf(const std::string& name) const;

    /// Puts back what was taken away last, if that was done here.
    void putBack();

    /// One of the list; name, maker and time are for people.
    struct Row {
        std::string name; ///< empty: the dataset's own
        QString maker;
        QString time;
        int runs = 0; ///< that were trained with it
    };

Q_SIGNALS:
    void read();

    /// The dataset's own one has gone or is back.
    void ownChanged();
    void removed(const fedcctr::studio::AugmentShelf::Row& row);
    void restored(const QString& name);
    void problem(const QString& text);

private:
    void removeSelected();
    void show(const std::vector<Row>& rows);
    void refreshButton();

    Workspace* m_workspace;
    QString m_dataset;
    int m_reads = 0; ///< number of the newest one; older answers are dropped
    QString m_removedFrom; ///< the dataset that the last one was taken from; empty if none was
    bool m_readOnly = false;
    std::vector<Row> m_rows;
    QListWidget* m_list;
    QPushButton* m_remove;
};

/// "the dataset's own", or the name.
QString shownName(const std::string& name);

} // namespace fedcctr::studio
