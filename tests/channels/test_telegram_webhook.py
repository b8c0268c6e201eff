"""The webhook's door: the secret, the body, and what is answered when."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.webhook import PATH, SECRET_HEADER, read_update, webhook_handler
from bot.playground.telegram import TelegramWorld, start
from bot.secret import Secret

SECRET = "s3cret-Token_1"


@dataclass
class Door:
    """A served webhook and what went through it; `answers` are what the next updates get, else stored."""

    url: str = ""
    received: list[dict[str, Any]] = field(default_factory=list)
    answers: list[bool | Exception] = field(default_factory=list)

    async def receive(self, update: dict[str, Any]) -> bool:
        answer = self.answers.pop(0) if self.answers else True
        if isinstance(answer, Exception):
            raise answer
        if answer:
            self.received.append(update)
        return answer


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    application = web.Application(client_max_size=10)
    application.router.add_post(PATH, webhook_handler(Secret(SECRET), door.receive, 4 * 1024 * 1024))
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    yield door
    await runner.cleanup()


async def post(door: Door, body: Any, secret: str | None = SECRET, **headers: str) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {**headers, **({SECRET_HEADER: secret} if secret is not None else {})}
    async with aiohttp.ClientSession() as session, session.post(door.url, data=data, headers=given) as answer:
        return answer.status, answer.headers


async def test_an_update_is_acknowledged_once_it_is_stored(door: Door) -> None:
    assert (await post(door, {"update_id": 1, "message": {"text": "Salom"}}))[0] == 200
    assert door.received == [{"update_id": 1, "message": {"text": "Salom"}}]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "sécret", "\udcff"])
async def test_without_the_secret_nothing_is_read(door: Door, secret: str | None) -> None:
    if secret == "\udcff":
        reader, writer = await asyncio.open_connection("127.0.0.1", int(door.url.split(":")[2].split("/")[0]))
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n{SECRET_HEADER}: ".encode()
        writer.write(head + b"\xff\xfe\r\n\r\n{}")
        line = await reader.readline()
        assert b" 401 " in line or b" 400 " in line
        writer.close()
    else:
        assert (await post(door, b"no json", secret))[0] == 401
    assert door.received == []


BAD = [
    b"", b"{", b"[]", b"null", b"1", b"\xff\xfe{}", b'{"update_id": true}', b'{"update_id": 1.0}', b"{}",
    b'{"update_id": "1"}', b'{"update_id": 9223372036854775808}', b'{"update_id": NaN}',
    b'{"update_id": 1, "x": Infinity}', b'\xef\xbb\xbf{"update_id": 1}', b'{"update_id": 1} x',
    '{"update_id": 1}'.encode("utf-16"), b'{"update_id": 1, "x": ' + b"[" * 100_000 + b"}",
    b'{"update_id": ' + b"9" * 5000 + b"}",
]  # fmt: skip


@pytest.mark.parametrize("body", BAD)
async def test_what_is_no_object_with_an_update_id_is_refused(door: Door, body: bytes) -> None:
    assert (await post(door, body))[0] == 400
    assert door.received == []


GOOD = [
    b'{"update_id": -9223372036854775808}', b'{"update_id": 0, "poll": []}', b' {"update_id": 1}\n',
    b'{"update_id": 1, "x": "\\ud800 \\u0000"}', b'{"update_id": 1, "x": ' + b"9" * 5000 + b"}",
    b'{"update_id": 1, "x": 1e999}', b'{"update_id": 1, "x": ' + b"[" * 100 + b"]" * 100 + b"}",
    b'{"update_id": 1, "x": "' + b"y" * 3_500_000 + b'"}',
]  # fmt: skip


@pytest.mark.parametrize("body", GOOD)
async def test_every_other_object_is_taken(door: Door, body: bytes) -> None:
    assert (await post(door, body))[0] == 200
    assert len(door.received) == 1


async def test_a_body_beyond_the_bound_is_not_read(door: Door) -> None:
    body = b'{"update_id": 1, "x": "' + b"y" * 4_500_000 + b'"}'
    assert (await post(door, body))[0] == 413
    packed = gzip.compress(b" " * 50_000_000)
    assert (await post(door, packed, **{"Content-Encoding": "gzip"}))[0] in (400, 413)


async def test_a_body_that_is_not_packed_as_it_says_is_refused(door: Door) -> None:
    assert (await post(door, b"not gzip at all", **{"Content-Encoding": "gzip"}))[0] == 400
    assert (await post(door, {"update_id": 2}))[0] == 200


async def test_no_room_means_deliver_again_soon(door: Door) -> None:
    door.answers = [False, RuntimeError("database is away")]
    for _ in range(2):
        status, headers = await post(door, {"update_id": 1})
        assert (status, headers["Retry-After"]) == (503, "1")
    assert (await post(door, {"update_id": 1}))[0] == 200


async def test_the_local_telegram_delivers_until_it_is_stored(door: Door) -> None:
    world = TelegramWorld(webhook_retries=(0.0, 0.01))
    runner, url = await start(world)
    door.answers = [False, RuntimeError("away"), True]
    settings = {"url": door.url, "secret_token": SECRET, "allowed_updates": ["message"]}
    async with aiohttp.ClientSession() as session:
        await session.post(f"{url}/bot{world.token}/setWebhook", json=settings)
        world.say(world.add_user(), "Salom")
        async with asyncio.timeout(20):
            while world.updates.pending:  # noqa: ASYNC110 - it happens elsewhere
                await asyncio.sleep(0.01)
    await runner.cleanup()
    assert [update["message"]["text"] for update in door.received] == ["Salom"]


@given(st.binary(max_size=60))
def test_no_body_makes_reading_raise(body: bytes) -> None:
    read_update(body)
    update = read_update(b'{"update_id": 7, "x": "' + body + b'"}')
    assert update is None or update["update_id"] == 7
