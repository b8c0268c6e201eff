"""The listening sockets that all workers of one command accept from.

Opened once and inherited: a connection that nobody has accepted yet belongs to no worker, so it survives any of them.
"""

from __future__ import annotations

import socket
import sys

__all__ = ["AT_ONCE", "BACKLOG", "Door", "open_doors"]

BACKLOG = 1024
AT_ONCE = 4
"""Connections that a worker accepts in a row. asyncio accepts as many as may wait (1024), so the first worker there
would take a whole burst of connections, which live for minutes, and the others would have nothing to do."""


class Door(socket.socket):
    """A listening socket whose queue stays as long as it is, whatever a server that accepts from it asks for."""

    def listen(self, backlog: int = BACKLOG) -> None:  # noqa: ARG002
        """Listen."""
        super().listen(BACKLOG)


def open_doors(host: str, port: int) -> list[Door]:
    """Listen on every address of the host. Raises OSError."""
    flags = socket.AI_PASSIVE
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    doors: list[Door] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            door = Door(family, kind, protocol)
            doors.append(door)
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6 and sys.platform != "win32":
                door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            door.bind(address)
            door.listen()
            door.setblocking(False)
    except OSError:
        for door in doors:
            door.close()
        raise
    return doors
