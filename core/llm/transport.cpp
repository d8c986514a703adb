// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/transport.h"

#include "core/llm/unpacking.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QIODevice>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSslError>
#include <QTimer>

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;

namespace fedcctr::llm {

namespace {

/// A body that can be read once: when a server closes the connection, QNetworkAccessManager silently sends
/// the request again, and a model would be asked twice. It may rewind (it does so at redirects too), not read
/// again.
class BodyOnce : public QIODevice {
public:
    explicit BodyOnce(QByteArray bytes)
        : m_bytes(std::move(bytes))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    qint64 size() const override { return m_bytes.size(); }
    bool seek(qint64 position) override
    {
        m_rewound = m_rewound || position < m_read;
        return QIODevice::seek(position);
    }

protected:
    qint64 readData(char* data, qint64 most) override
    {
        const qint64 count = std::min<qint64>(most, m_bytes.size() - m_read);
        if (m_rewound || count <= 0)
            return -1;
        std::copy_n(m_bytes.constData() + m_read, count, data);
        m_read += count;
        return count;
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_read = 0;
    bool m_rewound = false;
};

QNetworkRequest prepared(const HttpRequest& request)
{
    QNetworkRequest prepared(request.url);
    prepared.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    prepared.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    prepared.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    prepared.setHeader(QNetworkRequest::UserAgentHeader, u"fedcctr/" FEDCCTR_VERSION ""_s);
    prepared.setRawHeader("Accept", "application/json");
    // Uncompressed, so that the limit counts what is kept in memory. Some servers pack nevertheless.
    prepared.setRawHeader("Accept-Encoding", "identity");
    if (!request.key.empty())
        prepared.setRawHeader("Authorization",
            QByteArray("Bearer ").append(request.key.data(), static_cast<qsizetype>(request.key.size())));
    if (!request.body.isEmpty()) {
        prepared.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        prepared.setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
    }
    return prepared;
}

HttpReply::End endOf(QNetworkReply::NetworkError error)
{
    using End = HttpReply::End;
    switch (error) {
    case QNetworkReply::ConnectionRefusedError:
        return End::ConnectionRefused;
    case QNetworkReply::HostNotFoundError:
        return End::UnknownHost;
    case QNetworkReply::SslHandshakeFailedError:
        return End::TlsFailed;
    case QNetworkReply::TimeoutError:
        return End::TimedOut;
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::TemporaryNetworkFailureError:
    case QNetworkReply::NetworkSessionFailedError:
    case QNetworkReply::UnknownNetworkError:
    case QNetworkReply::ContentReSendError:
        return End::ConnectionLost;
    default:
        return End::OtherFailure;
    }
}

/// Whether Qt only repeats what the status of a whole answer says.
bool isHttpStatus(QNetworkReply::NetworkError error, int status)
{
    return error == QNetworkReply::NoError
        || (status >= 400 && error > QNetworkReply::UnknownProxyError
            && error != QNetworkReply::ContentReSendError && error != QNetworkReply::ProtocolFailure);
}

/// Gathers a reply's body as it comes, up to a limit.
class Gathering {
public:
    Gathering(QNetworkReply& reply, std::size_t limit)
        : m_reply(reply)
        , m_limit(static_cast<qint64>(limit))
    {
        reply.setReadBufferSize(kPiece);
        QObject::connect(&reply, &QNetworkReply::readyRead, &reply, [this] { take(); });
        QObject::connect(&reply, &QNetworkReply::sslErrors, &reply, [this](const QList<QSslError>& errors) {
            if (!errors.isEmpty())
                m_tlsReason = errors.first().errorString();
        });
    }

    void take()
    {
        while (m_reply.bytesAvailable() > 0) {
            m_body += m_reply.read(kPiece);
            if (m_body.size() > m_limit) {
                m_body.clear();
                m_tooLarge = true;
                m_reply.abort();
                return;
            }
        }
    }

