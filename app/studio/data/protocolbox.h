// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/protocol.h"

#include <QComboBox>

namespace fedcctr::studio {

/// Which interactions of a user are held out.
class ProtocolBox : public QComboBox {
    Q_OBJECT
public:
    explicit ProtocolBox(const QString& name, QWidget* parent = nullptr);

    data::Protocol protocol() const;
    void setProtocol(data::Protocol protocol);
};

} // namespace fedcctr::studio
