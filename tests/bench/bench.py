#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the release build and prints a table; see ./dev bench --help.

Each row: name, value, unit, what it is measured against (a yardstick taken in the same run, or nothing), and the ratio to it.
Absolute figures belong to the machine that they were taken on; ratios travel better.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))
import terminalpipeline  # noqa: E402
from session import Session, wait_until  # noqa: E402
from windowrequests import SANDBOXES, count_requests  # noqa: E402

RUNS = 5
MIB = 1024 * 1024


class Row(dict):
    def __init__(self, name, value, unit, against=None, yardstick=None):
        ratio = value / yardstick if yardstick else None
        super().__init__(name=name, value=round(value, 2), unit=unit, against=against,
                         ratio=round(ratio, 2) if ratio is not None else None)


def drop_file_cache() -> bool:
    """Makes the next start a cold one; only root may."""
    try:
        subprocess.run(["sync"], check=True)
        Path("/proc/sys/vm/drop_caches").write_text("3")
        return True
    except OSError:
        return False


def cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def wait_until_idle(pid: int) -> None:
    """Until the program used no processor time for half a second."""
    seen = [cpu_ticks(pid), time.monotonic()]

    def idle() -> bool:
        ticks = cpu_ticks(pid)
        if ticks != seen[0]:
            seen[:] = [ticks, time.monotonic()]
        return time.monotonic() - seen[1] > 0.5

    wait_until(idle, "the program to come to rest")


def memory_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS")


