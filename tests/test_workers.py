"""The supervisor: who is started when, how long it waits after a death, and what its exit status says."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.web import serve
from bot.workers.child import Child, how_it_ended
from bot.workers.door import open_doors
from bot.workers.supervisor import KILLED_PAUSE, LONGEST_PAUSE, STEADY_SECONDS, Seat

ROOT = Path(__file__).parent.parent
START = """
import os, signal, sys, time
from bot.logs import set_up_logs
from bot.web import serve
from bot.workers.child import READY
from bot.workers.supervisor import Seat, Supervisor

set_up_logs("json")

def say(words):
    # One write: the children share the pipe, and print would write the end of the line apart.
    os.write(1, f"{words}\\n".encode())

def stay(line):
    line.send(READY)
    say(f"{os.getpid()} stays")
    while line.recv(1):
        pass
    return 0
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    """A process with a supervisor; what its children print is in stdout."""
    return subprocess.run(
        [sys.executable, "-c", START + script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def pauses(deaths: Sequence[tuple[int, float | None]]) -> list[float]:
    """The pauses after deaths in a row: each by a status, after so many seconds at work (None: it never was)."""
    seat, found = Seat("worker", lambda line: 0, 0), []
    for status, worked in deaths:
        line: Any = SimpleNamespace(close=lambda: None)
        seat.child = Child(1, line, ready=None if worked is None else 100.0)
        found.append(seat.after_death(status, 100.0 + (worked or 0.0)))
    return found


def test_a_child_that_dies_again_and_again_at_once_is_waited_for_longer_and_longer() -> None:
    found = pauses([(1, None)] * 9)

    assert found[:4] == [0.0, 0.25, 0.5, 1.0]
    assert found[-1] == LONGEST_PAUSE
    assert found == sorted(found)


def test_one_that_was_killed_is_waited_for_a_second_at_most_and_one_that_worked_not_at_all() -> None:
    assert max(pauses([(-signal.SIGKILL, 0.1)] * 9)) == KILLED_PAUSE
    assert pauses([(1, STEADY_SECONDS)] * 9) == [0.0] * 9
    assert pauses([(1, None), (1, None), (1, STEADY_SECONDS), (1, None), (1, None)]) == [0.0, 0.25, 0.0, 0.0, 0.25]


@pytest.mark.parametrize(("status", "words"), [(1, "exit status 1"), (-9, "killed by SIGKILL"), (-99, "signal 99")])
def test_an_end_is_told_in_words(status: int, words: str) -> None:
    assert words in how_it_ended(status)


def test_a_first_one_that_cannot_start_ends_everything_with_its_status_and_no_other_is_started() -> None:
    done = run(
        """
def refuse(line):
    say("refused")
    return 2

seats = [Seat("first", refuse, 0), Seat("second", stay, 1), Seat("third", stay, 1)]
sys.exit(Supervisor(seats, lambda pid: say("buried"), 2).run())
"""
    )

    assert done.returncode == 2, done.stderr
    assert done.stdout.split() == ["refused", "buried"]


def test_children_are_started_in_stages_replaced_and_ended_together() -> None:
    done = run(
        """

def first(line):
    say("first")
    return stay(line)

def set_up(line):
    line.send(READY)
    say("set up")
    return 0

def dies(line):
    line.send(READY)
    parent = os.getppid()
    say("dies")
    if started() == 3:
        os.kill(parent, signal.SIGTERM)
        return stay(line)
    os.kill(os.getpid(), signal.SIGKILL)

read, write = os.pipe()

def started():
    os.write(write, b"1")
    os.set_blocking(read, False)
    number = len(os.read(read, 100))
    os.write(write, b"1" * number)
    return number

seats = [Seat("first", first, 0, below=True), Seat("set-up", set_up, 1, once=True), Seat("dies", dies, 1)]
sys.exit(Supervisor(seats, lambda pid: None, 2).run())
"""
    )

    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[0] == "first"
    assert said.count("first") == said.count("set up") == 1
    assert said.count("dies") == 3
    assert done.stderr.count("another takes its seat") == 2
    assert "killed by SIGKILL" in done.stderr


def test_a_door_is_one_commands_alone() -> None:
    (door,) = open_doors("127.0.0.1", 0)
    try:
        assert not door.getblocking()
        with pytest.raises(OSError, match="in use"):
            open_doors("127.0.0.1", door.getsockname()[1])
    finally:
        door.close()


async def test_two_that_accept_from_one_door_share_a_burst_and_one_goes_on_when_the_other_stops() -> None:
    (door,) = open_doors("127.0.0.1", 0)
    address = f"http://127.0.0.1:{door.getsockname()[1]}/"
    runners = [await _worker(str(number), door) for number in range(2)]
    try:

        async def burst() -> Counter[str]:
            # Each request comes over a connection of its own.
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True)) as session:

                async def ask() -> str:
                    async with session.get(address) as answer:
                        return await answer.text()

                return Counter(await asyncio.gather(*(ask() for _ in range(40))))

        shares = await burst()
        assert sum(shares.values()) == 40
        assert min(shares["0"], shares["1"]) >= 4, "what one accepts in a row is a tenth of them"
        await runners[0].cleanup()
        assert await burst() == {"1": 40}
    finally:
        for runner in runners:
            await runner.cleanup()
        door.close()


async def _worker(name: str, door: socket.socket) -> web.AppRunner:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=name)

    application = web.Application()
    application.add_routes([web.get("/", answer)])
    return await serve(application, "", 0, [door.dup()])
