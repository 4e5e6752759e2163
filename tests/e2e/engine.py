# SPDX-License-Identifier: GPL-3.0-or-later
"""A local engine of the test's own, which stands in for the Koyeb API."""

import json
import subprocess
import urllib.request

from stage import Stage


class Engine:
    """`with Engine(stage) as engine:` — runs until its standard input closes."""

    def __init__(self, stage: Stage):
        state = stage.session.scratch / "engine-state"
        with open(stage.pictures / "engine.log", "ab") as log:
            self._process = subprocess.Popen(
                [str(stage.engine_path), "serve", "--state", str(state)], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=log)
        greeting = json.loads(self._process.stdout.readline())
        self.url: str = greeting["url"]
        self.token: str = greeting["token"]

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_exception) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(30)
        finally:
            self._process.kill()
            self._process.stdout.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def misbehave(self, instruction: dict) -> None:
        misbehave(self.url, self.token, instruction)


def misbehave(url: str, token: str, instruction: dict) -> None:
    """Has an engine fail in one of the ways that it knows."""
    request = urllib.request.Request(
        url + "/local/misbehave", json.dumps(instruction).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60):
        pass
