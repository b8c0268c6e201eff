"""The map of contacts and topics: adopted only while somebody makes one, lost only as the thread it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from scenarios.engine.records import AgentSeen, TopicRow
from storage.contacts import Contacts
from storage.database import Database
from storage.topics import TopicRows
from tests.storage.rows import NOW, contact, later, recorded, turn

CHAT = -1001234567890123


async def test_a_topic_comes_back_as_it_was_kept(db: Database) -> None:
    who, rows = await contact(db), TopicRows(db)
    assert await rows.topic(who) is None
    made = TopicRow(who, CHAT, 2**40, "Азиза · 😀", True, "12", "card\ntext", later(1.000001), 3)
    await rows.keep_topic(made)
    assert await rows.topic(who) == made
    await rows.keep_topic(replace(made, thread=None, closed=False, making=None))
    assert await rows.topic(who) == replace(made, thread=None, closed=False, making=None)


async def test_two_contacts_never_share_a_topic(db: Database) -> None:
    first, second = await contact(db, "1"), await contact(db, "2")
    rows = TopicRows(db)
    await rows.keep_topic(TopicRow(first, CHAT, 5))
    with pytest.raises(IntegrityError):
        await rows.keep_topic(TopicRow(second, CHAT, 5))
    await rows.keep_topic(TopicRow(second, CHAT, None))
    await rows.keep_topic(TopicRow(await contact(db, "3"), CHAT, None))
    assert await Contacts(db).contact_of_topic(CHAT, 5) == first


async def test_a_topic_is_adopted_only_while_it_is_being_made(db: Database) -> None:
    who, rows, door = await contact(db), TopicRows(db), Contacts(db)
    assert not await door.adopt_topic(who, CHAT, 5), "nobody asked for one"
    await rows.keep_topic(TopicRow(who, CHAT, None))
    assert not await door.adopt_topic(who, CHAT, 5), "nobody is making one"
    await rows.keep_topic(TopicRow(who, CHAT, None, making=NOW))
    assert not await door.adopt_topic(who, -5, 5), "another group"
    assert await door.adopt_topic(who, CHAT, 5)
    assert await rows.topic(who) == TopicRow(who, CHAT, 5, times_made=1)
    assert not await door.adopt_topic(who, CHAT, 6), "it has one"
    await rows.keep_topic(TopicRow(who, CHAT, 5, making=NOW, times_made=1))
    assert not await door.adopt_topic(who, CHAT, 6)


async def test_only_the_thread_that_is_gone_is_lost(db: Database) -> None:
    who, rows = await contact(db), TopicRows(db)
    kept = TopicRow(who, CHAT, 5, "Aziza", True, "12", "text", None, 1)
    await rows.keep_topic(kept)
    await rows.lose_topic(who, 4)
    assert await rows.topic(who) == kept, "it was made again meanwhile"
    await rows.lose_topic(who, 5)
    assert await rows.topic(who) == TopicRow(who, CHAT, None, "Aziza", times_made=1)
    assert await Contacts(db).contact_of_topic(CHAT, 5) is None


async def test_a_group_that_moved_takes_its_topics_and_people_along(db: Database) -> None:
    first, second = await contact(db, "1"), await contact(db, "2")
    rows = TopicRows(db)
    await rows.keep_topic(TopicRow(first, -5, 7))
    await rows.keep_topic(TopicRow(second, -6, 7))
    for n, (agent, chat) in enumerate((("1", -5), ("2", -5), ("2", CHAT), ("3", -6))):
        await recorded(db, turn(str(n), agent=AgentSeen(agent, chat, f"A{agent}", "", "uz", NOW)))
    await rows.move_group(-5, CHAT)
    await rows.move_group(-5, CHAT)
    assert await Contacts(db).contact_of_topic(CHAT, 7) == first
    assert await Contacts(db).contact_of_topic(-6, 7) == second
    assert sorted(x[0] for x in await rows.agents_on_duty(CHAT, NOW, 9)) == ["1", "2"]
    assert await rows.agents_on_duty(-5, NOW, 9) == []


async def test_on_duty_are_those_heard_lately_in_that_group_the_most_recent_first(db: Database) -> None:
    for n, (agent, seconds, chat) in enumerate((("1", 0, CHAT), ("2", 50, CHAT), ("3", 20, CHAT), ("4", 60, -6))):
        await recorded(db, turn(str(n), agent=AgentSeen(agent, chat, f"A{agent}", f"u{agent}", "uz", later(seconds))))
    rows = TopicRows(db)
    assert await rows.agents_on_duty(CHAT, later(20), 9) == [("2", "A2", "u2"), ("3", "A3", "u3")]
    assert await rows.agents_on_duty(CHAT, NOW, 1) == [("2", "A2", "u2")]
    assert await rows.agents_on_duty(CHAT, later(99), 9) == []
