// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/hexmodel.h"
#include "common/previewloader.h"
#include "files/previewdialog.h"
#include "filespagefixture.h"

#include <QAbstractItemModelTester>
#include <QBuffer>
#include <QImage>
#include <QListView>
#include <QSignalSpy>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray picture(const QSize &size, const char *format = "PNG")
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::red);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, format);
    return bytes;
}

quint32 crc32(const QByteArray &bytes)
{
    quint32 crc = 0xFFFFFFFF;
    for (const char byte : bytes) {
        crc ^= static_cast<uchar>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0U);
        }
    }
    return ~crc;
}

/// A picture that says of itself to be of this size, with hardly anything behind its head.
QByteArray boastfulPicture(quint32 width, quint32 height)
{
    QByteArray bytes = picture({1, 1});
    const auto put = [&](qsizetype offset, quint32 value) {
        for (int i = 0; i < 4; ++i) {
            bytes[offset + i] = static_cast<char>(value >> (24 - 8 * i));
        }
    };
    put(16, width);
    put(20, height);
    put(29, crc32(bytes.mid(12, 17))); // Of the head's name and content.
    return bytes;
}

} // namespace

class PreviewTest : public QObject {
    Q_OBJECT

    Test::FilesPageFixture m_fixture;

    void put(const QByteArray &path, const QByteArray &content)
    {
        const auto written = Test::await(m_fixture.sandbox()->files().write(path, content, {}));
        QVERIFY(written && *written);
    }
    /// What the loader says; a failure is one with an image of no use.
    std::optional<Result<FilePreview>> load(const QByteArray &path)
    {
        PreviewLoader loader;
        std::optional<Result<FilePreview>> outcome;
        connect(
            &loader, &PreviewLoader::loaded, this, [&](const FilePreview &preview) { outcome = preview; });
        connect(&loader, &PreviewLoader::failed, this, [&](const Error &error) { outcome = failure(error); });
        loader.load(m_fixture.sandbox(), path);
        (void)QTest::qWaitFor([&] { return outcome.has_value(); }, 60'000);
        return outcome;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void bytesAreShownInLines()
    {
        HexModel model;
        const QAbstractItemModelTester tester(&model);
        QCOMPARE(model.rowCount(), 0);
        model.setBytes(QByteArray("0123456789abcdef\x00\x7F\xFFz", 20));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(
            model.index(0).data().toString(),
            u"00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef"_s);
        QCOMPARE(
            model.index(1).data().toString(),
            u"00000010  00 7f ff 7a                                       ...z"_s);
    }

    void picturesAreRecognisedByTheirBytes()
    {
        QCOMPARE(previewOf(picture({3, 2})).image.size(), QSize(3, 2));
        QCOMPARE(previewOf(picture({3, 2}, "JPG")).image.size(), QSize(3, 2));
        QCOMPARE(previewOf(picture({3, 2}, "BMP")).image.size(), QSize(3, 2));
    }

    void whatCouldRunOrReachOutIsNeverDecoded()
    {
        const QByteArray svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image "
                               "href='file:///etc/passwd'/></svg>";
        QVERIFY(previewOf(svg).image.isNull());
        QCOMPARE(previewOf(svg).bytes, svg);
        QVERIFY(previewOf("/* XPM */ static char *x[] = {\"1 1 1 1\", \"a c red\", \"a\"};").image.isNull());
        // Neither is it when it begins like a picture.
        QVERIFY(previewOf("BM" + svg).image.isNull());
    }

    void picturesThatAreDamagedOrBoastAreBytes_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<bool>("tooLarge");
        QTest::newRow("cut") << picture({300, 300}).left(40) << false;
        QTest::newRow("head alone") << QByteArray("\x89PNG\r\n\x1A\n") << false;
        QTest::newRow("huge") << boastfulPicture(60'000, 60'000) << true;
        // The decoder refuses these itself.
        QTest::newRow("overflow") << boastfulPicture(0x7FFFFFFF, 0x7FFFFFFF) << false;
        QTest::newRow("negative") << boastfulPicture(0xFFFFFFFF, 0xFFFFFFFF) << false;
        QTest::newRow("nothing") << boastfulPicture(0, 0) << false;
    }
    void picturesThatAreDamagedOrBoastAreBytes()
    {
        QFETCH(QByteArray, content);
        QFETCH(bool, tooLarge);
        const FilePreview preview = previewOf(content);
        QVERIFY(preview.image.isNull());
        QCOMPARE(preview.bytes, content);
        QCOMPARE(preview.isTooLarge, tooLarge);
        QVERIFY(preview.isWhole);
    }

    void largePicturesAreMadeSmaller()
    {
        const FilePreview preview = previewOf(picture({PreviewLoader::largestSide * 2, 10}));
        QVERIFY(preview.isLarger);
        QCOMPARE(preview.image.width(), PreviewLoader::largestSide);
    }

    void noMoreThanTheBeginningIsRead()
    {
        // Larger than memory, and read within the test's patience only because it is not read.
        QCOMPARE(
            m_fixture.run(
                u"truncate -s 1T /tmp/huge; printf head | dd of=/tmp/huge conv=notrunc 2>/dev/null"_s),
            QByteArray());
        const auto preview = load("/tmp/huge");
        QVERIFY(preview && *preview);
        QCOMPARE((*preview)->bytes.size(), PreviewLoader::maximumHexBytes);
        QVERIFY((*preview)->bytes.startsWith("head"));
        QVERIFY(!(*preview)->isWhole);
    }

    void filesOfAnyKindAreLookedAt()
    {
        put("/tmp/exact", QByteArray(PreviewLoader::maximumHexBytes, 'x'));
        QVERIFY(load("/tmp/exact")->value().isWhole);
        put("/tmp/pic\xFF", picture({2000, 2000}));
        QCOMPARE(load("/tmp/pic\xFF")->value().image.size(), QSize(2000, 2000));
        QVERIFY(!load("/proc/self/status")->value().bytes.isEmpty());
        QVERIFY(load("/dev/null")->error().kind == ErrorKind::Conflict);
        QCOMPARE(m_fixture.run(u"mkfifo /tmp/pipe"_s), QByteArray());
        QCOMPARE(load("/tmp/pipe")->error().kind, ErrorKind::Conflict);
        QCOMPARE(load("/tmp/gone")->error().kind, ErrorKind::NotFound);
    }

    void spaceOpensAndClosesIt()
    {
        const auto page = m_fixture.openPage({u"a"_s, u"folder/"_s});
        QVERIFY(QTest::qWaitForWindowActive(page.get()));
        page->list().setFocus();
        page->select(u"folder"_s);
        QVERIFY(!page->isEnabled(u"Preview"_s));
        page->select(u"a"_s);
        QTest::keyClick(&page->list(), Qt::Key_Space);
        auto *dialog = page->findChild<PreviewDialog *>();
        QVERIFY(dialog);
        auto *lines = dialog->findChild<QListView *>();
        QTRY_COMPARE(lines->model()->rowCount(), 1);
        QVERIFY(lines->model()->index(0, 0).data().toString().contains(u"78 0a"_s));
        QTRY_VERIFY(lines->hasFocus());
        QTest::keyClick(lines, Qt::Key_Space);
        QTRY_VERIFY(!page->findChild<PreviewDialog *>());
    }
};

QTEST_MAIN(PreviewTest)
#include "previewtest.moc"
