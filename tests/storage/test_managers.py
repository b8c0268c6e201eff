"""What managers' answers read: who tried their commands, whom they play, which timer comes next."""

from __future__ import annotations

from scenarios.engine.events import Sender
from scenarios.engine.records import AuditRow, TimerRow
from storage.audit import Audit
from storage.clock import Timers
from storage.contacts import Contacts
from storage.database import Database
from tests.storage.rows import NOW, contact, later, recorded, turn

PLAYED = Sender("whatsapp", "trial", ("5",), "Rustam")


async def test_who_tried_a_managers_command_is_told_the_newest_first(db: Database) -> None:
    rows = [("7", "tried /rollout"), ("manager 5", "gave new v2 to 10 %"), ("8", "tried /as"), ("9", "tried /stats")]
    for number, (who, what) in enumerate(rows):
        await recorded(db, turn(f"E{number}", audit=(AuditRow(later(number), f"contact {who}", what),)))
    assert [(one.who, one.what, one.at) for one in await Audit(db).tried(2)] == [
        ("contact 9", "stats", later(3)),
        ("contact 8", "as", later(2)),
    ]
    assert [one.what for one in await Audit(db).tried(9)] == ["stats", "as", "rollout"]


async def test_looking_for_whom_a_manager_plays_makes_nobody(db: Database, other: Database) -> None:
    assert await Contacts(db).whose(PLAYED) is None
    assert await Contacts(db).whose(PLAYED) is None
    made = await Contacts(db).find_contact(PLAYED, NOW)
    assert await Contacts(other).whose(PLAYED) == made


async def test_the_next_timer_of_a_contact_is_the_one_due_first_and_no_album(db: Database) -> None:
    one, another = await contact(db, "1"), await contact(db, "2")
    assert await Timers(db).next_of(one) is None
    timers = [
        TimerRow("T1", one, "q1", later(50), {"index": "1"}),
        TimerRow("T2", one, "q0", later(20), {"index": "0"}),
        TimerRow("T3", one, "album:customer:a", later(1), {}),
        TimerRow("T4", another, "q0", later(2), {}),
    ]
    await recorded(db, turn("E", timers=tuple(timers)))
    assert await Timers(db).next_of(one) == timers[1]
