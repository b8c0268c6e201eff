"""A turn is written whole or not at all, once, and only upon the context it was stepped from."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from scenarios.engine.events import Content, Media, SharedContact, Spot
from scenarios.engine.records import (
    AgentSeen,
    AuditRow,
    Happening,
    Mark,
    Outcome,
    TimerRow,
    Turn,
    Version,
)
from storage.clock import Timers
from storage.contacts import Contacts
from storage.database import Database
from storage.outbox import Outbox
from storage.transcripts import Transcripts
from tests.storage.rows import NOW, contact, context_of, counts, later, letter, line, recorded, said, turn

EVERYWHERE = {
    "events": 1,
    "lines": 1,
    "line_versions": 1,
    "letters": 1,
    "timers": 1,
    "happenings": 1,
    "topic_messages": 1,
    "audit": 1,
    "agents": 1,
}
ODD = {
    "emoji with a joiner": "👩‍👩‍👧 🏳️‍🌈",
    "right to left": "\u202eabc\u202c مرحبا",
    "half a pair of surrogates": "a\ud83d b",
    "the other half": "\ude00x",
    "NUL": "a\x00b",
    "a written escape": "\\u0000 \\\\u0000 \\ud800",
    "quotes": "'\"`\\ %s :name {text} $1",
    "control characters": "\x01\x02\x1b\r\n\t\x7f\x85\u2028",
    "above the first plane": "\U0001f600\U0010fffd",
    "not a character": "\ufffe\uffff",
    "combining": "e\u0301\u0327" * 20,
}


def kept(words: str) -> str:
    """What no database keeps comes back as U+FFFD."""
    return "".join("\ufffd" if ch == "\0" or 0xD800 <= ord(ch) < 0xE000 else ch for ch in words)


async def full(db: Database, event: str = "E", who: str = "", **more: object) -> Turn:
    """A turn that writes into every table."""
    held = await Contacts(db).load(who or await contact(db))
    who = held.context.contact
    rows: dict[str, object] = {
        "lines": (line(f"{event}:1", who),),
        "versions": (Version(f"{event}:1", "changed", NOW),),
        "letters": (letter(f"{event}:2", who),),
        "timers": (TimerRow(f"{event}:3", who, "remind", later(60)),),
        "happenings": (Happening("opened", who, 1, NOW, "telegram", "new"),),
        "marks": (Mark(-100, event, who, "heard"),),
        "audit": (AuditRow(NOW, "5", "looked"),),
        "agent": AgentSeen("5", -100, "Olim", "olim", "uz", NOW),
        "change": {"holder": "bot", "epoch": 1, "conversation": 1},
    }
    return turn(event, held, **{**rows, **more})


async def test_a_turn_is_written_once_however_often_it_comes(db: Database) -> None:
    one = await full(db)
    assert await recorded(db, one) == [Outcome.RECORDED]
    assert await counts(db) == EVERYWHERE
    assert await recorded(db, one) == [Outcome.DUPLICATE]
    assert await recorded(db, replace(one, version=1)) == [Outcome.DUPLICATE]
    assert await counts(db) == EVERYWHERE
    held = await Contacts(db).load(one.contact)
    assert (held.version, held.context) == (1, one.context)


async def test_a_turn_from_an_older_context_leaves_nothing_and_succeeds_when_stepped_again(db: Database) -> None:
    one = await full(db)
    who = one.contact
    assert await recorded(db, turn("first", await Contacts(db).load(who))) == [Outcome.RECORDED]
    before = await counts(db)
    assert await recorded(db, one) == [Outcome.STALE]
    assert await counts(db) == before
    assert (await context_of(db, who)).epoch == 0
    again = await full(db, who=who)
    assert again.version == 1
    assert await recorded(db, again) == [Outcome.RECORDED]


async def test_in_a_group_the_losers_leave_nothing_behind_and_the_winners_everything(db: Database) -> None:
    winner, loser = await full(db, "W", await contact(db, "1")), await full(db, "L", await contact(db, "2"))
    known = turn("K")
    await recorded(db, known, turn("x", await Contacts(db).load(loser.contact)))
    fresh = turn("N", audit=(AuditRow(NOW, "1", "asked"),))
    assert await recorded(db, loser, known, winner, fresh) == [
        Outcome.STALE,
        Outcome.DUPLICATE,
        Outcome.RECORDED,
        Outcome.RECORDED,
    ]
    assert await counts(db) == {**EVERYWHERE, "events": 4, "audit": 2}
    async with db.reading() as connection:
        events = {row[0] for row in await connection.execute(text("SELECT id FROM events"))}
    assert events == {"K", "x", "W", "N"}


async def test_two_turns_of_one_contact_in_a_group_never_both_win(db: Database) -> None:
    who = await contact(db)
    held = await Contacts(db).load(who)
    both = [turn(f"E{n}", held, lines=(line(f"L{n}", who),), change={"epoch": n + 1}) for n in range(2)]
    assert sorted(x.value for x in await recorded(db, *both)) == ["recorded", "stale"]
    written = [x.id async for x in Transcripts(db).lines(who)]
    assert len(written) == 1
    assert (await context_of(db, who)).epoch == int(written[0][1:]) + 1


async def test_one_turn_from_two_processes_at_once_is_written_once(db: Database, other: Database) -> None:
    one = await full(db)
    outcomes = await asyncio.gather(*(recorded(door, one) for door in (db, other) for _ in range(4)))
    assert sorted(x.value for (x,) in outcomes) == ["duplicate"] * 7 + ["recorded"]
    assert await counts(db) == EVERYWHERE


async def test_different_events_from_two_processes_upon_one_context_have_one_winner(
    db: Database, other: Database
) -> None:
    who = await contact(db)
    turns = [await full(db, f"E{n}", who) for n in range(6)]
    outcomes = await asyncio.gather(*(recorded((db, other)[n % 2], one) for n, one in enumerate(turns)))
    assert sorted(x.value for (x,) in outcomes) == ["recorded"] + ["stale"] * 5
    assert (await counts(db))["lines"] == 1
    assert (await Contacts(db).load(who)).version == 1


async def test_all_of_a_turn_or_nothing_of_it_and_of_its_group(db: Database) -> None:
    good = await full(db, "G", await contact(db, "1"))
    bad = await full(db, "B", await contact(db, "2"))
    bad = replace(bad, letters=(*bad.letters, bad.letters[0]))
    with pytest.raises(DBAPIError):
        await recorded(db, good, bad)
    assert set((await counts(db)).values()) == {0}
    assert (await Contacts(db).load(good.contact)).version == 0
    assert await recorded(db, good) == [Outcome.RECORDED]
    assert await counts(db) == EVERYWHERE


async def test_fifty_turns_in_a_group_are_answered_in_their_order(db: Database) -> None:
    people = [await contact(db, str(n)) for n in range(50)]
    turns = [await full(db, f"E{n}", who) for n, who in enumerate(people)]
    stale = {7, 21, 49}
    for n in stale:
        await recorded(db, turn(f"x{n}", await Contacts(db).load(people[n])))
    outcomes = await recorded(db, *turns)
    assert [n for n, x in enumerate(outcomes) if x is Outcome.STALE] == sorted(stale)
    assert outcomes.count(Outcome.RECORDED) == 47
    found = await counts(db)
    assert (found["lines"], found["letters"], found["timers"], found["agents"]) == (47, 47, 47, 1)
    for n, who in enumerate(people):
        assert [x.id async for x in Transcripts(db).lines(who)] == ([] if n in stale else [f"E{n}:1"])


async def test_lines_and_letters_keep_the_order_in_which_a_turn_wrote_them(db: Database) -> None:
    who = await contact(db)
    for part in range(3):
        names = [f"{part}:{n}" for n in range(40)]
        await recorded(
            db,
            turn(
                f"E{part}",
                await Contacts(db).load(who),
                # Their times say the opposite: the order is the order of writing.
                lines=tuple(line(f"L{name}", who, at=later(-n)) for n, name in enumerate(names)),
                letters=tuple(letter(f"P{name}", who) for name in names),
            ),
        )
    wanted = [f"{part}:{n}" for part in range(3) for n in range(40)]
    lines = [x async for x in Transcripts(db).lines(who)]
    assert [x.id for x in lines] == [f"L{one}" for one in wanted]
    assert [x.seq for x in lines] == sorted(x.seq for x in lines)
    letters = await Outbox(db).unsent({"telegram:1:7": 0}, 1000)
    assert [x.id for x in letters] == [f"P{one}" for one in wanted]


async def test_a_line_comes_back_as_it_went(db: Database) -> None:
    who = await contact(db)
    contents = [
        Content(text="*bold* <b>no</b>"),
        Content(text="see", media=Media("photo", "whatsapp", "ref", "a.jpg", "image/jpeg", 2**40, "ab" * 32)),
        Content(contact=SharedContact("998901234567", "Olim", True)),
        Content(spot=Spot(41.311081, 69.240562, "Home")),
        Content(unread="poll"),
    ]
    lines = tuple(
        line(
            f"L{n}",
            who,
            content=content,
            conversation=3,
            at=NOW + timedelta(microseconds=n + 1),
            agent="5",
            chat="c",
            message=f"m{n}",
            tapped=bool(n % 2),
        )
        for n, content in enumerate(contents)
    )
    await recorded(db, turn("E", lines=lines))
    back = [x async for x in Transcripts(db).lines(who)]
    assert [replace(x, seq=0, event="") for x in back] == list(lines)
    assert {x.event for x in back} == {"E"}


@pytest.mark.parametrize("name", ODD)
async def test_odd_letters_come_back_as_they_were_or_as_the_replacement_letter(db: Database, name: str) -> None:
    words = ODD[name]
    who = await contact(db, name=words)
    held = await Contacts(db).load(who)
    one = await full(
        db,
        who=who,
        raw=json.dumps(words),
        lines=(line("L", who, words=words, name=words, message=words),),
        letters=(letter("P", who, payload={"text": words, words: [words]}),),
        timers=(TimerRow("T", who, "remind", NOW, {"said": words}),),
        versions=(Version("L", words, NOW),),
        audit=(AuditRow(NOW, words, words),),
        change={"name": words, "slots": {"a": {"key": words}}},
    )
    assert kept(held.context.name) == kept(words)
    assert await recorded(db, one) == [Outcome.RECORDED]
    (back,) = [x async for x in Transcripts(db).lines(who)]
    assert (back.content.text, back.name, back.message) == (kept(words), kept(words), kept(words))
    assert back.versions[0].text == kept(words)
    (sent,) = await Outbox(db).unsent({"telegram:1:7": 0}, 9)
    assert sent.payload == {"text": kept(words), kept(words): [kept(words)]}
    (due,) = await Timers(db).due_timers(NOW, 9)
    assert due.data == {"said": kept(words)}
    context = await context_of(db, who)
    assert (context.name, context.slots["a"]["key"]) == (kept(words), kept(words))
    # And such a text can be changed while it waits, to another such text.
    edit = turn("E2", await Contacts(db).load(who), rewrites=(Version("L", words, NOW),))
    await recorded(db, turn("P2", letters=(letter("P2", who, line="L", payload={"text": words}),)))
    assert await recorded(db, edit) == [Outcome.RECORDED]
    assert (await Outbox(db).unsent({"telegram:1:7": 0}, 9))[1].payload == {"text": kept(words)}


async def test_long_texts_and_large_numbers_are_kept_to_the_last_letter_and_digit(db: Database) -> None:
    who = await contact(db)
    words = "Ўзбекистон \U0001f1fa\U0001f1ff " * 8000
    assert len(words) > 100_000
    chat = -(2**63)
    one = turn(
        "E",
        await Contacts(db).load(who),
        raw=words,
        lines=(line("L", who, words=words),),
        letters=(letter("P", who, payload={"text": words}, epoch=2**62 + 1),),
        marks=(Mark(chat, "1", who, "heard", "L"), Mark(2**63 - 1, "1", who, "note", "L")),
        change={"epoch": 2**62 + 1},
    )
    assert await recorded(db, one) == [Outcome.RECORDED]
    (back,) = [x async for x in Transcripts(db).lines(who)]
    assert back.content.text == words
    (sent,) = await Outbox(db).unsent({"telegram:1:7": 0}, 9)
    assert (sent.payload["text"], sent.epoch) == (words, 2**62 + 1)
    for number, kind in ((chat, "heard"), (2**63 - 1, "note")):
        target = await Contacts(db).target(str(number), "1")
        assert target is not None
        assert target.kind == kind
    assert (await Outbox(db).standing(["P"], "nobody"))["P"].epoch == 2**62 + 1


async def test_the_name_and_phone_of_the_contact_follow_its_context(db: Database) -> None:
    who = await contact(db, name="A")
    await recorded(db, turn("E", await Contacts(db).load(who), change={"name": "Bahor", "phone": "998901234567"}))
    assert await Transcripts(db).find("Bahor", 5) == [who]
    assert await Transcripts(db).find("1234567", 5) == [who]


# -- timers ------------------------------------------------------------------------------------------------------


async def keys(db: Database, who: str) -> dict[str, str]:
    """The timers of a contact: key and id."""
    return {x.key: x.id for x in await Timers(db).due_timers(later(10**6), 100) if x.contact == who}


async def test_a_timer_of_the_same_key_is_replaced(db: Database) -> None:
    who, other_one = await contact(db, "1"), await contact(db, "2")
    for person in (who, other_one):
        timer = TimerRow(f"{person}:a", person, "remind", later(60), {"n": "1"})
        await recorded(db, turn(f"E{person}", timers=(timer,)))
    await recorded(db, turn("E2", timers=(TimerRow("b", who, "remind", later(5), {"n": "2"}),)))
    assert await Timers(db).due_timers(later(4), 9) == []
    assert await Timers(db).due_timers(later(5), 9) == [TimerRow("b", who, "remind", later(5), {"n": "2"})]
    assert await keys(db, other_one) == {"remind": f"{other_one}:a"}


async def test_timers_are_cancelled_by_prefix_and_only_of_that_contact(db: Database) -> None:
    who, other_one = await contact(db, "1"), await contact(db, "2")
    for person in (who, other_one):
        names = ("silent:1", "silent:2", "silence", "s%", "album:9")
        timers = tuple(TimerRow(f"{person}{n}", person, name, NOW) for n, name in enumerate(names))
        await recorded(db, turn(f"E{person}", timers=timers))
    await recorded(db, turn("C", await Contacts(db).load(who), cancels=("silent:", "s%")))
    assert set(await keys(db, who)) == {"silence", "album:9"}
    assert len(await keys(db, other_one)) == 5
    # Cancelled and set anew in one turn: the new one stays.
    again = TimerRow("new", who, "silence", NOW)
    await recorded(db, turn("D", await Contacts(db).load(who), cancels=("",), timers=(again,)))
    assert await keys(db, who) == {"silence": "new"}


async def test_a_timer_goes_with_the_turn_it_fires_in_and_stays_when_that_turn_loses(db: Database) -> None:
    who = await contact(db)
    await recorded(db, turn("E", timers=(TimerRow("t1", who, "remind", NOW),)))
    held = await Contacts(db).load(who)
    fired = turn("timer:t1", held, timer_done="t1", timers=(TimerRow("t2", who, "remind", later(9)),))
    await recorded(db, turn("x", held))
    assert await recorded(db, fired) == [Outcome.STALE]
    assert await keys(db, who) == {"remind": "t1"}
    assert await recorded(db, replace(fired, version=1)) == [Outcome.RECORDED]
    assert await keys(db, who) == {"remind": "t2"}


async def test_timers_come_due_oldest_first_and_not_more_than_asked_for(db: Database) -> None:
    who = await contact(db)
    await recorded(db, turn("E", timers=tuple(TimerRow(f"t{n}", who, f"k{n}", later(-n)) for n in range(10))))
    assert [x.id for x in await Timers(db).due_timers(NOW, 3)] == ["t9", "t8", "t7"]
    assert [x.id for x in await Timers(db).due_timers(later(-8), 99)] == ["t9", "t8"]


# -- edits -------------------------------------------------------------------------------------------------------


async def test_a_rewrite_changes_a_letter_that_waits_and_not_one_that_was_sent(db: Database) -> None:
    who = await contact(db)
    payload = {"text": "old", "choices": [["a", "A"]], "source": "9"}
    letters = (
        letter("P1", who, line="L1", payload=payload),
        letter("P2", who, line="L2", payload=payload),
        letter("P3", who, line="L1", op="edit", payload=payload),
    )
    await recorded(db, turn("E", lines=(line("L1", who), line("L2", who)), letters=letters))
    await recorded(db, turn("E2", rewrites=(Version("L1", "new 'text' \\ 😀", NOW),)))
    found = {x.id: x.payload for x in await Outbox(db).unsent({"telegram:1:7": 0}, 9)}
    assert found == {"P1": {**payload, "text": "new 'text' \\ 😀"}, "P2": payload, "P3": payload}


async def test_a_line_taken_back_is_marked_and_its_waiting_letter_is_dropped(db: Database) -> None:
    who = await contact(db)
    letters = (letter("P1", who, line="L1"), letter("P2", who, line="L2"), letter("K", who, line="L1", op="keep"))
    await recorded(db, turn("E", lines=(line("L1", who), line("L2", who)), letters=letters))
    await recorded(db, turn("E2", withdrawn=("L1",)))
    assert [x.id for x in await Outbox(db).unsent({"telegram:1:7": 0}, 9)] == ["P2", "K"]
    assert [(x.id, x.deleted) async for x in Transcripts(db).lines(who)] == [("L1", True), ("L2", False)]
    assert (await Outbox(db).standing(["P1"], "nobody"))["P1"].status == "dropped"


# -- the recent past ----------------------------------------------------------------------------------------------


async def test_first_responses_are_told_newest_first_and_never_of_another_conversation(db: Database) -> None:
    def happened(kind: str, who: str, conversation: int, seconds: float) -> Happening:
        return Happening(kind, who, conversation, later(seconds), "telegram", "new")

    happenings = (
        happened("handed_off", "A", 1, 0),
        happened("replied", "A", 1, 90.5),
        happened("handed_off", "B", 1, 10),
        happened("replied", "B", 1, 200),
        happened("handed_off", "A", 2, 300),
        happened("replied", "C", 1, 400),
    )
    await recorded(db, turn("E", happenings=happenings))
    assert await Timers(db).first_response_seconds(9) == [190.0, 90.5]
    assert await Timers(db).first_response_seconds(1) == [190.0]


async def test_an_agent_is_kept_as_last_seen_in_each_group(db: Database) -> None:
    for event, name, chat in (("1", "Olim", -1), ("2", "Olim aka", -1), ("3", "Olim", -2)):
        await recorded(db, turn(event, agent=AgentSeen("5", chat, name, "", "uz", NOW)))
    async with db.reading() as connection:
        rows = await connection.execute(text("SELECT chat, name FROM agents ORDER BY chat DESC"))
        assert [tuple(row) for row in rows] == [(-1, "Olim aka"), (-2, "Olim")]


async def test_many_lines_can_be_said_at_once(db: Database) -> None:
    await said(db, "C", 3)
    assert [x.content.text async for x in Transcripts(db).lines("C")] == ["words 0", "words 1", "words 2"]
