"""What a check finds, and how it is told without secrets."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from bot.secret import without_secrets

if TYPE_CHECKING:
    from bot.doctor.installation import Installation

__all__ = ["Check", "Finding", "NotChecked", "State", "failure", "ok", "site_of", "vendor_words", "warning"]

State = Literal["ok", "warning", "failure"]

_LONG_NUMBER = re.compile(r"\+?\d{7,}")
VENDOR_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """How something is; `todo` says what to do, and is empty only when it is well."""

    state: State
    found: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor. `needs` are the settings without which it cannot look; `look` returns None when this
    installation has nothing to look at."""

    name: str
    look: Callable[[Installation], Awaitable[Finding | None]]
    needs: tuple[str, ...] = ()


class NotChecked(Exception):
    """What a check stands on is not there; the text is the name of the check that says so."""


def ok(found: str) -> Finding:
    """Nothing to do."""
    return Finding("ok", found)


def warning(found: str, todo: str) -> Finding:
    """It works, or would, but somebody should look at it."""
    return Finding("warning", found, todo)


def failure(found: str, todo: str) -> Finding:
    """The desk does not start like this, or does not do what it is for."""
    return Finding("failure", found, todo)


def vendor_words(words: str) -> str:
    """A sentence of somebody else's program in one line, without secrets and without what may be a phone number."""
    line = _LONG_NUMBER.sub("…", without_secrets(" ".join(words.split())))
    return line if len(line) <= VENDOR_CHARACTERS else line[: VENDOR_CHARACTERS - 1] + "…"


def site_of(url: str) -> str:
    """Where an address points, without its path, which may hold another program's secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or '?'}" + (f":{parts.port}" if parts.port else "")
