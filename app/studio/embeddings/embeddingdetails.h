// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/separation.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QListWidget;
class QTableWidget;
class QTextBrowser;

namespace fedcctr::studio {

/// The column beside the pictures: search for items, who is selected, how far the representations stand
/// apart.
class EmbeddingDetails : public QWidget {
    Q_OBJECT
public:
    explicit EmbeddingDetails(QWidget* parent = nullptr);

    void showText(const QString& html);

    /// Numbers by picture, with the round they are of.
    struct Column {
        QString name;
        int round = 0;
        projection::Separation numbers;
    };
    /// Says what it means where h^A and h^B are opposite for nearly everyone.
    void showSeparation(const std::vector<Column>& columns);

    /// Items with their search, or users with their numbers.
    void setItemsShown(bool items);
    void showFound(const std::vector<std::pair<int, QString>>& items);
    void focusSearch();

Q_SIGNALS:
    void pointRequested(int point);
    void searched(const QString& text);

private:
    QTextBrowser* m_text;
    QLineEdit* m_search;
    QListWidget* m_found;
    QLabel* m_separationTitle;
    QTableWidget* m_separation;
    QLabel* m_collapse; ///< what opposite representations mean
    bool m_opposite = false;
    QTimer m_searchTimer;
};

} // namespace fedcctr::studio
