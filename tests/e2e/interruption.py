# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of all sorts that the network cuts off, and a killed and a quit program leave: each time it goes on."""

import os
import re

import fingerprint
from desktop import CELL, LIST
from crowd import make_crowd
from engine import Engine
from program import Play, Terminal
from stage import Stage, check

_FILES = 2000
_LARGE_BYTES = 96 * 1024 * 1024


class Interruption(Play):
    def __init__(self, stage: Stage, engine: Engine):
        self._engine = engine
        super().__init__(stage)

    def travel(self) -> None:
        step = self._stage.step
        self._begin(self._engine, "far")
        with step("Drop 2,000 files on a slow line"):
            crowd = make_crowd(self._stage.session.scratch / "crowd", _FILES, _LARGE_BYTES)
            self._slow_down()
            self._program.open_tab("Files")
            self._program.drop([os.fsencode(crowd)])
            self._wait_for_progress(20)
        with step("The network is cut"):
            self._engine.misbehave({"fault": {"part": "executor", "reset": "before", "times": 0}})
            self._desktop.find(CELL, re.compile("^Interrupted"), self._transfers(), seconds=60)
        with step("It goes on by itself"):
            self._slow_down()
            self._wait_for_progress(40)
        with step("The program is killed"):
            self._program.kill()
        with step("The next start goes on, and is quit"):
            self._start()
            self._wait_for_progress(60)
            self._program.quit()
        with step("The one after it goes on"):
            self._engine.misbehave({"clear": True})
            self._start()
            self._desktop.find(CELL, "Done", self._transfers(), seconds=120)
        with step("The sandbox holds the same"):
            self._program.open_sandbox("far")
            self._program.open_tab("Terminal")
            terminal = Terminal(self._desktop)
            terminal.wait_for_focus()
            found = terminal.run("clear; crowd/fingerprint.py crowd", r"^FINGERPRINT ([0-9a-f]{64})")
            check(found[1] == fingerprint.fingerprint(os.fsencode(crowd)), "the folder differs from what was dropped")
            terminal.run("ls -A ~ | grep -c koyeb-part", "^0$")
        with step("Quit"):
            self._program.quit()

    def _slow_down(self) -> None:
        self._engine.misbehave({"clear": True})
        self._engine.misbehave({"fault": {"part": "executor", "path": "/write_file", "delay_ms": 400, "times": 0}})

    def _transfers(self):
        return self._desktop.find(LIST, "Transfers", seconds=60)

    def _wait_for_progress(self, percent: int) -> None:
        def progress() -> int:
            shown = [re.match(r"(\d+) %", cell.name) for cell in self._transfers().find_all(CELL)]
            return max((int(match[1]) for match in shown if match), default=0)

        self._desktop.wait(lambda: progress() >= percent, f"{percent} % of the transfer", 60)
        check(progress() < 100, "the transfer was over before it could be interrupted")


def travel(stage: Stage) -> None:
    with Engine(stage) as engine:
        Interruption(stage, engine).travel()
