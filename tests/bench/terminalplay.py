# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs in a terminal that is measured; terminalpipeline.py presses the keys and looks at the window.

Every key that is pressed changes the colour of the cells at PLACE. In between:
`cat MEGABYTES` shows a file, then the colour; `keys BYTES_A_SECOND` writes lines, as fast as it can when 0 is
given, none when it is -1.
"""

import os
import select
import subprocess
import sys
import tempfile
import time
import tty

RED, GREEN = b"\x1b[48;2;200;0;0m", b"\x1b[48;2;0;200;0m"
PLACE = b"\x1b[20;105H"
LINE = b"2026-11-22T10:00:00Z worker[17]: handled request 4711 in 12 ms, all is well"
ERASED = b"\x1b[2J\x1b[H"


def write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data):]


def wait_for_key() -> None:
    if not os.read(0, 1):
        sys.exit()


def show_file(megabytes: int) -> None:
    with tempfile.NamedTemporaryFile() as file:
        lines = (LINE + b"\n") * (1_000_000 // (len(LINE) + 1))
        for _ in range(megabytes):
            file.write(lines)
        file.flush()
        while True:
            write(b"\x1b[0m" + GREEN + ERASED)
            wait_for_key()
            write(b"\x1b[0m" + ERASED)
            subprocess.run(["cat", file.name], check=True)
            write(RED + ERASED)
            wait_for_key()


def answer_keys(rate: int) -> None:
    block = (LINE + b"\x1b[K\n") * 50
    colour = GREEN
    write(colour + ERASED)
    started, written = time.monotonic(), 0
    while True:
        ahead = written / rate - (time.monotonic() - started) if rate > 0 else 0
        if ahead < -0.1:
            started, written = time.monotonic(), 0  # What could not be written in time is not made up for.
        if select.select([0], [], [], None if rate < 0 else max(ahead, 0))[0]:
            wait_for_key()
            colour = RED if colour == GREEN else GREEN
            # A few cells where all is still; else all of them, since they move.
            write(PLACE + colour + b" " * 8 if rate < 0 else colour + ERASED)
        elif rate >= 0:
            write(block)
            written += len(block)


tty.setcbreak(0)
write(b"\x1b[?25l")
try:
    (show_file if sys.argv[1] == "cat" else answer_keys)(int(sys.argv[2]))
finally:
    write(b"\x1b[0m\x1b[?25h" + ERASED)
