"""Behind the stage: trouble on both messengers, the tally of lost and doubled, why a letter waits, the business."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.playground import telegram, whatsapp
from bot.playground.business import demo_business, reader_language
from bot.playground.decided import _why
from bot.playground.page import make_playground
from bot.playground.stage import Stage
from bot.playground.tally import take
from bot.playground.weather import Weather
from handlers.business import read_business
from scenarios.engine.context import Context
from scenarios.engine.records import Letter
from storage.decisions import Decided, Waiting
from storage.reckoning import Posted

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TASHKENT = ZoneInfo("Asia/Tashkent")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    telegram_world = telegram.TelegramWorld(bot_name="Ozoda Uy", poll_pacing=False)
    whatsapp_world = whatsapp.WhatsAppWorld(business_name="Ozoda Uy")
    telegram_runner, telegram_url = await telegram.start(telegram_world)
    whatsapp_runner, whatsapp_url = await whatsapp.start(whatsapp_world)
    yield Stage(telegram_world, whatsapp_world, telegram_url, whatsapp_url)
    await telegram_runner.cleanup()
    await whatsapp_runner.cleanup()


class Sums:
    """What a desk has stored, as the test says."""

    def __init__(self, events: set[str], letters: Sequence[Posted] = ()) -> None:
        self._events, self._letters = events, list(letters)

    async def events(self) -> set[str]:
        return self._events

    async def letters(self) -> list[Posted]:
        return self._letters

    async def timers(self) -> int:
        return 0


async def call(stage: Stage, method: str, **values: Any) -> tuple[int, dict[str, Any]]:
    settings = stage.settings()
    url = f"{settings['QABUL_TELEGRAM_API_URL']}/bot{settings['QABUL_TELEGRAM_TOKEN']}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=values) as answer:
        return answer.status, await answer.json()


async def test_a_switch_holds_until_it_is_turned_off_and_leaves_the_others_alone(stage: Stage) -> None:
    aziza, weather = stage.customers()[0], Weather(stage)
    stage.say(aziza.key, "/start")
    weather.set("slow", True)
    weather.set("busy", True)
    assert (stage.telegram.trouble.latency, stage.whatsapp.trouble.latency) == (2.0, 2.0)
    stage.telegram.set_latency(0.0)
    for _ in range(3):
        status, body = await call(stage, "sendMessage", chat_id=aziza.ref, text="hello")
        assert (status, body["parameters"]["retry_after"]) == (429, 5)
    assert (await call(stage, "getMe"))[0] == 200
    weather.set("busy", False)
    assert weather.shown() == {"slow": True, "busy": False, "down": False}
    weather.set("slow", False)
    assert (await call(stage, "sendMessage", chat_id=aziza.ref, text="hello"))[0] == 200
    with pytest.raises(ValueError, match="use one of"):
        weather.set("fog", True)


async def test_a_messenger_that_is_down_cuts_every_call(stage: Stage) -> None:
    Weather(stage).set("down", True)
    with pytest.raises(aiohttp.ClientError):
        await call(stage, "getMe")


async def test_what_the_messenger_still_keeps_is_on_its_way_and_what_it_gave_away_unstored_is_lost(
    stage: Stage,
) -> None:
    aziza, bot = stage.customers()[0], stage.telegram.bot["id"]
    stage.say(aziza.key, "one")
    stage.say(aziza.key, "two")
    first, second = (int(one["update_id"]) for one in stage.telegram.updates.past()[-2:])

    waiting = await take(stage, Sums({f"tg:{bot}:{first}:1"}))  # type: ignore[arg-type]
    await call(stage, "getUpdates", offset=second + 1)
    lost = await take(stage, Sums({f"tg:{bot}:{first}:1"}))  # type: ignore[arg-type]

    assert (waiting.said, waiting.stored, waiting.on_the_way, waiting.lost) == (2, 1, 1, 0)
    assert (lost.said, lost.stored, lost.on_the_way, lost.lost) == (2, 1, 0, 1)


async def test_a_message_that_no_letter_knows_but_equals_one_is_there_twice(stage: Stage) -> None:
    aziza = stage.customers()[0]
    stage.say(aziza.key, "/start")
    numbers = [
        (await call(stage, "sendMessage", chat_id=aziza.ref, text=text))[1]["result"]["message_id"]
        for text in ("hello", "hello", "another")
    ]
    destination = f"telegram:{stage.telegram.bot['id']}:{aziza.ref}"
    known = [Posted(destination, "say", "sent", str(aziza.ref), str(number)) for number in numbers]

    assert (await take(stage, Sums(set(), known))).doubled == 0  # type: ignore[arg-type]
    assert (await take(stage, Sums(set(), known[:1]))).doubled == 1  # type: ignore[arg-type]


async def test_a_letter_called_sent_that_is_on_no_phone_is_lost(stage: Stage) -> None:
    aziza, aigul = stage.customers()[:2]
    gone = [
        Posted(f"telegram:1:{aziza.ref}", "say", "sent", str(aziza.ref), "4711"),
        Posted(f"whatsapp:1:{aigul.phone}", "say", "sent", "", "wamid.nowhere"),
        Posted(f"telegram:1:{aziza.ref}", "say", "queued", "", ""),
    ]
    counted = await take(stage, Sums(set(), gone))  # type: ignore[arg-type]
    assert (counted.promised, counted.delivered, counted.to_send, counted.lost) == (3, 0, 1, 2)
    assert not counted.settled


def waits(reason: str = "", due: float = 0.0, destination: str = "telegram:1:7", held: bool = False) -> Waiting:
    letter = Letter(
        "A", "C", destination, "say", {}, "bot", 1, NOW - timedelta(seconds=5), due=NOW + timedelta(seconds=due)
    )
    return Waiting(letter, reason, "", held)


@pytest.mark.parametrize(
    ("letter", "budget", "working", "why"),
    [
        (waits(), (20.0, 0.0), False, "dead"),
        (waits("throttled", 4), (20.0, 0.0), True, "asked_to_wait"),
        (waits("gave_up", 4), (20.0, 0.0), True, "down"),
        (waits("", 4), (20.0, 0.0), True, "later"),
        (waits(destination="topic:C"), (0.4, 0.0), True, "budget"),
        (waits(destination="topic:C"), (0.0, 3.0), True, "budget"),
        (waits(destination="topic:C", held=True), (5.0, 0.0), True, "sending"),
        (waits(destination="extra:C"), (3.0, 0.0), True, "leftover"),
        (waits("throttled", -1, held=True), (20.0, 0.0), True, "sending"),
        (waits(), None, True, "soon"),
    ],
)
def test_why_a_letter_waits(letter: Waiting, budget: tuple[float, float] | None, working: bool, why: str) -> None:
    found = Decided(Context("C"), 1, waiting=[letter])
    assert _why(0, letter, found, budget, working, NOW) == why


def test_a_letter_waits_behind_another_of_the_same_destination() -> None:
    found = Decided(Context("C"), 1, waiting=[waits("gave_up", 4), waits(), waits(destination="topic:C", held=True)])
    assert [_why(n, one, found, (20.0, 0.0), True, NOW) for n, one in enumerate(found.waiting)] == [
        "down", "behind", "sending",
    ]  # fmt: skip


@pytest.mark.parametrize(("hour", "hours"), [(7, "9:00–21:00"), (22, "0:00–23:59")])
def test_the_demo_is_open_whenever_it_is_tried_and_differs_in_nothing_else(hour: int, hours: str) -> None:
    now = datetime(2027, 3, 2, hour, 0, tzinfo=UTC)
    business = read_business("demo", demo_business("kk", now, TASHKENT), TASHKENT)
    assert business.hours.open_at(now)
    assert business.staff_language == "kk"
    assert len(business.services) == 8
    assert hours in str(business.hours.shown(now))


def test_a_holiday_is_open_too() -> None:
    now = datetime(2027, 1, 1, 7, 0, tzinfo=UTC)
    assert read_business("demo", demo_business("en", now, TASHKENT), TASHKENT).hours.open_at(now)


def test_staff_and_manager_read_the_language_of_the_setting_then_of_the_terminal() -> None:
    assert reader_language({"QABUL_LANGUAGE": "kk", "LANG": "ru_RU.UTF-8"}) == "kk"
    assert reader_language({"LANG": "ru_RU.UTF-8"}) == "ru"
    assert reader_language({"LANG": "C.UTF-8"}) == "en"


async def test_without_a_desk_the_page_says_so_and_people_still_act(stage: Stage) -> None:
    application = aiohttp.web.Application()
    application.add_routes(make_playground(stage))
    async with TestClient(TestServer(application)) as client:
        for body in ({"act": "kill"}, {"act": "play", "kind": "new", "language": "uz"}):
            answer = await (await client.post("/playground/act", json=body)).json()
            assert answer == {"ok": False, "error": "there is no desk behind this page"}


def test_qabul_run_knows_no_playground() -> None:
    code = (
        "import sys, bot.app, bot.commands.run, bot.web, bot.inlets, bot.reception\n"
        "loaded = [name for name in sys.modules if name.startswith('bot.playground')]\n"
        "assert not loaded, loaded\n"
        "assert 'storage.decisions' not in sys.modules and 'storage.reckoning' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
