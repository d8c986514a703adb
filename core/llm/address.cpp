// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/address.h"

#include "core/base/error.h"
#include "core/data/text.h"

#include <QHostAddress>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace fedcctr::llm {

namespace {

QUrl parsed(std::string_view text)
{
    return QUrl(
        QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).trimmed(), QUrl::StrictMode);
}

} // namespace

std::string normalisedBaseUrl(std::string_view text)
{
    QUrl url = parsed(text);
    // Checked before anything else: no later message may repeat it.
    if (!url.userInfo().isEmpty() || text.find('@') != std::string_view::npos)
        throw Error(
            "the server's address holds a user name or password; give the key through the key ring or "
            "FEDCCTR_API_KEY instead");
    if (url.hasQuery() || url.hasFragment() || text.find_first_of("?#") != std::string_view::npos)
        throw Error("the server's address must end before '?' and '#', e.g. http://127.0.0.1:8080/v1");
    const bool known = url.scheme() == u"http" || url.scheme() == u"https";
    if (!url.isValid() || !known || url.host().isEmpty())
        throw Error("the server's address " + data::shown(text)
            + " is not one of http:// or https://, e.g. http://127.0.0.1:8080/v1");
    QString path = url.path();
    while (path.endsWith(u'/'))
        path.chop(1);
    for (const QString& endpoint : {u"/chat/completions"_s, u"/embeddings"_s})
        if (path.endsWith(endpoint))
            path.chop(endpoint.size());
    url.setPath(path.isEmpty() ? u"/v1"_s : path);
    return url.toString(QUrl::FullyEncoded).toStdString();
}

bool staysOnThisMachine(std::string_view baseUrl)
{
    const QString host = parsed(baseUrl).host();
    return host == u"localhost" || QHostAddress(host).isLoopback();
}

std::string hostOf(std::string_view baseUrl)
{
    const QUrl url = parsed(baseUrl);
    const QString port = url.port() < 0 ? QString() : u":%1"_s.arg(url.port());
    return (url.host() + port).toStdString();
}

} // namespace fedcctr::llm
