# SPDX-License-Identifier: GPL-3.0-or-later
"""The program under test: started, looked at and used. What its widgets are called is written here, once."""

import json
import os
import re
import stat
import subprocess
import urllib.request
from pathlib import Path
from typing import Optional

import parcel
from desktop import BUTTON, CELL, FIELD, LIST, MENU_ITEM, TAB, Desktop, Rect, Role, Widget
from drag import DragSource
from engine import Engine
from session import command_line, descendants, die_with_parent
from stage import Stage, check


class Program:
    def __init__(self, stage: Stage, *arguments: str, scale: float = 1, **environment: str):
        self._stage = stage
        self._engine_record = stage.session.scratch / "engine-record"
        self._engine_record.unlink(missing_ok=True)
        with open(stage.pictures / "program.log", "ab") as log:
            self._process = subprocess.Popen(
                [str(stage.program_path), *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=die_with_parent,
                env={**os.environ, "KOYEB_LOCAL_PROGRAM": str(self._recorded_engine()),
                     "QT_SCALE_FACTOR": f"{scale:g}", **environment})
        self.desktop = Desktop(self._process.pid, stage.patience, scale)
        stage.program = self

    def _recorded_engine(self) -> Path:
        """The engine tells its token to the program alone; here also to the test, which must know what to look
        for afterwards."""
        script = self._stage.session.scratch / "koyeb-local"
        script.write_text(
            f'#!/bin/bash\nexec "{self._stage.engine_path}" "$@" > >(tee -a "{self._engine_record}")\n')
        script.chmod(stat.S_IRWXU)
        return script

    @property
    def pid(self) -> int:
        return self._process.pid

    def processes(self, pattern: str) -> list[str]:
        """The command lines of what runs below the program and matches."""
        lines = (command_line(pid) for pid in descendants(os.getpid()))
        return [line for line in lines if re.search(pattern, line)]

    def engine_pid(self) -> int:
        """Of the engine that the program started."""
        return self.desktop.wait(
            lambda: next((pid for pid in descendants(self.pid)
                          if " serve" in command_line(pid) and "koyeb-local" in command_line(pid)), None),
            "the engine's process")

    def engine_call(self, path: str) -> dict:
        greeting = self.engine_greeting()
        request = urllib.request.Request(
            greeting["url"] + path, headers={"Authorization": f"Bearer {greeting['token']}"})
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)

    def engine_greeting(self) -> dict:
        lines = self.desktop.wait(
            lambda: self._engine_record.exists() and self._engine_record.read_text().splitlines(),
            "the engine's greeting")
        return json.loads(lines[-1])

    def choose(self, *path: str) -> None:
        """An entry of the menu bar. (Qt does not tell of context menus: their windows belong to nobody.)"""
        within = self.desktop.find(Role.MENU_BAR)
        for title in path:
            within = self.desktop.click(MENU_ITEM, title, within)

    def tree(self) -> Widget:
        return self.desktop.find(LIST, "Sandboxes", seconds=60)

    def create_sandbox(self, name: str, before_creating=lambda: None) -> None:
        """Makes a sandbox with default options, and waits until it is there and healthy."""
        self.begin_sandbox(name, before_creating)
        self.desktop.find(CELL, f"{name}, Healthy", self.tree(), seconds=120)
        self.desktop.find(Role.LABEL, name)  # On the page that is in front.

    def begin_sandbox(self, name: str, before_creating=lambda: None) -> None:
        self.desktop.click(BUTTON, "New sandbox", seconds=60)
        dialog = self.desktop.dialog(re.compile("^New sandbox"))
        self.desktop.fill(self.desktop.find(FIELD, "Name", dialog), name, "the name")
        before_creating()
        self.desktop.click(BUTTON, "Create", dialog)

    def open_sandbox(self, name: str) -> None:
        """Of a tree as it is after a start."""
        self.desktop.click(CELL, re.compile(f"^sandbox-app-{name}"), self.tree())
        self.desktop.press("Right")
        self.desktop.click(CELL, re.compile(f"^{name}"), self.tree())

    def open_tab(self, title: str) -> None:
        tab = self.desktop.click(TAB, title)
        # Qt calls the tab in front focused, newer ones also selected.
        self.desktop.wait(lambda: tab.selected or tab.focused, f"the tab {title} to be in front")

    def listing(self) -> Widget:
        """The files in front."""
        return self.desktop.find(LIST, re.compile("^Files in "), seconds=60)

    def drop(self, paths: list[bytes]) -> None:
        """Drags files from another program onto the list of files, below its last row: a folder that is dropped
        on goes into that folder."""
        target = self.desktop.resting_place(self.listing(), "the list of files").at(0.5, 0.9)
        with DragSource(self.desktop, self._stage.drag_source, parcel.uri_list(paths), (1, 1)) as source:
            source.drop_at(*target, lambda: self._stage.picture("Hovering over the list"))

    def wait_transfers(self, state: str, count: int) -> None:
        transfers = self.desktop.find(LIST, "Transfers")
        self.desktop.wait(
            lambda: len(transfers.find_all(CELL, state)) >= count, f"{count} transfers that are {state}", 120)

    def kill(self) -> None:
        """As nothing can prepare for."""
        self._process.kill()
        self._process.wait()
        self._stage.program = None

    def quit(self, losing: str = "") -> None:
        """`losing`: words of the question that is asked when quitting loses something."""
        self.choose("File", "Quit")
        if losing:
            question = self.desktop.dialog("Quit Koyeb Desktop")
            check(losing in self.desktop.texts(question), f"the question does not name {losing}")
            self._stage.picture("The question")
            self.desktop.click(BUTTON, "Quit", question)
        self.desktop.wait(lambda: self._process.poll() is not None, "the program to end", 60)
        check(self._process.returncode == 0, f"the program ended with {self._process.returncode}")
        self._stage.program = None


