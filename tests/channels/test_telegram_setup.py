"""What is told to Telegram once at the start."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.channels.telegram import setup
from bot.channels.telegram.arrivals import ALLOWED_UPDATES
from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.commands import CUSTOMERS, LANGUAGES, MANAGERS, STAFF, Menu
from bot.channels.telegram.setup import SetUp, set_up
from bot.playground.telegram import DEMO_TOKEN, TelegramWorld, start
from bot.secret import Secret
from scenarios.engine.staff import COMMANDS


@pytest.fixture
async def server() -> AsyncIterator[tuple[TelegramWorld, str]]:
    world = TelegramWorld(poll_pacing=False)
    runner, url = await start(world, webhook_pause=0.0)
    yield world, url
    await runner.cleanup()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "FIRST_PAUSE", 0.01)


def commands(world: TelegramWorld, scope: dict[str, object], language: str = "") -> list[str]:
    found = world.commands.get((json.dumps(scope, sort_keys=True), language), [])
    return [command["command"] for command in found]


async def test_menus_and_webhook_are_set_in_every_language(server: tuple[TelegramWorld, str]) -> None:
    world, url = server
    group = int(world.make_forum("Desk")["id"])
    boss = int(world.add_user()["id"])
    world.fail_next(1, "html", methods=["setWebhook"])
    world.fail_next(1, "drop", methods=["setMyCommands"])
    world.fail_next(1, "429", methods=["setMyCommands"])
    wanted = SetUp(Secret(DEMO_TOKEN), url, "http://127.0.0.1:9/", Secret("s"), [group], [boss], language="ru")
    assert await set_up(wanted, asyncio.Event())
    assert world.webhook.settings.url == "http://127.0.0.1:9/telegram/webhook"
    assert world.webhook.settings.secret == "s"
    assert world.updates.allowed == ALLOWED_UPDATES
    for language in ("", *LANGUAGES):
        assert commands(world, {"type": "all_private_chats"}, language) == list(CUSTOMERS)
        assert commands(world, {"type": "chat", "chat_id": group}, language) == list(STAFF)
        assert commands(world, {"type": "chat", "chat_id": boss}, language) == list(MANAGERS)


async def test_without_a_webhook_url_the_webhook_is_taken_away(server: tuple[TelegramWorld, str]) -> None:
    world, url = server
    async with aiohttp.ClientSession() as session:
        await TelegramApi(session, url, Secret(DEMO_TOKEN)).call("setWebhook", {"url": "http://127.0.0.1:9/x"})
    assert await set_up(SetUp(Secret(DEMO_TOKEN), url, None, None, [], []), asyncio.Event())
    assert world.webhook.settings.url == ""


async def test_a_refused_menu_costs_one_line_and_no_more(
    server: tuple[TelegramWorld, str], caplog: pytest.LogCaptureFixture
) -> None:
    world, url = server
    caplog.set_level(logging.WARNING)
    assert not await set_up(SetUp(Secret(DEMO_TOKEN), url, None, None, [-100404], [77]), asyncio.Event())
    told = [record.message for record in caplog.records if record.name == "bot.channels.telegram.setup"]
    assert len(told) == 2
    assert "chat not found" in told[0]
    assert commands(world, {"type": "all_private_chats"}, "kk") == ["start"]


async def test_a_wrong_token_ends_it_with_one_line_that_does_not_show_it(
    server: tuple[TelegramWorld, str], caplog: pytest.LogCaptureFixture
) -> None:
    token = "7000000001:AAwrong-wrong-wrong-wrong-wrong-wro"
    wanted = SetUp(Secret(token), server[1], None, None, [-1], [7])
    assert not await set_up(wanted, asyncio.Event())
    assert len([r for r in caplog.records if r.name == "bot.channels.telegram.setup"]) == 1
    assert token not in caplog.text


async def test_it_gives_up_when_the_desk_stops(caplog: pytest.LogCaptureFixture) -> None:
    stop = asyncio.Event()
    stop.set()
    assert not await set_up(SetUp(Secret(DEMO_TOKEN), "http://127.0.0.1:9", None, None, [], []), stop)


@pytest.mark.parametrize("menu", [CUSTOMERS, STAFF, MANAGERS])
def test_every_command_is_said_in_every_language(menu: Menu) -> None:
    for words in menu.values():
        assert tuple(words) == LANGUAGES
        assert all(3 <= len(text) <= 256 for text in words.values())


def test_the_staffs_menu_shows_the_commands_that_work() -> None:
    assert tuple(STAFF) == COMMANDS


def test_nothing_on_the_way_of_a_message_imports_aiogram() -> None:
    code = (
        "import sys, bot.channels.telegram.setup, bot.channels.telegram.polling, bot.channels.telegram.webhook,"
        " bot.channels.telegram.staff, bot.channels.telegram.send, bot.channels.telegram.parse;"
        "sys.exit('aiogram' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
