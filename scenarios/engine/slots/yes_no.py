"""Yes or no, in words or with a thumb."""

from __future__ import annotations

from scenarios.engine.context import Slot
from scenarios.engine.slots.chunks import lexicon
from scenarios.engine.understanding.folding import words
from scenarios.engine.understanding.lexicon import Found

__all__ = ["read_yes_no"]

_KINDS = frozenset({"yes", "no", "unsure", "yes strong", "filler"})
_YES_SIGNS, _NO_SIGNS = "👍👌✅✔☑🆗🙏💯🤝", "👎❌✖🚫🙅⛔"
_SHORT = 3
"""Words of a message whose yes or no may stand anywhere."""
_LONGEST = 200
"""Letters of an answer; more is a story."""


def read_yes_no(text: str) -> Slot | None:
    """{"key": "yes"} or {"key": "no"}; None when the message is neither or both."""
    said = text.strip()
    if len(said) > _LONGEST:
        return None
    answers = _spoken(words(said)) or _shown(said)
    return {"key": answers.pop(), "type": "yes_no"} if len(answers) == 1 else None


def _shown(text: str) -> set[str]:
    """What signs alone say: "+", a thumb."""
    if text.strip("+ ") == "" and text:
        return {"yes"}
    if text in ("-", "--", "–", "—"):
        return {"no"}
    found = {"yes"} if any(sign in text for sign in _YES_SIGNS) else set()
    return found | {"no"} if any(sign in text for sign in _NO_SIGNS) else found


def _spoken(said: tuple[str, ...]) -> set[str]:
    """What the words say at their beginning, in a few words anywhere, or at their end ("suv kerak emas")."""
    answers: list[str] = []
    at, led = 0, True
    while at < len(said):
        found = _longest(said, at)
        if found is None:
            led = False
            at += 1
            continue
        answer = "yes" if found.section == "yes strong" else found.section
        if answer == "unsure":
            return {"yes", "no"}
        closes = found.after == len(said) and found.after - at > 1
        if answer != "filler" and (led or len(said) <= _SHORT or closes):
            answers.append(answer)
            led = led and bool(answers)
        at = found.after
    return set(answers)


def _longest(said: tuple[str, ...], at: int) -> Found | None:
    """The longest phrase of ours that begins here; of several equal ones yes or no goes before a filler."""
    found = [one for one in lexicon().find(said[at : at + 6]) if one.first == 0 and one.section in _KINDS]
    if not found:
        return None
    best = max(found, key=lambda one: (one.after, one.section != "filler"))
    return Found(best.section, best.language, at, at + best.after)
