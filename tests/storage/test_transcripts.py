"""Reading what was said: in portions and in order, as far as asked, with its changes; search, who waits, the cases."""

from __future__ import annotations

import pytest

from scenarios.engine.kpi import CaseRow
from scenarios.engine.records import Happening, Version
from storage.contacts import Contacts
from storage.database import Database
from storage.transcripts import PORTION, Transcripts
from tests.storage.rows import NOW, contact, later, line, recorded, said, turn


async def names(db: Database, who: str = "C", **more: str) -> list[str]:
    """The ids of the lines read."""
    return [x.id async for x in Transcripts(db).lines(who, **more)]


def ids(first: int, last: int) -> list[str]:
    """Ids of lines, the last included."""
    return [f"L{n:05}" for n in range(first, last + 1)]


@pytest.mark.parametrize("many", [PORTION - 1, PORTION, PORTION + 1, 2 * PORTION])
async def test_a_history_longer_than_a_portion_is_read_whole_and_once(db: Database, many: int) -> None:
    await said(db, "C", many)
    await said(db, "D", 3, first=90_000)
    assert await names(db) == ids(0, many - 1)


async def test_lines_written_while_reading_are_read_and_a_limit_keeps_them_out(db: Database) -> None:
    await said(db, "C", PORTION)
    for until, wanted in ({}, PORTION + 5), ({"until_event": f"E{PORTION - 1:05}"}, PORTION):
        reading = Transcripts(db).lines("C", **until)
        found = [await anext(reading)]
        if not until:
            await said(db, "C", 5, first=PORTION)
        found += [x async for x in reading]
        assert len(found) == wanted


async def test_reading_stops_with_an_event_or_before_a_line(db: Database) -> None:
    await said(db, "C", PORTION + 20)
    await said(db, "D", 1, first=90_000)
    border = PORTION + 3
    assert await names(db, until_event=f"E{border:05}") == ids(0, border)
    assert await names(db, until_line=f"L{border:05}") == ids(0, border - 1)
    assert await names(db, until_line="L00000") == []
    assert await names(db, until_event="E00000") == ids(0, 0)
    assert await names(db, "nobody") == []


async def test_an_event_that_wrote_several_lines_ends_with_its_last(db: Database) -> None:
    await recorded(db, turn("A", lines=(line("1"), line("2"))), turn("B", lines=(line("3"),)))
    assert await names(db, until_event="A") == ["1", "2"]


async def test_the_last_lines_are_those_that_customers_and_staff_have_seen(db: Database) -> None:
    authors = ["customer", "bot", "note", "agent", "desk", "customer", "note"]
    for n, author in enumerate(authors):
        await recorded(db, turn(f"E{n}", lines=(line(f"L{n}", author=author),)))
    found = [x.id for x in await Transcripts(db).last_lines("C", 3, "")]
    assert found == ["L1", "L3", "L5"]
    assert [x.id for x in await Transcripts(db).last_lines("C", 9, "E3")] == ["L0", "L1", "L3"]


async def test_a_changed_line_has_its_versions_in_order_on_both_sides_of_a_portions_border(db: Database) -> None:
    await said(db, "C", PORTION + 1)
    changed = [f"L{PORTION - 1:05}", f"L{PORTION:05}"]
    for n in range(3):
        versions = tuple(Version(one, f"{one} {n}", later(-n)) for one in changed)
        await recorded(db, turn(f"V{n}", versions=versions))
    found = {x.id: x.versions async for x in Transcripts(db).lines("C")}
    for one in changed:
        assert found[one] == tuple(Version(one, f"{one} {n}", later(-n)) for n in range(3))
    assert found["L00000"] == ()


