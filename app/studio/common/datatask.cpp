// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/common/datatask.h"

namespace fedcctr::studio {

DataTask::DataTask(QObject* parent)
    : QObject(parent)
{
    constexpr int kTellEveryMs = 100;
    m_timer.setInterval(kTellEveryMs);
    connect(&m_timer, &QTimer::timeout, this, &DataTask::tell);
}

void DataTask::tell()
{
    double share = 0;
    std::string what;
    {
        const std::lock_guard lock(m_link->m_mutex);
        share = m_link->m_share;
        what = m_link->m_what;
    }
    Q_EMIT progressed(share, QString::fromStdString(what), m_link->m_rows.load(std::memory_order_relaxed));
}

} // namespace fedcctr::studio
