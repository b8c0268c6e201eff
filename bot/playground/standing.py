"""Which versions of the scenarios are in use and where talks stand on them, as plain values for the page.

Rule: it asks the desk's own library and its journal, and only reads. A version is drawn from its own kept source, so
that who looks at an older talk sees what that talk is on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from bot.playground.telegram.refusals import Json
from handlers.library import Library
from handlers.managers.versions import SHORT, Standing, standing
from scenarios.engine.in_use import Use, uses
from scenarios.engine.model import Scenario
from scenarios.engine.reading import SHARED, read_files
from scenarios.engine.records import Live
from scenarios.engine.rollouts import Running

__all__ = ["scenario_of", "shown_versions"]

ORDER = ("runs", "share", "before", "unknown")


async def shown_versions(library: Library) -> Json:
    """The files of which somebody stands in one version or several are in use, and the names of the others, "quiet"."""
    await library.look()
    found, used = await standing(library), uses(library.changes)
    state = library.state
    busy = [name for name in sorted({*state, *found.steps}) if name in found.steps or state[name].candidate]
    return {
        "files": [
            {"name": name, "versions": _versions(name, state.get(name, Running()), used.get(name, {}), found)}
            for name in busy
        ],
        "quiet": [name for name in sorted(state) if name not in busy and state[name].current],
    }


async def scenario_of(library: Library, name: str, version: str, facts: Mapping[str, str]) -> Scenario | None:
    """That version of a scenario as it was kept, whatever else runs beside it now; None when there is none. `facts` are
    the types of what the business file adds."""
    await library.look()
    if name in SHARED:
        return None
    # The types of the facts say how the file's conditions are read.
    beside = library.state.get("facts", Running()).current
    wanted = {name: version} | ({"facts": beside} if beside else {})
    stored = await library.shelf.files(wanted)
    if not any(one.name == name for one in stored):
        return None
    sources = {f"{one.name}.yaml": one.source for one in stored}
    reading = await asyncio.to_thread(read_files, sources, facts)
    return reading.book.scenarios.get(name)


def _versions(name: str, one: Running, used: Mapping[str, Use], found: Standing) -> list[Json]:
    stand = found.steps.get(name, {})
    wanted = {version: None for version in (one.current, one.candidate) if version} | dict.fromkeys(stand)
    shown = [_version(name, version, used.get(version), stand.get(version, ())) for version in wanted]
    return sorted(shown, key=lambda row: (ORDER.index(row["kind"]), -row["count"], row["version"]))


def _version(name: str, version: str, use: Use | None, stand: Iterable[Live]) -> Json:
    steps: dict[str, list[Live]] = {}
    for live in stand:
        steps.setdefault(live.step, []).append(live)
    rows = [
        {
            "step": step,
            "count": sum(live.count for live in lives),
            "oldest": min((live.oldest.timestamp() for live in lives if live.oldest is not None), default=0),
        }
        for step, lives in steps.items()
    ]
    return {
        "version": version,
        "short": version[:SHORT],
        "kind": "unknown" if use is None else use.kind,
        "percent": 0 if use is None else use.percent,
        "since": 0 if use is None else use.since.timestamp(),
        "who": None if use is None else _who(use.who),
        "count": sum(row["count"] for row in rows),
        "steps": sorted(rows, key=lambda row: (-row["count"], row["step"])),
        "drawn": bool(version) and name not in SHARED,
    }


def _who(who: str) -> Json:
    """folder, release, or a manager with their name (their number where they have none)."""
    if who in ("folder", "release"):
        return {"by": who, "name": ""}
    number, _, name = who.removeprefix("manager ").partition(" ")
    return {"by": "manager", "name": name or number}
