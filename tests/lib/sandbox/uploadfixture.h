// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "notebook.h"
#include "transferfixture.h"

#include <QtTest>

#include <algorithm>

namespace Koyeb::Test {

using namespace Qt::Literals::StringLiterals;

/// Uploads into a real local sandbox. Each test works in a remote folder of its own.
class UploadFixture : public QObject {
    Q_OBJECT

protected:
    TransferFixture m_fixture;

    Transfer *upload(
        const QByteArray &local, const QByteArray &remote, ExistingTarget existing = ExistingTarget::Refuse)
    {
        return m_fixture.sandbox().upload(m_fixture.fsPath(local), remote, existing, nullptr);
    }
    void makeRemote(const QByteArray &folder)
    {
        QCOMPARE(m_fixture.inSandbox(u"mkdir -p -- "_s + shellQuoted(folder)), ""_ba);
    }
    void makeFolderOfAllSorts()
    {
        m_fixture.makeFolder("folder");
        m_fixture.makeFolder("folder/empty");
        m_fixture.makeFolder("folder/read-only");
        m_fixture.makeFile("folder/read-only/inside", "x", 0400);
        m_fixture.makeFile("folder/empty file", "");
        m_fixture.makeFile("folder/program", "#!/bin/sh\n", 0755);
        m_fixture.makeFile("folder/binary", randomBytes(100'000));
        m_fixture.makeFile("folder/large", randomBytes(4'000'000));
        for (const auto &name :
             {"with space", "quote'\"", "new\nline", "bad\xFFname", "-dash", ".hidden", "é"}) {
            m_fixture.makeFile(QByteArray("folder/") + name, name);
        }
        m_fixture.makeFile("folder/" + QByteArray(200, 'n'), "long name");
        m_fixture.makeLink("folder/link", "program");
        m_fixture.makeLink("folder/broken", "no\xFFwhere");
        m_fixture.makeLink("folder/outward", "/etc");
        QCOMPARE(::chmod(m_fixture.path("folder/read-only").constData(), 0555), 0);
    }
    /// The executor does what it is asked so many times, and then nothing any more.
    void answerNothingAfter(int requests)
    {
        for (int request = 0; request < requests; ++request) {
            const QJsonObject slow{{u"part"_s, u"executor"_s}, {u"delay_ms"_s, 1}};
            QVERIFY(m_fixture.engine().misbehave({{u"fault"_s, slow}}));
        }
        const QJsonObject refuse{{u"part"_s, u"executor"_s}, {u"status"_s, 401}, {u"times"_s, 0}};
        QVERIFY(m_fixture.engine().misbehave({{u"fault"_s, refuse}}));
    }
    /// Hidden temporaries that are left in a remote folder.
    QByteArray leftovers(const QByteArray &folder)
    {
        return m_fixture.inSandbox(
            u"cd "_s + shellQuoted(folder) + u" && ls -d .koyeb-part-* 2>/dev/null; true"_s);
    }

    /// Paths of problems, each relative to the folder.
    QList<QByteArray> problemsIn(const QByteArray &folder, const TransferOutcome &outcome)
    {
        QList<QByteArray> paths;
        for (const auto &problem : outcome.problems) {
            paths.append(problem.path.mid(m_fixture.path(folder).size() + 1));
        }
        std::sort(paths.begin(), paths.end());
        return paths;
    }
    /// tar refuses an archive with one of these names, as it would because of the file system's rules.
    void refuseInArchives(const QString &pattern, const QString &says)
    {
        m_fixture.intercept(
            "tar",
            u"a=/tmp/archive-$$; cat > $a; if grep -aq '%1' $a; then rm $a; echo 'tar: %2' >&2; exit 2; fi\n"
            "tar \"$@\" < $a; r=$?; rm $a; exit $r"_s.arg(pattern, says));
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QJsonObject disk{{u"mount_point"_s, u"/full"_s}, {u"bytes"_s, 1024 * 1024}};
        QVERIFY2(
            m_fixture.start({QJsonObject{{u"small_disk"_s, disk}}}),
            qPrintable(m_fixture.engine().errorText()));
    }
    void cleanup() { m_fixture.useUsualTools(); }
};

} // namespace Koyeb::Test
