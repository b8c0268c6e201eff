"""Whether what came is what a test expects: by the name of a step, or by words in which … stands for anything."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.rehearsal.ground import Ground
from bot.rehearsal.news import BotSaid

__all__ = ["brief", "is_like", "says_step", "steps_named"]

LONGEST = 90
ROLES = ("unclear", "silent")
_NAME = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+){0,2}")


def is_like(wanted: str, said: BotSaid | str) -> bool:
    """Whether the words are those of the message, of one of its parts or of one of its paragraphs, in the language of
    the talk or as the scenario's file has them."""
    pattern = _pattern(wanted)
    if isinstance(said, str):
        return bool(pattern.fullmatch(_even(said)))
    whole = (said.text, *said.parts, *said.written, *said.text.split("\n\n"), *said.text.split("\n"))
    return any(pattern.fullmatch(_even(one)) for one in whole)


def steps_named(ground: Ground, text: str) -> list[tuple[str, str, str]] | None:
    """The (scenario, step, role) that a name in a test may mean, the role empty for what the step says or asks; None
    when it looks like a name and there is no such step, [] when it is words."""
    if not _NAME.fullmatch(text):
        return []
    first, *rest = text.split(".")
    role = rest.pop() if rest and rest[-1] in ROLES else ""
    if rest:
        scenario = ground.book.scenarios.get(first)
        return [(first, rest[0], role)] if scenario is not None and rest[0] in scenario.steps else None
    return [(scenario, first, role) for scenario in ground.steps.get(first, ())] or None


def says_step(ground: Ground, text: str, said: BotSaid) -> bool:
    """Whether the message is one of the step that the text names."""
    for scenario, step, role in steps_named(ground, text) or ():
        for one in said.roles:
            if one[:2] == (scenario, step) and (one[2] == role if role else one[2] in ("say", "ask")):
                return True
    return False


def brief(text: str) -> str:
    """A message on one line, not too long."""
    line = _even(text)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


@lru_cache(maxsize=1_024)
def _pattern(wanted: str) -> re.Pattern[str]:
    pieces = re.split(r"…|\.\.\.", _even(wanted))
    return re.compile(".*".join(re.escape(piece) for piece in pieces), re.DOTALL)


def _even(text: str) -> str:
    return " ".join(text.split())
