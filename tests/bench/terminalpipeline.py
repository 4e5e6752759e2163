# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way from a program's terminal to the screen, and back from a key: ours, through a sandbox of the local
engine, beside xterm and Konsole, which start the program themselves. All in windows of 120 columns and 40 rows, with
the same font and the same scrollback, on the same X server. Looked at from outside: what counts is what is seen.
"""

import contextlib
import ctypes
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from session import Session, wait_until

MEGABYTES = 100
RUNS = 3
KEYS = 200
FRAME_SECONDS = 8
FLOOD = 10_000_000  # Bytes a second.
RED, GREEN = 0xC80000, 0x00C800
PLAY = Path(__file__).with_name("terminalplay.py")


class Screen:
    """An X server's screen, read, and its keyboard, pressed, with as little as possible in between."""

    _ALL_PLANES = ctypes.c_ulong(0xFFFFFF)
    _Z_PIXMAP = 2

    class _Image(ctypes.Structure):
        _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int),
                    ("format", ctypes.c_int), ("data", ctypes.POINTER(ctypes.c_char)), ("byte_order", ctypes.c_int),
                    ("bitmap_unit", ctypes.c_int), ("bitmap_bit_order", ctypes.c_int), ("bitmap_pad", ctypes.c_int),
                    ("depth", ctypes.c_int), ("bytes_per_line", ctypes.c_int)]

    def __init__(self, display: str):
        self._x11, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        for name, result in (("XOpenDisplay", ctypes.c_void_p), ("XDefaultRootWindow", ctypes.c_ulong),
                             ("XGetImage", ctypes.POINTER(self._Image))):
            getattr(self._x11, name).restype = result
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(display.encode()))
        self._root = ctypes.c_ulong(self._x11.XDefaultRootWindow(self._display))
        self._key = self._x11.XKeysymToKeycode(self._display, ctypes.c_ulong(ord("x")))
        self.place = (0, 0)

    def close(self) -> None:
        self._x11.XCloseDisplay(self._display)

    def _pixels(self, x: int, y: int, width: int, height: int) -> bytes:
        image = self._x11.XGetImage(
            self._display, self._root, x, y, width, height, self._ALL_PLANES, self._Z_PIXMAP)
        try:
            return ctypes.string_at(image.contents.data, image.contents.bytes_per_line * height)
        finally:
            self._x11.XDestroyImage(image)

    def colour(self) -> int:
        """Of the pixel at the place that is watched."""
        return int.from_bytes(self._pixels(*self.place, 1, 1)[:3], "little")

    def find(self, colour: int, width: int, height: int) -> bool:
        """Watches the end of the first stretch of this colour, where no text is, if there is one."""
        pixels = self._pixels(0, 0, width, height)
        pattern = colour.to_bytes(3, "little")
        at = pixels.find(pattern)
        while at % 4 and at >= 0:
            at = pixels.find(pattern, at + 1)
        if at < 0:
            return False
        y, x = divmod(at // 4, width)
        length = 0
        while x + length < width and pixels[at + 4 * length:at + 4 * length + 3] == pattern:
            length += 1
        self.place = (x + length - 20, y + 5)
        return True

    def press(self) -> None:
        for is_down in (1, 0):
            self._test.XTestFakeKeyEvent(self._display, self._key, is_down, ctypes.c_ulong(0))
        self._x11.XSync(self._display, 0)

    def wait_for(self, colour: int, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.colour() != colour:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the colour {colour:06x} was not seen in {seconds} s")
            time.sleep(0.0005)  # Reading all the time would take from what is measured.


def ours(build: Path) -> list[str]:
    return [str(build / "tests/bench/bench_terminalwindow")]


def xterm(_build: Path) -> list[str]:
    return ["xterm", "-fa", "DejaVu Sans Mono", "-fs", "10", "-geometry", "120x40", "-sl", "10000", "-e"]


def konsole(_build: Path) -> list[str]:
    properties = ("TerminalColumns=120", "TerminalRows=40", "Font=DejaVu Sans Mono,10", "HistorySize=10000")
    return ["konsole", "--separate", "--nofork", "--hide-menubar", "--hide-tabbar",
            *(argument for each in properties for argument in ("-p", each)), "-e"]


TERMINALS = {"ours": ours, "xterm": xterm, "konsole": konsole}


@contextlib.contextmanager
def running(session: Session, build: Path, terminal: str, mode: str, number: int):
    """A terminal in which the program waits for keys, and the place on the screen to be watched."""
    width, height = 1280, 800
    command = [*TERMINALS[terminal](build), "/usr/bin/python3", "-c", PLAY.read_text(), mode, str(number)]
    environment = session.environment | {"KOYEB_LOCAL_PROGRAM": str(build / "bin/koyeb-local"),
                                         "KOYEB_BENCH_FRAMES": str(session.scratch / "frames")}
    environment.pop("QT_LINUX_ACCESSIBILITY_ALWAYS_ON", None)
    screen = Screen(session.environment["DISPLAY"])
    log = (session.scratch / f"{terminal}.log").open("ab")
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_until(lambda: process.poll() is not None or screen.find(GREEN, width, height), f"{terminal}'s window", 60)
        if process.returncode is not None:
            raise RuntimeError(f"{terminal} ended: {Path(log.name).read_text(errors='replace')[-1000:]}")
        time.sleep(1)  # Windows may still find their size.
        if mode == "keys":
            screen.press()
            wait_until(lambda: screen.find(RED, width, height), "the marker")
        else:
            screen.find(GREEN, width, height)
            screen.place = (screen.place[0], screen.place[1] + 200)
        yield screen
    finally:
        process.terminate()
        process.wait(30)
        log.close()
        screen.close()


def seconds_to_show(screen: Screen) -> float:
    screen.wait_for(GREEN, 30)
    started = time.monotonic()
    screen.press()
    screen.wait_for(RED, 300)
    elapsed = time.monotonic() - started
    screen.press()
    return elapsed


def milliseconds_to_answer(screen: Screen) -> list[float]:
    times = []
    chance = random.Random(1)
    for count in range(KEYS):
        before = screen.colour()
        after = GREEN if before == RED else RED
        started = time.monotonic()
        screen.press()
        screen.wait_for(after, 60)
        times.append((time.monotonic() - started) * 1000)
        time.sleep(chance.uniform(0.02, 0.06))  # Not in step with anybody's frames.
    return times


def measure(build: Path, modes: dict[str, tuple[str, int]], terminals=TERMINALS) -> dict[str, dict[str, list[float]]]:
    """The figures of each terminal in each mode."""
    for needed in ("xterm", "konsole"):
        if not shutil.which(needed):
            raise RuntimeError(f"{needed} is not installed")
    figures: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as logs, Session(Path(logs)) as session:
        for title, (mode, number) in modes.items():
            for terminal in terminals:
                with running(session, build, terminal, mode, number) as screen:
                    found = ([seconds_to_show(screen) for _ in range(RUNS)] if mode == "cat"
                             else milliseconds_to_answer(screen))
                figures.setdefault(title, {})[terminal] = found
    return figures


def frames_a_second(build: Path) -> float:
    """How often ours is painted while much arrives: the median of some seconds."""
    with tempfile.TemporaryDirectory() as logs, Session(Path(logs)) as session:
        with running(session, build, "ours", "keys", FLOOD):
            counts = session.scratch / "frames"
            before = len(counts.read_text().splitlines()) + 1  # The second that has begun is not all of it.
            wait_until(lambda: len(counts.read_text().splitlines()) >= before + FRAME_SECONDS, "the frames", 60)
            return statistics.median(int(line) for line in counts.read_text().splitlines()[before:])


MODES = {
    "cat": ("cat", MEGABYTES),
    "idle": ("keys", -1),
    "while 10 MB/s arrive": ("keys", FLOOD),
    "in a flood": ("keys", 0),
}


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def rows(build: Path) -> list[tuple[str, float, str, str, float]]:
    """Name, value, unit, against, yardstick."""
    figures = measure(build, MODES)
    speeds = {terminal: MEGABYTES / statistics.median(times) for terminal, times in figures.pop("cat").items()}
    found = [(f"terminal: {MEGABYTES} MB by cat, to the painted window", speeds["ours"], "MB/s", against, speeds[against])
             for against in ("xterm", "konsole")]
    for title, times in figures.items():
        for percent in (50, 99):
            value = {terminal: percentile(each, percent) for terminal, each in times.items()}
            found += [(f"terminal: key to paint {title}, p{percent}", value["ours"], "ms", against, value[against])
                      for against in ("xterm", "konsole")]
    return [*found, ("terminal: frames while 10 MB/s arrive", frames_a_second(build), "frames/s", "the screen's", 60)]
