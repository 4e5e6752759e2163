// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/hexmodel.h"

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

namespace {

QString line(const QByteArray &bytes, qsizetype offset)
{
    QString hex;
    QString characters;
    for (qsizetype i = offset; i < offset + HexModel::bytesPerLine; ++i) {
        if (i == offset + HexModel::bytesPerLine / 2) {
            hex += u' ';
        }
        if (i >= bytes.size()) {
            hex += u"   "_s;
            continue;
        }
        const auto byte = static_cast<uchar>(bytes[i]);
        hex += u"%1 "_s.arg(byte, 2, 16, QLatin1Char('0'));
        characters += byte >= 0x20 && byte < 0x7F ? QChar(ushort{byte}) : QChar(u'.');
    }
    return u"%1  %2 %3"_s.arg(QString::number(offset, 16).rightJustified(8, u'0'), hex, characters);
}

} // namespace

void HexModel::setBytes(const QByteArray &bytes)
{
    beginResetModel();
    m_bytes = bytes;
    endResetModel();
}

int HexModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>((m_bytes.size() + bytesPerLine - 1) / bytesPerLine);
}

QVariant HexModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::DisplayRole) {
        return {};
    }
    return line(m_bytes, qsizetype{index.row()} * bytesPerLine);
}

} // namespace Koyeb::Desktop