    bool tooLarge() const { return m_tooLarge; }
    QByteArray& body() { return m_body; }
    QString reason() const { return m_tlsReason.isEmpty() ? m_reply.errorString() : m_tlsReason; }

private:
    static constexpr qint64 kPiece = qint64{1} << 18;
    QNetworkReply& m_reply;
    qint64 m_limit;
    QByteArray m_body;
    QString m_tlsReason;
    bool m_tooLarge = false;
};

/// Takes the packing off that a server or a proxy put on unasked.
void unpack(HttpReply& result, std::size_t limit)
{
    using End = HttpReply::End;
    const QByteArray encoding = result.header("content-encoding").trimmed().toLower();
    const bool isDeflate = encoding == "deflate" && !result.body.trimmed().startsWith('{');
    if (isGzip(result.body) || isDeflate) {
        Unpacked whole = unpacked(result.body, limit);
        result.body = std::move(whole.bytes);
        if (whole.end == Unpacked::End::TooLarge)
            result.end = End::TooLarge;
        else if (whole.end == Unpacked::End::CutOff)
            result.end = End::ConnectionLost;
        else if (whole.end == Unpacked::End::Damaged)
            result.end = End::StrangePacking;
    } else if (!result.body.isEmpty() && (encoding == "br" || encoding == "zstd" || encoding == "compress")) {
        result.end = End::StrangePacking;
    }
    if (result.end == End::StrangePacking)
        result.reason = "its body is packed as '" + encoding.toStdString() + "', which was not asked for";
}

void readAnswer(const QNetworkReply& reply, HttpReply& result)
{
    for (const auto& [name, value] : reply.rawHeaderPairs())
        result.headers[name.toLower().toStdString()] = value;
    if (result.status >= 300 && result.status < 400 && reply.hasRawHeader("Location"))
        result.redirect = reply.url().resolved(QUrl::fromEncoded(reply.rawHeader("Location")));
}

/// Runs the loop until the reply has ended, the time is up or a stop is asked for. True if the time was up.
bool waitFor(QNetworkReply& reply, std::chrono::milliseconds timeout, const std::stop_token& stop)
{
    QEventLoop loop;
    QObject::connect(&reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    bool timedOut = false;
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        timedOut = true;
        loop.quit();
    });
    timer.start(timeout);
    // Through the loop's own event queue: a quit before exec() would be forgotten.
    const std::stop_callback wake(
        stop, [&loop] { QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection); });
    if (!reply.isFinished())
        loop.exec();
    return timedOut && !reply.isFinished();
}

} // namespace

HttpReply send(const HttpRequest& request, const std::stop_token& stop)
{
    HttpReply result;
    if (stop.stop_requested()) {
        result.end = HttpReply::End::Cancelled;
        return result;
    }
    QElapsedTimer clock;
    clock.start();
    // One for each request: it mistakes the next answer after one that ended with its connection (Qt 6.4).
    QNetworkAccessManager manager;
    BodyOnce body(request.body);
    const QNetworkRequest http = prepared(request);
    const std::unique_ptr<QNetworkReply> reply(
        request.body.isEmpty() ? manager.get(http) : manager.post(http, &body));
    Gathering gathering(*reply, request.answerLimit);
    const bool timedOut = waitFor(*reply, request.timeout, stop);
    const bool cancelled = stop.stop_requested() && !reply->isFinished();
    if (!reply->isFinished())
        reply->abort();
    else
        gathering.take();

    result.seconds = static_cast<double>(clock.nsecsElapsed()) * 1e-9;
    result.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (cancelled)
        result.end = HttpReply::End::Cancelled;
    else if (gathering.tooLarge())
        result.end = HttpReply::End::TooLarge;
    else if (timedOut)
        result.end = HttpReply::End::TimedOut;
    else if (!isHttpStatus(reply->error(), result.status)) {
        result.end = endOf(reply->error());
        result.reason = gathering.reason().toStdString();
    } else {
        readAnswer(*reply, result);
        result.body = std::move(gathering.body());
        unpack(result, request.answerLimit);
    }
    return result;
}

bool isSameServer(const QUrl& one, const QUrl& other)
{
    const auto port = [](const QUrl& url) { return url.port(url.scheme() == u"https" ? 443 : 80); };
    return one.scheme() == other.scheme() && one.host() == other.host() && port(one) == port(other);
}

} // namespace fedcctr::llm
