# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in with a token, which outlives the program in the keyring, and signing out, which takes it away."""

import keyring
from desktop import BUTTON, CELL, LIST
from engine import Engine
from program import Play, sign_in
from stage import Stage, check, holding


class Restart(Play):
    def __init__(self, stage: Stage, engine: Engine):
        self._engine = engine
        super().__init__(stage)

    def travel(self) -> None:
        step = self._stage.step
        with step("Sign in"):
            self._desktop.click(BUTTON, "Sign in to Koyeb", seconds=60)
            sign_in(self._desktop, self._engine.url, self._engine.token)
            self._see_account()
        with step("The token is in the keyring"):
            self._desktop.wait(lambda: self._engine.token.encode() in keyring.secrets(), "the token in the keyring")
            self._look_for_token()
        with step("Quit"):
            self._program.quit()
        with step("Start again"):
            self._start()
            self._see_account()
        with step("Sign out"):
            self._program.choose("File", "Sign out")
            self._desktop.find(BUTTON, "Sign in to Koyeb", seconds=60)
            self._desktop.wait(lambda: not keyring.secrets(), "the keyring to be empty")
        with step("Quit again"):
            self._program.quit()
        with step("Start signed out"):
            self._start()
            self._desktop.find(BUTTON, "Sign in to Koyeb", seconds=60)
            self._program.quit()
            self._look_for_token()

    def _see_account(self) -> None:
        tree = self._desktop.find(LIST, "Sandboxes", seconds=60)
        self._desktop.find(CELL, within=tree, seconds=60)

    def _look_for_token(self) -> None:
        """The keyring's own file is encrypted; no other may hold it."""
        for folder in (self._stage.session.home, self._stage.session.temporary, self._stage.pictures):
            found = holding(folder, self._engine.token.encode())
            check(not found, f"the token was left in {', '.join(found)}")


def travel(stage: Stage) -> None:
    with Engine(stage) as engine:
        Restart(stage, engine).travel()
