"""What Telegram says about the bot, its webhook, its groups and its people, asked of the local one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.facts import group_facts, me_facts, person_facts, webhook_facts
from bot.playground.telegram import DEMO_TOKEN, TelegramWorld, start
from bot.secret import Secret
from handlers.ports import GroupMoved, Rejected, Unreachable


@pytest.fixture
async def server() -> AsyncIterator[tuple[TelegramWorld, str]]:
    world = TelegramWorld(poll_pacing=False)
    runner, url = await start(world, webhook_pause=0.0)
    yield world, url
    await runner.cleanup()


@pytest.fixture
async def world(server: tuple[TelegramWorld, str]) -> TelegramWorld:
    return server[0]


@pytest.fixture
async def api(server: tuple[TelegramWorld, str]) -> AsyncIterator[TelegramApi]:
    async with aiohttp.ClientSession() as session:
        yield TelegramApi(session, server[1], Secret(DEMO_TOKEN))


async def test_the_bot_knows_itself(server: tuple[TelegramWorld, str], api: TelegramApi) -> None:
    me = await me_facts(api)
    assert (me.id, me.username, me.joins_groups, me.reads_groups) == (7000000001, "qabul_local_bot", True, False)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(Rejected) as refused:
            await me_facts(TelegramApi(session, server[1], Secret("1:x")))
    assert refused.value.account


async def test_the_webhook_tells_where_it_goes_what_waits_and_what_went_wrong_last(
    world: TelegramWorld, api: TelegramApi
) -> None:
    assert (await webhook_facts(api)).url == ""

    await api.call("setWebhook", {"url": "http://127.0.0.1:9/telegram/webhook", "allowed_updates": ["message"]})
    world.push_raw_update({"message": {}})
    while world.webhook.last_error is None:
        await world.wait_change(world.version, 0.01)
    facts = await webhook_facts(api)

    assert (facts.url, facts.pending, facts.allowed) == (
        "http://127.0.0.1:9/telegram/webhook",
        1,
        frozenset({"message"}),
    )
    assert facts.last_error == "Connection refused"
    assert facts.last_error_at is not None
    assert abs((datetime.now(UTC) - facts.last_error_at).total_seconds()) < 60


async def test_a_group_tells_its_kind_and_the_bots_rights(world: TelegramWorld, api: TelegramApi) -> None:
    chat = int(world.make_forum("Desk")["id"])
    facts = await group_facts(api, chat)
    assert (facts.title, facts.kind, facts.is_forum, facts.is_administrator) == ("Desk", "supergroup", True, True)
    assert (facts.manages_topics, facts.pins, facts.deletes) == (True, True, True)

    world.set_bot_status(chat, "administrator", ["can_pin_messages"])
    facts = await group_facts(api, chat)
    assert (facts.manages_topics, facts.pins, facts.deletes) == (False, True, False)

    world.demote_bot(chat)
    assert not (await group_facts(api, chat)).is_administrator


async def test_a_group_that_moved_or_is_not_there_is_told_apart(world: TelegramWorld, api: TelegramApi) -> None:
    chat = int(world.make_forum("Desk")["id"])
    new = int(world.migrate(chat)["id"])
    with pytest.raises(GroupMoved) as moved:
        await group_facts(api, chat)
    assert moved.value.chat == new
    with pytest.raises(Unreachable):
        await group_facts(api, -1009)


async def test_a_person_can_be_written_to_only_after_start(world: TelegramWorld, api: TelegramApi) -> None:
    person = world.add_user()
    assert not (await person_facts(api, int(person["id"]))).started
    world.say(person, "/start")
    assert (await person_facts(api, int(person["id"]))).started
    assert not (await person_facts(api, 42)).started


async def test_no_question_changes_anything(world: TelegramWorld, api: TelegramApi) -> None:
    chat = int(world.make_forum("Desk")["id"])
    version = world.version
    await me_facts(api)
    await webhook_facts(api)
    await group_facts(api, chat)
    await person_facts(api, int(world.bot["id"]))
    assert world.version == version
    assert {call.method for call in world.calls} == {"getMe", "getWebhookInfo", "getChat", "getChatMember"}
