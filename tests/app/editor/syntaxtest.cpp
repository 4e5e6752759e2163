// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/syntax.h"
#include "common/theme.h"
#include "editor/qscintilla.h"

#include <QtTest>

#include <memory>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class SyntaxTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFileTellsItsLanguage_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("beginning");
        QTest::addColumn<QString>("language");
        const auto add = [](const QByteArray &name, const QByteArray &beginning, const QString &language) {
            QTest::newRow((name + ' ' + beginning).constData()) << name << beginning << language;
        };
        add("a.py", "", u"Python"_s);
        add("A.PY", "", u"Python"_s);
        add("Makefile", "", u"Makefile"_s);
        add("CMakeLists.txt", "", u"CMake"_s);
        add("Dockerfile.dev", "", u"Bash"_s);
        add("x.json", "", u"JSON"_s);
        add("run", "#!/usr/bin/env -S python3.11 -u\nx", u"Python"_s);
        add("run", "#!/bin/sh", u"Bash"_s);
        add("run", "#! /usr/bin/perl -w\n", u"Perl"_s);
        add("run", "#!", QString());
        add("data", "<?xml version='1.0'?>", u"XML"_s);
        add("notes.txt", "", QString());
        add(".py", "", QString());
        add("", "", QString());
        add("a.\xFF", "", QString());
    }
    void theFileTellsItsLanguage()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, beginning);
        QObject parent;
        const QsciLexer *lexer = createLexer(name, beginning, &parent);
        QTEST(lexer == nullptr ? QString() : QString::fromLatin1(lexer->language()), "language");
    }

    void allColoursCanBeRead_data()
    {
        QTest::addColumn<QPalette>("palette");
        QTest::newRow("light") << ThemeController::lightPalette();
        QTest::newRow("dark") << ThemeController::darkPalette();
    }
    void allColoursCanBeRead()
    {
        QFETCH(QPalette, palette);
        QObject parent;
        for (const char *name :
             {"a.sh",   "a.bat", "a.cmake", "a.c",   "a.cs",  "a.css", "a.d", "a.diff", "a.f90", "a.html",
              "a.java", "a.js",  "a.json",  "a.lua", "a.mk",  "a.md",  "a.m", "a.pas",  "a.pl",  "a.po",
              "a.ini",  "a.py",  "a.rb",    "a.sql", "a.tcl", "a.tex", "a.v", "a.vhd",  "a.xml", "a.yaml"}) {
            QsciLexer *lexer = createLexer(name, {}, &parent);
            QVERIFY2(lexer, name);
            applyAppearance(*lexer, palette, QFont(u"Monospace"_s));
            for (int style = 0; style < 128; ++style) {
                if (!lexer->description(style).isEmpty()) {
                    QCOMPARE(lexer->paper(style).rgb(), palette.color(QPalette::Base).rgb());
                    const qreal ratio = contrast(lexer->color(style), lexer->paper(style));
                    QVERIFY2(
                        ratio >= 4.5,
                        qPrintable(u"%1 %2 %3"_s.arg(QLatin1String(name)).arg(style).arg(ratio)));
                    QCOMPARE(lexer->font(style).family(), u"Monospace"_s);
                }
            }
        }
    }

    void contrastIsAsItIsDefined()
    {
        QCOMPARE(qRound(contrast(Qt::black, Qt::white) * 10), 210);
        QCOMPARE(qRound(contrast(QColor(0x76, 0x76, 0x76), Qt::white) * 100), 454);
        QCOMPARE(readableOn(Qt::white, Qt::darkBlue).rgb(), QColor(Qt::darkBlue).rgb());
        QVERIFY(contrast(readableOn(QColor(0x80, 0x80, 0x80), Qt::gray), QColor(0x80, 0x80, 0x80)) >= 3.9);
    }
};

QTEST_MAIN(SyntaxTest)
#include "syntaxtest.moc"
