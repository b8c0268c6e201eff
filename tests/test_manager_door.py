"""The private chat with a manager, without messengers: what is fetched, what is refused before, who plays whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channels.telegram.arrivals import ManagerPressed, ManagerSaid
from bot.managers import ManagerDoor
from handlers.managers.desk import ManagerDesk
from handlers.managers.sent import MOST_BYTES
from handlers.ports import ChannelDown, Rejected
from scenarios.engine.context import Context
from scenarios.engine.events import ButtonPressed, Content, CustomerSaid, Event, Media, Sender, TrialCommanded
from scenarios.engine.records import Held, Outcome, TimerRow, Turn
from tests.fakes import FakeChannel
from tests.handlers.managers_scene import NEW, Managers
from tests.shipped import business

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
SENDER = Sender("telegram", "77", ("5",), "Rustam", "", "en")


@dataclass
class Around:
    """The corridor, the contacts and the timers of a door."""

    turns: dict[str, Turn] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    playing: dict[str, Context] = field(default_factory=dict)
    timers: list[TimerRow] = field(default_factory=list)

    async def record_alone(self, turn: Turn) -> Outcome:
        if turn.event in self.turns:
            return Outcome.DUPLICATE
        self.turns[turn.event] = turn
        return Outcome.RECORDED

    async def receive(self, event: Event) -> Outcome:
        self.events.append(event)
        return Outcome.RECORDED

    async def whose(self, sender: Sender) -> str | None:
        return sender.channel if sender.account == "trial" and sender.channel in self.playing else None

    async def load(self, contact: str) -> Held:
        return Held(self.playing[contact], 1)

    async def next_of(self, contact: str) -> TimerRow | None:
        return self.timers.pop(0) if self.timers else None

    def said(self) -> str:
        """What the manager was answered."""
        return "\n".join(str(x.payload.get("text", "")) for turn in self.turns.values() for x in turn.letters)


class Files(FakeChannel):
    """A messenger that hands out what a test gives it; `fetched` counts how often it was asked."""

    def __init__(self, data: bytes = b"", error: Exception | None = None) -> None:
        super().__init__(takes=0.0)
        self.data, self.error, self.fetched = data, error, 0

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        self.fetched += 1
        if self.error is not None:
            raise self.error
        for start in range(0, len(self.data), 65_536):
            yield self.data[start : start + 65_536]


@pytest.fixture
def around() -> Around:
    return Around()


async def opened(around: Around, folder: Path, files: Files | None = None) -> ManagerDoor:
    """The door of a desk whose shipped book runs."""
    import asyncio

    scene = await Managers(folder).opens()
    zone, lock = ZoneInfo("Asia/Tashkent"), asyncio.Lock()
    desk = ManagerDesk(around, scene.figures, scene.texts, business(), zone, folder, scene.library, scene.desk, lock)
    any_: Any = around
    return ManagerDoor(
        any_, desk, around, around, around, {"telegram": files or Files()}, scene.texts, lambda: NOW, zone
    )


def message(text: str = "", media: Media | None = None, id: str = "tg:77:1:1", album: str = "") -> ManagerSaid:
    said = CustomerSaid(id, NOW, SENDER, Content(text, media=media), "9", NOW, album)
    return ManagerSaid(id, NOW, "5", "Rustam", "en", text, "9", "5", said)


def press(data: str) -> ManagerPressed:
    pressed = ButtonPressed("tg:77:2:x", NOW, SENDER, data, "Yes", "9", NOW)
    return ManagerPressed(pressed.id, NOW, "5", "Rustam", "en", data, "5", pressed)


def file(name: str = "new.yaml", size: int = 100) -> Media:
    return Media("document", "telegram", "ref", name, "text/yaml", size)


async def test_a_large_file_is_refused_before_it_is_fetched(around: Around, tmp_path: Path) -> None:
    files = Files(b"x")
    await (await opened(around, tmp_path, files)).said(message(media=file(size=MOST_BYTES + 1)))
    assert "is too large" in around.said()
    assert files.fetched == 0


async def test_a_file_that_is_larger_than_it_said_is_given_up_while_it_comes(around: Around, tmp_path: Path) -> None:
    files = Files(b"x" * (MOST_BYTES + 1))
    await (await opened(around, tmp_path, files)).said(message(media=file()))
    assert "is too large" in around.said()


async def test_a_file_that_is_none_of_ours_is_not_fetched(around: Around, tmp_path: Path) -> None:
    files = Files(b"x")
    await (await opened(around, tmp_path, files)).said(message(media=file("report.pdf")))
    assert "I can only take scenario files here" in around.said()
    assert files.fetched == 0


async def test_what_telegram_refuses_is_told_and_what_it_cannot_give_now_comes_again(
    around: Around, tmp_path: Path
) -> None:
    gone = await opened(around, tmp_path, Files(error=Rejected("file is gone")))
    await gone.said(message(media=file()))
    assert "Telegram does not hand me new.yaml" in around.said()
    down = await opened(Around(), tmp_path, Files(error=ChannelDown("HTTP 502")))
    with pytest.raises(ConnectionError):
        await down.said(message(media=file()))


async def test_a_file_that_is_delivered_twice_is_answered_once(around: Around, tmp_path: Path) -> None:
    door = await opened(around, tmp_path, Files(NEW.encode()))
    await door.said(message(media=file()))
    await door.said(message(media=file()))
    assert len(around.turns) == 1
    assert around.said().count("exactly what runs now") == 1


async def test_files_of_an_album_are_answered_once_and_all_of_them_are_recorded(around: Around, tmp_path: Path) -> None:
    import asyncio

    door = await opened(around, tmp_path, Files(NEW.encode()))
    names = ("new.yaml", "new (1).yaml")
    said = [message(media=file(name), id=f"tg:77:{n}:1", album="a") for n, name in enumerate(names, 1)]
    await asyncio.gather(*(door.said(one) for one in said))
    assert set(around.turns) == {"tg:77:1:1", "tg:77:2:1"}
    assert len([x for turn in around.turns.values() for x in turn.letters]) == 1


async def test_whoever_plays_a_customer_is_heard_as_that_customer(around: Around, tmp_path: Path) -> None:
    door = await opened(around, tmp_path)
    around.playing["whatsapp"] = Context("whatsapp", trial=True, trial_reader="en", address="whatsapp:trial:5")
    await door.said(message("Salom"))
    await door.pressed(press("1:1:yes"))
    senders = [event.sender for event in around.events]  # type: ignore[union-attr]
    assert {(one.channel, one.account, one.keys) for one in senders} == {("whatsapp", "trial", ("5",))}
    assert around.turns == {}


@pytest.mark.parametrize("book", ["of my own", ""])
async def test_a_version_that_is_tried_is_tried_in_another_language_and_messenger_too(
    around: Around, tmp_path: Path, book: str
) -> None:
    door = await opened(around, tmp_path)
    if book:
        around.playing["telegram"] = Context("telegram", trial=True, trial_reader="en", book=book)
    await door.said(message("/as customer ru whatsapp"))
    begun = [one for one in around.events if isinstance(one, TrialCommanded) and one.command == "begin"]
    assert [(one.book, one.sender.channel, one.sender.language_code) for one in begun] == [(book, "whatsapp", "ru")]


async def test_a_trial_that_is_over_and_none_at_all_are_told_apart_from_one(around: Around, tmp_path: Path) -> None:
    door = await opened(around, tmp_path)
    around.playing["telegram"] = Context("telegram", trial=True)
    await door.said(message("Salom"))
    assert "What you can ask me" in around.said()
    await door.pressed(press("1:1:yes"))
    assert "a trial that is over" in around.said()
    assert around.events == []


async def test_time_passes_once_however_often_the_wish_is_delivered(around: Around, tmp_path: Path) -> None:
    door = await opened(around, tmp_path)
    around.playing["telegram"] = Context("telegram", trial=True, trial_reader="en", address="telegram:trial:5")
    row = TimerRow("T1", "telegram", "q0", NOW, {"index": "0"})
    around.timers = [row, row, row]
    await door.said(message("/later"))
    await door.said(message("/later"))
    assert [event.id for event in around.events] == ["timer:T1"]
    around.timers = []
    await door.said(message("/later", id="tg:77:3:1"))
    assert "Nothing waits for time to pass" in around.said()
