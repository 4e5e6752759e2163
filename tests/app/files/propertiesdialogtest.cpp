// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/propertiesdialog.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

RemoteEntry entry(const QByteArray &name, RemoteEntry::Type type, quint32 mode)
{
    RemoteEntry made;
    made.name = name;
    made.type = type;
    made.mode = mode;
    made.sizeBytes = 1234;
    made.owner = u"root"_s;
    made.group = u"wheel"_s;
    made.modifiedAt = QDateTime::fromSecsSinceEpoch(1'000'000'000, Qt::UTC);
    return made;
}

RemoteEntry file(const QByteArray &name, quint32 mode)
{
    return entry(name, RemoteEntry::Type::File, mode);
}

/// A dialog, and what it asks for.
struct Dialog : PropertiesDialog {
    explicit Dialog(const QList<RemoteEntry> &entries)
        : PropertiesDialog("/dir", entries, nullptr),
          changes(this, &PropertiesDialog::modeChangeRequested),
          checksums(this, &PropertiesDialog::checksumRequested)
    {
        show();
    }
    [[nodiscard]] QCheckBox *box(const QString &name) const
    {
        const auto boxes = findChildren<QCheckBox *>();
        const auto found = std::find_if(boxes.begin(), boxes.end(), [&](const QCheckBox *candidate) {
            return candidate->accessibleName() == name || candidate->text() == name;
        });
        return found == boxes.end() ? nullptr : *found;
    }
    [[nodiscard]] QLineEdit *octal() const { return findChild<QLineEdit *>(); }
    [[nodiscard]] bool shows(const QString &text) const
    {
        const auto labels = findChildren<QLabel *>();
        return std::any_of(
            labels.begin(), labels.end(), [&](const QLabel *label) { return label->text() == text; });
    }
    void press(const QString &text) const
    {
        const auto buttons = findChildren<QPushButton *>();
        const auto found = std::find_if(buttons.begin(), buttons.end(), [&](const QPushButton *button) {
            return button->text() == text;
        });
        QVERIFY2(found != buttons.end() && (*found)->isEnabled(), qPrintable(text));
        (*found)->click();
    }
    [[nodiscard]] QList<QByteArray> changedPaths() const
    {
        return changes.value(0).value(0).value<QList<QByteArray>>();
    }
    [[nodiscard]] ModeChange change() const { return changes.value(0).value(1).value<ModeChange>(); }

    QSignalSpy changes;
    QSignalSpy checksums;
};

} // namespace

class PropertiesDialogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatIsKnown()
    {
        const Dialog dialog({file("a\n\xFF<b>x</b>", 0640)});
        QVERIFY(dialog.shows(u"a␊�<b>x</b>"_s));
        QVERIFY(dialog.shows(u"/dir"_s));
        QVERIFY(dialog.shows(u"root"_s));
        QVERIFY(dialog.shows(u"wheel"_s));
        QCOMPARE(dialog.octal()->text(), u"0640"_s);
        QVERIFY(dialog.box(u"Owner: Read"_s)->isChecked());
        QVERIFY(!dialog.box(u"Group: Write"_s)->isChecked());
        const auto labels = dialog.findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            QVERIFY(label->textFormat() == Qt::PlainText || !label->text().contains(u'<'));
        }
    }

    void ofALinkTheTargetIsShownAndNoPermissions()
    {
        RemoteEntry link = entry("l", RemoteEntry::Type::SymbolicLink, 0777);
        link.linkTarget = "to/\x01there";
        const Dialog dialog({link});
        QVERIFY(dialog.shows(u"to/␁there"_s));
        QVERIFY(!dialog.octal());
    }

    void theGridAndTheDigitsSayTheSame()
    {
        const Dialog dialog({file("f", 0644)});
        dialog.box(u"Owner: Execute"_s)->click();
        dialog.box(u"Set user"_s)->click();
        QCOMPARE(dialog.octal()->text(), u"4744"_s);
        dialog.octal()->selectAll();
        QTest::keyClicks(dialog.octal(), u"8600"_s); // The 8 is not taken.
        QCOMPARE(dialog.octal()->text(), u"600"_s);
        QVERIFY(!dialog.box(u"Group: Read"_s)->isChecked());
        QVERIFY(!dialog.box(u"Set user"_s)->isChecked());
        dialog.press(u"Change permissions"_s);
        QCOMPARE(dialog.changedPaths(), QList<QByteArray>{"/dir/f"});
        QCOMPARE(dialog.change().set, 0U);
        QCOMPARE(dialog.change().clear, 044U);
        QVERIFY(!dialog.change().recursive);
    }

    void nothingIsAskedForWithoutAChange()
    {
        const Dialog dialog({file("f", 0644)});
        dialog.press(u"Change permissions"_s);
        QVERIFY(dialog.changes.isEmpty());
        QVERIFY(!dialog.isVisible());
    }

    void ofSeveralOnlyWhatWasTouchedChanges()
    {
        const RemoteEntry link = entry("l", RemoteEntry::Type::SymbolicLink, 0777);
        const Dialog dialog({file("a", 0600), file("b", 0755), link});
        QVERIFY(dialog.octal()->text().isEmpty());
        QCOMPARE(dialog.box(u"Group: Read"_s)->checkState(), Qt::PartiallyChecked);
        dialog.box(u"Others: Write"_s)->click();
        dialog.press(u"Change permissions"_s);
        QCOMPARE(dialog.changedPaths(), (QList<QByteArray>{"/dir/a", "/dir/b"}));
        QCOMPARE(dialog.change().set, 02U);
        QCOMPARE(dialog.change().clear, 0U);
    }

    void inFoldersEverythingIsTold()
    {
        const Dialog dialog({entry("d", RemoteEntry::Type::Directory, 0755)});
        dialog.box(u"Change also everything in folders"_s)->click();
        dialog.press(u"Change permissions"_s);
        QVERIFY(dialog.change().recursive);
        QCOMPARE(dialog.change().set, 0755U);
        QCOMPARE(dialog.change().clear, 022U);
    }

    void checksumsComeOneAfterTheOther()
    {
        Dialog dialog({file("a", 0600), entry("d", RemoteEntry::Type::Directory, 0755), file("b", 0600)});
        dialog.press(u"Find"_s);
        QCOMPARE(dialog.checksums.size(), 1);
        dialog.showChecksum("/dir/else", "00");
        dialog.showChecksumFailure("/dir/a", Error::of(ErrorKind::NotFound, {}));
        QCOMPARE(dialog.checksums.size(), 2);
        QCOMPARE(dialog.checksums[1][0].toByteArray(), "/dir/b");
        dialog.showChecksum("/dir/b", "abcd");
        QCOMPARE(
            dialog.findChild<QPlainTextEdit *>()->toPlainText(), u"It is not there any more.  a\nabcd  b"_s);
        QVERIFY(dialog.findChild<QPushButton *>()); // It can be asked for again.
        dialog.press(u"Find"_s);
        QCOMPARE(dialog.checksums.size(), 3);
    }
};

QTEST_MAIN(PropertiesDialogTest)
#include "propertiesdialogtest.moc"
