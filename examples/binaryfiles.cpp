// SPDX-License-Identifier: Apache-2.0
// Writes and reads bytes: at once, and through an open file in pieces, which need not fit into memory
// together.
#include "common/example.h"

using namespace Qt::Literals::StringLiterals;

namespace {

using Mode = Koyeb::RemoteFile::Mode;

/// Any bytes, also such as are no text.
[[nodiscard]] QByteArray everyByte()
{
    QByteArray bytes;
    for (int byte = 0; byte < 256; ++byte) {
        bytes.append(static_cast<char>(byte));
    }
    return bytes;
}

Example::Outcome writeInPieces(Koyeb::Files &files, std::stop_token stop)
{
    const auto file = files.file("/tmp/pieces.bin", Mode::Write);
    auto done = co_await file->open(stop);
    for (int piece = 0; done && piece < 4; ++piece) {
        done = co_await file->write(everyByte(), stop);
    }
    // Only now the file is there; without closing it nothing would have changed.
    co_return done ? co_await file->close(stop) : done;
}

Example::Outcome readAPart(Koyeb::Files &files, std::stop_token stop)
{
    const auto file = files.file("/tmp/pieces.bin", Mode::Read);
    const auto opened = co_await file->open(stop);
    if (!opened) {
        co_return opened;
    }
    const auto part = co_await file->readAt(65, 5, stop);
    const auto first = co_await file->read(1000, stop);
    const auto rest = co_await file->readAll(stop);
    for (const auto *piece : {&part, &first, &rest}) {
        if (!*piece) {
            co_return Koyeb::failure(piece->error());
        }
    }
    Example::say("Five bytes from its middle: " + *part);
    Example::say(u"Read on: %1 bytes, then %2"_s.arg(first->size()).arg(rest->size()));
    co_return co_await file->close(stop);
}

Example::Outcome moveBytes(Koyeb::Sandbox &sandbox, std::stop_token stop)
{
    Koyeb::Files &files = sandbox.files();
    const auto written = co_await files.write("/tmp/bytes.bin", everyByte(), stop);
    if (!written) {
        co_return written;
    }
    const auto read = co_await files.read("/tmp/bytes.bin", stop);
    if (!read) {
        co_return Koyeb::failure(read.error());
    }
    Example::say(*read == everyByte() ? u"All 256 bytes came back"_s : u"The bytes are others"_s);

    const auto pieces = co_await writeInPieces(files, stop);
    co_return pieces ? co_await readAPart(files, stop) : pieces;
}

} // namespace

int main(int argc, char *argv[])
{
    return Example::runWithSandbox(argc, argv, moveBytes);
}
