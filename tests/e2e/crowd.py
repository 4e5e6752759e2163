# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of many things, for what takes long enough to be interrupted."""

import os
import random
import shutil
from pathlib import Path

import fingerprint


def make_crowd(crowd: Path, files: int, large_bytes: int) -> Path:
    """Mixed: empty, small and large ones, text and noise, all modes, odd names, links and empty folders."""
    noise = random.Random(7)
    for number in range(files):
        folder = os.path.join(os.fsencode(crowd), b"%d" % (number % 40), b"in" * (number % 3))
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, noise.choice([b"%d.txt", b"%d \xff\n$(x) '", b"-%d\xc3\xa9", b"%d;*"]) % number)
        with open(path, "wb") as file:
            size = noise.choice([0, 1, 300, 4096, 30_000])
            file.write(noise.randbytes(size) if number % 2 else b"the same line\n" * (size // 14))
        os.chmod(path, noise.choice([0o644, 0o600, 0o755, 0o400]))
        os.utime(path, (1_000_000_000 + number, 1_000_000_000 + number))
        if number % 50 == 0:
            os.symlink(os.path.basename(path), path + b" link")
            os.makedirs(os.path.join(folder, b"empty %d" % number))
    (crowd / "large.bin").write_bytes(noise.randbytes(large_bytes))
    shutil.copyfile(fingerprint.__file__, crowd / "fingerprint.py")
    (crowd / "fingerprint.py").chmod(0o755)
    return crowd
