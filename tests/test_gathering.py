"""Files that belong together come as messages of their own."""

from __future__ import annotations

import asyncio

import pytest

from bot.gathering import Gathering


async def test_messages_of_one_album_are_taken_together_and_none_is_done_before() -> None:
    taken: list[list[str]] = []
    gate = asyncio.Event()

    async def take(together: list[str]) -> None:
        await gate.wait()
        taken.append(together)

    gathering = Gathering(take, within=0.01)
    bringing = [asyncio.create_task(gathering.take("7:album", name)) for name in ("new", "extra", "start")]
    await asyncio.sleep(0.05)
    assert not any(one.done() for one in bringing)
    gate.set()
    await asyncio.gather(*bringing)
    assert taken == [["new", "extra", "start"]]


async def test_messages_without_an_album_are_taken_at_once_and_alone() -> None:
    taken: list[list[str]] = []

    async def take(together: list[str]) -> None:
        taken.append(together)

    gathering = Gathering(take, within=60)
    await gathering.take("", "new")
    await gathering.take("", "extra")
    assert taken == [["new"], ["extra"]]


async def test_an_error_reaches_everybody_who_brought_a_message_and_the_next_album_is_taken() -> None:
    async def take(together: list[str]) -> None:
        if "bad" in together:
            raise ConnectionError("no database")

    gathering = Gathering(take, within=0.01)
    results = await asyncio.gather(gathering.take("7:a", "good"), gathering.take("7:a", "bad"), return_exceptions=True)
    assert [type(one) for one in results] == [ConnectionError, ConnectionError]
    await gathering.take("7:a", "good")


async def test_one_who_is_given_up_leaves_the_others_alone() -> None:
    taken: list[list[str]] = []

    async def take(together: list[str]) -> None:
        taken.append(together)

    gathering = Gathering(take, within=0.02)
    first, second = (asyncio.create_task(gathering.take("7:a", name)) for name in ("new", "extra"))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await second
    assert taken == [["new", "extra"]]
