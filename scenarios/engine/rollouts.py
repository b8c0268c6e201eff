"""Which versions of the scenario files run, and for whom: a fold of the journal of changes.

Rule: nothing is ever changed in the journal. Whatever runs follows from its rows, and taking a change back is one more
row. A file is a scenario or one of the three that all share (start, always, facts), by its name without ".yaml".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

__all__ = [
    "ALL", "KINDS", "Change", "Forms", "Running", "StoredFile", "composition", "falls", "fold", "states",
    "why_not_back",
]  # fmt: skip

KINDS = ("folder", "sent", "rollout", "off", "back", "texts")
"""folder: the file of the folder is another one (no version: it was taken out). sent: a version was sent, nothing runs
it yet. rollout: a version is given to `percent` of the new conversations, 100 makes it the one that runs. off: no more
of it. back: the change `undoes` is taken back. texts: only translations are others."""

Forms: TypeAlias = "tuple[str, str, tuple[str, ...]]"
"""One translated text: its gettext context, its source, its forms."""

ALL = 100
"""Percent of the new conversations."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One version of a file: its YAML `source`, and the translations of what it says by language."""

    name: str
    version: str
    source: str
    texts: Mapping[str, Sequence[Forms]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the journal; `id` 0 is one that is not written yet. `who` is folder, release (the shipped book) or
    the manager's id and name."""

    id: int
    at: datetime
    who: str
    kind: str
    scenario: str
    version: str = ""
    percent: int = 0
    undoes: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    """What runs of one file. `current` is what a new conversation gets (none: the file was taken out), except for
    `percent` of them, which get the `candidate`. `folder` is what the folder last had; `tried` are all versions that
    were ever a candidate."""

    current: str = ""
    candidate: str = ""
    percent: int = 0
    folder: str = ""
    tried: frozenset[str] = frozenset()


def fold(changes: Iterable[Change]) -> dict[str, Running]:
    """What runs after these changes, in the order of the journal, by file name."""
    return {change.scenario: after for change, after in states(changes)}


def states(changes: Iterable[Change]) -> Iterator[tuple[Change, Running]]:
    """Each change with what runs of its file after it, in the order of the journal."""
    state: dict[str, Running] = {}
    before: dict[int, Running] = {}
    for change in changes:
        present = before[change.id] = state.get(change.scenario, Running())
        after = state[change.scenario] = _after(present, change, before)
        yield change, after


def falls(contact: str, scenario: str, percent: int) -> bool:
    """Whether a contact is in that share for this scenario. It stays in it while the share grows."""
    digest = hashlib.sha256(f"{scenario}:{contact}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 10_000 < percent * 100


def composition(
    state: Mapping[str, Running], contact: str = "", held: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The versions that a contact's conversation gets, by file name; without a contact those that most get.

    `held` are the versions of a conversation that is open: it stays in the share it began in, whatever that is now.
    """
    return {name: version for name, one in state.items() if (version := _version(one, name, contact, held))}


def why_not_back(changes: Sequence[Change], id: int) -> str:
    """Why a change cannot be taken back, empty when it can: it has to be the newest one of its file that did
    anything."""
    found = next((change for change in changes if change.id == id), None)
    if found is None:
        return "there is no such change"
    if found.kind in ("sent", "texts"):
        return "nothing runs otherwise because of it"
    later = [x for x in changes if x.scenario == found.scenario and x.id > id and x.kind not in ("sent", "texts")]
    return f"{later[-1].scenario} was changed again since" if later else ""


def _after(present: Running, change: Change, before: Mapping[int, Running]) -> Running:
    match change.kind:
        case "folder":
            return replace(present, current=change.version, folder=change.version)
        case "rollout" if change.percent >= ALL:
            return replace(present, current=change.version, candidate="", percent=0)
        case "rollout":
            return replace(
                present,
                candidate=change.version,
                percent=change.percent,
                tried=present.tried | {change.version},
            )
        case "off":
            return replace(present, candidate="", percent=0)
        case "back" if change.undoes in before:
            # The folder still has what it has: it is no change of its own once more.
            return replace(before[change.undoes], folder=present.folder, tried=present.tried)
    return present


def _version(one: Running, name: str, contact: str, held: Mapping[str, str] | None) -> str:
    if not one.candidate or not contact:
        return one.current
    if held is None:
        return one.candidate if falls(contact, name, one.percent) else one.current
    mine = held.get(name, "")
    return one.candidate if mine in one.tried and mine != one.current else one.current
