"""Prepared conversations: real acts on the real stage, one after another, at a pace that can be followed.

Rule: a show only does what people could do themselves, and waits for the desk as they would. What the desk answers is
never written down anywhere; a show that gets no answer says so and stops.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.playground.eyes import answer_of, heard_of, missing_answer
from bot.playground.page.samples import SAMPLES
from bot.playground.stage import LANGUAGES, Customer, Stage
from bot.playground.telegram.refusals import Json

__all__ = ["KINDS", "SPEEDS", "Show", "talk_of"]

KINDS = ("new", "hesitant", "repeat", "unhappy")
SPEEDS = {"slow": 2.0, "normal": 1.0, "fast": 0.15}
"""How much longer each pause is."""
PAUSE_SECONDS = 1.6
SECONDS_A_LETTER = 0.022
LONGEST_PAUSE = 5.0
QUICK = 0.2
"""An earlier visit that is only played to have been there."""
ANSWER_SECONDS = 120.0
"""The staff group's calls of a minute may be used up, and the messenger may be slow or away on purpose."""

LOOK_SECONDS = 0.05
_TALKS = Path(__file__).parent / "page" / "talks"


class NoAnswer(Exception):
    """The desk did not do in time what a step waits for; the text names the step."""


@cache
def talk_of(kind: str) -> Mapping[str, Any]:
    """A prepared conversation of this kind."""
    talk: Mapping[str, Any] = yaml.safe_load((_TALKS / f"{kind}.yaml").read_text(encoding="utf-8"))
    return talk


class Show:
    """At most one conversation at a time. `thread_of(customer)` finds the topic that the desk made, `skip(customer,
    whom)` sets the timer of a silence to now; `told` is called at every change."""

    def __init__(
        self,
        stage: Stage,
        thread_of: Callable[[Customer], Awaitable[int]],
        skip: Callable[[Customer, str], Awaitable[bool]],
        told: Callable[[], None],
    ) -> None:
        self._stage, self._thread_of, self._skip, self._told = stage, thread_of, skip, told
        self._task: asyncio.Task[None] | None = None
        self._speed = "normal"
        self._state: Json = {}

    def shown(self) -> Json:
        """What is played, for the page; empty before the first show."""
        return {**self._state, "speed": self._speed} if self._state else {"speed": self._speed}

    def play(self, kind: str, language: str, speed: str) -> Customer:
        """Begin a conversation with a new customer; one under way is stopped. Raises ValueError."""
        if kind not in KINDS:
            raise ValueError(f"there is no conversation {kind!r}; there are: {', '.join(KINDS)}")
        if language not in LANGUAGES:
            raise ValueError(f"language {language!r}: use one of {', '.join(LANGUAGES)}")
        self.pace(speed)
        self.stop()
        talk = talk_of(kind)
        customer = self._stage.add_customer(talk["name"][language], talk["channel"], language)
        self._state = {
            "kind": kind, "language": language, "customer": customer.key, "name": customer.name, "at": 0,
            "of": len(talk["steps"]), "tell": "", "where": "phones", "state": "playing", "thread": 0,
        }  # fmt: skip
        self._task = asyncio.create_task(self._run(talk, customer, language), name="show")
        self._told()
        return customer

    def pace(self, speed: str) -> None:
        """Play the rest at this speed. Raises ValueError."""
        if speed not in SPEEDS:
            raise ValueError(f"speed {speed!r}: use one of {', '.join(SPEEDS)}")
        self._speed = speed
        self._told()

    def stop(self) -> None:
        """End the show where it is; the conversation can be gone on with by hand."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            self._become(state="stopped", tell="")

    async def close(self) -> None:
        """Stop and wait for the end."""
        self.stop()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    def _become(self, **changes: object) -> None:
        self._state = {**self._state, **changes}
        self._told()

    async def _run(self, talk: Mapping[str, Any], customer: Customer, language: str) -> None:
        try:
            for number, step in enumerate(talk["steps"], 1):
                where = "group" if "staff" in step else "phones"
                self._become(at=number, where=where, tell=step.get("tell") or self._state["tell"])
                await self._step(step, customer, language)
            self._become(state="done")
        except NoAnswer as missing:
            self._become(state="stuck", tell="", why=str(missing))
        except (LookupError, ValueError) as wrong:
            # Somebody at the page was faster, or blocked the bot: the messenger's words say what cannot be done.
            self._become(state="stuck", tell="", why=str(wrong.args[0]) if wrong.args else "")

    async def _step(self, step: Mapping[str, Any], customer: Customer, language: str) -> None:
        quick = QUICK if step.get("quick") else 1.0
        await self._rest(quick, heard_of(self._stage, customer).last_text)
        before = heard_of(self._stage, customer).count
        if "staff" in step:
            await self._staff(step, customer, language)
        elif "silence" in step:
            await self._until(lambda: self._skip(customer, step["silence"]), "timer")
        elif "choose" in step:
            message, button = await self._offered(customer, str(step["choose"]))
            self._stage.tap(customer.key, message, button)
        elif "contact" in step:
            self._stage.share_contact(customer.key)
        elif "picture" in step or "voice" in step:
            sample = SAMPLES["picture" if "picture" in step else "voice"]()
            self._stage.send_media(customer.key, sample.kind, sample.data, sample.file_name, sample.mime)
        else:
            self._stage.say(customer.key, step["customer"][language])
        if not step.get("alone"):
            await self._until(lambda: self._heard_more(customer, before), "answer")

    async def _staff(self, step: Mapping[str, Any], customer: Customer, language: str) -> None:
        await self._until(lambda: self._thread_of(customer), "topic")
        topic = f"topic:{await self._thread_of(customer)}"
        self._become(thread=int(topic.removeprefix("topic:")))
        if "document" in step:
            sample = SAMPLES["document"]()
            self._stage.send_media(topic, sample.kind, sample.data, sample.file_name, sample.mime, who=step["staff"])
            return
        says = step["says"]
        self._stage.say(topic, says if isinstance(says, str) else says[language], step["staff"])

    async def _offered(self, customer: Customer, key: str) -> tuple[str, str]:
        async def there() -> bool:
            return answer_of(self._stage, customer, key) is not None

        await self._until(there, "choice")
        return answer_of(self._stage, customer, key) or missing_answer(key)

    async def _heard_more(self, customer: Customer, before: int) -> bool:
        return heard_of(self._stage, customer).count > before

    async def _until(self, holds: Callable[[], Awaitable[object]], what: str) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while not await holds():  # noqa: ASYNC110 - the desk tells nobody outside it
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise NoAnswer(what) from None

    async def _rest(self, quick: float, text: str) -> None:
        """Long enough to read what came last; a change of speed counts at once."""
        whole = min(LONGEST_PAUSE, PAUSE_SECONDS + SECONDS_A_LETTER * len(text)) * quick
        rested = 0.0
        while rested < whole * SPEEDS[self._speed]:
            await asyncio.sleep(LOOK_SECONDS)
            rested += LOOK_SECONDS
