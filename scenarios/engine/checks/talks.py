"""Talks under way: steps at which somebody waits and which the new files no longer have (E70).

Rule: nobody is dropped. Such talks finish on the version they began with; the author is told, because often a step was
only given another name.
"""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.engine.checks.subject import Subject
from scenarios.engine.model import Place
from scenarios.engine.reading.issues import Issue, issue

__all__ = ["live_talks"]


def live_talks(subject: Subject) -> Iterator[Issue]:
    """E70: a step that is gone while talks wait at it."""
    for (name, step), count in sorted(subject.live.items()):
        scenario = subject.book.scenarios.get(name)
        if count < 1 or name in subject.unread:
            continue
        talks = "1 live talk waits" if count == 1 else f"{count} live talks wait"
        they = "it" if count == 1 else "they"
        if scenario is None:
            text = f'{talks} at "{step}" of "{name}", which is gone; {they} will finish on the old version'
            yield issue("E70", Place(f"{name}.yaml", 1, 1), text)
        elif step not in scenario.steps and not any(step in one.was for one in scenario.steps.values()):
            text = f'{talks} at "{step}", which is gone; {they} will finish on the old version'
            place = scenario.places.get("steps", scenario.place)
            yield issue("E70", place, f'{text} (or write "was: [{step}]" at its successor)')
