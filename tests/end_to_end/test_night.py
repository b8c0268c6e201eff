"""What a real desk tells of itself: one trace from arrival to receipt, figures, and not a word of anybody's."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

import aiohttp

from handlers import measures
from tests.end_to_end.desk import LOOK_AGAIN, Storage, until_async
from tests.end_to_end.scene import HELLO, PERSON, WEBHOOK_SECRET, Customer, Scene, scene

WORDS = "Muzlatkichim buzildi, Chilonzorga kelib ketinglar"
ANSWER = "Ustamiz Karimjon ertaga yetib boradi"


async def test_a_message_is_followed_to_its_receipt_and_nobodys_words_are_told() -> None:
    async with scene(Storage(None, None), "webhook", with_whatsapp=True) as it:
        people: list[Customer] = [*it.customers(1), *it.whatsapp_customers(1, 1)]
        await it.desk.start()
        for one in people:
            one.says(WORDS)
        await it.until(lambda: all(one.heard() for one in people), "both have an answer")
        for one in people:
            one.says("operator")
        await it.until(lambda: all(map(it.has_handoff, people)), "both have a topic", 30)
        for one in people:
            it.reply(one, ANSWER)
        await it.until(lambda: all(one.heard_about("Karimjon") for one in people), "both hear the agent")
        it.whatsapp.read(people[1].person)  # type: ignore[attr-defined]
        await until_async(partial(_is_read, it), 20, "the agent's words are read", it.desk)
        await it.desk.all_sent()
        figures = await _figures(it)
        assert await it.desk.stop() == 0
        text = it.desk.log.read_text(encoding="utf-8")

        lines = [json.loads(line) for line in text.splitlines()]
        _is_followed(lines, "telegram", "CustomerSaid", set())
        _is_followed(lines, "whatsapp", "CustomerSaid", set())
        _is_followed(lines, "telegram", "AgentSaid", set())
        _is_followed(lines, "whatsapp", "AgentSaid", {"delivered", "read"})
        assert {line["level"] for line in lines} == {"info"}
        _is_silent_about(it, people, text)
        _is_silent_about(it, people, figures)
        for sample in (
            'qabul_messages_received_total{channel="telegram",kind="CustomerSaid"} 2.0',
            'qabul_messages_received_total{channel="whatsapp",kind="CustomerSaid"} 2.0',
            'qabul_turn_seconds_count{kind="AgentSaid"} 2.0',
            'qabul_letter_delay_seconds_count{lane="customer_whatsapp"} ',
            'qabul_outbox_letters{lane="topic"} 0.0',
            'qabul_database_seconds_count{operation="record"} ',
            'qabul_redis_seconds_count{operation="put"} ',
            "qabul_ready 1.0",
            "qabul_redis_up 1.0",
        ):
            assert sample in figures, sample


async def test_workers_count_together_and_each_signs_its_lines(postgres_url: str, redis_url: str) -> None:
    async with scene(Storage(postgres_url, redis_url), "webhook") as it:
        it.desk.workers = 2
        people = it.customers(12)
        await it.desk.start()
        for one in people:
            one.says(WORDS)
        await it.until(lambda: all(one.heard() for one in people), "all have an answer", 60)
        await it.desk.all_sent()
        figures = await _figures(it)
        assert await it.desk.stop() == 0

        assert 'qabul_messages_received_total{channel="telegram",kind="CustomerSaid"} 12.0' in figures
        assert "qabul_workers 2.0" in figures
        lines = [json.loads(line) for line in it.desk.log.read_text(encoding="utf-8").splitlines()]
        turns = [line for line in lines if line["event"] == "turn"]
        assert len(turns) == 12
        assert {line["worker"] for line in turns} <= {1, 2}
        assert {line["worker"] for line in lines if line["event"] == "ready"} == {1, 2}


async def _is_read(it: Scene) -> bool:
    return bool(await it.desk.rows("SELECT id FROM lines WHERE author = 'agent' AND status = 'read'"))


def _is_followed(lines: list[dict[str, Any]], channel: str, kind: str, receipts: set[str]) -> None:
    """Each turn of this kind has a trace of its own, which its letters and their receipts carry."""
    turns = [line for line in lines if line["event"] == "turn" and (line["channel"], line["kind"]) == (channel, kind)]
    assert turns
    assert all(turn["via"] == "webhook" for turn in turns)
    for turn in turns:
        mine = [line for line in lines if line.get("trace") == turn["trace"]]
        assert len([line for line in mine if line["event"] == "turn"]) == 1
        assert f"customer_{channel}" in {line["lane"] for line in mine if line["event"] == "letter"}, mine
        if receipts:
            assert {line["status"] for line in mine if line["event"] == "receipt"} == receipts
        # Two lines for a message that is answered.
        if turn["after"].startswith("bot"):
            assert len([line for line in mine if line["event"] in ("turn", "letter")]) == 2


def _is_silent_about(it: Scene, people: list[Customer], text: str) -> None:
    said = {word.strip(",") for words in (WORDS, ANSWER, HELLO, PERSON, "operator") for word in words.split()}
    names = {word for one in people for word in (one.name, one.address.rsplit(":", 1)[1])} | {"Nodira"}
    secrets = {it.telegram.token, it.whatsapp.token, WEBHOOK_SECRET, it.whatsapp.webhook.app_secret}
    phones = {it.whatsapp.phone, people[1].person.phone}  # type: ignore[attr-defined]
    told = [word for word in said | names | secrets | phones if len(word) > 4 and word.casefold() in text.casefold()]
    assert told == []


async def _figures(it: Scene) -> str:
    """What /metrics says once the pulse was taken."""
    async with aiohttp.ClientSession() as session:
        found: list[str] = []

        async def ask() -> str:
            async with session.get(f"{it.desk.base}/metrics") as answer:
                assert answer.headers["Content-Type"].startswith("text/plain")
                return await answer.text()

        found.append(await ask())
        workers = f"qabul_workers {it.desk.workers}.0"
        while (
            workers not in found[-1]
            or "qabul_ready 1.0" not in found[-1]
            or 'qabul_outbox_letters{lane="topic"} 0.0' not in found[-1]
        ):
            await asyncio.sleep(LOOK_AGAIN)
            found.append(await ask())
    assert set(measures.LANES) <= set(found[-1].replace('"', " ").split())
    return found[-1]
