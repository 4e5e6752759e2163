# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong is said, in a sentence, where it went wrong; and the next try can succeed."""

import os
import re
import signal
import socket

import parcel
from desktop import BUTTON, CELL, FIELD, LIST
from engine import Engine, misbehave
from program import Play, sandbox_folders, sign_in
from session import descendants
from stage import Stage, check

_ALWAYS = 0


def unused_address() -> str:
    """Where nobody listens: the port was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


class SignInFailures(Play):
    """With a server that stands in for the Koyeb API."""

    def __init__(self, stage: Stage, engine: Engine):
        self._engine = engine
        super().__init__(stage)

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
            self._desktop.find(CELL, within=self._program.tree(), seconds=60)
        with step("Sign out and quit"):
            self._program.choose("File", "Sign out")
            self._desktop.find(BUTTON, "Sign in to Koyeb", seconds=60)
            self._program.quit()

    def _refused(self, host: str, token: str, words: str) -> None:
        sign_in(self._desktop, host, token)
        self._desktop.wait(lambda: words in self._desktop.texts(), f"the page to say {words!r}", 120)


class SandboxFailures(Play):
    """With sandboxes on this computer."""

    def travel(self) -> None:
        step = self._stage.step
        self._desktop.click(BUTTON, "Try it on this computer", seconds=60)
        with step("A deployment that fails"):
            self._misbehave({"fail_next_deployment": "The image was not found."})
            self._program.begin_sandbox("doomed")
            self._told("could not be started")
            self._told("The image was not found.")
        with step("A sandbox with a small disk"):
            self._misbehave({"small_disk": {"mount_point": "/full", "bytes": 65536}})
            self._program.create_sandbox("tiny")
        with step("A folder that is missing"):
            self._program.open_tab("Files")
            self._program.listing()
            self._go_to("/nowhere")
            self._told("The folder /nowhere could not be read.")
        with step("A disk that is full"):
            self._go_to("/full")
            self._desktop.find(LIST, "Files in /full", seconds=60)
            self._program.drop(parcel.pack(self._stage.session.scratch)[:1])
            self._desktop.wait(
                lambda: re.search("no space left", self._desktop.texts(), re.IGNORECASE),
                "the transfer to say that the disk is full", 120)
        with step("The engine is killed"):
            self._kill_engine()
            self._told("was killed or crashed")
        with step("It starts again when asked to"):
            self._desktop.click(BUTTON, "Start the engine again")
            self._desktop.wait(lambda: "No sandboxes yet" in self._desktop.texts(), "an empty list", 60)
        with step("The program is killed"):
            self._program.create_sandbox("orphan")
            self._program.kill()
            self._desktop.wait(lambda: not descendants(os.getpid()), "all processes of the program to end")
        with step("The next start sweeps up"):
            self._start()
            self._program.engine_greeting()
            self._desktop.wait(lambda: not sandbox_folders(self._stage), "the remains to be removed")
        with step("Quit with a sandbox running"):
            self._program.create_sandbox("last")
            self._program.quit(losing="1 sandbox")
            self._desktop.wait(lambda: not descendants(os.getpid()), "all processes of the program to end")
            check(not sandbox_folders(self._stage), f"the engine left {sandbox_folders(self._stage)}")

    def _misbehave(self, instruction: dict) -> None:
        greeting = self._program.engine_greeting()
        misbehave(greeting["url"], greeting["token"], instruction)

    def _go_to(self, path: str) -> None:
        self._desktop.press("ctrl+l")
        field = self._desktop.find(FIELD, "Path")
        self._desktop.wait(lambda: field.focused, "the path to have the focus")
        self._desktop.press("ctrl+a")
        self._desktop.type(path)
        self._desktop.press("Return")

    def _told(self, words: str) -> None:
        self._desktop.wait(lambda: words in self._desktop.texts(), f"the page to say {words!r}", 60)

    def _kill_engine(self) -> None:
        os.kill(self._program.engine_pid(), signal.SIGKILL)


def travel(stage: Stage) -> None:
    with Engine(stage) as engine:
        SignInFailures(stage, engine).travel()
    SandboxFailures(stage).travel()
