"""What the page may ask for behind the stage, as JSON like the people's acts: trouble, kills, shows, skipped waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.playground.telegram.refusals import Json

if TYPE_CHECKING:
    from bot.playground.backstage import Backstage

__all__ = ["is_behind", "perform_behind"]


def is_behind(body: Json) -> bool:
    """Whether a request is for behind the stage."""
    return body.get("act") in _ACTS


async def perform_behind(backstage: Backstage | None, body: Json) -> Json:
    """Do what `body` says; returns what the page needs to know. Raises LookupError and ValueError."""
    if backstage is None:
        raise ValueError("there is no desk behind this page")
    return await _ACTS[str(body["act"])](backstage, body)


def _word(body: Json, name: str, default: str = "") -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} has to be a text")
    return value


async def _play(backstage: Backstage, body: Json) -> Json:
    kind, language = _word(body, "kind"), _word(body, "language")
    return {"key": backstage.show.play(kind, language, _word(body, "speed", "normal")).key}


async def _pace(backstage: Backstage, body: Json) -> Json:
    backstage.show.pace(_word(body, "speed"))
    return {}


async def _stop(backstage: Backstage, _: Json) -> Json:
    backstage.show.stop()
    return {}


async def _weather(backstage: Backstage, body: Json) -> Json:
    on = body.get("on")
    if not isinstance(on, bool):
        raise ValueError("on has to be true or false")
    backstage.weather.set(_word(body, "name"), on)
    backstage.changed()
    return {}


async def _kill(backstage: Backstage, _: Json) -> Json:
    if not await backstage.kills.strike():
        raise ValueError("the desk is not at work just now")
    return {}


async def _hurry(backstage: Backstage, body: Json) -> Json:
    if not await backstage.hurry(_word(body, "timer")):
        raise LookupError("this timer is not set any more")
    return {}


async def _retell(backstage: Backstage, body: Json) -> Json:
    return await backstage.retold(_word(body, "chat"))


_ACTS: dict[str, Callable[[Backstage, Json], Awaitable[Json]]] = {
    "play": _play,
    "pace": _pace,
    "stop": _stop,
    "weather": _weather,
    "kill": _kill,
    "hurry": _hurry,
    "retell": _retell,
}
