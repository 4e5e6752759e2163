# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole journey: from the first page to a sandbox of one's own, used, and gone again."""

import hashlib
import json
import os
import re
import stat
import sys
from pathlib import Path

import parcel
from desktop import BUTTON, CELL, FIELD, LIST
from fingerprint import fingerprint
from program import Program, Terminal, sandbox_folders
from session import descendants
from stage import Stage, check, holding

NAME = "journey-box"
PORT = 8000


class Journey:
    def __init__(self, stage: Stage):
        self._stage = stage
        self._scratch = stage.session.scratch
        self._browser_result = self._scratch / "browser-result.json"
        self._packed: list[bytes] = []
        self._secrets: dict[str, bytes] = {}

    def travel(self) -> None:
        step = self._stage.step
        self._register_browser()
        self._packed = parcel.pack(self._scratch)
        self._program = Program(self._stage)
        self._desktop = self._program.desktop
        with step("First page"):
            self._desktop.find(BUTTON, "Try it on this computer", seconds=60)
        with step("Try it on this computer"):
            self._desktop.click(BUTTON, "Try it on this computer")
            self._desktop.find(BUTTON, "New sandbox", seconds=60)
        with step("New sandbox"):
            self._program.create_sandbox(NAME, lambda: self._stage.picture("The form"))
            self._learn_secrets()
        with step("Terminal"):
            self._use_terminal()
        with step("Terminal follows the window's size"):
            self._resize()
        with step("Drop a folder and a file"):
            self._drop()
        with step("The sandbox holds the same"):
            self._compare_inside()
        with step("A server in the sandbox"):
            self._serve()
        with step("The browser opens the port"):
            self._open_in_browser()
        with step("Download the folder"):
            self._download()
        with step("Delete"):
            self._delete()
        with step("Quit"):
            self._program.quit()
        with step("Nothing is left"):
            self._look_for_remains()

    def _register_browser(self) -> None:
        """The way any browser is made the default: a desktop entry, and a line that prefers it."""
        home = self._stage.session.home
        script = self._scratch / "browser"
        here = Path(__file__).resolve().parent
        script.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" "{here / "browser.py"}" "{self._browser_result}" "$1"\n')
        script.chmod(stat.S_IRWXU)
        applications = home / ".local/share/applications"
        applications.mkdir(parents=True)
        (applications / "test-browser.desktop").write_text(
            f"[Desktop Entry]\nType=Application\nName=Test browser\nExec={script} %u\nTerminal=false\n"
            "MimeType=x-scheme-handler/http;x-scheme-handler/https;\n")
        config = home / ".config"
        config.mkdir(exist_ok=True)
        (config / "mimeapps.list").write_text(
            "[Default Applications]\nx-scheme-handler/http=test-browser.desktop\n"
            "x-scheme-handler/https=test-browser.desktop\n")

    def _learn_secrets(self) -> None:
        """What must be found nowhere in the end."""
        self._secrets["engine's token"] = self._program.engine_greeting()["token"].encode()
        service = self._program.engine_call("/v1/services")["services"][0]
        deployment_id = service["active_deployment_id"] or service["latest_deployment_id"]
        deployment = self._program.engine_call(f"/v1/deployments/{deployment_id}")["deployment"]
        for variable in deployment["definition"]["env"]:
            if variable["key"] == "SANDBOX_SECRET":
                self._secrets["sandbox's secret"] = variable["value"].encode()
        self._secrets["routing key"] = deployment["metadata"]["sandbox"]["routing_key"].encode()
        check(len(self._secrets) == 3, "the engine tells no secret of the sandbox")
        check(bool(sandbox_folders(self._stage)), "the engine keeps the sandbox where nobody looks")

    def _use_terminal(self) -> None:
        self._program.open_tab("Terminal")
        terminal = Terminal(self._desktop)
        terminal.wait_for_focus()
        terminal.wait_for(r"[$#] ?$")
        terminal.run("echo sum=$((20+22))", r"^sum=42")
        terminal.run("echo Grüße | tr a-z A-Z; echo Grüße | wc -m", r"^6$")
        check("GRüßE" in terminal.screen, f"the word came out differently:\n{terminal.screen}")
        self._check_size(terminal)
        self._paste_with_the_middle_button(terminal)

    def _paste_with_the_middle_button(self, terminal: Terminal) -> None:
        terminal.run("yes paste | head -n 200; echo end=$((1+0))", r"^end=1")
        self._desktop.click_at(*terminal.rect.at(0.02, 0.4), count=2)
        self._desktop.type("echo ")
        self._desktop.click_at(*terminal.rect.at(0.5, 0.5), button=2)
        self._desktop.type("d")
        self._desktop.press("Return")
        terminal.wait_for(r"^pasted$")
        terminal.run("clear; echo cleared=$((1+0))", r"^cleared=1")

    def _check_size(self, terminal: Terminal) -> tuple[int, int]:
        """The shell's idea of its size is right if the last cell of its last row is that of the view."""
        found = terminal.run("clear; stty size", r"^(\d+) (\d+)$")
        rows, columns = int(found[1]), int(found[2])
        terminal.run(rf"printf '\033[{rows};{columns}H%s\033[H' '@'", r"@$")
        lines = terminal.screen.split("\n")
        check(len(lines) == rows, f"the view has {len(lines)} rows, the terminal {rows}")
        check(lines[-1].endswith("@") and len(lines[-1]) == columns,
              f"the mark of column {columns} is shown in column {len(lines[-1])}")
        terminal.run("clear; echo cleared=$((1+0))", r"^cleared=1")
        return rows, columns

    def _resize(self) -> None:
        terminal = Terminal(self._desktop)
        before = self._check_size(terminal)
        self._desktop.xdotool("windowsize", self._desktop.window_id(), "1150", "700")
        terminal.wait_for_focus()
        self._desktop.wait(lambda: self._check_size(terminal) != before, "the terminal to have another size", 60)

    def _drop(self) -> None:
        self._program.open_tab("Files")
        self._program.drop(self._packed)
        self._program.wait_transfers("Done", 2)
        self._desktop.find(CELL, parcel.FOLDER, self._program.listing(), seconds=60)

    def _compare_inside(self) -> None:
        self._program.open_tab("Terminal")
        terminal = Terminal(self._desktop)
        terminal.wait_for_focus()
        found = terminal.run(
            f"clear; {parcel.FOLDER}/fingerprint.py {parcel.FOLDER}", r"^FINGERPRINT ([0-9a-f]{64})")
        check(found[1] == fingerprint(self._packed[0]), "the folder in the sandbox differs from what was dropped")
        terminal.run("sha256sum loose* | cut -c1-64", rf"^{hashlib.sha256(b'loose' + bytes([10])).hexdigest()}")
        terminal.run(r"ls -b loose* | tr '\\' '/'", r"^loose/ /377/ /351t/351\.txt")

    def _serve(self) -> None:
        terminal = Terminal(self._desktop)
        terminal.run(
            f"clear; cd {parcel.FOLDER} && python3 -m http.server {PORT} >/dev/null 2>&1 & echo started=$((1+0))",
            r"^started=1")
        self._program.open_tab("Ports")
        ports = self._desktop.find(LIST, "Ports")
        self._desktop.find(CELL, re.compile(rf"^{PORT}\b"), ports, seconds=60)

    def _open_in_browser(self) -> None:
        self._desktop.click(CELL, re.compile(rf"^{PORT}\b"))
        self._desktop.click(BUTTON, "Open")
        self._desktop.wait(self._browser_result.exists, "the browser to be called", 90)
        result = json.loads(self._browser_result.read_text())
        expected = hashlib.sha256((Path(os.fsdecode(self._packed[0])) / parcel.BINARY).read_bytes()).hexdigest()
        check(result.get("sha256") == expected, f"the browser got something else: {result}")

    def _download(self) -> None:
        target = self._scratch / "downloads"
        target.mkdir()
        self._program.open_tab("Files")
        self._desktop.click(CELL, parcel.FOLDER, self._program.listing())
        self._desktop.click(BUTTON, re.compile("^Download"))
        dialog = self._desktop.dialog("Download into")
        self._desktop.fill(self._desktop.find(FIELD, within=dialog), str(target), "the folder's name")
        self._stage.picture("Where to")
        self._desktop.press("Return")
        self._program.wait_transfers("Done", 3)
        found = parcel.differences(self._packed[0], os.fsencode(target / parcel.FOLDER))
        check(not found, "downloaded differently: " + "; ".join(found))

    def _delete(self) -> None:
        self._program.choose("Sandbox", "Delete…")
        dialog = self._desktop.dialog("Delete sandbox")
        self._desktop.wait(lambda: f"“{NAME}”" in self._desktop.texts(dialog), "the dialog to name what goes")
        self._stage.picture("The question")
        self._desktop.click(BUTTON, re.compile("^Delete"), dialog)
        self._desktop.wait(
            lambda: not self._program.tree().find(CELL, re.compile(NAME)), "the sandbox to leave the tree", 60)
        self._desktop.wait(lambda: not self._program.processes("bwrap"), "the sandbox's processes to end")
        check(not self._program.engine_call("/v1/services")["services"], "the engine still has a service")
        check(not self._program.engine_call("/v1/apps")["apps"], "the engine still has an app")

    def _look_for_remains(self) -> None:
        self._desktop.wait(lambda: not descendants(os.getpid()), "all processes of the program to end")
        session = self._stage.session
        check(not sandbox_folders(self._stage), f"the engine left {sandbox_folders(self._stage)}")
        for what, secret in self._secrets.items():
            for folder in (session.home, session.temporary, self._stage.pictures):
                found = holding(folder, secret)
                check(not found, f"the {what} was left in {', '.join(found)}")


def travel(stage: Stage) -> None:
    Journey(stage).travel()
