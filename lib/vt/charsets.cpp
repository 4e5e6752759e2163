// SPDX-License-Identifier: Apache-2.0
#include "vt/charsets.h"

#include <utility>

namespace Koyeb::Vt {

namespace {

/// What national sets have in the place of these characters.
constexpr std::u32string_view replaced = U"#@[\\]^_`{|}~";
constexpr std::array national = {
    std::pair<Charset, std::u32string_view>{Charset::British, U"£@[\\]^_`{|}~"},
    std::pair<Charset, std::u32string_view>{Charset::Dutch, U"£¾ĳ½|^_`¨ƒ¼´"},
    std::pair<Charset, std::u32string_view>{Charset::Finnish, U"#@ÄÖÅÜ_éäöåü"},
    std::pair<Charset, std::u32string_view>{Charset::French, U"£à°ç§^_`éùè¨"},
    std::pair<Charset, std::u32string_view>{Charset::FrenchCanadian, U"#àâçêî_ôéùèû"},
    std::pair<Charset, std::u32string_view>{Charset::German, U"#§ÄÖÜ^_`äöüß"},
    std::pair<Charset, std::u32string_view>{Charset::Italian, U"£§°çé^_ùàòèì"},
    std::pair<Charset, std::u32string_view>{Charset::NorwegianDanish, U"#ÄÆØÅÜ_äæøåü"},
    std::pair<Charset, std::u32string_view>{Charset::Spanish, U"£§¡Ñ¿^_`°ñç~"},
    std::pair<Charset, std::u32string_view>{Charset::Swedish, U"#ÉÄÖÅÜ_éäöåü"},
    std::pair<Charset, std::u32string_view>{Charset::Swiss, U"ùàéçêîèôäöüû"},
};

/// Final characters of national sets, as DEC assigned them.
constexpr std::array nationalFinals = {
    std::pair<std::string_view, Charset>{"4", Charset::Dutch},
    std::pair<std::string_view, Charset>{"C5", Charset::Finnish},
    std::pair<std::string_view, Charset>{"Rf", Charset::French},
    std::pair<std::string_view, Charset>{"Q9", Charset::FrenchCanadian},
    std::pair<std::string_view, Charset>{"K", Charset::German},
    std::pair<std::string_view, Charset>{"Y", Charset::Italian},
    std::pair<std::string_view, Charset>{"`E6", Charset::NorwegianDanish},
    std::pair<std::string_view, Charset>{"Z", Charset::Spanish},
    std::pair<std::string_view, Charset>{"H7", Charset::Swedish},
    std::pair<std::string_view, Charset>{"=", Charset::Swiss},
};

[[nodiscard]] char32_t decGraphic(char32_t character)
{
    constexpr std::u32string_view graphics = U" ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";
    return character >= 0x5F && character < 0x7F ? graphics[character - 0x5F] : character;
}

/// The upper half of Latin-1. A soft hyphen is drawn there, as it was on these terminals.
[[nodiscard]] char32_t latin1(char32_t character)
{
    return character == U'-' ? U'-' : character + 0x80;
}

/// Of the upper half of DEC's set, what is not the same as in Latin-1.
[[nodiscard]] char32_t decSupplemental(char32_t character)
{
    switch (character) {
    case 0x28:
        return U'¤';
    case 0x57:
        return U'Œ';
    case 0x5D:
        return U'Ÿ';
    case 0x77:
        return U'œ';
    case 0x7D:
        return U'ÿ';
    default:
        return character == U' ' ? U' ' : latin1(character);
    }
}

[[nodiscard]] char32_t nationalCharacter(Charset set, char32_t character)
{
    const std::size_t place = replaced.find(character);
    for (const auto &[candidate, characters] : national) {
        if (candidate == set && place != std::u32string_view::npos) {
            return characters[place];
        }
    }
    return character;
}

[[nodiscard]] Charset setOf(char final, bool isNational)
{
    for (const auto &[finals, set] : nationalFinals) {
        if (isNational && finals.find(final) != std::string_view::npos) {
            return set;
        }
    }
    return final == '0'   ? Charset::DecGraphics
           : final == 'A' ? Charset::British
           : final == '<' ? Charset::DecSupplemental
                          : Charset::Ascii;
}

} // namespace

char32_t Charsets::translate(char32_t character)
{
    const Charset set = sets[single != 0 ? single : inUse];
    single = 0;
    switch (set) {
    case Charset::Ascii:
        return character;
    case Charset::DecGraphics:
        return decGraphic(character);
    case Charset::Latin1:
        return latin1(character);
    case Charset::DecSupplemental:
        return decSupplemental(character);
    default:
        return nationalCharacter(set, character);
    }
}

void Charsets::designate(std::string_view intermediates, char final, bool isNational)
{
    constexpr std::string_view of94 = "()*+";
    constexpr std::string_view of96 = "-./";
    const char introducer = intermediates.front();
    if (const std::size_t index = of94.find(introducer); index != std::string_view::npos) {
        if (intermediates.size() == 1) {
            sets.at(index) = setOf(final, isNational);
        } else if (intermediates[1] == '%' && final == '5') {
            sets.at(index) = Charset::DecSupplemental;
        }
    } else if (const std::size_t upper = of96.find(introducer);
               upper != std::string_view::npos && final == 'A') {
        sets.at(upper + 1) = intermediates.size() == 1 ? Charset::Latin1 : sets.at(upper + 1);
    }
}

void Charsets::designate(std::size_t index, std::string_view designator, bool is96)
{
    if (designator == "%5") {
        sets.at(index) = Charset::DecSupplemental;
    } else if (is96) {
        sets.at(index) = index > 0 && designator == "A" ? Charset::Latin1 : Charset::Ascii;
    } else {
        sets.at(index) = setOf(designator.front(), true);
    }
}

std::string_view Charsets::designator(std::size_t index) const
{
    const Charset set = sets.at(index);
    for (const auto &[finals, candidate] : nationalFinals) {
        if (candidate == set) {
            return finals.substr(0, 1);
        }
    }
    return set == Charset::DecGraphics                         ? "0"
           : set == Charset::British || set == Charset::Latin1 ? "A"
           : set == Charset::DecSupplemental                   ? "%5"
                                                               : "B";
}

} // namespace Koyeb::Vt
