// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/localsources.h"

#include <QMimeData>
#include <QSysInfo>
#include <QtTest>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

QList<QByteArray> bytesOf(const QList<std::filesystem::path> &paths)
{
    QList<QByteArray> bytes;
    for (const auto &path : paths) {
        bytes.append(QByteArray::fromStdString(path.native()));
    }
    return bytes;
}

} // namespace

class LocalSourcesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsUriLists_data()
    {
        QTest::addColumn<QByteArray>("uriList");
        QTest::addColumn<QList<QByteArray>>("paths");

        QTest::newRow("nothing") << QByteArray() << QList<QByteArray>{};
        QTest::newRow("one file") << QByteArray("file:///tmp/a\r\n") << QList<QByteArray>{"/tmp/a"};
        QTest::newRow("several, bare line feeds")
            << QByteArray("file:///a\nfile:///b") << QList<QByteArray>{"/a", "/b"};
        QTest::newRow("comment") << QByteArray("# file:///no\r\nfile:///yes\r\n")
                                 << QList<QByteArray>{"/yes"};
        QTest::newRow("same twice") << QByteArray("file:///a\r\nfile:///a\r\n") << QList<QByteArray>{"/a"};
        QTest::newRow("spaces and quotes")
            << QByteArray("file:///tmp/a%20%22b%22%27c%27") << QList<QByteArray>{"/tmp/a \"b\"'c'"};
        QTest::newRow("newline") << QByteArray("file:///tmp/a%0Ab") << QList<QByteArray>{"/tmp/a\nb"};
        QTest::newRow("carriage return at the end")
            << QByteArray("file:///tmp/a%0D\r\n") << QList<QByteArray>{"/tmp/a\r"};
        QTest::newRow("not UTF-8") << QByteArray("file:///tmp/%FF%fe") << QList<QByteArray>{"/tmp/\xff\xfe"};
        QTest::newRow("raw bytes") << QByteArray("file:///tmp/\xc3\xa4\xff")
                                   << QList<QByteArray>{"/tmp/\xc3\xa4\xff"};
        QTest::newRow("UTF-8") << QByteArray("file:///tmp/%C3%A4") << QList<QByteArray>{"/tmp/\xc3\xa4"};
        QTest::newRow("encoded percent")
            << QByteArray("file:///100%25%32%35") << QList<QByteArray>{"/100%25"};
        QTest::newRow("percent that encodes nothing")
            << QByteArray("file:///100%/5%zz%4") << QList<QByteArray>{"/100%/5%zz%4"};
        QTest::newRow("plus stays") << QByteArray("file:///a+b") << QList<QByteArray>{"/a+b"};
        QTest::newRow("hash and question mark")
            << QByteArray("file:///a%23b%3Fc") << QList<QByteArray>{"/a#b?c"};
        QTest::newRow("NUL") << QByteArray("file:///tmp/a%00b") << QList<QByteArray>{};
        QTest::newRow("localhost") << QByteArray("file://localhost/a") << QList<QByteArray>{"/a"};
        QTest::newRow("this host") << QByteArray("file://" + QSysInfo::machineHostName().toUtf8() + "/a")
                                   << QList<QByteArray>{"/a"};
        QTest::newRow("other host") << QByteArray("file://fileserver.example/a") << QList<QByteArray>{};
        QTest::newRow("host without path") << QByteArray("file://localhost") << QList<QByteArray>{};
        QTest::newRow("one slash") << QByteArray("file:/a/b") << QList<QByteArray>{"/a/b"};
        QTest::newRow("relative") << QByteArray("file:a/b") << QList<QByteArray>{};
        QTest::newRow("scheme in capitals") << QByteArray("FILE:///a") << QList<QByteArray>{"/a"};
        QTest::newRow("other scheme") << QByteArray("https://example.com/a") << QList<QByteArray>{};
        QTest::newRow("folder with a slash") << QByteArray("file:///a/b//") << QList<QByteArray>{"/a/b"};
        QTest::newRow("root") << QByteArray("file:///") << QList<QByteArray>{"/"};
    }

    void readsUriLists()
    {
        QFETCH(QByteArray, uriList);
        QFETCH(QList<QByteArray>, paths);
        QCOMPARE(bytesOf(localPathsFromUriList(uriList)), paths);
    }

    void readsCopiedFiles_data()
    {
        QTest::addColumn<QByteArray>("copiedFiles");
        QTest::addColumn<QList<QByteArray>>("paths");

        QTest::newRow("copy") << QByteArray("copy\nfile:///a%20b\nfile:///c")
                              << QList<QByteArray>{"/a b", "/c"};
        QTest::newRow("cut") << QByteArray("cut\nfile:///a") << QList<QByteArray>{"/a"};
        QTest::newRow("only the verb") << QByteArray("copy") << QList<QByteArray>{};
    }

    void readsCopiedFiles()
    {
        QFETCH(QByteArray, copiedFiles);
        QFETCH(QList<QByteArray>, paths);
        QCOMPARE(bytesOf(localPathsFromCopiedFiles(copiedFiles)), paths);
    }

    void prefersUriListOfMimeData()
    {
        QMimeData data;
        data.setData(u"text/uri-list"_s, "file:///from-list");
        data.setData(u"x-special/gnome-copied-files"_s, "copy\nfile:///from-copied");
        QVERIFY(mayHoldLocalPaths(data));
        QCOMPARE(bytesOf(localPathsFromMimeData(data)), QList<QByteArray>{"/from-list"});
    }

    void readsCopiedFilesOfMimeDataWithoutUriList()
    {
        QMimeData data;
        data.setData(u"x-special/gnome-copied-files"_s, "copy\nfile:///from-copied");
        QVERIFY(mayHoldLocalPaths(data));
        QCOMPARE(bytesOf(localPathsFromMimeData(data)), QList<QByteArray>{"/from-copied"});
    }

    void plainTextHoldsNoPaths()
    {
        QMimeData data;
        data.setText(u"file:///a"_s);
        QVERIFY(!mayHoldLocalPaths(data));
        QVERIFY(localPathsFromMimeData(data).isEmpty());
    }

    void whatIsOfferedIsReadBackByteForByte()
    {
        const QList<std::filesystem::path> paths{"/a b/\xFF\n%41#?&'\"", "/plain", "/\xC3\xA4"};
        QMimeData data;
        offerLocalPaths(data, paths);
        QCOMPARE(localPathsFromUriList(data.data(u"text/uri-list"_s)), paths);
        QCOMPARE(localPathsFromCopiedFiles(data.data(u"x-special/gnome-copied-files"_s)), paths);
        QVERIFY(data.data(u"x-special/gnome-copied-files"_s).startsWith("copy\nfile:///"));
        QCOMPARE(data.data(u"application/x-kde-cutselection"_s), QByteArray("0"));
    }
};

QTEST_GUILESS_MAIN(LocalSourcesTest)
#include "localsourcestest.moc"
