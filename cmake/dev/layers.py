#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks who may depend on whom: what each room includes, and what its target links.

The rules are docs/architecture.md's. A room is a folder of lib or app; the linker already refuses a symbol of a room that is
not linked, this refuses the link itself, and headers that would need none.
"""

import pathlib
import re
import sys

# Room -> rooms it may use, besides itself.
LIB = {
    "core": set(),
    "net": {"core"},
    "api": {"net", "core"},
    "executor": {"net", "core"},
    "sandbox": {"api", "executor", "net", "core"},
    "transfer": {"sandbox", "api", "executor", "net", "core"},
    "vt": set(),
    "local": set(),
}
EVERY_LIB = {"core", "net", "api", "executor", "sandbox"}
APP = {
    "common": EVERY_LIB,
    "accounts": EVERY_LIB | {"common"},
    "sandboxes": EVERY_LIB | {"common"},
    "terminal": EVERY_LIB | {"common", "vt"},
    "files": EVERY_LIB | {"common"},
    "editor": EVERY_LIB | {"common"},
    "transfers": EVERY_LIB | {"common", "transfer"},
    "ports": EVERY_LIB | {"common"},
}
# The shell connects the rooms, so it may use them all.
APP["shell"] = EVERY_LIB | (set(APP) - {"vt"})

WITHOUT_QT = {"vt", "local"}
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([a-z_]+)/[^"]+"|<(Q[A-Z]\w*|Qt\w+/\w+|q\w+\.h)>)', re.MULTILINE)
LINK = re.compile(r"\b(?:KoyebQt::|koyeb_app_|koyeb_)([a-z_]+)\b")
KEYCHAIN = re.compile(r"qt6?keychain", re.IGNORECASE)


def room_files(folder):
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".cpp", ".h"}:
            yield path


def check_includes(root, layer, room, allowed, problems):
    for path in room_files(root / layer / room):
        for match in INCLUDE.finditer(path.read_text(encoding="utf-8")):
            used, qt = match.groups()
            if qt and room in WITHOUT_QT:
                problems.append(f"{path.relative_to(root)}: includes {qt}, but {room} has no Qt")
            if used and used in ROOMS and used != room and used not in allowed:
                problems.append(f"{path.relative_to(root)}: {room} may not use {used}")
            if used == "widgets" or (qt and layer == "lib" and qt in WIDGETS):
                problems.append(f"{path.relative_to(root)}: lib has no widgets, but includes {qt}")


def check_links(root, layer, room, allowed, problems):
    for path in sorted((root / layer / room).rglob("CMakeLists.txt")):
        text = path.read_text(encoding="utf-8")
        for used in LINK.findall(text):
            if used in ROOMS and used != room and used not in allowed:
                problems.append(f"{path.relative_to(root)}: {room} may not link {used}")
        if layer == "lib" and re.search(r"Qt6::(Widgets|Gui)\b", text):
            problems.append(f"{path.relative_to(root)}: lib links no widgets")
        if KEYCHAIN.search(text) and room != "accounts":
            problems.append(f"{path.relative_to(root)}: only accounts uses the keychain")


ROOMS = set(LIB) | set(APP)
WIDGETS = {"QWidget", "QApplication", "QDialog", "QMainWindow", "QLabel", "QPushButton"}


def main():
    root = pathlib.Path(sys.argv[1])
    problems = []
    for layer, rules in (("lib", LIB), ("app", APP)):
        for folder in sorted(p for p in (root / layer).iterdir() if p.is_dir()):
            if folder.name not in rules:
                problems.append(f"{layer}/{folder.name}: no rule says what it may use (cmake/dev/layers.py)")
                continue
            check_includes(root, layer, folder.name, rules[folder.name], problems)
            check_links(root, layer, folder.name, rules[folder.name], problems)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


sys.exit(main())
