// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/localcopy.h"

#include "common/privatefolder.h"

#include <QFile>
#include <QMimeDatabase>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype maximumNameLength = 80;
constexpr qsizetype maximumEndingLength = 16;

/// Closes itself.
class Descriptor {
public:
    explicit Descriptor(int number) : m_number(number) {}
    ~Descriptor()
    {
        if (m_number >= 0) {
            ::close(m_number);
        }
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    [[nodiscard]] int number() const { return m_number; }
    [[nodiscard]] bool isOpen() const { return m_number >= 0; }

private:
    int m_number;
};

tl::unexpected<Error> systemFailure()
{
    const auto kind = errno == ENOENT   ? ErrorKind::NotFound
                      : errno == EEXIST ? ErrorKind::Conflict
                                        : ErrorKind::Local;
    return failure(kind, QString::fromLocal8Bit(std::strerror(errno)));
}

/// Conflict where there is something.
Result<void> writeNew(const std::filesystem::path &file, const QByteArray &content, mode_t mode)
{
    const Descriptor copy(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!copy.isOpen()) {
        return systemFailure();
    }
    for (qsizetype done = 0; done < content.size();) {
        const auto count =
            ::write(copy.number(), content.constData() + done, static_cast<size_t>(content.size() - done));
        if (count < 0 && errno != EINTR) {
            return systemFailure();
        }
        done += std::max<ssize_t>(count, 0);
    }
    return {};
}

} // namespace

QString safeLocalName(const QByteArray &name)
{
    QString safe = QString::fromUtf8(name);
    for (QChar &character : safe) {
        const bool isPlain = character.isLetterOrNumber() || u"._-+ ()[]{},@=~"_s.contains(character);
        if (!isPlain) {
            character = u'_';
        }
    }
    const qsizetype dot = safe.lastIndexOf(u'.');
    const QString ending = dot > 0 ? safe.mid(dot).left(maximumEndingLength) : QString();
    safe = safe.left(dot > 0 ? std::min(dot, maximumNameLength) : maximumNameLength) + ending;
    // A dot would hide it, and a dash or a tilde could be taken for more than a name.
    if (safe.isEmpty() || u".-~ "_s.contains(safe.front())) {
        safe.prepend(u'_');
    }
    return safe;
}

bool mightBeRun(const std::filesystem::path &file)
{
    constexpr std::array types{
        "application/x-desktop"_L1,
        "application/x-executable"_L1, // Scripts are some, too.
        "application/x-sharedlib"_L1,
        "application/x-pie-executable"_L1,
        "application/x-ms-dos-executable"_L1,
        "application/x-msdownload"_L1,
        "application/vnd.microsoft.portable-executable"_L1,
        "application/x-msi"_L1,
        "application/x-mswinurl"_L1,
        "application/x-java-archive"_L1,
        "application/java-archive"_L1,
        "application/x-java-jnlp-file"_L1,
        "application/vnd.appimage"_L1,
        "application/x-iso9660-appimage"_L1,
        "application/vnd.debian.binary-package"_L1,
        "application/x-rpm"_L1,
        "application/vnd.flatpak"_L1,
        "application/vnd.flatpak.ref"_L1,
        "application/vnd.snap"_L1};
    const QMimeDatabase database;
    const QString path = QFile::decodeName(QByteArray::fromStdString(file.native()));
    for (const auto mode : {QMimeDatabase::MatchContent, QMimeDatabase::MatchExtension}) {
        const QMimeType type = database.mimeTypeForFile(path, mode);
        if (type.inherits(u"application/json"_s)) {
            continue; // It is JavaScript to the database, and so a script, but nobody runs it.
        }
        for (const auto candidate : types) {
            if (type.inherits(candidate)) {
                return true;
            }
        }
    }
    return false;
}

Result<void> writeLocalCopy(const std::filesystem::path &file, const QByteArray &content)
{
    if (auto made = makePrivateFolder(file.parent_path()); !made) {
        return made;
    }
    return writeNew(file, content, 0600);
}

Result<void> writeBeside(const std::filesystem::path &folder, const QString &name, const QByteArray &content)
{
    constexpr int maximumNumber = 1000;
    const qsizetype dot = name.lastIndexOf(u'.');
    const QString stem = dot > 0 ? name.left(dot) : name;
    Result<void> written;
    for (int number = 1; number <= maximumNumber; ++number) {
        const QString free =
            number == 1 ? name : u"%1 (%2)%3"_s.arg(stem).arg(number).arg(name.mid(stem.size()));
        written = writeNew(folder / QFile::encodeName(free).toStdString(), content, 0666);
        if (written || written.error().kind != ErrorKind::Conflict) {
            break;
        }
    }
    return written;
}

Result<QByteArray> readLocalCopy(const std::filesystem::path &file, qint64 maximumBytes)
{
    // Not to wait where it has become a pipe.
    const Descriptor copy(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!copy.isOpen() && errno == ELOOP) {
        return failure(ErrorKind::Rejected, u"The copy has become a link."_s);
    }
    if (!copy.isOpen()) {
        return systemFailure();
    }
    struct stat status {};
    if (::fstat(copy.number(), &status) != 0) {
        return systemFailure();
    }
    if (!S_ISREG(status.st_mode)) {
        return failure(ErrorKind::Rejected, u"The copy is not a plain file any more."_s);
    }
    QByteArray content;
    QByteArray part(1024 * 1024, Qt::Uninitialized);
    while (content.size() <= maximumBytes) {
        const auto count = ::read(copy.number(), part.data(), static_cast<size_t>(part.size()));
        if (count < 0 && errno != EINTR) {
            return systemFailure();
        }
        if (count == 0) {
            return content;
        }
        content.append(part.constData(), std::max<ssize_t>(count, 0));
    }
    return failure(ErrorKind::Rejected, u"The file has become too large to be edited in this way."_s);
}

} // namespace Koyeb::Desktop
