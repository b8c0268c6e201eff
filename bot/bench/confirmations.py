"""Whether staff are told the truth: an agent answers a customer while the messenger refuses to deliver it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.bench.relays import Mark, Relays
from bot.playground.telegram import TelegramWorld

__all__ = ["Told", "staff_replies"]

TROUBLE_SECONDS = 6.0
MEANWHILE = ("sendMessage", "copyMessage", "forwardMessage", "sendPhoto", "sendDocument")
ADMITS = re.compile(
    r"\b(not|fail|failed|error|unable|cannot|wait|later|retry|queued|blocked|too many|internal)\b|n't|❌|👎|⚠|⏳|🕓|"
    r"\bне\b|ошибк|позже|жд(и|ё|е)|очеред|yetmadi|xato|keyin|kuting|жетпеді|қате",
    re.IGNORECASE,
)
"""Words of somebody who does not claim that it was delivered."""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer. `during`: what staff were told while it could not be delivered; `false`: that claimed it was."""

    trouble: str
    during: str
    false: bool
    delivered: int
    """How often the customer has it in the end."""


async def staff_replies(
    world: TelegramWorld,
    staff_chat: int,
    relays: Relays,
    people: Sequence[tuple[int, str]],
    write: Callable[[str, Sequence[tuple[int, str]], int], list[Mark]],
    patience: float,
) -> list[Told]:
    """One customer for each trouble; their message is relayed first, so that the agent has something to answer.

    `patience`: seconds for what should come to come."""
    agent = int(world.add_user(first_name="Nodira", language_code="en")["id"])
    world.join(staff_chat, agent)
    marks = write("s", people, 1)
    await relays.until(marks, len(marks), patience)
    found = []
    for kind, (person, _), mark in zip(("429", "500"), people, marks, strict=True):
        places = relays.places.get(mark)
        if not places:
            found.append(Told(kind, "the customer's message was not relayed, so nobody could answer", False, 0))
            continue
        message, thread = places[0]
        world.fail_next(1_000_000, kind, methods=MEANWHILE, chat_id=person)
        told = _Ear(world, staff_chat)
        words = f"He comes at five, qxanswer{kind}"
        reply = world.say(agent, words, chat=staff_chat, thread=thread or None, reply_to=message)
        await asyncio.sleep(TROUBLE_SECONDS)
        during = told.heard(int(reply["message_id"]))
        world.clear_trouble()
        for _ in range(int(patience / 0.1)):
            if _has(world, person, words):
                break
            await asyncio.sleep(0.1)
        await relays.quiet(most=patience)
        claims = [one for one in during if not ADMITS.search(one)]
        found.append(Told(kind, "; ".join(during) or "nothing", bool(claims), _has(world, person, words)))
    return found


def _has(world: TelegramWorld, person: int, words: str) -> int:
    bot = world.bot["id"]
    return sum(1 for m in world.messages(person) if m["from"]["id"] == bot and words in str(m.get("text", "")))


class _Ear:
    """What the bot tells the staff from now on."""

    def __init__(self, world: TelegramWorld, staff_chat: int) -> None:
        self._world, self._chat = world, staff_chat
        self._before = {int(message["message_id"]) for message in world.messages(staff_chat)}

    def heard(self, reply: int) -> list[str]:
        """Texts in the staff chat, and reactions on the agent's answer."""
        bot = int(self._world.bot["id"])
        new = [m for m in self._world.messages(self._chat) if int(m["message_id"]) not in self._before]
        texts = [str(m["text"]) for m in new if m["from"]["id"] == bot and "text" in m]
        return texts + self._world.reactions(self._chat, reply).get(bot, [])
