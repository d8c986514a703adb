// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>
#include <QWidget>

namespace fedcctr::studio {

/// The pages, in the order of the navigation and of Ctrl+1 … Ctrl+7.
enum class PageId { Data, Augmentation, Experiment, Train, Compare, Embeddings, PrivacyLab };
inline constexpr int kPageCount = 7;

/// A page of the window: knows the workspace and the queue of runs, and of the other pages only that they
/// can be asked for. Made on its first visit.
class Page : public QWidget {
    Q_OBJECT
public:
    /// `name` is the object name, e.g. "page_train".
    explicit Page(const QString& name, QWidget* parent = nullptr)
        : QWidget(parent)
    {
        setObjectName(name);
    }

    /// What is kept between starts, in the workspace: splitters, headers, filters, drafts.
    virtual QJsonObject state() const { return {}; }

    /// Members that are missing or of another kind are ignored.
    virtual void restore(const QJsonObject& /*state*/) { }
    virtual void resetLayout() { }

    /// What closing the window would break off, as a sentence's subject ("The import of food-kitchen"); empty
    /// if nothing.
    virtual QString pendingWork() const { return {}; }

    /// Ends what is under way; what can be kept is kept.
    virtual void cancelWork() { }

    /// Ctrl+E, Ctrl+F and Ctrl+S on this page.
    virtual void exportPage() { }
    virtual void find() { }
    virtual void saveDocument() { }

    /// Ctrl+Z and Ctrl+Shift+Z where no editor with an undo of its own has the focus.
    virtual void undo() { }
    virtual void redo() { }

    /// Shows this run directory, as far as the page can.
    virtual void showRun(const QString& /*run*/) { }

Q_SIGNALS:
    /// Go there; and show this run there.
    void pageRequested(fedcctr::studio::PageId page);
    void runRequested(fedcctr::studio::PageId page, const QString& run);

    /// Copy settings ("key=value", over the preset) to the draft on Experiment and go there.
    void settingsProposed(const QString& preset, const QStringList& assignments);

    /// Something happened here that deserves a dot beside the page's name.
    void noticed();

    /// state() gives something else now; it is written soon.
    void stateChanged();

    /// For the status bar.
    void said(const QString& message);
};

} // namespace fedcctr::studio
