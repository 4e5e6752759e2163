// SPDX-License-Identifier: Apache-2.0
#include "transferfixture.h"

#include <QCryptographicHash>
#include <QFile>

#include <fstream>
#include <malloc.h>
#include <new>
#include <sys/resource.h>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// Files that this process could not hold: it gets a limit of memory that they exceed. Not built with
/// sanitizers, whose own memory no such limit allows.
class TestLargerThanMemory : public QObject {
    Q_OBJECT

    static constexpr qint64 fileBytes = qint64{256} * 1024 * 1024;
    static constexpr qint64 noiseBytes = qint64{144} * 1024 * 1024;
    /// What may be added to what the process has when it is ready to begin.
    static constexpr rlim_t spareBytes = rlim_t{128} * 1024 * 1024;

    TransferFixture m_fixture;

    static rlim_t bytesInUse()
    {
        std::ifstream status("/proc/self/status");
        std::string word;
        while (status >> word && word != "VmData:") {
        }
        rlim_t kibibytes = 0;
        status >> kibibytes;
        return kibibytes * 1024;
    }
    /// Noise, of which nothing can be compressed, and then a hole.
    void makeLargeFile(const QByteArray &name)
    {
        QFile file(QFile::decodeName(m_fixture.path(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        auto random = QRandomGenerator(7);
        QByteArray piece(1024 * 1024, Qt::Uninitialized);
        for (qint64 written = 0; written < noiseBytes; written += piece.size()) {
            auto *words = reinterpret_cast<quint32 *>(piece.data());
            random.generate(words, words + piece.size() / qsizetype(sizeof(quint32)));
            QCOMPARE(file.write(piece), piece.size());
        }
        QVERIFY(file.resize(fileBytes));
    }
    QByteArray hashOf(const QByteArray &name)
    {
        QFile file(QFile::decodeName(m_fixture.path(name)));
        QCryptographicHash hash(QCryptographicHash::Sha256);
        return file.open(QIODevice::ReadOnly) && hash.addData(&file) ? hash.result().toHex() : QByteArray();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText()));
        makeLargeFile("large");
        // As the application does; otherwise freed chunks stay with the process, some time more than others.
        constexpr int largeBytes = 256 * 1024;
        ::mallopt(M_MMAP_THRESHOLD, largeBytes);
        const rlim_t limit = bytesInUse() + spareBytes;
        const rlimit memory{limit, limit};
        QCOMPARE(::setrlimit(RLIMIT_DATA, &memory), 0); // Not for the engine, which runs already.
    }

    void theLimitHolds()
    {
        const std::unique_ptr<char[]> tooMuch(new (std::nothrow) char[fileBytes]);
        QVERIFY(!tooMuch);
    }

    void isUploadedAndDownloaded()
    {
        using enum ExistingTarget;
        auto *upload = m_fixture.sandbox().upload(m_fixture.fsPath("large"), "/tmp", Refuse, nullptr);
        const auto sent = outcomeOf(upload);
        QVERIFY2(sent.isFinished, sent.failure ? qPrintable(sent.failure->message) : "no end");
        QCOMPARE(sent.progress.doneBytes, fileBytes);
        const auto hash = hashOf("large");
        QCOMPARE(m_fixture.inSandbox(u"sha256sum /tmp/large | cut -c1-64"_s), hash + '\n');

        auto *download =
            m_fixture.sandbox().download("/tmp/large", m_fixture.fsPath(), Refuse, nullptr, "back");
        const auto received = outcomeOf(download);
        QVERIFY2(received.isFinished, received.failure ? qPrintable(received.failure->message) : "no end");
        QCOMPARE(received.progress.doneBytes, fileBytes);
        QCOMPARE(hashOf("back"), hash);
    }

    void isReadByParts()
    {
        const auto file = m_fixture.sandbox().files().file("/tmp/large", RemoteFile::Mode::Read);
        QVERIFY(await(file->open({}))->has_value());
        QCryptographicHash hash(QCryptographicHash::Sha256);
        QByteArray part;
        do {
            const auto read = await(file->read(qint64{8} * 1024 * 1024, {}), patienceMs);
            QVERIFY(read && *read);
            part = **read;
            hash.addData(part);
        } while (!part.isEmpty());
        QCOMPARE(file->position(), fileBytes);
        QCOMPARE(hash.result().toHex(), hashOf("large"));
    }
};

QTEST_GUILESS_MAIN(TestLargerThanMemory)
#include "test_largerthanmemory.moc"
