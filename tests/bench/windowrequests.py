# SPDX-License-Identifier: GPL-3.0-or-later
"""What an open window asks of the API: counted between the program and an engine with many sandboxes."""

import asyncio
import contextlib
import json
import re
import tempfile
import threading
import time
from pathlib import Path

from engine import Engine
from session import Session
from stage import Stage

SANDBOXES = 1000
REQUEST_LINE = re.compile(rb"(?:^|\r\n)(?:GET|POST|PUT|PATCH|DELETE) (/\S*) HTTP/1\.1\r\n")


class Counter:
    """Forwards connections to an engine, and counts the requests that pass."""

    def __init__(self, port: int):
        self._engine_port = port
        self.count = 0
        self._started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self.port = 0
        threading.Thread(target=self._run, daemon=True).start()
        self._started.wait(30)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()

    async def _serve(self, reader, writer) -> None:
        with contextlib.suppress(OSError):
            upstream = await asyncio.open_connection("127.0.0.1", self._engine_port)
            await asyncio.gather(self._pass(reader, upstream[1], True), self._pass(upstream[0], writer, False))

    async def _pass(self, reader, writer, are_requests: bool) -> None:
        # Requests are small and come whole: a head is not torn apart on the loopback device.
        ours, engines = (f"127.0.0.1:{port}".encode() for port in (self.port, self._engine_port))
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if are_requests:
                    self.count += len(REQUEST_LINE.findall(data))
                    data = data.replace(ours, engines)  # The engine answers for no other host.
                writer.write(data)
                await writer.drain()
        with contextlib.suppress(OSError):
            writer.close()


def requests_in(counter: Counter, seconds: float) -> int:
    before = counter.count
    time.sleep(seconds)
    return counter.count - before


def watch(stage: Stage, figures_path: Path) -> None:
    # Only here is there an accessibility bus to import them for.
    from desktop import BUTTON, CELL, LIST  # noqa: E402
    from program import Program, sign_in  # noqa: E402

    with Engine(stage) as engine:
        engine.misbehave({"seed_services": SANDBOXES})
        counter = Counter(int(engine.url.rpartition(":")[2]))
        program = Program(stage)
        program.desktop.click(BUTTON, "Sign in to Koyeb", seconds=60)
        sign_in(program.desktop, f"http://127.0.0.1:{counter.port}", engine.token)
        tree = program.desktop.find(LIST, "Sandboxes", seconds=60)
        program.desktop.find(CELL, within=tree, seconds=60)
        # The details of each are read once; what an open window costs is what comes after.
        while requests_in(counter, 10) > 50:
            pass
        figures = {"startup": counter.count, "minute": requests_in(counter, 60)}
        figures_path.write_text(json.dumps(figures))
        program.kill()


def count_requests(build: Path) -> dict:
    """`startup`: until every sandbox is known; `minute`: in a minute from then on."""
    with tempfile.TemporaryDirectory() as folder, Session(Path(folder)) as session:
        figures_path = Path(folder, "figures")
        stage = Stage(session, build / "bin/koyeb-desktop", build / "bin/koyeb-local", None, Path(folder), 1)
        if not session.play(lambda: watch(stage, figures_path)):
            raise RuntimeError("the window with many sandboxes could not be watched")
        return json.loads(figures_path.read_text())
