// SPDX-License-Identifier: Apache-2.0
#include "sandbox/localname.h"

#include "sandbox/localerror.h"

#include <QStringDecoder>
#include <QStringList>

#include <algorithm>
#include <cerrno>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qsizetype maximumUnits = 255; // Of UTF-16.

Error impossible(int errorNumber, const QString &message)
{
    auto error = localError(errorNumber);
    error.message = message;
    return error;
}

bool isForbidden(QChar character)
{
    return character < u' ' || u"<>:\"/\\|?*"_s.contains(character);
}

/// Whether Windows takes it for one of its devices, whatever follows a dot.
bool isDevice(const QString &name)
{
    static const QStringList devices{u"CON"_s, u"PRN"_s, u"AUX"_s, u"NUL"_s, u"CONIN$"_s, u"CONOUT$"_s};
    const auto stem = name.left(name.indexOf(u'.')).trimmed().toUpper(); // Without a dot all of it.
    const bool isPort = stem.size() == 4 && (stem.startsWith("COM"_L1) || stem.startsWith("LPT"_L1)) &&
                        u"0123456789\u00B9\u00B2\u00B3"_s.contains(stem.back());
    return isPort || devices.contains(stem);
}

} // namespace

std::optional<Error> localNameProblem(const QByteArray &name, LocalNameRules rules)
{
    if (rules == LocalNameRules::Unix) {
        return {};
    }
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(name);
    if (decoder.hasError()) {
        return impossible(EILSEQ, u"The name is not UTF-8, and Windows has no other names."_s);
    }
    if (text.size() > maximumUnits) {
        return impossible(ENAMETOOLONG, u"The name is too long for this computer's disk."_s);
    }
    if (std::any_of(text.cbegin(), text.cend(), isForbidden)) {
        return impossible(
            EINVAL, u"Windows does not allow control characters, nor < > : \" \\ | ? * in a name."_s);
    }
    if (text.endsWith(u'.') || text.endsWith(u' ')) {
        return impossible(EINVAL, u"Windows does not allow a dot or a space at the end of a name."_s);
    }
    if (isDevice(text)) {
        return impossible(EINVAL, u"Windows keeps this name for a device."_s);
    }
    return {};
}

} // namespace Koyeb
