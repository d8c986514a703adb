// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QUrl>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

namespace fedcctr::llm {

/// One HTTP request; POST if it has a body.
struct HttpRequest {
    QUrl url;
    QByteArray body;
    std::string_view key; ///< sent as a bearer token if there is one
    std::chrono::milliseconds timeout{0};
    std::size_t answerLimit = 0;
};

/// How it ended.
struct HttpReply {
    enum class End : std::uint8_t {
        Answered, ///< with `status`, whatever it says
        ConnectionRefused,
        ConnectionLost,
        TimedOut,
        TooLarge, ///< cut off at the limit
        StrangePacking, ///< the body is packed in a way that cannot be unpacked
        UnknownHost,
        TlsFailed,
        BadRedirect, ///< of the client; send() follows none
        OtherFailure,
        Cancelled,
    };
    End end = End::Answered;
    int status = 0; ///< of an error that came inside HTTP 200, the one that it names
    bool isInside200 = false;
    QByteArray body;
    std::map<std::string, QByteArray> headers; ///< of an answer; names in small letters
    QUrl redirect; ///< absolute; empty unless the status is 3xx
    std::string reason; ///< in the network's words, of a failure
    double seconds = 0;

    /// Empty if there is none.
    QByteArray header(const std::string& name) const
    {
        const auto found = headers.find(name);
        return found == headers.end() ? QByteArray() : found->second;
    }
};

/// Sends a request and waits for its end in an event loop of the calling thread. It neither repeats the
/// request nor follows a redirect.
HttpReply send(const HttpRequest& request, const std::stop_token& stop);

/// Scheme, host and port are the same.
bool isSameServer(const QUrl& one, const QUrl& other);

} // namespace fedcctr::llm
