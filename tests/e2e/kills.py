# SPDX-License-Identifier: GPL-3.0-or-later
"""The program is killed at random moments while it moves folders, and started again, until all is there.

Takes minutes, so only `./dev stress window` plays it.
"""

import itertools
import os
import random
import time
from pathlib import Path
from typing import Optional

import fingerprint
from crowd import make_crowd
from engine import Engine
from program import Play
from stage import Stage, check

_KILLS = 50
_KILLS_OF_A_FOLDER = 5
_FILES = 300
_LARGE_BYTES = 48 * 1024 * 1024
_LONGEST_LIFE_SECONDS = 4
_SEED = 1


class Kills(Play):
    def __init__(self, stage: Stage, engine: Engine):
        self._engine = engine
        self._random = random.Random(_SEED)
        super().__init__(stage)

    def travel(self) -> None:
        step = self._stage.step
        self._begin(self._engine, "far")
        kills = 0
        for number in itertools.count():
            if kills >= _KILLS:
                break
            with step(f"Folder {number}, after {kills} kills"):
                kills += self._move_folder(number)
        print(f"  {kills} kills", flush=True)
        with step("Quit"):
            self._program.quit()

    def _move_folder(self, number: int) -> int:
        """Returns how often the program was killed meanwhile."""
        name = f"crowd-{number}"
        crowd = make_crowd(self._stage.session.scratch / name, _FILES, _LARGE_BYTES)
        self._engine.misbehave(
            {"fault": {"part": "executor", "path": "/write_file", "delay_ms": 900, "times": 0}})
        if number > 0:
            self._program.open_sandbox("far")
        self._program.open_tab("Files")
        self._program.drop([os.fsencode(crowd)])
        kills = 0
        while kills < _KILLS_OF_A_FOLDER and not self._arrived(name):
            time.sleep(self._random.uniform(0, _LONGEST_LIFE_SECONDS))
            self._program.kill()
            kills += 1
            self._start()
        self._engine.misbehave({"clear": True})
        arrived = self._desktop.wait(lambda: self._arrived(name), f"{name} in the sandbox", 180)
        self._desktop.wait(lambda: not list(arrived.parent.glob(".koyeb-part*")), "what helped to be removed", 60)
        check(fingerprint.fingerprint(os.fsencode(arrived)) == fingerprint.fingerprint(os.fsencode(crowd)),
              "the folder differs from what was dropped")
        return kills

    def _arrived(self, name: str) -> Optional[Path]:
        """Where a folder is in the sandbox. It gets its name once it is complete."""
        places = list(self._stage.session.scratch.glob(f"engine-state/**/{name}"))
        check(len(places) < 2, f"{name} is in {len(places)} places of the sandbox")
        return places[0] if places else None


def travel(stage: Stage) -> None:
    with Engine(stage) as engine:
        Kills(stage, engine).travel()
