// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/llm/keys.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace fedcctr::studio {

/// The key of a server: typed once, then kept in the system's key ring, or, where that cannot be, in memory
/// until the window is closed. Never in a file. The environment variable goes before both.
class ServerKey : public QWidget {
    Q_OBJECT
public:
    explicit ServerKey(QWidget* parent = nullptr);

    /// Instead of the system's; may be null.
    void setRing(std::unique_ptr<llm::KeyRing> ring);

    /// For this server, with one that was typed and not kept yet. May ask the person to unlock the ring, and
    /// waits.
    llm::Secret keyFor(const std::string& baseUrl);

    /// Whose key the button keeps; empty: of none, the address is wrong.
    void setServer(const std::string& baseUrl) { m_baseUrl = baseUrl; }

private:
    void keep();
    void say(const QString& text);

    std::string m_baseUrl;
    std::unique_ptr<llm::KeyRing> m_ring;
    llm::Secret m_inMemory;
    std::string m_inMemoryFor; ///< its server
    QLineEdit* m_edit;
    QPushButton* m_keep;
    QLabel* m_note;
};

} // namespace fedcctr::studio
