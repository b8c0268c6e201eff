"""/versions: which version of each scenario runs, and which talks are on which and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from handlers.library import Library
from handlers.managers.answers import LONGEST_TEXT
from handlers.managers.durations import duration_text
from handlers.papers.labels import cut, units
from handlers.texts import Texts
from scenarios.engine.in_use import uses
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import Live
from scenarios.engine.rollouts import Change, Running

__all__ = ["SHORT", "Standing", "standing", "versions_text"]

SHORT = 7
"""Letters of a version that people are shown."""

HEAD = Phrase("Versions of the scenarios, and the conversations on them")
RUNS = Phrase("{version} since {since}", "version")
TRIED = Phrase("{percent}% of new conversations get {version}")
OUT = Phrase("taken out on {since}", "version")
NOBODY = Phrase("No conversation is under way.")
HERE = Phrase("{version}: {count} conversation", "standing", plural="{version}: {count} conversations", count="count")
STEP = Phrase("{step}: {count}, the oldest for {span}", "standing")
UNKNOWN = Phrase("unknown", "version")
REST = Phrase("Nobody is in these, and they run as they are: {names}.")
MORE = Phrase("and {count} more", plural="and {count} more", count="count")

_ROOM_FOR_MORE = 120


class Standing:
    """Where talks stand: by file name, by version, the steps."""

    def __init__(self) -> None:
        self.steps: dict[str, dict[str, list[Live]]] = {}

    def count(self, name: str, version: str) -> int:
        """How many talks wait in that version of a file."""
        return sum(one.count for one in self.steps.get(name, {}).get(version, ()))


async def standing(library: Library) -> Standing:
    """The talks under way by file and version; "" is a version that is not known any more."""
    found = Standing()
    for one in await library.shelf.live():
        version = (await library.made_of(one.book)).get(one.scenario, "") if one.book else ""
        found.steps.setdefault(one.scenario, {}).setdefault(version, []).append(one)
    return found


def versions_text(
    state: Mapping[str, Running],
    changes: Sequence[Change],
    found: Standing,
    texts: Texts,
    language: str,
    zone: tzinfo,
    now: datetime,
) -> str:
    """One message: files with talks under way or something tried first, the others in one line."""

    def said(phrase: Phrase) -> str:
        return texts.render(phrase, language)

    busy = [name for name in sorted({*state, *found.steps}) if name in found.steps or state[name].candidate]
    quiet = [name for name in sorted(state) if name not in busy and state[name].current]
    entries = [_file(name, state.get(name, Running()), changes, found, texts, language, zone, now) for name in busy]
    last = [said(REST.having(names=", ".join(quiet)))] if quiet else []
    rows, room = [said(HEAD)], LONGEST_TEXT - _ROOM_FOR_MORE - units("".join(last))
    if not entries:
        rows.append(said(NOBODY))
    for place, entry in enumerate(entries):
        if units("\n\n".join([*rows, entry])) > room:
            rows.append(said(MORE.having(count=len(entries) - place)))
            break
        rows.append(entry)
    return cut("\n\n".join(rows + last), LONGEST_TEXT)


def _file(
    name: str,
    one: Running,
    changes: Sequence[Change],
    found: Standing,
    texts: Texts,
    language: str,
    zone: tzinfo,
    now: datetime,
) -> str:
    def said(phrase: Phrase) -> str:
        return texts.render(phrase, language)

    # What runs does so since it was put there, whoever tries something beside it since; for a file that was taken out,
    # and for what runs only because this desk cannot read the one that should, it is the newest change.
    use = uses(changes).get(name, {}).get(one.current)
    gone = next((x.at for x in reversed(changes) if x.scenario == name and x.kind not in ("sent", "texts")), None)
    since = use.since if use is not None and use.kind == "runs" else gone
    when = since.astimezone(zone).strftime("%d.%m.%Y %H:%M") if since is not None else "—"
    runs = RUNS.having(version=one.current[:SHORT], since=when) if one.current else OUT.having(since=when)
    rows = [f"{name} — {said(runs)}"]
    if one.candidate:
        rows.append(said(TRIED.having(percent=one.percent, version=one.candidate[:SHORT])))
    for version, steps in sorted(found.steps.get(name, {}).items(), key=lambda item: -found.count(name, item[0])):
        called = version[:SHORT] or said(UNKNOWN)
        rows.append(f"• {said(HERE.having(version=called, count=found.count(name, version)))}")
        by_step: dict[str, list[Live]] = {}
        for live in steps:
            by_step.setdefault(live.step, []).append(live)
        for step, lives in sorted(by_step.items(), key=lambda item: -sum(live.count for live in item[1])):
            oldest = min((live.oldest for live in lives if live.oldest is not None), default=now)
            span = duration_text((now - oldest).total_seconds(), texts, language)
            rows.append(f"   {said(STEP.having(step=step, count=sum(x.count for x in lives), span=span))}")
    return "\n".join(rows)
