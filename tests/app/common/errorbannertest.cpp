// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/errorbanner.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class ErrorBannerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_page = std::make_unique<QWidget>();
        m_banner = new ErrorBanner(m_page.get());
        m_page->show();
    }

    void isHiddenUntilSomethingFails() { QVERIFY(m_banner->isHidden()); }

    void showsWhatAndWhyAndOffersRetry()
    {
        m_banner->showError(u"The list could not be read."_s, Error::of(ErrorKind::Offline, u"refused"_s));
        QVERIFY(m_banner->isVisible());
        QVERIFY(m_banner->text().startsWith(u"The list could not be read. "_s));
        QVERIFY(retry()->isVisible());

        const QSignalSpy retried(m_banner, &ErrorBanner::retryRequested);
        retry()->click();
        QCOMPARE(retried.count(), 1);
        QVERIFY(m_banner->isHidden());
    }

    void cancellingIsNotAFailure()
    {
        m_banner->showError(u"It failed."_s, Error::cancelled());
        QVERIFY(m_banner->isHidden());
    }

    void offersNoRetryWhereItCannotHelp()
    {
        m_banner->showError(u"It failed."_s, Error::of(ErrorKind::Forbidden, {}));
        QVERIFY(!retry()->isVisible());
    }

    void aServersMarkupIsShownAsText()
    {
        m_banner->showError(u"It failed."_s, Error::of(ErrorKind::Rejected, u"<b>bold</b>"_s));
        for (const auto *label : m_banner->findChildren<QLabel *>()) {
            QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText);
        }
    }

private:
    [[nodiscard]] QPushButton *retry() const { return m_banner->findChild<QPushButton *>(); }

    std::unique_ptr<QWidget> m_page;
    ErrorBanner *m_banner = nullptr;
};

QTEST_MAIN(ErrorBannerTest)
#include "errorbannertest.moc"
