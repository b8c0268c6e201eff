"""Logs: one line per happening, on a terminal for people, elsewhere as JSON. No texts, phones or tokens.

A desk at a thousand messages a second writes two thousand lines a second, so a JSON line is made in one go (about 3 µs)
instead of walking through a chain of processors (over 20 µs), and is written by `bot/log_lines.py`. What libraries log
comes out in the same form; their tracebacks are cut down to places, since an exception's words may carry a customer's.
docs/logs.md says what the fields mean.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from functools import lru_cache
from typing import Any

import msgspec
import structlog
from structlog.contextvars import get_contextvars

from bot.log_lines import Lines

__all__ = ["JsonHandler", "JsonLogger", "Said", "begin_logs", "end_logs", "json_line", "places", "set_up_logs"]

NOISY = ("aiohttp.access", "alembic", "aiosqlite", "asyncio")
"""Only their warnings are of use to whoever runs a desk."""

OURS = ("bot", "handlers", "storage", "scenarios")
PLACES = 6
_encode = msgspec.json.Encoder(enc_hook=str).encode


def set_up_logs(form: str) -> None:
    """Send our log lines and those of libraries the same way, to stderr; `form` is console or json."""
    end_logs()
    root = logging.getLogger()
    root.handlers = [_json() if form == "json" else _console()]
    root.setLevel(logging.INFO)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def begin_logs() -> None:
    """A desk begins its work: nobody waits for a line any more. What is bound in structlog's context now (the worker's
    number) stands in every line."""
    Said.fields = dict(get_contextvars())
    if Said.lines is not None:
        Said.lines.begin()


def end_logs() -> None:
    """The desk has stopped: what is still queued is written."""
    if Said.lines is not None:
        Said.lines.end()


class Said:
    """Where the lines of this process go, and the fields that stand in each; None: to a terminal or nowhere yet."""

    lines: Lines | None = None
    fields: dict[str, Any] | None = None


def _json() -> logging.Handler:
    lines = Lines(sys.stderr.fileno(), _lost)
    Said.lines = lines
    JsonLogger.lines = lines
    structlog.configure(
        processors=[],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=JsonLogger,
        cache_logger_on_first_use=True,
    )
    return JsonHandler(lines)


def _console() -> logging.Handler:
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
            ],
        )
    )
    return handler


# -- JSON ----------------------------------------------------------------------------------------------------------


class JsonLogger(structlog.BoundLoggerBase):
    """The loggers that structlog gives out when the form is JSON; debug lines are left out."""

    lines: Lines

    def __init__(self, logger: logging.Logger, processors: Any = (), context: Any = None) -> None:
        super().__init__(logger, processors, context or {})
        self._name = logger.name

    def debug(self, event: str, **fields: Any) -> None:
        """Nothing: a desk at work logs from info on."""

    def info(self, event: str, **fields: Any) -> None:
        """Something happened as it should."""
        self.lines.add(json_line("info", self._name, event, {**self._context, **fields}))

    def warning(self, event: str, **fields: Any) -> None:
        """Something went wrong, and the desk copes."""
        self.lines.add(json_line("warning", self._name, event, {**self._context, **fields}))

    def error(self, event: str, **fields: Any) -> None:
        """Somebody should look at it."""
        self.lines.add(json_line("error", self._name, event, {**self._context, **fields}), at_once=True)


class JsonHandler(logging.Handler):
    """Lines of the standard library's loggers in the same form."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record."""
        try:
            words = record.getMessage()
        except Exception:  # noqa: BLE001 - a library's own mistake in its log call
            words = str(record.msg)
        fields: dict[str, Any] = {}
        if record.exc_info and record.exc_info[1] is not None:
            fields["exception"] = places(record.exc_info[1])
        if record.name.split(".", 1)[0] not in OURS:
            # A library's further lines are reprs of objects and tracebacks with our arguments in them.
            words = words.splitlines()[0] if words else ""
        level = record.levelname.lower()
        self._lines.add(json_line(level, record.name, words, fields), at_once=record.levelno >= logging.ERROR)


def json_line(level: str, logger: str, event: str, fields: dict[str, Any]) -> bytes:
    """One line: timestamp, level, logger, event, then the fields; what has no JSON form is written as text."""
    always = get_contextvars() if Said.fields is None else Said.fields
    line = {"timestamp": _now(), "level": level, "logger": logger, "event": event, **always, **fields}
    try:
        return _encode(line) + b"\n"
    except (TypeError, ValueError):
        # Halves of surrogate pairs, numbers beyond JSON's: rare, so it may cost more.
        return json.dumps(line, default=str, skipkeys=True).encode() + b"\n"


def places(error: BaseException) -> str:
    """Where an exception came from, innermost last, without its words: `KeyError: a.py:12 f > b.py:30 g`."""
    frames = traceback.extract_tb(error.__traceback__)[-PLACES:]
    way = " > ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__}: {way}"


def _now() -> str:
    """UTC as ISO 8601 with microseconds."""
    now = time.time()
    second = int(now)
    return f"{_stamp(second)}.{int((now - second) * 1_000_000):06d}Z"


@lru_cache(maxsize=2)
def _stamp(second: int) -> str:
    """The part up to the second, made once a second."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _lost(number: int) -> bytes:
    from handlers import measures

    measures.LINES_LOST.inc(number)
    return json_line("error", __name__, "log lines were dropped, nobody read them fast enough", {"lines": number})
