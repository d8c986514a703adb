// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/page.h"

#include <QListWidget>

namespace fedcctr::studio {

/// The list of pages at the window's left: icon and name, or icons alone; a dot where something happened
/// since the last visit.
class Navigation : public QListWidget {
    Q_OBJECT
public:
    explicit Navigation(QWidget* parent = nullptr);

    PageId currentPage() const { return static_cast<PageId>(currentRow()); }
    void setCurrentPage(PageId page) { setCurrentRow(static_cast<int>(page)); }

    bool isNarrow() const { return m_narrow; }
    void setNarrow(bool narrow);

    void setDot(PageId page, bool on);
    bool hasDot(PageId page) const;

    static QString title(PageId page);

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();

    bool m_narrow = false;
};

} // namespace fedcctr::studio
