// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/common/serverkey.h"

#include "core/base/error.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

ServerKey::ServerKey(QWidget* parent)
    : QWidget(parent)
    , m_ring(llm::systemKeyRing())
    , m_edit(new QLineEdit(this))
    , m_keep(new QPushButton(tr("Keep"), this))
    , m_note(new QLabel(this))
{
    m_edit->setObjectName(u"edit_key"_s);
    m_edit->setAccessibleName(tr("Key of the server"));
    m_edit->setEchoMode(QLineEdit::Password);
    m_edit->setPlaceholderText(tr("none, or as kept"));
    m_edit->setToolTip(tr("The server's API key. Local servers mostly need none. It goes into the system's "
                          "key ring, never into "
                          "a file; the environment variable %1 goes before it.")
                           .arg(QString::fromLatin1(llm::kKeyVariable)));
    m_keep->setObjectName(u"button_keep_key"_s);
    m_keep->setAccessibleName(tr("Keep the key"));
    m_keep->setToolTip(tr("Put the key into the system's key ring, for this address"));
    m_keep->setEnabled(false);
    m_note->setObjectName(u"label_key"_s);
    m_note->setWordWrap(true);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->hide();
    connect(m_edit, &QLineEdit::textChanged, this,
        [this](const QString& text) { m_keep->setEnabled(!text.isEmpty()); });
    connect(m_keep, &QPushButton::clicked, this, &ServerKey::keep);
    setFocusProxy(m_edit);

    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_edit, 1);
    row->addWidget(m_keep);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_note);
}

void ServerKey::setRing(std::unique_ptr<llm::KeyRing> ring)
{
    m_ring = std::move(ring);
}

void ServerKey::say(const QString& text)
{
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void ServerKey::keep()
{
    if (m_edit->text().isEmpty())
        return;
    if (m_baseUrl.empty()) {
        say(tr("Give the server's address first: a key belongs to one."));
        return;
    }
    std::string typed = m_edit->text().toStdString();
    m_edit->clear();
    try {
        m_inMemory = llm::Secret(std::move(typed));
        m_inMemoryFor = m_baseUrl;
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()));
        return;
    }
    const QString memory = tr("The key is kept in memory until the window is closed");
    if (!m_ring) {
        say(memory + tr(": this program was built without a key ring."));
        return;
    }
    try {
        m_ring->write(m_baseUrl, m_inMemory);
        say(tr("The key is in the system's key ring."));
    } catch (const Error& error) {
        say(u"%1: %2"_s.arg(memory, QString::fromUtf8(error.what())));
    }
}

llm::Secret ServerKey::keyFor(const std::string& baseUrl)
{
    m_baseUrl = baseUrl;
    keep();
    if (!m_inMemory.empty() && m_inMemoryFor == baseUrl)
        return llm::Secret(std::string(m_inMemory.reveal()));
    llm::FoundKey found = llm::findKey(baseUrl, m_ring.get());
    if (found.place == llm::FoundKey::Place::Environment)
        say(tr("The key comes from %1.").arg(QString::fromLatin1(llm::kKeyVariable)));
    else if (found.place == llm::FoundKey::Place::Ring)
        say(tr("The key comes from the system's key ring."));
    else
        say(found.note.empty() ? tr("No key is sent.")
                               : tr("No key is sent: %1").arg(QString::fromStdString(found.note)));
    return std::move(found.key);
}

} // namespace fedcctr::studio
