"""Refusals that a process recorded and did not come to tell are found, told once, and not found again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scenarios.engine.records import Result
from storage.database import Database
from storage.outbox import Outbox
from storage.receipts import Receipts
from storage.refusals import Refusals
from tests.storage.rows import NOW, later, letter, line, post, recorded, turn

PLACE = "whatsapp:1:p:7"


async def ended(db: Database, status: str, op: str = "say", speaker: str = "agent") -> None:
    """A letter of that kind that ended so."""
    await post(db, letter("P", destination=PLACE, op=op, speaker=speaker, line="LP"), lines=[line("LP")])
    rows = Outbox(db)
    await rows.claim([PLACE], "me", NOW, later(30))
    one = (await rows.unsent({PLACE: 0}, 9))[-1]
    await rows.mark([Result(one, status, NOW, message="wamid.1", reason="window", code="131047")], "me")


@pytest.mark.parametrize("op", ["say", "edit", "delete"])
async def test_a_refused_letter_is_found_until_it_was_told(db: Database, op: str) -> None:
    await ended(db, "failed", op)

    found = await Refusals(db).untold(later(60))

    assert [(x.id, x.speaker, x.reason, x.channel) for x in found] == [("refused:P", "agent", "window", "whatsapp")]
    await recorded(db, turn("refused:P"))
    assert await Refusals(db).untold(later(61)) == []


async def test_a_sent_message_that_a_receipt_calls_failed_is_found_until_it_was_told(db: Database) -> None:
    await ended(db, "sent")
    assert await Refusals(db).untold(later(60)) == []
    await Receipts(db).raise_status("whatsapp", "wamid.1", "failed", later(61), "unreachable", "131026")

    found = await Refusals(db).untold(later(62))

    assert [(x.id, x.line, x.speaker, x.reason) for x in found] == [("failed:LP", "LP", "agent", "unreachable")]
    await recorded(db, turn("failed:LP"))
    assert await Refusals(db).untold(later(63)) == []


async def test_old_news_and_letters_within_the_group_are_not_told(db: Database) -> None:
    await ended(db, "failed", "mirror")
    assert await Refusals(db).untold(later(60)) == []
    await recorded(db, turn("x"))
    assert await Refusals(db).untold(NOW + timedelta(days=9)) == []


async def test_a_refusal_is_one_processs_to_tell_and_anothers_when_it_is_found_again(db: Database) -> None:
    await ended(db, "failed")
    its, others = Refusals(db, lambda event: True), Refusals(db, lambda event: False)

    assert [x.id for x in await its.untold(later(60))] == ["refused:P"]
    assert await others.untold(later(60)) == []
    assert [x.id for x in await others.untold(later(65))] == ["refused:P"]
