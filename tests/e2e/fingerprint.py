#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints one line for a folder and all that is in it: names as bytes, kinds, modes, times, contents, targets.

Travels with the folder, so that it is also the proof that executable bits do.
"""

import hashlib
import os
import stat
import sys


def entry_facts(path: bytes, name: bytes) -> bytes:
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        facts = b"link to " + os.readlink(path)
    elif stat.S_ISDIR(status.st_mode):
        facts = b"folder %o" % stat.S_IMODE(status.st_mode)
    else:
        with open(path, "rb") as file:
            content = hashlib.sha256(file.read()).hexdigest().encode()
        facts = b"file %o %d %s" % (stat.S_IMODE(status.st_mode), int(status.st_mtime), content)
    return name + b"\0" + facts + b"\0"


def fingerprint(root: bytes) -> str:
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(folders + files):
            path = os.path.join(folder, name)
            digest.update(entry_facts(path, os.path.relpath(path, root)))
    return digest.hexdigest()


if __name__ == "__main__":
    print("FINGERPRINT", fingerprint(os.fsencode(sys.argv[1])))
