// SPDX-License-Identifier: Apache-2.0
#include "api/imagesapi.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

ImageCheck readImageCheck(const JsonReader &json)
{
    ImageCheck check;
    check.success = json.boolean("success"_L1);
    check.code = json.string("code"_L1);
    check.reason = json.string("reason"_L1);
    return check;
}

QCoro::Task<Result<ImageCheck>> ImagesApi::check(QString image, QString secretId, std::stop_token stop) const
{
    QUrl url = m_transport.url({u"docker-helper"_s, u"verify"_s});
    addQueryItem(url, u"image"_s, image.trimmed());
    filterBy(url, u"secret_id"_s, secretId);
    return m_transport.fetchReply(m_transport.get(url), &readImageCheck, std::move(stop));
}

} // namespace Koyeb
