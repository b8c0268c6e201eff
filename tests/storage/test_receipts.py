"""Receipts: ranks only rise, whatever the order in which they come, and an early one waits for its message."""

from __future__ import annotations

import itertools

import pytest

from scenarios.engine.records import Result
from storage.database import Database
from storage.outbox import Outbox
from storage.receipts import RANK, Receipts
from storage.transcripts import Transcripts
from tests.storage.rows import NOW, count, later, letter, line, post

PLACE = "whatsapp:1:p:7"


async def sent(db: Database, id: str = "P", message: str = "wamid.1", place: str = PLACE) -> list[str]:
    """A letter that was sent; the statuses of the receipts that had come before."""
    rows = Outbox(db)
    await post(db, letter(id, destination=place, line=f"L{id}"), lines=[line(f"L{id}")])
    await rows.claim([place], "me", NOW, later(30))
    one = (await rows.unsent({place: 0}, 9))[-1]
    early = await rows.mark([Result(one, "sent", NOW, chat="7", message=message, text=id)], "me")
    return [x.status for x in early]


async def status(db: Database, id: str = "LP") -> tuple[str, str]:
    """What the transcript shows."""
    return next((x.status, x.reason) for x in [y async for y in Transcripts(db).lines("C")] if x.id == id)


async def told(db: Database, what: str, message: str = "wamid.1", channel: str = "whatsapp") -> str | None:
    """The receipt's effect."""
    found = await Receipts(db).raise_status(channel, message, what, NOW, "why" if what == "failed" else "", "")
    return found.status if found else None


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read"])))
async def test_in_whatever_order_they_come_the_highest_rank_stays(db: Database, order: tuple[str, ...]) -> None:
    await sent(db)
    highest = RANK["sent"]
    effects = [(what, await told(db, what)) for what in order]
    for what, effect in effects:
        assert effect == (what if RANK[what] > highest else None)
        highest = max(highest, RANK[what])
    assert (await status(db))[0] == "read"


async def test_a_repeated_receipt_changes_nothing(db: Database) -> None:
    await sent(db)
    assert [await told(db, "read"), await told(db, "read"), await told(db, "played")] == ["read", None, "played"]


async def test_a_failure_is_told_whenever_it_comes_and_stays(db: Database) -> None:
    await sent(db)
    await told(db, "read")
    assert [await told(db, x) for x in ("failed", "failed", "delivered", "read")] == ["failed", None, None, None]
    assert await status(db) == ("failed", "why")


async def test_a_kind_that_nobody_knows_changes_nothing(db: Database) -> None:
    await sent(db)
    assert await told(db, "pondered") is None
    assert (await status(db))[0] == "sent"


async def test_receipts_of_an_unknown_message_are_kept_and_matched_later_in_order(db: Database) -> None:
    for what in ("read", "delivered", "delivered", "sent"):
        assert await told(db, what) is None
    assert await told(db, "read", "wamid.other") is None
    assert await sent(db) == ["delivered", "read"]
    assert (await status(db))[0] == "read"
    assert await count(db, "early_receipts") == 1, "those of the other message wait on"
    assert await sent(db, "Q", "wamid.other") == ["read"]


async def test_an_early_failure_is_matched_with_its_reason(db: Database) -> None:
    await told(db, "failed")
    assert await sent(db) == ["failed"]
    assert await status(db) == ("failed", "why")


async def test_the_same_id_on_another_channel_is_another_message(db: Database) -> None:
    await sent(db)
    assert await told(db, "read", channel="telegram") is None
    assert (await status(db))[0] == "sent"


async def test_an_odd_id_harms_nothing(db: Database) -> None:
    assert await told(db, "read", "a\x00b\ud83d'%") is None
    assert await count(db, "early_receipts") == 1
