"""Log lines: their form, that nobody waits for them, and that none is lost unseen."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.log_lines import Lines
from bot.logs import JsonHandler, JsonLogger, json_line
from handlers.tracing import trace, trace_of_row

ROOT = Path(__file__).parents[1]


class _Out:
    """A pipe whose other end is read when the test says so."""

    def __init__(self) -> None:
        self.read_end, self.write_end = os.pipe()

    def lines(self) -> list[dict[str, Any]]:
        os.close(self.write_end)
        return _read_all(self.read_end)


@pytest.fixture
def out() -> _Out:
    return _Out()


def _lost(number: int) -> bytes:
    return json_line("error", "here", "lost", {"lines": number})


def test_a_line_says_when_how_grave_from_where_and_what_and_then_its_fields(out: _Out) -> None:
    lines = Lines(out.write_end, _lost)
    lines.begin()
    JsonLogger.lines = lines
    log = JsonLogger(logging.getLogger("handlers.corridor"))

    log.debug("nothing")
    log.info("turn", contact="C1", ms=1.5, text="ў\n“")
    log.bind(worker=2).warning("a letter waits", half="\ud800", object=Path("x"))
    lines.end()

    first, second = out.lines()
    assert list(first) == ["timestamp", "level", "logger", "event", "contact", "ms", "text"]
    assert first | {"timestamp": ""} == {
        "timestamp": "",
        "level": "info",
        "logger": "handlers.corridor",
        "event": "turn",
        "contact": "C1",
        "ms": 1.5,
        "text": "ў\n“",
    }
    assert first["timestamp"].endswith("Z")
    assert len(first["timestamp"]) == len("2027-03-01T09:00:00.123456Z")
    assert (second["level"], second["worker"], second["half"], second["object"]) == ("warning", 2, "\ud800", "x")


def test_what_libraries_log_has_the_same_form_and_none_of_their_exceptions_words(out: _Out) -> None:
    lines = Lines(out.write_end, _lost)
    lines.begin()
    log = logging.getLogger("somebodys.library")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(JsonHandler(lines))

    try:
        raise ValueError("Aziza's words")
    except ValueError:
        log.exception("Error handling request\nfrom Aziza")
    log.info("%d of", "Aziza")
    lines.end()

    first, second = out.lines()
    assert (first["level"], first["logger"], first["event"]) == ("error", "somebodys.library", "Error handling request")
    assert first["exception"].startswith("ValueError: test_logs.py:")
    assert "Aziza" not in json.dumps(first)
    assert second["event"] == "%d of"


def test_nobody_waits_for_a_reader_and_what_was_dropped_is_told(out: _Out) -> None:
    os.set_blocking(out.write_end, False)
    lines = Lines(out.write_end, _lost, most=1_000)
    lines.begin()
    filler = "x" * 500

    for number in range(3_000):
        lines.add(json_line("info", "here", filler, {"number": number}))
    read: list[list[dict[str, Any]]] = []
    reader = threading.Thread(target=lambda: read.append(_read_all(out.read_end)))
    reader.start()
    lines.end()
    os.close(out.write_end)
    reader.join(30)

    (told,) = read
    kept = [line["number"] for line in told if line["event"] == filler]
    dropped = sum(line["lines"] for line in told if line["event"] == "lost")
    assert kept == sorted(kept)
    assert dropped > 0
    assert len(kept) + dropped == 3_000


def _read_all(descriptor: int) -> list[dict[str, Any]]:
    with os.fdopen(descriptor, encoding="utf-8") as read:
        return [json.loads(line) for line in read]


def test_all_that_was_said_is_written_when_the_desk_has_stopped() -> None:
    code = (
        "import structlog, logging, os\n"
        "from bot.logs import begin_logs, end_logs, set_up_logs\n"
        "log = structlog.get_logger()\n"
        "set_up_logs('json')\n"
        "log.info('line', n=0)\n"
        "structlog.contextvars.bind_contextvars(worker=2)\n"
        "begin_logs()\n"
        "for n in range(1, 5000): log.info('line', n=n)\n"
        "end_logs()\n"
        "logging.getLogger('bot.x').warning('from %s', 'a library')\n"
        "os._exit(3)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 3
    assert [line["n"] for line in lines[:-1]] == list(range(5000))
    assert lines[-1]["event"] == "from a library"
    assert lines[0]["logger"] == "__main__"
    assert ["worker" in line for line in lines] == [False] + [True] * 5000


def test_on_a_terminal_lines_are_for_people() -> None:
    code = (
        "import structlog\nfrom bot.logs import set_up_logs\nset_up_logs('console')\n"
        "structlog.get_logger().info('ready', address='http://localhost')\n"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert "ready" in done.stderr
    assert "address=http://localhost" in done.stderr
    assert not done.stderr.startswith("{")


@pytest.mark.parametrize("event", ["tg:77:1234:0", "wa:42:wamid.998901234567", "tg:77:5:1700000000"])
def test_whatever_follows_from_an_event_keeps_its_trace(event: str) -> None:
    letter, line, timer = f"{event}:1", f"{event}:2", f"{event}:3"

    assert {trace_of_row(row) for row in (letter, line, timer)} == {trace(event)}
    assert trace(f"refused:{letter}") == trace(f"failed:{line}") == trace(f"timer:{timer}") == trace(event)
    assert trace_of_row(f"timer:{timer}:4") == trace(event)
    assert trace(f"refused:timer:{timer}:4") == trace(event)
    assert "998901234567" not in trace(event)
