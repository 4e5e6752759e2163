// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractScrollArea>
#include <QObject>
#include <QUrl>

// QScintilla's headers use Qt's keywords, which this project does without.
#define slots Q_SLOTS
#define signals Q_SIGNALS
#include <Qsci/qscilexer.h>
#include <Qsci/qsciscintilla.h>
#undef slots
#undef signals
