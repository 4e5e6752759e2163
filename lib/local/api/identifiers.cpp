// SPDX-License-Identifier: Apache-2.0
#include "local/api/identifiers.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <span>
#include <sys/random.h>
#include <system_error>

namespace Koyeb::Local {

namespace {

void fillRandom(std::span<unsigned char> bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = getrandom(bytes.data(), bytes.size(), 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throw std::system_error(errno, std::generic_category(), "getrandom");
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

} // namespace

std::string randomToken(std::size_t length)
{
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    static_assert(alphabet.size() == 64, "a power of two, so that no character is likelier than another");
    std::string token(length, '\0');
    fillRandom({reinterpret_cast<unsigned char *>(token.data()), token.size()});
    for (char &c : token)
        c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
    return token;
}

std::string randomUuid()
{
    std::array<unsigned char, 16> bytes{};
    fillRandom(bytes);
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
    std::string uuid;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            uuid += '-';
        constexpr std::string_view digits = "0123456789abcdef";
        uuid += digits[bytes[i] >> 4];
        uuid += digits[bytes[i] & 0x0f];
    }
    return uuid;
}

std::string timestamp(SystemTime time)
{
    const std::string precise = preciseTimestamp(time);
    return precise.substr(0, precise.size() - 4) + 'Z';
}

std::string preciseTimestamp(SystemTime time)
{
    using namespace std::chrono;
    const auto wholeSeconds = floor<seconds>(time);
    const auto fraction = duration_cast<nanoseconds>(time - wholeSeconds).count();
    const std::time_t seconds = system_clock::to_time_t(wholeSeconds);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    std::snprintf(
        text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ", parts.tm_year + 1900,
        parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
        static_cast<long>(fraction));
    return text.data();
}

std::optional<SystemTime> parsedTimestamp(const std::string &text)
{
    std::tm parts{};
    const char *rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (!rest)
        return std::nullopt;
    std::chrono::nanoseconds fraction{0};
    if (*rest == '.') {
        std::chrono::nanoseconds digit{100'000'000};
        for (++rest; *rest >= '0' && *rest <= '9'; ++rest, digit /= 10)
            fraction += digit * (*rest - '0');
    }
    std::chrono::minutes zone{0};
    int hours = 0;
    int minutes = 0;
    if ((*rest == '+' || *rest == '-') && std::sscanf(rest + 1, "%2d:%2d", &hours, &minutes) == 2)
        zone = std::chrono::minutes((*rest == '-' ? -1 : 1) * (hours * 60 + minutes));
    else if (std::string_view(rest) != "Z")
        return std::nullopt;
    return std::chrono::system_clock::from_time_t(timegm(&parts)) + fraction - zone;
}

bool equalSecrets(std::string_view a, std::string_view b)
{
    if (a.size() != b.size())
        return false;
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
    return difference == 0;
}

} // namespace Koyeb::Local
