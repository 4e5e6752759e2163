// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/syntax.h"

#include "common/icons.h"
#include "editor/qscintilla.h"

#define slots Q_SLOTS
#define signals Q_SIGNALS
#include <Qsci/qscilexerbash.h>
#include <Qsci/qscilexerbatch.h>
#include <Qsci/qscilexercmake.h>
#include <Qsci/qscilexercpp.h>
#include <Qsci/qscilexercsharp.h>
#include <Qsci/qscilexercss.h>
#include <Qsci/qscilexerd.h>
#include <Qsci/qscilexerdiff.h>
#include <Qsci/qscilexerfortran.h>
#include <Qsci/qscilexerhtml.h>
#include <Qsci/qscilexerjava.h>
#include <Qsci/qscilexerjavascript.h>
#include <Qsci/qscilexerjson.h>
#include <Qsci/qscilexerlua.h>
#include <Qsci/qscilexermakefile.h>
#include <Qsci/qscilexermarkdown.h>
#include <Qsci/qscilexeroctave.h>
#include <Qsci/qscilexerpascal.h>
#include <Qsci/qscilexerperl.h>
#include <Qsci/qscilexerpo.h>
#include <Qsci/qscilexerproperties.h>
#include <Qsci/qscilexerpython.h>
#include <Qsci/qscilexerruby.h>
#include <Qsci/qscilexersql.h>
#include <Qsci/qscilexertcl.h>
#include <Qsci/qscilexertex.h>
#include <Qsci/qscilexerverilog.h>
#include <Qsci/qscilexervhdl.h>
#include <Qsci/qscilexerxml.h>
#include <Qsci/qscilexeryaml.h>
#undef slots
#undef signals

#include <QFont>
#include <QHash>
#include <QPalette>

#include <algorithm>
#include <cmath>

