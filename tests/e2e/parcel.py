# SPDX-License-Identifier: GPL-3.0-or-later
"""What is dropped on the program: everything that a file system may hold and a careless program loses."""

import os
import random
import shutil
from pathlib import Path
from urllib.parse import quote_from_bytes

import fingerprint

FOLDER = "parcel"
BINARY = "binary.dat"
LOOSE_FILE = b"loose \xff \xe9t\xe9.txt"


def pack(folder: Path) -> list[bytes]:
    """Makes the folder and the loose file in `folder`; returns their paths, which may be no UTF-8."""
    root = os.fsencode(folder / FOLDER)
    os.makedirs(os.path.join(root, b"empty folder"))
    os.makedirs(os.path.join(root, b"deep/er"))
    noise = random.Random(2)
    contents = {
        BINARY.encode(): noise.randbytes(300_000) + bytes(range(256)),
        b"empty": b"",
        b"two  blanks, 'single' and \"double\" quotes\nand a newline": b"odd name\n",
        b"not utf-8: \xff\xfe\x80": b"bytes for a name\n",
        b"-rf $(touch pwned) `id` \\ *": b"a name for a shell to stumble over\n",
        b"deep/er/text": "Grüße, 世界\r\nno newline at the end".encode(),
    }
    for name, content in contents.items():
        with open(os.path.join(root, name), "wb") as file:
            file.write(content)
    os.chmod(os.path.join(root, b"empty"), 0o600)
    os.utime(os.path.join(root, b"empty"), (1_000_000_000, 1_000_000_000))
    shutil.copyfile(fingerprint.__file__, os.path.join(root, b"fingerprint.py"))
    os.chmod(os.path.join(root, b"fingerprint.py"), 0o755)
    os.symlink(b"deep/er/text", os.path.join(root, b"link"))
    os.symlink(b"/nowhere/at all", os.path.join(root, b"dangling link"))
    loose = os.path.join(os.fsencode(folder), LOOSE_FILE)
    with open(loose, "wb") as file:
        file.write(b"loose\n")
    return [root, loose]


def uri_list(paths: list[bytes]) -> bytes:
    return b"".join(b"file://" + quote_from_bytes(path).encode() + b"\r\n" for path in paths)


def differences(expected: bytes, actual: bytes) -> list[str]:
    """What is not the same in two folders, in words; empty when all is."""
    def facts(root: bytes) -> dict[bytes, bytes]:
        found = {}
        for folder, folders, files in os.walk(root):
            for name in folders + files:
                path = os.path.join(folder, name)
                relative = os.path.relpath(path, root)
                found[relative] = fingerprint.entry_facts(path, b"")
        return found

    left, right = facts(expected), facts(actual)
    return [f"{name!r}: {left.get(name, b'missing')!r} became {right.get(name, b'missing')!r}"
            for name in sorted(left.keys() | right.keys()) if left.get(name) != right.get(name)]
