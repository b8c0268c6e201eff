"""The load tells the truth: against a bot that drops, doubles and refuses on purpose it counts just that."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.bench.crowd import Crowd, strangers
from bot.bench.load import Load
from bot.bench.vendor import TOKEN, Vendor
from bot.bench.wire import Client, Server

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
Behaves = Callable[[int], tuple[bytes, int]]
"""From the number of a delivery to (the webhook's answer, how often the customer is answered)."""


@asynccontextmanager
async def bot_that(behaves: Behaves, people: int) -> AsyncIterator[tuple[Load, list[dict[str, Any]]]]:
    """A load on a bot in this very process; and the updates that reached the bot."""
    vendor, heard = Vendor(), list[dict[str, Any]]()
    await vendor.open()
    tasks = set[asyncio.Task[None]]()

    async def answer(chat: int, times: int) -> None:
        body = json.dumps({"chat_id": chat, "text": "hello"}).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", vendor.port)
        for _ in range(times):
            writer.write(
                f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            assert json.loads(await reader.readexactly(size))["ok"] is True
        writer.close()

    def takes(path: str, body: bytes, _: Server) -> bytes:
        assert path == "/hook"
        heard.append(json.loads(body))
        reply, times = behaves(len(heard))
        if times:
            tasks.add(task := asyncio.ensure_future(answer(heard[-1]["message"]["chat"]["id"], times)))
            task.add_done_callback(tasks.discard)
        return reply

    server = await asyncio.get_running_loop().create_server(lambda: Server(takes), "127.0.0.1", 0)
    client = Client("127.0.0.1", server.sockets[0].getsockname()[1], "/hook", "", 50)
    try:
        yield Load(Crowd(strangers(people)), vendor, client), heard
    finally:
        client.close()
        server.close()
        vendor.close()
        await asyncio.gather(*tasks)


async def test_what_is_answered_once_is_neither_lost_nor_doubled() -> None:
    async with bot_that(lambda _: (OK, 1), people=20) as (load, heard):
        await load.introduce(5, 10.0)

        assert await load.settle(5.0) == 0
    assert (load.total, load.answered, load.doubled, load.refused) == (20, 20, 0, 0)
    assert len(heard) == 20
    assert load.window.at(0.5) > 0


async def test_a_message_that_is_never_answered_is_lost() -> None:
    async with bot_that(lambda number: (OK, 0 if number == 3 else 1), people=6) as (load, _):
        await load.introduce(6, 1.0)

        assert await load.settle(0.1) == 1
    assert (load.answered, load.doubled) == (5, 0)


async def test_a_second_answer_is_doubled() -> None:
    async with bot_that(lambda number: (OK, 2 if number == 2 else 1), people=6) as (load, _):
        await load.introduce(6, 5.0)

        assert await load.settle(5.0) == 0
    assert (load.answered, load.doubled) == (6, 1)


async def test_what_is_refused_comes_again_as_the_same_update() -> None:
    async with bot_that(lambda number: (BUSY, 0) if number == 1 else (OK, 1), people=1) as (load, heard):
        await load.introduce(1, 10.0)

        assert await load.settle(5.0) == 0
    assert (load.answered, load.refused) == (1, 1)
    assert heard[0] == heard[1]


def test_the_same_seed_offers_the_same_people_and_words() -> None:
    def words(seed: int) -> list[str]:
        crowd = Crowd(strangers(50), seed)
        return [json.loads(crowd.move(one))["message"]["text"] for one in crowd.customers.values()]

    assert words(1) == words(1)
    assert words(1) != words(2)


def test_a_customer_taps_only_buttons_that_they_have_and_none_that_calls_a_person() -> None:
    crowd = Crowd(strangers(1))
    (customer,) = crowd.customers.values()
    rows = [[{"text": "Book", "callback_data": "1:1:book"}, {"text": "A person", "callback_data": "1:1:person"}]]
    for number in range(200):
        crowd.heard(customer, "Shall we come?", json.dumps({"inline_keyboard": rows}).encode(), number)
        update = json.loads(crowd.move(customer))
        if "callback_query" in update:
            assert update["callback_query"]["data"] == "1:1:book"
            assert update["callback_query"]["message"]["message_id"] == number
        else:
            assert update["message"]["text"] != "A person"
    assert crowd.mix["tap"] > 100
