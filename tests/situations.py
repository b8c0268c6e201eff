"""`python -m tests.situations`: writes docs/situations.md anew from the transcript tests of the shipped scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

__all__ = ["ELSEWHERE", "PAGE", "TESTS", "page", "situations"]

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "scenarios/book/tests"
PAGE = ROOT / "docs/situations.md"
LONGEST = 60

HEAD = """\
# Situations

What happens to a desk in an ordinary week and in an unusual one, and what the shipped scenarios make of it. Each line
is played by a test, in the language and on the messenger that it names; `qabul scenario test` plays all of them. The
page is written from those tests (`python -m tests.situations`), and a test keeps it equal to them.

How to read a way: “what the customer writes”, [what they tap], (what they send); **step** is what the bot says, as it
is called in the scenario's file; ⏱ is time that goes by; → 👤 is the desk whose people have the conversation now; 🔔 is
a line in a desk's group; ⚙ is something that the desk does itself; ∎ is the end of the talk.
"""

CHAPTERS: Mapping[str, tuple[str, str]] = {
    "new": ("Somebody new", "The price comes before any question about them, and a person is one tap away."),
    "booking": ("A visit is agreed", "An hour that was taken meanwhile costs one more tap, never the whole talk."),
    "repeat": ("Somebody who was here before", "By name, with the last order known, and one thing that goes with it."),
    "hesitant": ("Somebody who hesitates", "An honest answer to exactly what holds them back, and one follow-up."),
    "unhappy": (
        "Somebody who is unhappy",
        "One apology, a person with a time, and a look a day later. Nothing is sold.",
    ),
    "status": ("How things stand", "The state of the order first, then what one may want to do about it."),
    "move": ("Another day or hour", "Where it is too late for the bot, a colleague decides."),
    "cancel": ("Calling off", "No question why, and nothing to argue."),
    "callback": ("Rather by phone", "When, and on which number."),
    "feedback": ("After the people have finished", "A rating, now and then whether they would recommend us."),
    "aside": ("Asked at any moment", "The answer is given, and the open question is asked again."),
    "unusual": ("Unusual", "Nobody is left without an answer."),
}
"""The files of tests in the order of the page, each with its heading and the rule that it shows."""

ELSEWHERE: Mapping[str, str] = {
    "Writes from another account or number: the answer goes there, what was said is known": (
        "tests/talks/test_addresses_and_edits.py"
    ),
    "Edits or takes back a message": "tests/talks/test_addresses_and_edits.py",
    "Taps the same button twice, or an old one after a restart": "tests/talks/test_answers_and_buttons.py",
    "Sends an album, a sticker, a video note, a file that cannot be read": "tests/talks/test_other_kinds.py",
    "Blocks the bot, and comes back": "tests/talks/test_addresses_and_edits.py",
    "Asks for a person on a holiday, on Sunday, a minute before closing": "tests/talks/test_a_person_at_once.py",
    "Two of the staff answer at once": "tests/talks/test_staff_messages.py",
}
"""Situations that need more than one talk or messenger, and the tests that show them."""


def situations() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All transcript tests of the shipped scenarios with the name of their file, in the order of the page."""
    for name in CHAPTERS:
        for test in yaml.safe_load((TESTS / f"{name}.yaml").read_text(encoding="utf-8")):
            yield name, test


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, (heading, rule) in CHAPTERS.items():
        rows = [_row(test) for file, test in situations() if file == name]
        link = f"[{name}.yaml](../scenarios/book/tests/{name}.yaml)"
        parts.append(
            f"\n## {heading}\n\n{rule} Played by {link}.\n\n| situation | scenario | the way |\n| --- | --- | --- |\n"
        )
        parts += rows
    parts.append("\n## More than one talk\n\nWhat a transcript cannot show, with the tests that do.\n\n")
    parts.append("| situation | tests |\n| --- | --- |\n")
    parts += [f"| {what} | [{where}](../{where}) |\n" for what, where in ELSEWHERE.items()]
    return "".join(parts)


def _row(test: Mapping[str, Any]) -> str:
    given = test.get("with") or {}
    where = ", ".join([str(given.get("language", "en")), str(given.get("channel", "telegram"))])
    way = " ".join(_act(line) for line in test["chat"] if not {"facts", "remembers"} & line.keys())
    return f"| {test['test']} | {test.get('scenario', 'start')} ({where}) | {way} |\n"


def _act(line: Mapping[str, Any]) -> str:
    kind, what = next((key, line[key]) for key in line)
    if kind == "bot":
        return " + ".join(_said(one) for one in (what if isinstance(what, list) else [what]))
    if kind == "staff":
        return f"→ 👤 {what}"
    if kind == "does":
        return f"⚙ {what}: {line.get('outcome', '')}"
    if kind == "shares":
        return f"({next(iter(what)) if isinstance(what, dict) else what})"
    shown = {
        "customer": f"“{_short(what)}”",
        "taps": f"[{what}]",
        "wait": f"⏱ {what}",
        "notify": f"🔔 {what}",
        "agent": f"👤 “{_short(what)}”",
        "closes": "👤 /close",
        "ends": "∎",
    }
    return shown[kind]


def _said(what: object) -> str:
    text = str(what)
    return f"**{text}**" if " " not in text and "…" not in text else f"**“{_short(text)}”**"


def _short(what: object) -> str:
    text = " ".join(str(what).split()).replace("|", "/")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
