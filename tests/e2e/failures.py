# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong is said, in a sentence, where it went wrong; and the next try can succeed."""

import socket

from desktop import BUTTON, CELL, LIST
from engine import Engine
from program import Program, sign_in
from stage import Stage

_ALWAYS = 0


def unused_address() -> str:
    """Where nobody listens: the port was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


class Failures:
    def __init__(self, stage: Stage, engine: Engine):
        self._stage = stage
        self._engine = engine
        self._program = Program(stage)
        self._desktop = self._program.desktop

    def travel(self) -> None:
        step, engine = self._stage.step, self._engine
        self._desktop.click(BUTTON, "Sign in to Koyeb", seconds=60)
        with step("Wrong token"):
            self._refused(engine.url, "not-the-token-of-anybody", "does not accept this token")
        with step("No network"):
            self._refused(unused_address(), engine.token, "cannot be reached")
        with step("Malformed answer"):
            engine.misbehave({"fault": {"path": "/v1/", "malformed": True, "times": _ALWAYS}})
            self._refused(engine.url, engine.token, "was not understood")
        with step("No answer"):
            engine.misbehave({"clear": True})
            engine.misbehave({"fault": {"path": "/v1/", "hang": True, "times": _ALWAYS}})
            self._refused(engine.url, engine.token, "did not come in time")
        with step("Signed in after all"):
            engine.misbehave({"clear": True})
            sign_in(self._desktop, engine.url, engine.token)
            self._desktop.find(CELL, within=self._desktop.find(LIST, "Sandboxes", seconds=60), seconds=60)

    def _refused(self, host: str, token: str, words: str) -> None:
        sign_in(self._desktop, host, token)
        self._desktop.wait(lambda: words in self._desktop.texts(), f"the page to say {words!r}", 120)


def travel(stage: Stage) -> None:
    with Engine(stage) as engine:
        Failures(stage, engine).travel()
