"""Redis: does it answer, is it new enough, will it keep what it is given?

Whatever it loses is in the database too, so what it keeps on disk is a matter of comfort; a server that does not answer
stops the start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.doctor.findings import Check, Finding, NotChecked, failure, ok, vendor_words, warning
from bot.doctor.installation import Installation
from bot.embedded.lock import is_held
from bot.embedded.redis_server import OLDEST, RedisServer, RedisUnavailable, find_redis_server

__all__ = ["CHECKS"]

REDIS = "redis"
FULL = 0.9
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RedisFacts:
    """`info` is INFO's answer; None while the embedded server has not been started. `saves` is the setting of
    snapshots, None where CONFIG is not allowed."""

    title: str
    info: Mapping[str, Any] | None
    saves: str | None = None


class CannotRead(Exception):
    """A Redis that does not answer; the text says why."""


async def _redis_facts(here: Installation) -> RedisFacts:
    url = here.settings.redis_url
    if url is not None:
        return await _asked("Redis", url.reveal())
    home = here.settings.data_dir.absolute() / "redis"
    # Looking for the binary asks it for its version.
    server = await asyncio.to_thread(lambda: RedisServer(home, find_redis_server()))
    if await asyncio.to_thread(is_held, home / "lock"):
        return await _asked(f"the embedded {server.binary.title}", server.url)
    return RedisFacts(server.binary.title, None)


async def _asked(title: str, url: str) -> RedisFacts:
    from redis.exceptions import RedisError, ResponseError

    from storage.cache import open_redis

    client = open_redis(url)
    try:
        info: Mapping[str, Any] = await client.info()
        try:
            saves: str | None = (await client.config_get("save")).get("save")
        except ResponseError:
            saves = None
    except (RedisError, OSError, TimeoutError, ValueError) as error:
        raise CannotRead(f"{type(error).__name__}: {vendor_words(str(error))}") from None
    finally:
        await client.aclose()
    return RedisFacts(title, info, saves)


async def _answers(here: Installation) -> Finding:
    url = here.settings.redis_url
    try:
        facts = await here.once(REDIS, lambda: _redis_facts(here))
    except RedisUnavailable as refused:
        found, _, todo = str(refused).partition(": ")
        return failure(found, todo or "set QABUL_REDIS_URL")
    except CannotRead as refused:
        if url is None:
            return failure(
                f"the embedded server is held by a running desk and does not answer ({refused})", "restart the desk"
            )
        return failure(f"{url} does not answer ({refused})", "start it, or correct QABUL_REDIS_URL")
    if facts.info is None:
        return ok(f"{facts.title} will be started with the desk")
    version = str(facts.info.get("valkey_version") or facts.info.get("redis_version") or "0")
    if _numbers(version) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return failure(f"Redis {version} is older than {oldest}, which the desk needs", "use a newer Redis or Valkey")
    if facts.info.get("role") == "slave":
        return failure("it is a replica, which takes no writes", "name the primary server in QABUL_REDIS_URL")
    name = "Valkey" if "valkey_version" in facts.info else "Redis"
    return ok(f"{facts.title} answers" if url is None else f"{name} {version} answers")


async def _memory(here: Installation) -> Finding | None:
    info = (await _known(here)).info
    if info is None:
        return None
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        return warning(
            f"when it is full it throws keys away ({policy}), among them the desk's rates and leases",
            "set maxmemory-policy noeviction, or give the desk a Redis of its own",
        )
    if most and used >= FULL * most:
        return warning(
            f"{used // MEGABYTE} of {most // MEGABYTE} MB are used; when it is full it takes no more",
            "raise maxmemory, or give the desk a Redis of its own",
        )
    room = f" of {most // MEGABYTE} MB" if most else ""
    return ok(f"noeviction, {max(1, used // MEGABYTE)}{room or ' MB'} used")


async def _persistence(here: Installation) -> Finding | None:
    facts = await _known(here)
    info = facts.info
    if info is None:
        return None
    troubles = [
        name
        for name, field in (("snapshot", "rdb_last_bgsave_status"), ("append-only file", "aof_last_write_status"))
        if info.get(field, "ok") != "ok"
    ]
    if troubles:
        return warning(f"its last {' and '.join(troubles)} could not be written", "look at its disk and into its log")
    if info.get("aof_enabled"):
        return ok("append-only file")
    if facts.saves:
        return ok("snapshots")
    if facts.saves is None:
        return ok("no append-only file; whether it makes snapshots it does not tell. The database has it all")
    return warning(
        "it keeps nothing on disk; the database has it all, so this costs only speed after a restart of Redis",
        "turn on appendonly, or leave it so",
    )


async def _known(here: Installation) -> RedisFacts:
    """What Redis said. Raises NotChecked."""
    try:
        return await here.once(REDIS, lambda: _redis_facts(here))
    except (CannotRead, RedisUnavailable):
        raise NotChecked(REDIS) from None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())


_NEEDS = ("QABUL_REDIS_URL", "QABUL_DATA_DIR")
CHECKS = (
    Check(REDIS, _answers, _NEEDS),
    Check("redis memory", _memory, _NEEDS),
    Check("redis persistence", _persistence, _NEEDS),
)
