// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/protocolbox.h"

namespace fedcctr::studio {

ProtocolBox::ProtocolBox(const QString& name, QWidget* parent)
    : QComboBox(parent)
{
    setObjectName(name);
    setAccessibleName(tr("Held out"));
    setToolTip(tr("leave-one-out: the last interaction of each domain is a test target, the last but one a "
                  "validation target. mixed-last: of the merged sequence alone, as cross-domain models from "
                  "sequences are published (with 999 negatives)"));
    for (const data::Protocol one : data::kProtocols)
        addItem(QString::fromLatin1(data::protocolName(one)), static_cast<int>(one));
}

data::Protocol ProtocolBox::protocol() const
{
    return static_cast<data::Protocol>(currentData().toInt());
}

void ProtocolBox::setProtocol(data::Protocol protocol)
{
    setCurrentIndex(findData(static_cast<int>(protocol)));
}

} // namespace fedcctr::studio