def start_once(program: Path, environment: dict) -> tuple[float, int]:
    """Milliseconds to the first painted window, and resident bytes once it is at rest."""
    started = time.monotonic()
    process = subprocess.Popen([program], env=environment, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    try:
        for line in process.stderr:
            if line.startswith("first-paint"):
                elapsed = (time.monotonic() - started) * 1000
                wait_until_idle(process.pid)
                return elapsed, memory_bytes(process.pid)
        raise RuntimeError(f"{program.name} ended without a painted window")
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def bench_startup(build: Path) -> list[Row]:
    programs = {"app": build / "bin/koyeb-desktop", "empty": build / "tests/bench/bench_emptywindow"}
    warm = {name: [] for name in programs}
    cold = {name: [] for name in programs}
    memory = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as logs, Session(Path(logs)) as session:
        environment = session.environment | {"KOYEB_DESKTOP_STARTUP_TRACE": "1"}
        environment.pop("QT_LINUX_ACCESSIBILITY_ALWAYS_ON", None)
        for program in programs.values():
            start_once(program, environment)
        for _ in range(RUNS):
            for name, program in programs.items():
                elapsed, resident = start_once(program, environment)
                warm[name].append(elapsed)
                memory[name].append(resident)
        for _ in range(RUNS):
            for name, program in programs.items():
                if drop_file_cache():
                    cold[name].append(start_once(program, environment)[0])
    against = "an empty window"
    median = statistics.median
    rows = []
    if cold["app"]:
        rows.append(Row("start to first painted window, cold", median(cold["app"]), "ms", against, median(cold["empty"])))
    rows.append(Row("start to first painted window, warm", median(warm["app"]), "ms", against, median(warm["empty"])))
    rows.append(Row("resident memory after start", median(memory["app"]) / MIB, "MiB", against,
                    median(memory["empty"]) / MIB))
    return rows


TERMINAL_MEASURES = {
    "memchr": ("terminal: the bytes of plain output looked at by memchr", "MB/s", None),
    "memory": ("terminal: memory of 100,000 lines of 80 columns", "MB", "the goal"),
    "resize": ("terminal: another width with 1,000,000 lines", "ms", "a frame"),
}


def bench_terminal(build: Path) -> list[Row]:
    figures: dict[str, list[tuple[float, float]]] = {}
    for _ in range(RUNS):
        output = subprocess.run([build / "tests/bench/bench_terminal"], check=True, capture_output=True, text=True).stdout
        for line in output.splitlines():
            name, value, yardstick = line.split()
            figures.setdefault(name, []).append((float(value), float(yardstick)))
    rows = []
    for name, pairs in figures.items():
        value, yardstick = (statistics.median(column) for column in zip(*pairs))
        default = (f"terminal takes in {name.replace('-', ' ')} output", "MB/s", "libvterm")
        title, unit, against = TERMINAL_MEASURES.get(name, default)
        rows.append(Row(title, value, unit, against, yardstick or None))
    return rows + [Row(*row) for row in terminalpipeline.rows(build)]


def ask(connection: http.client.HTTPConnection, token: str, method: str, path: str, body: dict | None = None) -> dict:
    connection.request(method, path, body=json.dumps(body) if body else None,
                       headers={"Authorization": f"Bearer {token}"})
    reply = connection.getresponse()
    text = reply.read()
    if reply.status != 200:
        raise RuntimeError(f"{method} {path}: {reply.status} {text[:200]!r}")
    return json.loads(text)


def bench_engine(build: Path) -> list[Row]:
    """The local engine with ten thousand services: what a page of a hundred costs its clients."""
    seed = json.dumps({"seed_services": 10_000})
    figures = {}
    with tempfile.TemporaryDirectory() as state:
        engine = subprocess.Popen([build / "bin/koyeb-local", "serve", "--state", state, "--misbehave", seed],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            greeting = json.loads(engine.stdout.readline())
            connection = http.client.HTTPConnection(greeting["url"].removeprefix("http://"))
            for kind in ("services", "apps", "deployments"):
                times = []
                for page in range(100):
                    started = time.monotonic()
                    reply = ask(connection, greeting["token"], "GET", f"/v1/{kind}?limit=100&offset={page * 100}")
                    times.append((time.monotonic() - started) * 1000)
                    assert len(reply[kind]) == 100 and reply["count"] == 10_000
                figures[kind] = statistics.median(times)
            memory = memory_bytes(engine.pid)
        finally:
            engine.stdin.close()
            engine.wait()
            engine.stdout.close()
    rows = [Row(f"local engine lists 100 of 10,000 {kind}", value, "ms") for kind, value in figures.items()]
    return rows + [Row("local engine's memory with 10,000 services", memory / MIB, "MiB")]


def bench_requests(build: Path) -> list[Row]:
    """How much of the API's limit of requests a window costs that is merely open."""
    figures = count_requests(build)
    return [
        Row(f"requests until {SANDBOXES:,} sandboxes are known", figures["startup"], "requests"),
        Row(f"requests a minute of an open window with {SANDBOXES:,} sandboxes", figures["minute"], "requests",
            "the API's limit", 400),
    ]


def bench_transfer(build: Path, executor: list[str]) -> list[Row]:
    """Files into a sandbox and out of it, against the wire and against the SDK's way; and what that costs in memory."""
    environment = os.environ | {"KOYEB_LOCAL_PROGRAM": str(build / "bin/koyeb-local")}
    # In memory where the system has such a folder, so that no slow disk decides.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as home:
        output = subprocess.run([build / "tests/bench/bench_transfer", *executor], check=True, stdout=subprocess.PIPE,
                                text=True, env=environment | {"HOME": home, "TMPDIR": home}).stdout
    rows = []
    for line in output.splitlines():
        name, value, unit, against, ratio = line.split("\t")
        row = Row(name, float(value), unit, against or None)
        row["ratio"] = float(ratio) if ratio else None
        rows.append(row)
    return rows


BENCHES = {
    "startup": bench_startup,
    "terminal": bench_terminal,
    "engine": bench_engine,
    "requests": bench_requests,
    "transfer": bench_transfer,
}


def print_table(rows: list[Row]) -> None:
    header = {"name": "name", "value": "value", "unit": "unit", "against": "against", "ratio": "ratio"}
    lines = [header] + [{key: "" if value is None else str(value) for key, value in row.items()} for row in rows]
    widths = {key: max(len(line[key]) for line in lines) for key in header}
    for line in lines:
        print("  ".join(line[key].ljust(widths[key]) for key in header).rstrip())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES), help="one of them; all when left out")
    parser.add_argument("--build", type=Path, required=True, help="the build folder to measure")
    parser.add_argument("--executor", metavar="URL", help="transfer: one to measure instead of a local one's")
    parser.add_argument("--secret", help="transfer: of that executor")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows there")
    options = parser.parse_args()
    rows = []
    for name, bench in BENCHES.items():
        if options.name in (None, name):
            executor = ["--executor", options.executor, "--secret", options.secret or ""] if options.executor else []
            rows += bench(options.build, executor) if bench is bench_transfer else bench(options.build)
    print_table(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
