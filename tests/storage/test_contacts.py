"""Who is who: one contact for one person, whatever arrives at once and under whichever name."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from scenarios.engine.events import Target, Topic
from scenarios.engine.records import Mark, Outcome, TopicRow
from storage.contacts import Contacts, new_code
from storage.database import Database
from storage.topics import TopicRows
from tests.storage.rows import NOW, contact, count, line, recorded, sender, turn


async def test_twenty_first_looks_at_once_make_one_contact(db: Database, other: Database) -> None:
    here, there = Contacts(db), Contacts(other)
    looks = [(here if n % 2 else there).find_contact(sender("u:A", "p:998901234567"), NOW) for n in range(20)]
    assert len(set(await asyncio.gather(*looks))) == 1
    assert (await count(db, "contacts"), await count(db, "contexts"), await count(db, "addresses")) == (1, 1, 2)


async def test_first_looks_under_different_names_at_once_leave_nobody_half_made(db: Database, other: Database) -> None:
    here, there = Contacts(db), Contacts(other)
    both, phone = sender("u:A", "p:998901234567"), sender("p:998901234567")
    await asyncio.gather(*(door.find_contact(one, NOW) for one in (both, phone) for door in (here, there)))
    assert await here.find_contact(both, NOW) == await Contacts(other).find_contact(phone, NOW)
    assert await count(db, "contacts") == await count(db, "contexts")


async def test_a_new_contact_has_a_context_that_knows_its_name(db: Database) -> None:
    who = await Contacts(db).find_contact(sender("7", name="Nodira\N{PARTY POPPER}", phone="998901112233"), NOW)
    held = await Contacts(db).load(who)
    assert (held.version, held.context.contact, held.context.name, held.context.phone, held.context.holder) == (
        0,
        who,
        "Nodira\N{PARTY POPPER}",
        "998901112233",
        "closed",
    )


async def test_a_later_name_joins_the_contact_that_is_known(db: Database) -> None:
    who = await Contacts(db).find_contact(sender("p:1"), NOW)
    assert await Contacts(db).find_contact(sender("u:A", "p:1"), NOW) == who
    assert await Contacts(db).find_contact(sender("u:A"), NOW) == who
    assert await count(db, "contacts") == 1


async def test_a_message_with_two_names_joins_two_contacts_and_the_best_name_decides(db: Database) -> None:
    best, worse = (
        await Contacts(db).find_contact(sender("u:A"), NOW),
        await Contacts(db).find_contact(sender("p:1"), NOW),
    )
    assert best != worse
    door = Contacts(db)
    assert await door.find_contact(sender("u:A", "p:1"), NOW) == best
    assert await door.find_contact(sender("p:1"), NOW) == best
    assert await Contacts(db).find_contact(sender("p:1"), NOW) == best


async def test_the_same_key_on_another_channel_or_account_is_another_person(db: Database) -> None:
    door = Contacts(db)
    people = [sender("7"), sender("7", channel="whatsapp"), sender("7", account="2")]
    assert len({await door.find_contact(one, NOW) for one in people}) == 3


async def test_a_changed_number_means_the_same_contact_from_then_on(db: Database) -> None:
    door = Contacts(db)
    who = await door.find_contact(sender("p:1", channel="whatsapp"), NOW)
    stranger = await door.find_contact(sender("p:2", channel="whatsapp"), NOW)
    assert who != stranger
    await door.link(sender("p:1", channel="whatsapp"), sender("p:2", channel="whatsapp"), NOW)
    for one in (door, Contacts(db)):
        assert await one.find_contact(sender("p:2", channel="whatsapp"), NOW) == who
        assert await one.find_contact(sender("p:1", channel="whatsapp"), NOW) == who
    await door.link(sender("p:1", channel="whatsapp"), sender("p:2", channel="whatsapp"), NOW)
    assert await Contacts(db).find_contact(sender("p:2", channel="whatsapp"), NOW) == who


async def test_a_turn_upon_a_contact_that_the_name_no_longer_means_is_stale_in_every_process(
    db: Database, other: Database
) -> None:
    here, there = Contacts(db), Contacts(other)
    name = sender("p:2", channel="whatsapp")
    before = await there.find_contact(name, NOW)
    who = await here.find_contact(sender("p:1", channel="whatsapp"), NOW)
    await here.link(sender("p:1", channel="whatsapp"), name, NOW)
    assert await there.find_contact(name, NOW) == before, "this process was not told"
    # It loads the context anew, so its version is right, and only the name's meaning is not.
    late = turn("E", await there.load(before), address="whatsapp:1:p:2", lines=(line("L", before),))
    assert await recorded(other, late) == [Outcome.STALE]
    assert await count(db, "lines") == 0
    there.forget(name)
    assert await there.find_contact(name, NOW) == who
    again = turn("E", await there.load(who), address="whatsapp:1:p:2", lines=(line("L", who),))
    assert await recorded(other, again) == [Outcome.RECORDED]


async def test_a_contact_that_does_not_exist_cannot_be_loaded(db: Database) -> None:
    with pytest.raises(LookupError, match="NOBODY"):
        await Contacts(db).load("NOBODY")


def test_codes_can_be_read_out() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert not set("".join(codes)) & set("01IOL")


async def test_a_topic_belongs_to_its_contact_and_to_nobody_when_it_is_unknown(db: Database) -> None:
    who = await contact(db)
    await TopicRows(db).keep_topic(TopicRow(who, -100, 5, name="Aziza"))
    door = Contacts(db)
    assert await door.contact_of_topic(-100, 5) == who
    assert await door.contact_of_topic(-100, 6) is None
    assert await door.contact_of_topic(-200, 5) is None


async def test_a_message_is_told_by_the_chat_and_the_id_that_the_vendor_gave_it(db: Database) -> None:
    who = await contact(db)
    lines = (
        line("heard", who, chat="telegram:1:7", message="10"),
        line("said", who, author="bot", chat="telegram:1:7", message="11"),
        line("relayed", who, author="agent", agent="55", chat="telegram:1:7", message="12"),
        line("wa", who, channel="whatsapp", chat="whatsapp:9:p:1", message="wamid.A"),
    )
    marks = (Mark(-100, "10", who, "relayed", "relayed"), Mark(-100, "11", who, "note", "noted"))
    assert await recorded(db, turn("E", lines=lines, marks=marks)) == [Outcome.RECORDED]
    door = Contacts(db)
    assert await door.target("telegram:1:7", "10") == Target("heard", "heard")
    assert await door.target("telegram:1:7", "11") == Target("said", "said")
    assert await door.target("telegram:1:7", "12") == Target("relayed", "relayed", "55")
    assert await door.target("telegram:1:8", "10") is None
    assert await door.target("-100", "10") == Target("relayed", "relayed")
    assert await door.target("-100", "11") == Target("noted", "note")
    assert await door.target("-100", "99") is None
    # By phone here, by user id there: WhatsApp's ids are unique.
    assert await door.target("whatsapp:9:u:A", "wamid.A") == Target("wa", "heard")


async def test_the_last_relayed_line_is_the_agents_own_and_not_one_taken_back(db: Database) -> None:
    who = await contact(db)
    lines = tuple(line(f"L{n}", who, author="agent", agent=agent) for n, agent in enumerate(("5", "5", "6")))
    await recorded(db, turn("E", lines=lines))
    door = Contacts(db)
    assert await door.last_relayed(who, "5") == "L1"
    held = await door.load(who)
    await recorded(db, turn("E2", held, withdrawn=("L1",)))
    assert await door.last_relayed(who, "5") == "L0"
    assert await door.last_relayed(who, "7") is None


async def test_a_staff_message_from_a_topic_that_changed_hands_is_refused(db: Database) -> None:
    first, second = await contact(db, "1"), await contact(db, "2")
    rows = TopicRows(db)
    await rows.keep_topic(TopicRow(first, -100, 5))
    held = await Contacts(db).load(first)
    moved = turn("E", held, topic=Topic(-100, 5), lines=(line("L", first),), change={"epoch": 4})
    await rows.lose_topic(first, 5)
    assert await recorded(db, moved) == [Outcome.MOVED]
    await rows.keep_topic(TopicRow(second, -100, 5))
    assert await recorded(db, moved) == [Outcome.MOVED]
    assert await count(db, "lines") == await count(db, "events") == 0
    assert (await Contacts(db).load(first)).version == 0
    await rows.lose_topic(second, 5)
    await rows.keep_topic(TopicRow(first, -100, 5))
    assert await recorded(db, replace(moved)) == [Outcome.RECORDED]


async def test_a_name_that_no_database_keeps_as_it_is_harms_nobody_who_comes_with_it(db: Database) -> None:
    good, odd = sender("p:7"), sender("u:\x00x")
    assert len(set(await Contacts(db).find_contacts([(good, NOW), (odd, NOW)]))) == 2
    assert len(set(await Contacts(db).find_contacts([(good, NOW), (odd, NOW)]))) == 2
