"""What each setting may be.

Rule: a rule takes the text, returns the value or raises `Refused` with what is allowed, in words that finish
the sentence "NAME is X, but must be …". It looks at the text and at the file system, never at the network.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from bot.secret import Secret, SecretUrl

INT64 = 2**63
_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\.?")
_TELEGRAM_TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,64}")
"""Bot tokens are the bot's id and 35 characters (tokens issued up to 2026); a little room on both sides."""
_WEBHOOK_PORTS = (443, 80, 88, 8443)
"""The only ports to which Telegram's own server delivers (Bot API 10.1, setWebhook)."""


class Refused(Exception):
    """A value that is not allowed; the text says what is. `is_secret`: the value must not be shown."""

    def __init__(self, allowed: str, *, is_secret: bool = False) -> None:
        super().__init__(allowed)
        self.is_secret = is_secret


def telegram_token(text: str) -> Secret:
    """A bot token by its shape; whether Telegram knows it is `qabul doctor`'s question."""
    if not _TELEGRAM_TOKEN.fullmatch(text):
        raise Refused("a bot token such as 123456789:AA… with 35 characters after the colon", is_secret=True)
    return Secret(text)


def webhook_secret(text: str) -> Secret:
    """What Telegram accepts as secret_token."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text):
        raise Refused("1 to 256 of the characters A-Z a-z 0-9 _ -", is_secret=True)
    return Secret(text)


def header_word(text: str) -> Secret:
    """A secret that travels in an HTTP header or a query: visible ASCII without spaces."""
    if not re.fullmatch(r"[!-~]{1,4096}", text):
        raise Refused("one word of visible ASCII characters", is_secret=True)
    return Secret(text)


def phone_number_id(text: str) -> str:
    """The Graph API's id of a number."""
    if not re.fullmatch(r"[0-9]{1,32}", text):
        raise Refused("the number's id, digits only (not the phone number)")
    return text


def chat_id(text: str) -> int:
    """A Telegram group's id: a negative 64-bit integer."""
    number = _integer(text)
    if number is None or not -INT64 <= number < 0:
        raise Refused("a group's id, a negative whole number such as -1001234567890")
    return number


def manager_ids(text: str) -> frozenset[int]:
    """User ids separated by commas."""
    numbers = [_integer(part.strip()) for part in text.split(",")]
    known = frozenset(number for number in numbers if number is not None and 0 < number < INT64)
    if len(known) != len(set(numbers)):
        raise Refused("Telegram user ids, positive whole numbers separated by commas")
    return known


def one_of(*words: str) -> Callable[[str], str]:
    """A rule for one of a few words."""

    def rule(text: str) -> str:
        if text not in words:
            raise Refused(", ".join(words[:-1]) + f" or {words[-1]}")
        return text

    return rule


def time_zone(text: str) -> str:
    """A name that the time zone database knows."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text)
    except (ValueError, KeyError, OSError):
        raise Refused("an IANA time zone such as Asia/Tashkent") from None
    return text


def host(text: str) -> str:
    """A name or an address to listen on."""
    from ipaddress import ip_address

    try:
        ip_address(text)
    except ValueError:
        # Four numbers with dots that are no address are a typing mistake, not a name.
        if not _NAME.fullmatch(text) or re.fullmatch(r"[0-9.]+", text):
            raise Refused("a host name or an IP address such as 127.0.0.1 or ::") from None
    return text


def port(text: str) -> int:
    """A TCP port."""
    number = _integer(text)
    if number is None or not 1 <= number <= 65535:
        raise Refused("a port from 1 to 65535")
    return number


def database_url(text: str) -> SecretUrl:
    """An SQLAlchemy URL of one of the two databases, with the driver that the desk brings along."""
    parts = _split(text)
    is_sqlite_file = (
        parts is not None
        and parts.scheme == "sqlite+aiosqlite"
        and not parts.netloc
        and text.startswith("sqlite+aiosqlite:///")
        and len(parts.path) > 1
        and ":memory:" not in text
    )
    is_postgresql = (
        parts is not None
        and parts.scheme == "postgresql+asyncpg"
        and len(parts.path) > 1
        and bool(parts.hostname or "host=" in parts.query)
    )
    if not (is_sqlite_file or is_postgresql):
        raise Refused("sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE")
    return SecretUrl(text)


def redis_url(text: str) -> SecretUrl:
    """A Redis server's URL with at most a database number; unix:// is what the embedded server gives."""
    parts = _split(text)
    is_server = (
        parts is not None
        and parts.scheme in ("redis", "rediss")
        and bool(parts.hostname)
        and re.fullmatch(r"/?[0-9]{0,5}", parts.path) is not None
    )
    is_socket = parts is not None and parts.scheme == "unix" and len(parts.path) > 1
    if not (is_server or is_socket):
        raise Refused("redis://HOST:PORT/NUMBER or rediss://HOST:PORT/NUMBER")
    return SecretUrl(text)


def api_url(text: str) -> str:
    """The base of an HTTP API; a slash at its end is taken away."""
    parts = _split(text)
    if not _is_web(parts, ("http", "https")):
        raise Refused("an http:// or https:// address without ? and #")
    return text.rstrip("/")


def public_url(text: str) -> str:
    """An address to which Telegram's own server can deliver."""
    parts = _split(text)
    if parts is None or not _is_web(parts, ("https",)) or (parts.port or 443) not in _WEBHOOK_PORTS:
        raise Refused("a public https:// address on port 443, 80, 88 or 8443, without ? and #")
    return text.rstrip("/")


def directory(text: str) -> Path:
    """A directory that is there and can be written to, or that could be made."""
    path = Path(text)
    try:
        nearest = next((place for place in (path, *path.absolute().parents) if place.exists()), path)
        usable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    except (OSError, ValueError):
        usable = False
    if not usable:
        raise Refused("a directory that can be written to, or made")
    return path


def existing_directory(text: str) -> Path:
    """A directory that can be read."""
    path = Path(text)
    if not _is(path.is_dir) or not os.access(path, os.R_OK | os.X_OK):
        raise Refused("a directory that exists and can be read")
    return path


def existing_file(text: str) -> Path:
    """A file that can be read."""
    path = Path(text)
    if not _is(path.is_file) or not os.access(path, os.R_OK):
        raise Refused("a file that exists and can be read")
    return path


def _is(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except (OSError, ValueError):
        return False


def _integer(text: str) -> int | None:
    # int() would also take 1_000, spaces and the digits of other scripts.
    return int(text) if re.fullmatch(r"-?[0-9]{1,19}", text) else None


def _split(text: str) -> SplitResult | None:
    """The parts of a URL, or None when it has none (a space, a wrong port, a broken IPv6 address)."""
    if not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
        usable = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if usable else None


def _is_web(parts: SplitResult | None, schemes: tuple[str, ...]) -> bool:
    return (
        parts is not None
        and parts.scheme in schemes
        and bool(parts.hostname)
        and not (parts.query or parts.fragment or parts.username or parts.password)
    )
