"""How each version of a scenario file is in use, since when and by whose change: told from the journal alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from scenarios.engine.rollouts import ALL, Change, Running, states

__all__ = ["Use", "uses"]


@dataclass(frozen=True, slots=True)
class Use:
    """`kind` is runs (new conversations get it), share (`percent` of them do) or before (none does any more); `since`
    and `who` are of the change that made it so. `percent` is 0 to 100, of the new conversations."""

    kind: str
    percent: int
    since: datetime
    who: str


def uses(changes: Iterable[Change]) -> dict[str, dict[str, Use]]:
    """By file and version, for all versions that were ever given to anybody. Another share of a version is another
    use; what is left over for the one that runs is not."""
    found: dict[str, dict[str, Use]] = {}
    for change, after in states(changes):
        mine = found.setdefault(change.scenario, {})
        shares = _shares(after)
        for version in {**mine, **shares}:
            kind, percent = shares.get(version, ("before", 0))
            had = mine.get(version)
            if had is not None and had.kind == kind and (had.percent == percent or kind == "runs"):
                mine[version] = replace(had, percent=percent)
            else:
                mine[version] = Use(kind, percent, change.at, change.who)
    return found


def _shares(one: Running) -> dict[str, tuple[str, int]]:
    found = {one.candidate: ("share", one.percent)} if one.candidate else {}
    if one.current:
        found[one.current] = ("runs", ALL - one.percent if one.candidate else ALL)
    return found
