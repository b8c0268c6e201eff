"""A new customer's way through the shipped book, from hello to the handoff."""

from __future__ import annotations

import asyncio
from functools import partial

from tests.end_to_end.scene import HELLO, Customer, Scene

WALK = (
    ("says", "Hello", HELLO),
    ("taps", "Fridge repair", "Shall we come to you?"),
    ("taps", "Yes, please come", "Which day and time suit you?"),
    ("says", "tomorrow after 15:00", "where shall we come?"),
    ("says", "Bunyodkor street 12, flat {name}", "Thank you! I have passed everything on"),
)
"""What the customer does, with which words, and what the answer contains."""


async def walk(it: Scene, one: Customer, after: float, seconds: float = 90.0) -> None:
    """Go through the whole booking, each step when the answer to the one before is there."""
    await asyncio.sleep(after)
    for act, words, answer in WALK:
        getattr(one, act)(words.format(name=one.name))
        await it.until(partial(one.heard_about, answer), f"{one.name} heard {answer!r}", seconds)


def must_be_the_walk(lines: list[tuple[str, str]], one: Customer) -> None:
    """The history is this walk: every text once and in order, no question asked again."""
    assert [author for author, _ in lines] == ["customer", "bot"] * len(WALK), (one.name, lines)
    for (_, words, answer), (_, said), (_, told) in zip(WALK, lines[::2], lines[1::2], strict=True):
        assert said == words.format(name=one.name)
        assert answer in told
