"""`qabul run --workers N`: a supervisor and N processes that share the port and everything else.

What the workers stand on is opened here, once and before the first of them: the listening sockets, the directory of the
metrics, without a Redis of the operator's the embedded one, and every import, whose memory they share.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import ExitStack
from dataclasses import replace

from bot.commands.run import CANNOT_START
from bot.embedded.lock import DirectoryInUse, lock_data_dir
from bot.embedded.redis_server import RedisServer, RedisUnavailable, find_redis_server
from bot.secret import SecretUrl
from bot.settings import Settings
from bot.workers.door import open_doors
from bot.workers.metrics import forget_metrics, open_metrics

__all__ = ["run_workers"]

REDIS, FIRST, REST = 0, 1, 2
"""Stages of the start: one worker alone migrates the database and says what is wrong, in one line; then all others."""


def run_workers(settings: Settings, number: int) -> int:
    """Run so many workers until told to stop; the exit status."""
    try:
        metrics = open_metrics(settings.http_port)
    except OSError as error:
        return _refused(f"the workers' metrics have no place ({error})")
    try:
        doors = open_doors(settings.http_host, settings.http_port)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        return _refused(
            f"QABUL_HTTP_PORT: cannot listen on {settings.http_host}:{settings.http_port} ({why}); "
            "stop what uses it or choose another port"
        )
    _import_all()
    from bot.logs import set_up_logs
    from bot.workers.jobs import desk_work, redis_work, set_up_work
    from bot.workers.supervisor import Seat, Supervisor

    set_up_logs(settings.log_format)
    seats = []
    with ExitStack() as stack:
        if settings.redis_url is None:
            try:
                stack.enter_context(lock_data_dir(settings.data_dir))
                server = RedisServer(settings.data_dir.absolute() / "redis", find_redis_server())
            except (DirectoryInUse, RedisUnavailable) as error:
                return _refused(str(error))
            seats.append(Seat("redis", redis_work(settings.data_dir), REDIS, below=True))
            settings = replace(settings, redis_url=SecretUrl(server.url))
        for one in range(1, number + 1):
            work = desk_work(settings, one, doors)
            seats.append(Seat(f"worker {one}", work, FIRST if one == 1 else REST))
        if settings.telegram_token is not None:
            seats.append(Seat("set-up", set_up_work(settings), REST, once=True))
        # What importing counted is nobody's metric.
        forget_metrics(metrics, os.getpid(), at_work=False)
        return Supervisor(seats, lambda pid: forget_metrics(metrics, pid), CANNOT_START).run()


def _import_all() -> None:
    """Everything that a desk needs, word lists included, so that a worker begins in a moment and shares the pages with
    the others."""
    import asyncpg  # noqa: F401
    import sqlalchemy.dialects.postgresql.asyncpg  # noqa: F401

    import bot.app  # noqa: F401
    from scenarios.engine.understanding import understand

    for word in ("salom", "сәлем"):
        understand(word)

    gc.collect()
    gc.freeze()


def _refused(why: str) -> int:
    print(f"qabul: {why}", file=sys.stderr)
    return CANNOT_START
