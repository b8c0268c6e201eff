"""The machine: the data directory and its disk, the clock, the HTTP port, the public address."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import shutil
import socket
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot.doctor.database import CannotRead, database_facts
from bot.doctor.findings import Check, Finding, failure, ok, warning
from bot.doctor.installation import Installation, present
from bot.embedded.lock import Lock, is_held
from bot.settings import TELEGRAM_API_URL

__all__ = ["CHECKS"]

LITTLE_BYTES, LITTLE_SHARE = 1024**3, 0.10
TOO_LITTLE_BYTES = 200 * 1024**2
MEGABYTE = 1024**2
SLOW_CLOCK, WRONG_CLOCK = timedelta(seconds=5), timedelta(seconds=60)
HALF_A_SECOND = timedelta(seconds=0.5)
LOOK_SECONDS = 3.0
READABLE_BYTES = 200


async def _data_directory(here: Installation) -> Finding:
    path = here.settings.data_dir
    place = await asyncio.to_thread(_nearest, path)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return failure(
            f"{path} cannot be written to by this user",
            f"give it the right to ({place}), or set QABUL_DATA_DIR to another directory",
        )
    lock = path / "qabul.lock"
    if await asyncio.to_thread(is_held, lock):
        return ok(f"{path} is in use by a running desk ({Lock(lock).holder()})")
    return ok(f"{path} can be written to" if place == path else f"{path} will be made")


async def _disk(here: Installation) -> Finding:
    path = here.settings.data_dir
    usage = await asyncio.to_thread(lambda: shutil.disk_usage(_nearest(path)))
    told = f"{usage.free // MEGABYTE:,} MB of {usage.total // MEGABYTE:,} MB are free at {path}".replace(",", "\u202f")
    make_room = "make room, or set QABUL_DATA_DIR to a bigger disk"
    if usage.free < TOO_LITTLE_BYTES:
        return failure(told, make_room)
    if usage.free < LITTLE_BYTES or usage.free < LITTLE_SHARE * usage.total:
        return warning(told, make_room)
    return ok(told)


def _nearest(path: Path) -> Path:
    """The path, or what is there of the way to it."""
    return next(place for place in (path, *path.absolute().parents) if place.exists())


# -- clock -------------------------------------------------------------------------------------------------------------


async def _clock(here: Installation) -> Finding:
    settings = here.settings
    asked = []
    if here.telegram is not None:
        asked.append(_by_http(here, "Telegram", settings.telegram_api_url))
    if here.graph is not None:
        asked.append(_by_http(here, "Meta", settings.whatsapp_api_url))
    if not settings.is_on_sqlite:
        asked.append(_by_database(here))
    told = [one for one in await asyncio.gather(*asked) if one is not None]
    if not told:
        return warning("nobody could be asked for the time", "look at this machine's clock by hand")
    who, ahead = max(told, key=lambda one: abs(one[1]))
    seconds = abs(ahead.total_seconds())
    found = f"it is {seconds:.0f} s {'behind' if ahead > timedelta() else 'ahead'}, by {who}'s clock"
    if abs(ahead) > WRONG_CLOCK:
        return failure(found, "let the machine set its clock by the network (chrony or systemd-timesyncd)")
    if abs(ahead) > SLOW_CLOCK:
        return warning(found, "let the machine set its clock by the network (chrony or systemd-timesyncd)")
    return ok(f"right by {' and '.join(name for name, _ in told)}")


async def _by_http(here: Installation, who: str, address: str) -> tuple[str, timedelta] | None:
    """How far somebody's clock is ahead of ours, by the Date of any answer; None when there is none."""
    try:
        before = here.now()
        async with here.web.get(address, allow_redirects=False) as answer:
            after = here.now()
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, OSError, TimeoutError, KeyError, ValueError):
        return None
    # The header leaves out what is below a second.
    return who, theirs + HALF_A_SECOND - _middle(before, after)


async def _by_database(here: Installation) -> tuple[str, timedelta] | None:
    try:
        facts = await here.once("database", lambda: database_facts(here.settings.database_url.reveal()))
    except CannotRead:
        return None
    return None if facts.clock is None else ("the database", facts.clock + (present() - here.now()))


def _middle(before: datetime, after: datetime) -> datetime:
    return before + (after - before) / 2


# -- ways in -----------------------------------------------------------------------------------------------------------


async def _port(here: Installation) -> Finding:
    host, port = here.settings.http_host, here.settings.http_port
    where = f"{host}:{port}"
    used = await _who_listens(here, host, port)
    if used == "desk":
        return ok(f"a desk answers at {where}")
    if used:
        return failure(
            f"{where} is used, and not answered as a desk answers ({used})",
            "if it is the desk, look into its log; else stop it, or set QABUL_HTTP_PORT to another port",
        )
    try:
        await asyncio.to_thread(_bind, host, port)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        todo = "stop what uses it, or set QABUL_HTTP_PORT to another port"
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            todo = "set QABUL_HTTP_HOST to an address of this machine, such as 127.0.0.1"
        elif error.errno == errno.EACCES:
            todo = "set QABUL_HTTP_PORT to a port above 1023 and let a proxy pass on to it"
        return failure(f"the desk cannot listen on {where} ({why})", todo)
    return ok(f"{where} is free")


async def _who_listens(here: Installation, host: str, port: int) -> str:
    """`desk` for a desk, another word for something else, nothing when nobody answers."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is read here, not bound
    address = f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"
    timeout = aiohttp.ClientTimeout(total=LOOK_SECONDS)
    try:
        async with here.web.get(f"{address}/healthz", timeout=timeout, allow_redirects=False) as answer:
            said = (await answer.content.read(READABLE_BYTES)).strip()
            if answer.status != 200 or said != b"ok":
                return f"HTTP {answer.status} for /healthz"
        async with here.web.get(f"{address}/readyz", timeout=timeout, allow_redirects=False) as answer:
            return "desk" if answer.status in (200, 503) else f"HTTP {answer.status} for /readyz"
    except aiohttp.ClientConnectorError:
        return ""
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return f"/healthz: {type(error).__name__}"


def _bind(host: str, port: int) -> None:
    """Takes the port and lets it go. Raises OSError."""
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind, protocol) as probe:
            # As the server itself binds, so that a port in its last seconds of an earlier desk counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind(address)


async def _public_address(here: Installation) -> Finding | None:
    base = here.settings.telegram_webhook_url
    if here.telegram is None:
        return None
    if base is None:
        return ok("none is needed for Telegram: it is polled")
    if here.settings.telegram_api_url != TELEGRAM_API_URL:
        return ok(f"{base}, reached by a Bot API server of one's own")
    name = urlsplit(base).hostname or ""
    if _is_private(name):
        return failure(
            f"{base} is no address of the internet, so Telegram cannot reach it",
            "put a public name into QABUL_TELEGRAM_WEBHOOK_URL, or leave it out to poll",
        )
    return ok(f"{base} is https on a port that Telegram delivers to")


def _is_private(name: str) -> bool:
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return "." not in name.rstrip(".") or name.rstrip(".").endswith((".local", ".localhost", ".internal", ".lan"))


CHECKS = (
    Check("data directory", _data_directory, ("QABUL_DATA_DIR",)),
    Check("disk", _disk, ("QABUL_DATA_DIR",)),
    Check("clock", _clock),
    Check("http port", _port, ("QABUL_HTTP_HOST", "QABUL_HTTP_PORT")),
    Check("public address", _public_address, ("QABUL_TELEGRAM_WEBHOOK_URL",)),
)
