// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/subjectchooser.h"
#include "app/studio/common/titles.h"

#include <QAbstractListModel>
#include <QAbstractProxyModel>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using augment::Stage;

namespace {

/// Names of all items or users.
class NameModel : public QAbstractListModel {
public:
    NameModel(Stage stage, QObject* parent)
        : QAbstractListModel(parent)
        , m_stage(stage)
    {
    }

    void setDataset(std::shared_ptr<const data::Dataset> dataset)
    {
        beginResetModel();
        m_dataset = std::move(dataset);
        endResetModel();
    }

    int rowCount(const QModelIndex& parent = {}) const override
    {
        if (parent.isValid() || !m_dataset)
            return 0;
        return static_cast<int>(m_stage == Stage::Item ? m_dataset->items.size() : m_dataset->userCount());
    }

    QVariant data(const QModelIndex& index, int role) const override
    {
        if (role != Qt::DisplayRole && role != Qt::EditRole)
            return {};
        if (m_stage != Stage::Item)
            return QString::fromStdString(m_dataset->users[static_cast<std::size_t>(index.row())]);
        return titleOf(*m_dataset, index.row());
    }

private:
    Stage m_stage;
    std::shared_ptr<const data::Dataset> m_dataset;
};

} // namespace

SubjectChooser::SubjectChooser(Stage stage, QWidget* parent)
    : QWidget(parent)
    , m_stage(stage)
    , m_names(new NameModel(stage, this))
    , m_search(new QLineEdit(this))
    , m_previous(new QToolButton(this))
    , m_next(new QToolButton(this))
{
    const QString what = stage == Stage::Item ? tr("item") : tr("user");
    const QString name = QString::fromStdString(nameOf(stage));
    m_search->setObjectName(u"edit_subject_"_s + name);
    m_search->setAccessibleName(tr("Sample %1").arg(what));
    m_search->setPlaceholderText(stage == Stage::Item ? tr("search a title…") : tr("search a user's id…"));
    m_search->setToolTip(stage == Stage::Item
            ? tr("The item that the prompt is shown for: type a part of its title and choose")
            : tr("The user that the prompt is shown for: type a part of the id and choose"));
    m_previous->setObjectName(u"button_previous_"_s + name);
    m_previous->setArrowType(Qt::LeftArrow);
    m_previous->setToolTip(tr("Previous %1").arg(what));
    m_next->setObjectName(u"button_next_"_s + name);
    m_next->setArrowType(Qt::RightArrow);
    m_next->setToolTip(tr("Next %1").arg(what));
    for (QToolButton* button : {m_previous, m_next}) {
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAccessibleName(button->toolTip());
        button->setAutoRaise(true);
    }
    buildCompleter();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    row->addWidget(m_search, 1);
    row->addWidget(m_previous);
    row->addWidget(m_next);
    connect(m_search, &QLineEdit::returnPressed, this, &SubjectChooser::takeTyped);
    connect(m_previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { step(1); });
}

void SubjectChooser::buildCompleter()
{
    auto* completer = new QCompleter(m_names, this);
    completer->setFilterMode(Qt::MatchContains);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setMaxVisibleItems(12);
    m_search->setCompleter(completer);
    connect(completer, qOverload<const QModelIndex&>(&QCompleter::activated), this,
        [this, completer](const QModelIndex& index) {
            const auto* shown = qobject_cast<const QAbstractProxyModel*>(completer->completionModel());
            if (shown && index.isValid())
                choose(static_cast<std::size_t>(shown->mapToSource(index).row()));
        });
}

void SubjectChooser::setData(const AugmentData& opened)
{
    static_cast<NameModel*>(m_names)->setDataset(opened.dataset);
    m_subject.reset();
    setEnabled(m_names->rowCount() > 0);
    if (m_names->rowCount() > 0)
        choose(0);
    else
        m_search->clear();
}

void SubjectChooser::choose(std::size_t subject)
{
    if (subject >= static_cast<std::size_t>(m_names->rowCount()))
        return;
    m_subject = subject;
    m_search->setText(m_names->index(static_cast<int>(subject)).data().toString());
    m_search->setCursorPosition(0);
    Q_EMIT chosen();
}

/// Return takes the first name that has the text, from the present one on.
void SubjectChooser::takeTyped()
{
    if (m_names->rowCount() == 0 || m_search->text().isEmpty())
        return;
    const QModelIndex start = m_names->index(static_cast<int>(m_subject.value_or(0)));
    const QModelIndexList found =
        m_names->match(start, Qt::DisplayRole, m_search->text(), 1, Qt::MatchContains | Qt::MatchWrap);
    if (!found.isEmpty())
        choose(static_cast<std::size_t>(found.first().row()));
}

void SubjectChooser::step(int by)
{
    const int count = m_names->rowCount();
    if (count > 0)
        choose(static_cast<std::size_t>((static_cast<int>(m_subject.value_or(0)) + by + count) % count));
}

} // namespace fedcctr::studio
