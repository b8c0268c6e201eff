"""The watchdog against both local messengers and a real database: each trouble is made, told, mended, called over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.channels.telegram.calls import TelegramApi
from bot.channels.whatsapp.graph import Graph
from bot.playground import telegram, whatsapp
from bot.secret import Secret
from bot.trouble import Trouble
from bot.watchdog import Watchdog
from handlers.budget import Budget
from handlers.texts import Texts, read_catalogs
from scenarios.engine.hours import WEEKDAYS, Hours
from scenarios.engine.records import Happening, Letter
from storage import tables as t
from storage.contacts import Contacts
from storage.database import Database, open_database
from storage.hearing import Hearing
from storage.outbox import Outbox
from storage.posting import letter_row
from storage.schema import upgrade
from storage.troubles import Troubles
from storage.waiting import Waiting
from tests.end_to_end.desk import Storage, free_port, until
from tests.end_to_end.scene import scene
from tests.fakes import FakeCache
from tests.storage.rows import line, recorded, sender, turn

MANAGER = 5
WEBHOOK = "http://127.0.0.1:{port}/telegram/webhook"
ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Night:
    """A watchdog, what it looks at, and what the manager was told since asked last."""

    db: Database
    telegram: telegram.TelegramWorld
    whatsapp: whatsapp.WhatsAppWorld
    dog: Watchdog
    group: int
    ahead: timedelta = field(default=timedelta(0))
    _seen: int = 0

    def now(self) -> datetime:
        """The time, as far ahead as the test says."""
        return datetime.now(UTC) + self.ahead

    async def looks(self, times: int) -> list[str]:
        """So many looks; what the manager was told by them."""
        for _ in range(times):
            await self.dog.look()
        letters = await Outbox(self.db).unsent({f"telegram:{self.telegram.bot['id']}:{MANAGER}": self._seen}, 99)
        self._seen = max([self._seen, *(letter.seq for letter in letters)])
        return [str(letter.payload["text"]) for letter in letters]

    async def must_tell(self, looks: int, words: str) -> None:
        """The trouble is told at the look of that number, not before, and not again at the next."""
        assert await self.looks(looks - 1) == []
        (told,) = await self.looks(1)
        assert words in told
        assert await self.looks(1) == []

    async def must_be_over(self, what: str) -> None:
        """Two looks later it is called over, once."""
        assert await self.looks(1) == []
        assert await self.looks(1) == [f"✅ All right again: {what}."]
        assert await self.looks(2) == []


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    async with AsyncExitStack() as stack:
        database = open_database(f"sqlite+aiosqlite:///{tmp_path / 'night.db'}")
        stack.push_async_callback(database.close)
        await upgrade(database)
        world, other = telegram.TelegramWorld(), whatsapp.WhatsAppWorld()
        runner, url = await telegram.start(world)
        stack.push_async_callback(runner.cleanup)
        runner, graph_url = await whatsapp.start(other)
        stack.push_async_callback(runner.cleanup)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        api = TelegramApi(session, url, Secret(world.token))
        graph = Graph(Secret(other.token), other.phone_number_id, graph_url)
        stack.push_async_callback(graph.close)
        group = int(world.make_forum("Reception")["id"])

        def now() -> datetime:
            return it.now()

        trouble = Trouble(Troubles(database), frozenset({MANAGER}), int(world.bot["id"]), Texts({}), "en", now)
        hours = Hours({day: (time(9), time(21)) for day in WEEKDAYS}, frozenset(), ZoneInfo("Asia/Tashkent"))
        dog = Watchdog(
            trouble, Waiting(database), Hearing(database), hours, lambda: True, now,
            api=api, graph=graph, staff_chat=group, budget=Budget(FakeCache(), 20, 1 / 3),
        )  # fmt: skip
        it = Night(database, world, other, dog, group)
        yield it


async def test_all_is_well(night: Night) -> None:
    assert await night.looks(5) == []


async def test_the_webhook_cannot_be_reached(night: Night) -> None:
    night.dog.wanted = WEBHOOK.format(port=free_port())
    await _set_webhook(night, night.dog.wanted)
    night.telegram.say(int(night.telegram.add_user(first_name="Aziza")["id"]), "salom")
    await until(lambda: night.telegram.webhook.last_error, 10, "Telegram could not deliver")

    await night.must_tell(2, "Telegram cannot deliver to the desk: ")
    # What still waits is told as well once it has waited for long.
    (piled_up,) = await night.looks(1)
    assert "Waiting there: 1" in piled_up
    night.telegram.updates.drop_all()
    told = [*await night.looks(1), *await night.looks(1)]
    assert told == ["✅ All right again: messages from Telegram."] * 2


async def test_telegram_has_another_address(night: Night) -> None:
    night.dog.wanted = WEBHOOK.format(port=free_port())
    await _set_webhook(night, other := f"http://127.0.0.1:{free_port()}/somebody/else")

    await night.must_tell(2, "it has another address for the bot (127.0.0.1:")
    # As if set back: Telegram takes one setWebhook a second.
    night.dog.wanted = other
    await night.must_be_over("messages from Telegram")


async def test_nobody_polls(night: Night) -> None:
    night.telegram.say(int(night.telegram.add_user(first_name="Aziza")["id"]), "salom")

    await night.must_tell(4, "because the desk does not take them. Waiting there: 1.")
    night.telegram.updates.drop_all()
    await night.must_be_over("messages from Telegram")


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda world, group: world.demote_bot(group), "the bot is no administrator there any more"),
        (lambda world, group: world.set_bot_status(group, "kicked"), "the bot is not in the group any more"),
        (
            lambda world, group: world.set_bot_status(group, "administrator", ["can_pin_messages"]),
            "the bot may not manage topics there any more",
        ),
        (lambda world, group: world.group(group).public.pop("is_forum"), "topics are switched off there"),
    ],
    ids=["demoted", "kicked", "no topics right", "no forum"],
)
async def test_the_bot_loses_its_group(
    night: Night, break_it: Callable[[telegram.TelegramWorld, int], object], words: str
) -> None:
    break_it(night.telegram, night.group)
    night.telegram.updates.drop_all()

    await night.must_tell(1, words)
    night.telegram.group(night.group).public["is_forum"] = True
    night.telegram.set_bot_status(night.group, "administrator", ["can_manage_topics", "can_pin_messages"])
    night.telegram.updates.drop_all()
    await night.must_be_over("the staff group")


async def test_the_bots_token_is_revoked(night: Night) -> None:
    api = night.dog.api
    assert api is not None
    wrong = f"{night.telegram.bot['id']}:{'x' * 35}"
    night.dog.api = TelegramApi(api._session, api._base, Secret(wrong))

    await night.must_tell(2, "Telegram refuses the desk's account: ")
    night.dog.api = api
    await night.must_be_over("the bot's account at Telegram")


async def test_a_messenger_that_is_away_is_no_trouble_of_the_accounts(night: Night) -> None:
    night.telegram.fail_next(100, "500")

    assert await night.looks(6) == []


@pytest.mark.parametrize("quality", ["YELLOW", "RED"])
async def test_the_number_loses_its_quality(night: Night, quality: str) -> None:
    night.whatsapp.stand(quality_rating=quality)

    await night.must_tell(1, f"rates the quality of your number {'low' if quality == 'RED' else 'medium'}")
    night.whatsapp.stand(quality_rating="GREEN")
    await night.must_be_over("the quality of the WhatsApp number")


@pytest.mark.parametrize("change", [{"status": "RESTRICTED"}, {"status": "FLAGGED"}, {"health": "BLOCKED"}], ids=str)
async def test_the_number_is_restricted(night: Night, change: dict[str, str]) -> None:
    night.whatsapp.stand(**change)

    await night.must_tell(1, f"Meta has restricted your WhatsApp number ({next(iter(change.values()))})")
    night.whatsapp.stand(status="CONNECTED", health="AVAILABLE")
    await night.must_be_over("the WhatsApp number")


async def test_metas_token_is_refused(night: Night) -> None:
    graph = night.dog.graph
    assert graph is not None
    night.dog.graph = Graph(Secret("EAAwrong"), night.whatsapp.phone_number_id, graph._base)
    try:
        await night.must_tell(2, "WhatsApp refuses the desk's account: 190")
    finally:
        await night.dog.graph.close()
    night.dog.graph = graph
    await night.must_be_over("the account at WhatsApp")


@pytest.mark.parametrize(
    ("destination", "words", "what"),
    [
        ("telegram:1:7", "Answers to customers on Telegram are late. Waiting: 1", "answers to customers on Telegram"),
        ("whatsapp:1:u:7", "on WhatsApp are late", "answers to customers on WhatsApp"),
        ("topic:C", "Messages into the staff group are late", "messages into the staff group"),
    ],
)
async def test_letters_are_late(night: Night, destination: str, words: str, what: str) -> None:
    await _put(night, _letter(night, "c", destination, 59))
    assert await night.looks(2) == []
    await _put(night, _letter(night, "a", destination, 61), _letter(night, "b", "extra:C", 3600))

    await night.must_tell(1, words)
    await _nothing_waits(night)
    await night.must_be_over(what)


async def test_a_letter_whose_time_has_not_come_is_not_late(night: Night) -> None:
    await _put(night, replace(_letter(night, "a", "telegram:1:7", 86_400), due=night.now() + timedelta(hours=1)))

    assert await night.looks(3) == []


async def test_a_staff_group_out_of_budget_is_told_as_such(night: Night) -> None:
    assert night.dog.budget is not None
    night.dog.budget.short = True
    await _put(night, _letter(night, "a", "topic:C", 300))

    await night.must_tell(1, "More is happening than Telegram lets the bot write into the staff group (about 20 calls")
    night.dog.budget.short = False
    await _nothing_waits(night)
    await night.must_be_over("messages into the staff group")


async def test_an_unusual_silence_is_told_and_over_when_somebody_writes(night: Night) -> None:
    contact = await Contacts(night.db).find_contact(sender(), night.now())
    at = [night.now() - timedelta(weeks=week, minutes=m % 25 + 1) for week in range(1, 9) for m in range(30)]
    began = [Happening("opened", contact, n, one, "telegram", "new") for n, one in enumerate(at)]
    held = await Contacts(night.db).load(contact)
    # What a desk that began later has not seen is not held against it.
    oldest = Happening("opened", contact, 999, night.now() - timedelta(weeks=10), "whatsapp", "new")
    await recorded(night.db, turn("e", held, happenings=(*began, oldest)))

    await night.must_tell(1, "nobody has written on Telegram for 30 minutes")
    held = await Contacts(night.db).load(contact)
    await recorded(night.db, turn("f", held, lines=(line("l", contact, at=night.now()),)))
    await night.must_be_over("customers on Telegram")


async def test_trouble_that_lasts_is_told_again_after_an_hour(night: Night) -> None:
    night.whatsapp.stand(quality_rating="RED")

    await night.must_tell(1, "the quality of your number")
    night.ahead = timedelta(minutes=59)
    assert await night.looks(2) == []
    night.ahead = timedelta(minutes=61)
    assert len(await night.looks(2)) == 1


@pytest.mark.parametrize("language", ["uz", "kk", "ru"])
async def test_managers_read_it_in_their_language(night: Night, language: str) -> None:
    night.dog.trouble._texts = Texts(read_catalogs(ROOT / "locales"))
    night.dog.trouble._language = language
    night.whatsapp.stand(status="RESTRICTED", quality_rating="RED")
    night.telegram.demote_bot(night.group)
    night.telegram.updates.drop_all()

    told = await night.looks(1)

    assert len(told) == 3
    assert not [words for words in told if "Please" in words or "{" in words]


@pytest.mark.long
async def test_a_real_desk_tells_its_manager_within_a_minute() -> None:
    async with scene(Storage(None, None), "webhook", with_whatsapp=True) as it:
        manager = int(it.telegram.add_user(first_name="Dilshod", language_code="en")["id"])
        it.desk.environment["QABUL_MANAGER_IDS"] = str(manager)
        await it.desk.start()
        it.telegram.say(manager, "/start")
        it.whatsapp.stand(quality_rating="RED")

        def told(words: str) -> bool:
            return any(words in str(message.get("text", "")) for message in it.telegram.messages(manager))

        await it.until(lambda: told("rates the quality of your number low"), "the manager is told", 60)
        async with aiohttp.ClientSession() as session, session.get(f"{it.desk.base}/metrics") as answer:
            assert 'qabul_trouble{kind="number_quality"} 1.0' in await answer.text()


async def _set_webhook(night: Night, url: str) -> None:
    assert night.dog.api is not None
    await night.dog.api.call("setWebhook", {"url": url})


def _letter(night: Night, id: str, destination: str, age: float) -> Letter:
    at = night.now() - timedelta(seconds=age)
    return Letter(id, "C", destination, "say", {"text": "x"}, "bot", 0, at)


async def _put(night: Night, *letters: Letter) -> None:
    async with night.db.writing() as connection:
        await night.db.insert(connection, t.letters, [letter_row(one) for one in letters])


async def _nothing_waits(night: Night) -> None:
    async with night.db.writing() as connection:
        sql = night.db.statement("UPDATE letters SET status = 'sent' WHERE contact = 'C'")
        await connection.execute(sql)
