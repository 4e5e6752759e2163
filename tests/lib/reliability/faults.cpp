// SPDX-License-Identifier: Apache-2.0
#include "faults.h"

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

using namespace std::chrono_literals;

Fault status(int number, ErrorKind kind, const QString &meaning)
{
    return {QString::number(number), meaning, {{u"status"_s, number}}, kind};
}

Fault asking(Fault fault, std::chrono::seconds wait, const QString &name, const QString &meaning)
{
    const QJsonObject headers{{u"Retry-After"_s, QString::number(wait.count())}};
    fault.instruction.insert(u"headers"_s, headers);
    fault.name = name;
    fault.meaning = meaning;
    fault.asksFor = wait;
    return fault;
}

Fault silent(Fault fault)
{
    fault.isSilent = true;
    return fault;
}

Fault damaged(const QString &name, const QString &meaning, const QString &member, Fault::Damage damage)
{
    Fault fault{name, meaning, {{member, true}}};
    fault.damage = damage;
    return fault;
}

Fault reset(const QString &moment, const QString &meaning)
{
    Fault fault{u"reset "_s + moment, meaning, {{u"reset"_s, moment}}, ErrorKind::Offline};
    if (moment == "before"_L1) {
        fault.place = Fault::Place::Connection;
    }
    return fault;
}

Fault refused()
{
    Fault fault{u"refused"_s, u"nobody listens on the port"_s, {}, ErrorKind::Offline};
    fault.place = Fault::Place::Port;
    return fault;
}

Fault lostReply()
{
    auto fault =
        reset(u"after"_s, u"the request is carried out, then the connection is reset instead of an answer"_s);
    fault.name = u"answer lost"_s;
    fault.instruction.insert(u"perform"_s, true);
    return fault;
}

QList<Fault> onceFaults()
{
    const auto html = u"a gateway's error page, in HTML"_s;
    auto rate = status(429, ErrorKind::RateLimited, u"too many requests, without a word on when"_s);
    // The engine tells of a limit in every answer; without a number that says nothing.
    rate.instruction.insert(u"headers"_s, QJsonObject{{u"x-ratelimit-reset"_s, QString()}});
    return {
        {u"latency"_s, u"the answer comes late"_s, {{u"delay_ms"_s, 5}}},
        {u"slow head"_s, u"the head of the answer comes byte by byte"_s, {{u"slow_headers_ms"_s, 5}}},
        status(401, ErrorKind::Unauthorized, u"the token is not accepted"_s),
        status(403, ErrorKind::Forbidden, u"the token is not enough"_s),
        status(404, ErrorKind::NotFound, u"there is no such thing"_s),
        status(409, ErrorKind::Conflict, u"its state does not allow it"_s),
        status(422, ErrorKind::Invalid, u"the request is refused"_s),
        rate,
        asking(rate, 2s, u"429, 2 s"_s, u"too many requests; again in 2 seconds"_s),
        asking(rate, 3600s, u"429, 1 h"_s, u"too many requests; again in an hour"_s),
        status(500, ErrorKind::Server, html),
        status(502, ErrorKind::Server, html),
        status(503, ErrorKind::Server, html),
        asking(status(503, ErrorKind::Server, {}), 3600s, u"503, 1 h"_s, u"the same; again in an hour"_s),
        status(504, ErrorKind::Server, html),
        silent({u"silence"_s, u"no answer, ever"_s, {{u"hang"_s, true}}, ErrorKind::Timeout}),
        refused(),
        reset(
            u"before"_s, u"the connection is reset before the request is read. Qt then makes another one, if "
                         u"nothing has been sent; it may also not "
                         "notice, and the connection's timeout does"_s),
        reset(u"during"_s, u"after the request's head"_s),
        reset(u"after"_s, u"after the request, which is not carried out"_s),
        lostReply(),
        reset(u"body"_s, u"after the first byte of the answer's body"_s),
        {u"cut"_s,
         u"the answer ends after the first byte of its body"_s,
         {{u"cut_after_bytes"_s, 1}},
         ErrorKind::Offline},
        silent(
            {u"stall"_s,
             u"nothing more comes after the first byte of the answer's body"_s,
             {{u"stall_after_bytes"_s, 1}},
             ErrorKind::Timeout}),
        damaged(
            u"no JSON"_s, u"the answer says that it is JSON and is not"_s, u"malformed"_s,
            Fault::Damage::NotJson),
        damaged(
            u"wrong types"_s, u"texts where numbers belong, numbers where texts belong"_s, u"wrong_types"_s,
            Fault::Damage::WrongTypes),
    };
}

/// Those that are worth to be met by every attempt: the others are not repeated anyway, or are like these.
bool isWorthRepeating(const Fault &fault)
{
    static const QStringList names{u"429"_s,     u"503"_s,         u"silence"_s,
                                   u"refused"_s, u"reset after"_s, u"cut"_s};
    return names.contains(fault.name);
}

} // namespace

bool Fault::isCarriedOut() const
{
    return performs() || instruction.contains("cut_after_bytes"_L1) ||
           instruction.contains("stall_after_bytes"_L1) || instruction.value("reset"_L1) == "body"_L1;
}

const QList<Fault> &faults()
{
    static const QList<Fault> all = [] {
        QList<Fault> list = onceFaults();
        for (auto fault : onceFaults()) {
            if (isWorthRepeating(fault)) {
                fault.isAlways = true;
                fault.name += u", always"_s;
                list.append(fault);
            }
        }
        return list;
    }();
    return all;
}

} // namespace Koyeb::Reliability
