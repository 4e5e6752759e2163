#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A link to a TCP server as it is over a distance: slowlink.py HOST PORT prints the port to connect to instead.

A round trip takes 40 ms, and each direction carries 100 Mbit/s for all connections together. Ends with its standard input.
"""

import asyncio
import contextlib
import sys

ONE_WAY_SECONDS = 0.020
BYTES_PER_SECOND = 100e6 / 8
PIECE = 16 * 1024
# What is on its way at most, as a socket's buffer would have it.
IN_FLIGHT = 2 * 1024 * 1024


class Direction:
    """The wire of all connections, one way."""

    def __init__(self):
        self._free_at = 0.0

    def leave(self, count: int) -> float:
        """When so many bytes that are ready now have left."""
        now = asyncio.get_running_loop().time()
        self._free_at = max(self._free_at, now) + count / BYTES_PER_SECOND
        return self._free_at


async def carry(reader, writer, direction: Direction, ours: bytes, theirs: bytes) -> None:
    queue: asyncio.Queue = asyncio.Queue(IN_FLIGHT // PIECE)

    async def deliver() -> None:
        loop = asyncio.get_running_loop()
        while (item := await queue.get()) is not None:
            arrives, piece = item
            await asyncio.sleep(max(0, arrives - loop.time()))
            writer.write(piece)
            await writer.drain()

    delivery = asyncio.create_task(deliver())
    with contextlib.suppress(OSError):
        while piece := await reader.read(PIECE):
            leaves = direction.leave(len(piece))
            # A local engine answers only to its own name.
            await queue.put((leaves + ONE_WAY_SECONDS, piece.replace(ours, theirs) if ours else piece))
    await queue.put(None)
    with contextlib.suppress(OSError):
        await delivery
        writer.close()


async def main() -> None:
    host, port = sys.argv[1], int(sys.argv[2])
    up, down = Direction(), Direction()

    async def serve(reader, writer) -> None:
        own = f"Host: {host}:{writer.get_extra_info('sockname')[1]}\r\n".encode()
        engine_reader, engine_writer = await asyncio.open_connection(host, port)
        await asyncio.gather(
            carry(reader, engine_writer, up, own, f"Host: {host}:{port}\r\n".encode()),
            carry(engine_reader, writer, down, b"", b""))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