async def people(db: Database) -> dict[str, str]:
    """Contacts by their names."""
    told = {
        "Азиза Каримова": "998901234567",
        "100% Olim": "998907654321",
        "under_score": "",
        "underXscore": "",
        "Oʻtkir": "",
        "a\\b": "",
    }
    return {name: await contact(db, str(n), name, phone) for n, (name, phone) in enumerate(told.items())}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("каримова", ["Азиза Каримова"]),
        ("АЗИЗА", ["Азиза Каримова"]),
        (" азиза  ", ["Азиза Каримова"]),
        ("0% o", ["100% Olim"]),
        ("%", ["100% Olim"]),
        ("r_s", ["under_score"]),
        ("_", ["under_score"]),
        ("\\", ["a\\b"]),
        ("UNDER", ["under_score", "underXscore"]),
        ("oʻt", ["Oʻtkir"]),
        ("+998 (90) 123-45-67", ["Азиза Каримова"]),
        ("99890", ["100% Olim", "Азиза Каримова"]),
        ("1234", []),
        ("nobody", []),
        ("'; DROP TABLE contacts; --", []),
        ("NUL\x00", []),
        ("half \ud83d", []),
    ],
)
async def test_people_are_found_by_name_and_phone_as_they_are_written(
    db: Database, words: str, wanted: list[str]
) -> None:
    known = await people(db)
    found = await Transcripts(db).find(words, 9)
    assert sorted(name for name, who in known.items() if who in found) == sorted(wanted)
    assert len(found) == len(wanted)


async def test_people_are_found_by_their_code_in_either_case(db: Database) -> None:
    who = await contact(db)
    assert await Transcripts(db).find(f" {who.lower()} ", 9) == [who]


async def test_not_more_are_found_than_asked_for(db: Database) -> None:
    await people(db)
    assert len(await Transcripts(db).find("under", 1)) == 1


async def test_whoever_waits_or_is_talked_with_is_told_the_longest_first(db: Database) -> None:
    changes = [
        {"holder": "staffed", "handed_off_at": later(5), "agent_name": "Olim", "desk": "sales"},
        {"holder": "bot", "opened_at": NOW},
        {"holder": "waiting", "handed_off_at": later(1), "opened_at": NOW, "segment": "new"},
        {"holder": "closed"},
        {"holder": "staffed", "opened_at": later(3)},
    ]
    found = [await contact(db, str(n), f"P{n}") for n in range(len(changes))]
    for who, change in zip(found, changes, strict=True):
        await recorded(db, turn(f"E{who}", await Contacts(db).load(who), change=change))
    waiting = await Transcripts(db).waiting_now()
    assert [(x.name, x.holder, x.since) for x in waiting] == [
        ("P2", "waiting", later(1)),
        ("P4", "staffed", later(3)),
        ("P0", "staffed", later(5)),
    ]
    assert (waiting[2].agent, waiting[2].desk, waiting[0].segment) == ("Olim", "sales", "new")


async def test_cases_are_told_from_what_happened(db: Database) -> None:
    def happened(kind: str, seconds: float, conversation: int = 1, who: str = "A", **more: str) -> Happening:
        kept = {"segment": "new", "value": "", "agent": "", **more}
        return Happening(kind, who, conversation, later(seconds), "telegram", **kept)

    await recorded(
        db,
        turn(
            "E",
            happenings=(
                happened("opened", -1, conversation=9),
                happened("opened", 0),
                happened("handed_off", 10, segment="repeat"),
                happened("handed_off", 11),
                happened("replied", 20, agent="5"),
                happened("replied", 25, agent="6"),
                happened("closed", 30),
                happened("asked_rating", 31),
                happened("rated", 40, value="4"),
                happened("opened", 50, conversation=2, value="v2"),
                happened("walked", 50, conversation=2, value="new"),
                happened("walked", 55, conversation=2, value="prices"),
                happened("ended", 60, conversation=2, value="silence"),
                happened("opened", 70, who="B"),
                happened("taken", 80, who="B", agent="7"),
                happened("opened", 100, who="C"),
            ),
        ),
    )
    found = await Transcripts(db).cases(NOW, later(100))
    assert found == [
        CaseRow("A", 1, "telegram", "new", NOW, later(10), later(20), later(30), None, True, 4, agent="6"),
        CaseRow(
            "A",
            2,
            "telegram",
            "new",
            later(50),
            ended_at=later(60),
            book="v2",
            walked=frozenset({"new", "prices"}),
            ended_by="silence",
        ),
        CaseRow("B", 1, "telegram", "new", later(70), handed_off_at=later(80), agent="7", stepped_in=True),
    ]