namespace Koyeb::Desktop {

namespace {

using Maker = QsciLexer *(*)(QObject *);

template<typename Lexer> QsciLexer *make(QObject *parent)
{
    return new Lexer(parent);
}

QsciLexer *makeJson(QObject *parent)
{
    auto *lexer = new QsciLexerJSON(parent);
    lexer->setHighlightComments(true); // Many settings have some; without it, they are shown as mistakes.
    return lexer;
}

using Makers = QHash<QByteArray, Maker>;

/// By the ending of the name, in lower case.
const Makers &makersByEnding()
{
    static const Makers makers{
        {"sh", &make<QsciLexerBash>},
        {"bash", &make<QsciLexerBash>},
        {"zsh", &make<QsciLexerBash>},
        {"ksh", &make<QsciLexerBash>},
        {"env", &make<QsciLexerBash>},
        {"bat", &make<QsciLexerBatch>},
        {"cmd", &make<QsciLexerBatch>},
        {"cmake", &make<QsciLexerCMake>},
        {"c", &make<QsciLexerCPP>},
        {"h", &make<QsciLexerCPP>},
        {"cc", &make<QsciLexerCPP>},
        {"cpp", &make<QsciLexerCPP>},
        {"cxx", &make<QsciLexerCPP>},
        {"hpp", &make<QsciLexerCPP>},
        {"go", &make<QsciLexerCPP>},
        {"rs", &make<QsciLexerCPP>},
        {"swift", &make<QsciLexerCPP>},
        {"proto", &make<QsciLexerCPP>},
        {"php", &make<QsciLexerHTML>},
        {"cs", &make<QsciLexerCSharp>},
        {"css", &make<QsciLexerCSS>},
        {"scss", &make<QsciLexerCSS>},
        {"less", &make<QsciLexerCSS>},
        {"d", &make<QsciLexerD>},
        {"diff", &make<QsciLexerDiff>},
        {"patch", &make<QsciLexerDiff>},
        {"f90", &make<QsciLexerFortran>},
        {"html", &make<QsciLexerHTML>},
        {"htm", &make<QsciLexerHTML>},
        {"vue", &make<QsciLexerHTML>},
        {"java", &make<QsciLexerJava>},
        {"kt", &make<QsciLexerJava>},
        {"scala", &make<QsciLexerJava>},
        {"js", &make<QsciLexerJavaScript>},
        {"mjs", &make<QsciLexerJavaScript>},
        {"cjs", &make<QsciLexerJavaScript>},
        {"jsx", &make<QsciLexerJavaScript>},
        {"ts", &make<QsciLexerJavaScript>},
        {"tsx", &make<QsciLexerJavaScript>},
        {"json", &makeJson},
        {"jsonl", &makeJson},
        {"ipynb", &makeJson},
        {"lua", &make<QsciLexerLua>},
        {"mk", &make<QsciLexerMakefile>},
        {"md", &make<QsciLexerMarkdown>},
        {"markdown", &make<QsciLexerMarkdown>},
        {"m", &make<QsciLexerOctave>},
        {"pas", &make<QsciLexerPascal>},
        {"pl", &make<QsciLexerPerl>},
        {"pm", &make<QsciLexerPerl>},
        {"po", &make<QsciLexerPO>},
        {"ini", &make<QsciLexerProperties>},
        {"conf", &make<QsciLexerProperties>},
        {"cfg", &make<QsciLexerProperties>},
        {"toml", &make<QsciLexerProperties>},
        {"properties", &make<QsciLexerProperties>},
        {"service", &make<QsciLexerProperties>},
        {"desktop", &make<QsciLexerProperties>},
        {"py", &make<QsciLexerPython>},
        {"pyi", &make<QsciLexerPython>},
        {"pyw", &make<QsciLexerPython>},
        {"rb", &make<QsciLexerRuby>},
        {"sql", &make<QsciLexerSQL>},
        {"tcl", &make<QsciLexerTCL>},
        {"tex", &make<QsciLexerTeX>},
        {"v", &make<QsciLexerVerilog>},
        {"sv", &make<QsciLexerVerilog>},
        {"vhd", &make<QsciLexerVHDL>},
        {"vhdl", &make<QsciLexerVHDL>},
        {"xml", &make<QsciLexerXML>},
        {"svg", &make<QsciLexerXML>},
        {"xsd", &make<QsciLexerXML>},
        {"xsl", &make<QsciLexerXML>},
        {"plist", &make<QsciLexerXML>},
        {"yaml", &make<QsciLexerYAML>},
        {"yml", &make<QsciLexerYAML>}};
    return makers;
}

/// By the whole name, in lower case.
const Makers &makersByName()
{
    static const Makers makers{
        {"makefile", &make<QsciLexerMakefile>},     {"gnumakefile", &make<QsciLexerMakefile>},
        {"cmakelists.txt", &make<QsciLexerCMake>},  {"dockerfile", &make<QsciLexerBash>},
        {"containerfile", &make<QsciLexerBash>},    {"procfile", &make<QsciLexerProperties>},
        {"gemfile", &make<QsciLexerRuby>},          {"rakefile", &make<QsciLexerRuby>},
        {"vagrantfile", &make<QsciLexerRuby>},      {".bashrc", &make<QsciLexerBash>},
        {".bash_profile", &make<QsciLexerBash>},    {".profile", &make<QsciLexerBash>},
        {".zshrc", &make<QsciLexerBash>},           {".env", &make<QsciLexerBash>},
        {".gitconfig", &make<QsciLexerProperties>}, {".editorconfig", &make<QsciLexerProperties>},
        {".npmrc", &make<QsciLexerProperties>},     {".clang-format", &make<QsciLexerYAML>}};
    return makers;
}

/// By the program that runs a script, without its version.
const Makers &makersByProgram()
{
    static const Makers makers{{"sh", &make<QsciLexerBash>},         {"bash", &make<QsciLexerBash>},
                               {"dash", &make<QsciLexerBash>},       {"zsh", &make<QsciLexerBash>},
                               {"ksh", &make<QsciLexerBash>},        {"ash", &make<QsciLexerBash>},
                               {"python", &make<QsciLexerPython>},   {"perl", &make<QsciLexerPerl>},
                               {"ruby", &make<QsciLexerRuby>},       {"lua", &make<QsciLexerLua>},
                               {"node", &make<QsciLexerJavaScript>}, {"deno", &make<QsciLexerJavaScript>},
                               {"bun", &make<QsciLexerJavaScript>},  {"tclsh", &make<QsciLexerTCL>},
                               {"make", &make<QsciLexerMakefile>},   {"php", &make<QsciLexerHTML>}};
    return makers;
}

/// The program that `#!` names, also behind `env`; without folder and version.
QByteArray programOf(const QByteArray &beginning)
{
    if (!beginning.startsWith("#!")) {
        return {};
    }
    const qsizetype end = std::min(beginning.indexOf('\n'), qsizetype{200});
    const auto words = beginning.mid(2, end < 0 ? 200 : end - 2).simplified().split(' ');
    QByteArray program = words.value(0);
    program = program.mid(program.lastIndexOf('/') + 1);
    for (qsizetype i = 1; program == "env" && i < words.size(); ++i) {
        if (!words[i].startsWith('-') && !words[i].contains('=')) {
            program = words[i].mid(words[i].lastIndexOf('/') + 1);
        }
    }
    while (!program.isEmpty() &&
           (program.endsWith('.') || std::isdigit(static_cast<uchar>(program.back())) != 0)) {
        program.chop(1);
    }
    return program;
}

qreal luminance(const QColor &colour)
{
    const auto linear = [](qreal part) {
        return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

} // namespace

QsciLexer *createLexer(const QByteArray &fileName, const QByteArray &beginning, QObject *parent)
{
    const QByteArray name = fileName.toLower();
    Maker maker = makersByName().value(name);
    if (maker == nullptr && name.startsWith("dockerfile.")) {
        maker = &make<QsciLexerBash>;
    }
    if (const auto dot = name.lastIndexOf('.'); maker == nullptr && dot > 0) {
        maker = makersByEnding().value(name.mid(dot + 1));
    }
    if (maker == nullptr) {
        maker = makersByProgram().value(programOf(beginning));
    }
    if (maker == nullptr && beginning.startsWith("<?xml")) {
        maker = &make<QsciLexerXML>;
    }
    return maker == nullptr ? nullptr : maker(parent);
}

qreal contrast(const QColor &one, const QColor &other)
{
    const qreal a = luminance(one);
    const qreal b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QColor readableOn(const QColor &background, const QColor &colour)
{
    constexpr qreal enough = 4.5;
    constexpr float step = 0.02F;
    const bool lighter = luminance(background) < 0.18;
    QColor shade = colour.toHsl();
    while (contrast(background, shade) < enough) {
        const float lightness = shade.lightnessF() + (lighter ? step : -step);
        if (lightness < 0 || lightness > 1) {
            return lighter ? QColor(Qt::white) : QColor(Qt::black);
        }
        shade.setHslF(std::max(0.F, shade.hslHueF()), shade.hslSaturationF(), lightness);
    }
    return shade.toRgb();
}

void applyAppearance(QsciLexer &lexer, const QPalette &palette, const QFont &font)
{
    constexpr int styleCount = 128;
    const QColor paper = palette.color(QPalette::Base);
    const QColor text = palette.color(QPalette::Text);
    lexer.setDefaultPaper(paper);
    lexer.setDefaultColor(text);
    lexer.setDefaultFont(font);
    for (int style = 0; style < styleCount; ++style) {
        if (lexer.description(style).isEmpty()) {
            continue;
        }
        const QColor usual = lexer.defaultColor(style);
        // Black is what has no colour of its own. The lexers' colours are made for white.
        const bool isPlain = usual == Qt::black || style == lexer.defaultStyle();
        lexer.setColor(isPlain ? text : readableOn(paper, usual), style);
        lexer.setPaper(paper, style);
        lexer.setEolFill(false, style);
        const QFont usualFont = lexer.defaultFont(style);
        QFont styled = font;
        styled.setBold(usualFont.bold());
        styled.setItalic(usualFont.italic());
        lexer.setFont(styled, style);
    }
}

} // namespace Koyeb::Desktop
