// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/accountregistry.h"

#include <QFile>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

Account koyebAccount(const QString &id, const QString &name)
{
    return {
        .id = id,
        .kind = AccountKind::Koyeb,
        .host = QUrl(u"https://api.example.com"_s),
        .displayName = name};
}

} // namespace

class AccountRegistryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<QSettings>(m_folder->filePath(u"s.ini"_s), QSettings::IniFormat);
    }

    void startsEmpty() { QVERIFY(AccountRegistry(*m_settings).accounts().isEmpty()); }

    void remembersAccountsInTheirOrder()
    {
        AccountRegistry registry(*m_settings);
        registry.store(koyebAccount(u"koyeb:2"_s, u"Zoë & söhne"_s));
        registry.store(localAccount());
        registry.store(koyebAccount(u"koyeb:1"_s, u"acme"_s));
        m_settings->sync();

        QSettings reopened(m_settings->fileName(), QSettings::IniFormat);
        const auto accounts = AccountRegistry(reopened).accounts();
        QCOMPARE(accounts.size(), 3);
        QCOMPARE(accounts.at(0), koyebAccount(u"koyeb:2"_s, u"Zoë & söhne"_s));
        QCOMPARE(accounts.at(1), localAccount());
        QCOMPARE(accounts.at(2).displayName, u"acme"_s);
    }

    void storingAgainReplaces()
    {
        AccountRegistry registry(*m_settings);
        registry.store(koyebAccount(u"koyeb:1"_s, u"old name"_s));
        registry.store(koyebAccount(u"koyeb:1"_s, u"new name"_s));
        QCOMPARE(registry.accounts().size(), 1);
        QCOMPARE(registry.accounts().first().displayName, u"new name"_s);
    }

    void removingLeavesTheOthers()
    {
        AccountRegistry registry(*m_settings);
        registry.store(koyebAccount(u"koyeb:1"_s, u"one"_s));
        registry.store(koyebAccount(u"koyeb:2"_s, u"two"_s));
        registry.remove(u"koyeb:1"_s);
        registry.remove(u"nobody"_s);
        QCOMPARE(registry.accounts().size(), 1);
        QCOMPARE(registry.accounts().first().id, u"koyeb:2"_s);
    }

    void brokenEntriesAreLeftOut()
    {
        QFile file(m_folder->filePath(u"broken.ini"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[accounts]\nsize=2\n1\\kind=koyeb\n2\\id=koyeb:1\n2\\kind=koyeb\n"
                   "2\\host=https://api.example.com\n2\\name=fine\n");
        file.close();
        QSettings settings(file.fileName(), QSettings::IniFormat);
        const auto accounts = AccountRegistry(settings).accounts();
        QCOMPARE(accounts.size(), 1);
        QCOMPARE(accounts.first().displayName, u"fine"_s);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
};

QTEST_GUILESS_MAIN(AccountRegistryTest)
#include "accountregistrytest.moc"
