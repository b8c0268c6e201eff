"""Whose losses are counted: our own desk, any bot that a command starts, or one that is started by hand."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from bot.bench.processes import BenchError, Program, desk_command, free_port

__all__ = ["ByHand", "Commanded", "OwnDesk", "Patient"]


class Patient(Protocol):
    """A bot that can be started and killed. `name` is what the table calls it."""

    name: str

    async def start(self) -> None:
        """Start it, or start it again."""
        ...

    async def kill(self) -> bool:
        """kill -9; False when that cannot be done here."""
        ...

    async def stop(self) -> None:
        """The end."""
        ...

    def died(self) -> str:
        """Its last words when it ended by itself; empty while it works."""
        ...


class _Started:
    """A program of ours to start and to kill."""

    name = "bot"

    def __init__(self, program: Program) -> None:
        self._program = program

    async def start(self) -> None:
        """Start it, or start it again."""
        await self._program.start()

    async def kill(self) -> bool:
        """kill -9, its children too."""
        await self._program.kill()
        return True

    async def stop(self) -> None:
        """SIGTERM."""
        await self._program.stop()

    def died(self) -> str:
        """Its last words when it ended by itself."""
        try:
            self._program.must_live()
        except BenchError as error:
            return str(error)
        return ""


class OwnDesk(_Started):
    """`qabul run`, polling."""

    def __init__(self, folder: Path, settings: Mapping[str, str], workers: int = 1) -> None:
        port = free_port()
        given = {**settings, "QABUL_HTTP_PORT": str(port), "QABUL_LOG_FORMAT": "json"}
        super().__init__(Program("desk", desk_command(workers), folder, given))
        self.name = "qabul" if workers == 1 else f"qabul, {workers} workers"
        self._ready = f"http://127.0.0.1:{port}/readyz"

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        await self._program.start()
        await self._program.ready(self._ready)


class Commanded(_Started):
    """Any command: {api}, {token} and {staff} in it become the messenger's address, the bot's token and the staff
    group's id; the environment has them as BOT_API_URL, BOT_TOKEN and STAFF_CHAT_ID."""

    def __init__(self, command: str, folder: Path, api: str, token: str, staff: int) -> None:
        named = {"api": api, "token": token, "staff": str(staff)}
        words = shlex.split(command)
        if not words:
            raise BenchError("--command: say what starts the bot")
        for name, value in named.items():
            words = [word.replace("{" + name + "}", value) for word in words]
        environment = {"BOT_API_URL": api, "BOT_TOKEN": token, "STAFF_CHAT_ID": str(staff)}
        # Our own rooms are no business of another's bot.
        environment["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
        super().__init__(Program("bot", words, folder, environment, here=Path.cwd()))
        self.name = Path(words[-1] if len(words) > 1 else words[0]).name


class ByHand:
    """A bot that a person starts and kills."""

    name = "the bot started by hand"

    def __init__(self, ask: Callable[[str], None] | None) -> None:
        self._ask = ask

    @classmethod
    def at_terminal(cls, say: Callable[[str], None]) -> ByHand:
        """One that is killed by the person at the terminal; where there is none it is not killed."""

        def ask(words: str) -> None:
            say(f"{words}, then press Enter")
            sys.stdin.readline()

        return cls(ask if sys.stdin.isatty() else None)

    async def start(self) -> None:
        """It is at work, or is started again."""
        if self._ask is not None:
            self._ask("start the bot")

    async def kill(self) -> bool:
        """Ask for a kill."""
        if self._ask is None:
            return False
        self._ask("kill the bot now with kill -9")
        return True

    async def stop(self) -> None:
        """It is left to its owner."""

    def died(self) -> str:
        """Cannot be told."""
        return ""
