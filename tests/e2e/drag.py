# SPDX-License-Identifier: GPL-3.0-or-later
"""A drag from another program, done by the pointer: pressed, moved and released."""

import os
import subprocess
from pathlib import Path

from desktop import Desktop


class DragSource:
    """`with DragSource(…) as source: source.drop_at(x, y)`"""

    def __init__(self, desktop: Desktop, program: Path, uri_list: bytes, handle_at: tuple[int, int]):
        self._desktop = desktop
        self._told = ""
        self._process = subprocess.Popen(
            [str(program), *map(str, handle_at)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            # Its window must not be taken for one of the program under test.
            env={**os.environ, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "0"})
        self._process.stdin.write(uri_list)
        self._process.stdin.close()
        os.set_blocking(self._process.stdout.fileno(), False)

    def __enter__(self) -> "DragSource":
        return self

    def __exit__(self, *_exception) -> None:
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()

    def drop_at(self, x: int, y: int, before_release=lambda: None) -> None:
        """Drops there; `before_release` may look at what the target shows while it is hovered."""
        self._desktop.wait(lambda: "ready" in self._lines(), "the drag source")
        place = next(line for line in self._lines_told() if line.startswith("ready"))
        from_x, from_y = (int(number) for number in place.split()[1:])
        self._desktop.move_to(from_x, from_y)
        self._desktop.xdotool("mousedown", "1")
        try:
            self._desktop.wait(lambda: self._nudge(from_x, from_y, "started"), "the drag to start")
            for step in range(1, 11):
                self._desktop.move_to(from_x + (x - from_x) * step // 10, from_y + (y - from_y) * step // 10)
            self._desktop.wait(lambda: self._nudge(x, y, "accepted"), "the target to accept what is dragged")
            before_release()
        finally:
            self._desktop.xdotool("mouseup", "1")
        self._desktop.wait(lambda: self._latest() in ("dropped", "cancelled"), "the drop to end")
        if self._latest() != "dropped":
            raise AssertionError("the drop was not taken")

    def _nudge(self, x: int, y: int, until: str) -> bool:
        """A hand is never quite still, and a drag is told of its target's mind only while it moves."""
        for offset in (9, 0):
            self._desktop.move_to(x + offset, y + offset)
        return self._latest() == until

    def _lines(self) -> str:
        self._told += (self._process.stdout.read() or b"").decode()
        return self._told

    def _lines_told(self) -> list[str]:
        return self._lines().splitlines()

    def _latest(self) -> str:
        lines = self._lines_told()
        return lines[-1] if lines else ""
