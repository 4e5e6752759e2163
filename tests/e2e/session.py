# SPDX-License-Identifier: GPL-3.0-or-later
"""A private desktop session: X server, session bus, unlocked keyring, window manager, home folder.

Nothing of the machine's own session is seen or touched, and nothing is left behind: this process adopts every
orphan below it, so that leaving the session can find, and end, all that was ever started in it.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_KEYRING_PASSWORD = b"not a secret: it guards an empty keyring for some minutes"


class SessionError(Exception):
    """The session could not be set up; says what is missing."""


class Told(Exception):
    """A failure that was told where it happened."""


def _control_process(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise SessionError(f"prctl({option}): {os.strerror(ctypes.get_errno())}")


def adopt_orphans() -> None:
    """Makes this process the parent of all its descendants whose own parent ends."""
    _control_process(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """For when the parent is killed and can no longer clean up."""
    _control_process(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _parents() -> dict[int, int]:
    """The parent of each process that has not ended."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The second field, the name, may hold blanks and brackets: what counts starts after the last one.
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state not in "ZX":
            parents[int(entry.name)] = int(parent)
    return parents


def descendants(root: int, without: frozenset[int] = frozenset()) -> list[int]:
    """All processes below `root`, but those of `without` and what is below them."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents().items():
        children.setdefault(parent, []).append(pid)
    found, open_ends = [], [root]
    while open_ends:
        for pid in children.get(open_ends.pop(), []):
            if pid not in without:
                found.append(pid)
                open_ends.append(pid)
    return found


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def wait_until(condition, what: str, seconds: float = 30, interval: float = 0.1):
    """Polls until the condition holds and returns its value; says what was waited for when it never does."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(interval)


class Session:
    """`with Session(logs, screen) as session:` — `session.environment` is what its programs get."""

    def __init__(self, logs: Path, screen: str = "1280x800"):
        self._logs = logs
        self._screen = screen
        self._services: list[subprocess.Popen] = []
        self._root = Path()
        self.environment: dict[str, str] = {}

    @property
    def home(self) -> Path:
        return self._root / "home"

    @property
    def scratch(self) -> Path:
        """The test's own files, which the program is not to know."""
        return self._root / "scratch"

    @property
    def temporary(self) -> Path:
        """Where its programs put temporary files."""
        return self._root / "tmp"

    @property
    def service_pids(self) -> frozenset[int]:
        return frozenset(service.pid for service in self._services)

    def strangers(self) -> list[int]:
        """What runs below this process and is no part of the session itself."""
        return descendants(os.getpid(), without=self.service_pids)

    def play(self, scene) -> bool:
        """Calls `scene` in a process of its own with the session's environment; tells whether it succeeded.

        Of its own, because the accessibility library knows but one bus in its lifetime, and so that whatever the
        scene leaves behind is below that process and nothing else is.
        """
        sys.stdout.flush()
        player = os.fork()
        if player == 0:
            os._exit(self._perform(scene))
        return os.waitpid(player, 0)[1] == 0

    def _perform(self, scene) -> int:
        status = 1
        try:
            die_with_parent()
            adopt_orphans()
            os.environ.clear()
            os.environ.update(self.environment)
            scene()
            status = 0
        except Told:
            pass
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        return status

    def __enter__(self) -> "Session":
        # Short, because unix sockets live in it and their paths may have 107 bytes.
        self._root = Path(tempfile.mkdtemp(prefix="ke2e-"))
        try:
            self._make_folders()
            self._start_display()
            self._start_bus()
            self._start_keyring()
            self._start_window_manager()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_exception) -> None:
        self._end_all(self.strangers())
        for service in reversed(self._services):
            service.terminate()
        for service in self._services:
            try:
                service.wait(10)
            except subprocess.TimeoutExpired:
                service.kill()
                service.wait()
        self._end_all(descendants(os.getpid()))
        self._services.clear()
        shutil.rmtree(self._root, ignore_errors=True)

    @staticmethod
    def _end_all(pids: list[int]) -> None:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass

    def _make_folders(self) -> None:
        runtime = self._root / "run"
        for folder in (self.home, self.scratch, self.temporary, runtime):
            folder.mkdir(mode=0o700)
        self.environment = {
            "HOME": str(self.home),
            "USER": "tester",
            "LOGNAME": "tester",
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
            "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".local/share"),
            "XDG_STATE_HOME": str(self.home / ".local/state"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_SESSION_TYPE": "x11",
            "TMPDIR": str(self.temporary),
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }

    def _start(self, name: str, command: list[str], **options) -> subprocess.Popen:
        if not shutil.which(command[0], path=self.environment["PATH"]):
            raise SessionError(f"{command[0]} is not installed")
        with open(self._logs / f"{name}.log", "ab") as log:
            options.setdefault("stdout", log)
            options.setdefault("stdin", subprocess.DEVNULL)
            service = subprocess.Popen(
                command, env=self.environment, stderr=log, start_new_session=True,
                preexec_fn=die_with_parent, **options)
        self._services.append(service)
        return service

    def _start_announcing(self, name: str, command: list[str]) -> str:
        """Starts a service that is given `{fd}` to write one line to when it is ready; returns the line."""
        reading, writing = os.pipe()
        arguments = [argument.format(fd=writing) for argument in command]
        self._start(name, arguments, pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as announcement:
            line = announcement.readline().strip()
        if not line:
            raise SessionError(f"{command[0]} did not start: see {self._logs / name}.log")
        return line

    def _start_display(self) -> None:
        # Without auto-repeat (-r): on a busy machine a key may seem to be held for long.
        number = self._start_announcing("xvfb", [
            "Xvfb", "-displayfd", "{fd}", "-screen", "0", f"{self._screen}x24", "-nolisten", "tcp", "-noreset",
            "-r"])
        self.environment["DISPLAY"] = f":{number}"
        # A keyboard that has umlauts: XTEST can only press keys that there are.
        subprocess.run(
            ["setxkbmap", "-layout", "us", "-variant", "altgr-intl"], env=self.environment, check=True)

    def _start_bus(self) -> None:
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._start_announcing(
            "dbus", ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address={fd}"])

    def _start_keyring(self) -> None:
        keyring = self._start(
            "keyring", ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE)
        keyring.stdin.write(_KEYRING_PASSWORD)
        keyring.stdin.close()
        ask = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
               "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]
        wait_until(lambda: "boolean true" in self._answer(ask), "the keyring")

    def _start_window_manager(self) -> None:
        self._start("openbox", ["openbox", "--sm-disable"])
        ask = ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"]
        wait_until(lambda: "window id" in self._answer(ask), "the window manager")

    def _answer(self, command: list[str]) -> str:
        return subprocess.run(command, env=self.environment, capture_output=True, text=True).stdout