class Play:
    """One that starts the program, and may start it again."""

    def __init__(self, stage: Stage):
        self._stage = stage
        self._start()

    def _start(self) -> None:
        self._program = Program(self._stage)
        self._desktop = self._program.desktop

    def _begin(self, engine: Engine, sandbox: str) -> None:
        """Signs in to an engine, and makes a sandbox there."""
        with self._stage.step("Sign in"):
            self._desktop.click(BUTTON, "Sign in to Koyeb", seconds=60)
            sign_in(self._desktop, engine.url, engine.token)
            self._desktop.find(LIST, "Sandboxes", seconds=60)
        with self._stage.step("New sandbox"):
            self._program.create_sandbox(sandbox)


def sandbox_folders(stage: Stage) -> list[Path]:
    """What the program's own engine keeps of its sandboxes."""
    return list(stage.session.home.glob(".local/state/koyeb-desktop/local/sandboxes/*"))


class Terminal:
    """The terminal in front."""

    def __init__(self, desktop: Desktop):
        self._desktop = desktop
        self._view = desktop.find(Role.TERMINAL, seconds=60)

    @property
    def screen(self) -> str:
        return self._view.text

    @property
    def rect(self) -> Rect:
        return self._view.rect

    def wait_for_focus(self) -> None:
        """Which it has to have without being clicked: one comes to a terminal to type."""
        self._desktop.wait(lambda: self._view.focused, "the terminal to have the focus")

    def wait_for(self, pattern: str, seconds: float = 60) -> re.Match:
        try:
            return self._desktop.wait(
                lambda: re.search(pattern, self.screen, re.MULTILINE), f"{pattern!r} in the terminal", seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}. It shows:\n{self.screen}") from None

    def run(self, command: str, answer: str, seconds: float = 60) -> re.Match:
        """Types a command; `answer` must not match the command itself, which the shell echoes."""
        check(not re.search(answer, command, re.MULTILINE), f"{answer!r} would match the command")
        self._desktop.type(command)
        self._desktop.press("Return")
        return self.wait_for(answer, seconds)


def sign_in(desktop: Desktop, host: str, token: str) -> None:
    """Fills in and sends the page that asks for a token."""
    if not desktop.look_for(FIELD, "API address"):
        desktop.click(BUTTON | {Role.CHECK_BOX}, "Advanced")
    desktop.fill(desktop.find(FIELD, "API address"), host, "the API's address")
    desktop.fill(desktop.find(FIELD, "API token"), token, "the token")
    desktop.click(BUTTON, "Sign in")
