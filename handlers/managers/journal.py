"""/audit: who changed what of the scenarios and when, and who tried a manager's command without being one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Protocol

from handlers.managers.answers import Text
from handlers.managers.changing import Changes
from handlers.managers.times import moment_text
from handlers.papers.labels import one_line
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import AuditRow
from scenarios.engine.rollouts import Change, why_not_back

__all__ = ["Audit", "audit_answer"]

MOST = 10
MOST_TRIED = 5
DESK = frozenset({"folder", "release"})

NOTHING = Phrase("Nobody has changed a scenario yet.")
HEAD = Phrase("The newest changes of the scenarios:")
TRIED_HEAD = Phrase("Managers' commands that others tried:")
BY_FOLDER = Phrase("the folder of scenarios", "audit")
BY_RELEASE = Phrase("the desk's own scenarios", "audit")
WHAT: Mapping[str, Phrase] = {
    "folder": Phrase("{scenario} runs in version {version}", "audit"),
    "sent": Phrase("{scenario}: version {version} was sent", "audit"),
    "rollout": Phrase("{scenario}: version {version} to {percent} %", "audit"),
    "off": Phrase("{scenario}: version {version} is not given any more", "audit"),
    "back": Phrase("{scenario}: a change was taken back", "audit"),
    "texts": Phrase("{scenario}: other translations", "audit"),
}
GONE = Phrase("{scenario} was taken out", "audit")
BACK = Phrase("Take back {number}: {scenario}", "managers' button")


class Audit(Protocol):
    """What this needs of the storage."""

    async def tried(self, most: int) -> Sequence[AuditRow]:
        """Who tried a manager's command without being one, the newest first; `what` is the command."""
        ...


async def audit_answer(changes: Changes, audit: Audit, texts: Texts, language: str, zone: tzinfo) -> Text:
    """The answer to /audit."""
    await changes.library.refresh()
    # A new desk publishes each of its files; that is no news to anybody.
    journal = changes.library.changes
    newest = [x for x in reversed(journal) if x.who != "release"][:MOST]
    tried = await audit.tried(MOST_TRIED)
    rows, buttons = [], []
    if newest:
        rows += [texts.render(HEAD, language), ""]
    for number, change in enumerate(newest, 1):
        who = _who(change)
        name = texts.render(who, language) if isinstance(who, Phrase) else who
        what = texts.render(_what(change), language)
        rows.append(f"{number}. {moment_text(change.at, language, zone)}, {name}: {what}")
        if _can_go_back(journal, change):
            label = BACK.having(number=number, scenario=change.scenario)
            buttons.append((f"m:back:{change.id}", texts.render(label, language)))
    if tried:
        rows += ["", texts.render(TRIED_HEAD, language), ""]
        rows += [
            f"• {moment_text(one.at, language, zone)}, {one_line(one.who, 64)}: /{one_line(one.what, 32)}"
            for one in tried
        ]
    return Text("\n".join(rows).strip() or texts.render(NOTHING, language), tuple(buttons))


def _can_go_back(journal: Sequence[Change], change: Change) -> bool:
    undone = any(x.kind == "back" and x.undoes == change.id for x in journal)
    # What the folder had first has nothing before it.
    first = next((x for x in journal if x.scenario == change.scenario), change)
    return not undone and change.id != first.id and not why_not_back(journal, change.id)


def _who(change: Change) -> str | Phrase:
    if change.who in DESK:
        return BY_RELEASE if change.who == "release" else BY_FOLDER
    _, _, named = change.who.partition(" ")
    number, _, name = named.partition(" ")
    return one_line(name, 64) or number


def _what(change: Change) -> Phrase:
    phrase = GONE if change.kind == "folder" and not change.version else WHAT[change.kind]
    return phrase.having(scenario=change.scenario, version=change.version[:8], percent=change.percent)
