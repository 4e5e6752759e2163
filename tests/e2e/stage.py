# SPDX-License-Identifier: GPL-3.0-or-later
"""What a journey is played on: the session, the programs, and the steps that are told and pictured."""

import contextlib
import os
import re
import time
from pathlib import Path
from typing import Optional

from session import Session, Told


class Stage:
    def __init__(self, session: Session, program: Path, engine: Path, drag_source: Optional[Path],
                 pictures: Path, patience: float):
        self.session = session
        self.program_path = program
        self.engine_path = engine
        self.drag_source = drag_source
        self.pictures = pictures
        self.patience = patience
        self.program = None  # The Program that runs now, if any.
        self._step_number = 0

    @contextlib.contextmanager
    def step(self, title: str):
        """Tells how it ended; leaves a picture, and when it failed all that helps to find out why."""
        self._step_number += 1
        picture = self._picture_path(title)
        started = time.monotonic()
        try:
            yield
        except Exception as error:
            print(f"  {self._step_number:2}. {title}: FAILED\n      {type(error).__name__}: {error}", flush=True)
            self._keep_evidence(picture)
            raise Told(title) from error
        print(f"  {self._step_number:2}. {title}: OK ({time.monotonic() - started:.1f} s)", flush=True)
        if self.program:
            self.program.desktop.picture(picture)

    def picture(self, title: str) -> None:
        """One in the middle of a step, of what will be gone at its end."""
        self.program.desktop.picture(self._picture_path(title))

    def _picture_path(self, title: str) -> Path:
        words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        return self.pictures / f"{self._step_number:02}-{words}.png"

    def _keep_evidence(self, picture: Path) -> None:
        if not self.program:
            return
        with contextlib.suppress(Exception):
            self.program.desktop.picture(picture.with_name(f"{picture.stem}-FAILED.png"))
        with contextlib.suppress(Exception):
            picture.with_name(f"{picture.stem}-FAILED.txt").write_text(self.program.desktop.described())


def check(condition: bool, what: str) -> None:
    """Unlike `assert`, never compiled away."""
    if not condition:
        raise AssertionError(what)


def holding(folder: Path, secret: bytes) -> list[str]:
    """The files below a folder that hold these bytes."""
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink() and secret in path.read_bytes():
                found.append(str(path.relative_to(folder)))
    return found
