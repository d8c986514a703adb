// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/savefile.h"

#include <QSaveFile>

namespace fedcctr::widgets {

QString saveFile(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    // Without a buffer a write that fails says why; one that a full disk cuts short says so at the next try.
    if (!file.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
        return file.errorString();
    for (qint64 done = 0; done < bytes.size();) {
        const qint64 written = file.write(bytes.constData() + done, bytes.size() - done);
        if (written <= 0)
            return file.errorString();
        done += written;
    }
    return file.commit() ? QString() : file.errorString();
}

} // namespace fedcctr::widgets
