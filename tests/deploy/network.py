"""Servers that only have a socket file, made reachable by TCP: the machines of these tests share nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

__all__ = ["by_tcp"]


@asynccontextmanager
async def by_tcp(url: str) -> AsyncIterator[str]:
    """The URL of the same database or Redis under a TCP address of this machine."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if parts.hostname:
        yield url
        return
    is_redis = parts.scheme == "unix"
    socket = parts.path if is_redis else f"{query['host'][0]}/.s.PGSQL.5432"

    async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_unix_connection(socket)
        await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))

    server = await asyncio.start_server(hand_on, "127.0.0.1", 0)
    try:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        if is_redis:
            yield f"redis://{address}/{query.get('db', ['0'])[0]}"
        else:
            yield f"{parts.scheme}://{parts.username}@{address}{parts.path}"
    finally:
        server.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        return
    finally:
        writer.close()
