"""Versions of scenario files, books made of them, and the journal of changes, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from scenarios.engine.records import AuditRow, Live
from scenarios.engine.rollouts import Change, StoredFile
from storage import tables as t
from storage.contacts import Contacts
from storage.database import Database
from storage.versions import Versions
from tests.storage.rows import NOW, contact, count, later, letter, recorded, turn

RU = {"ru": [("new.first", "Red", ("Красный",)), ("", "{n} day", ("день", "дня", "дней"))]}
FILE = StoredFile("new", "v1", "scenario: new  # “кавычки” \u2028", RU)


def change(kind: str = "folder", version: str = "v1", scenario: str = "new", **more: int) -> Change:
    return Change(0, NOW, "folder", kind, scenario, version, **more)


async def test_a_file_comes_back_as_it_was_kept(db: Database) -> None:
    versions = Versions(db)
    await versions.keep([FILE, StoredFile("start", "s1", "start: []")], NOW)
    assert await versions.files({"new": "v1", "start": "s1", "gone": "g"}) == [
        FILE, StoredFile("start", "s1", "start: []"),
    ]  # fmt: skip
    assert await versions.files({"new": "v2"}) == []


async def test_a_version_never_changes_but_its_translations_may(db: Database) -> None:
    versions = Versions(db)
    await versions.keep([FILE], NOW)
    await versions.keep([replace(FILE, source="another", texts={"ru": [("", "Red", ("Алый",))]})], later(1))
    await versions.keep([replace(FILE, source="another", texts={})], later(2))
    (kept,) = await versions.files({"new": "v1"})
    assert kept.source == FILE.source
    assert kept.texts == {"ru": [("", "Red", ("Алый",))]}


async def test_translations_come_with_what_was_kept_last_at_the_end(db: Database) -> None:
    versions = Versions(db)
    await versions.keep([replace(FILE, version="v2")], later(5))
    await versions.keep([FILE, StoredFile("abc", "a", "x", RU)], NOW)
    assert [(one.name, one.version) for one in await versions.texts()] == [("abc", "a"), ("new", "v1"), ("new", "v2")]


async def test_the_journal_is_read_from_where_one_was(db: Database) -> None:
    versions = Versions(db)
    assert (await versions.newest(), await versions.changes()) == (0, [])
    assert await versions.publish(0, [FILE], {"b1": {"new": "v1"}}, [change(), change(scenario="start")], NOW)
    seen = await versions.newest()
    assert await versions.publish(seen, [], {}, [change("rollout", "v2", percent=10), change("back", undoes=1)], NOW)
    rows = await versions.changes(seen)
    assert [(x.kind, x.version, x.percent, x.undoes) for x in rows] == [("rollout", "v2", 10, 0), ("back", "v1", 0, 1)]
    assert [x.id for x in await versions.changes()] == sorted(x.id for x in await versions.changes())
    assert await versions.changes(await versions.newest()) == []
    assert await versions.book("b1") == {"new": "v1"}
    assert await versions.book("b2") is None


async def test_who_decided_upon_an_older_journal_writes_nothing(db: Database, other: Database) -> None:
    mine, theirs = Versions(db), Versions(other)
    assert await mine.publish(
        0, [FILE], {"b": {"new": "v1"}}, [change()], NOW, [letter("L1")], [AuditRow(NOW, "7", "x")]
    )
    late = replace(FILE, version="v9")
    assert not await theirs.publish(0, [late], {"c": {}}, [change()], NOW, [letter("L2")], [AuditRow(NOW, "8", "y")])
    assert await theirs.files({"new": "v9"}) == []
    assert await theirs.book("c") is None
    assert [await count(db, table) for table in ("scenario_changes", "letters", "audit")] == [1, 1, 1]


async def test_of_many_who_publish_at_once_one_does(db: Database, other: Database) -> None:
    tries = [Versions(one).publish(0, [FILE], {}, [change()], NOW) for one in (db, other) * 4]
    assert sorted(await asyncio.gather(*tries)) == [False] * 7 + [True]
    assert await count(db, "scenario_changes") == 1


@pytest.mark.parametrize("at", ["_keep", "_keep_books", "insert changes", "insert letters", "insert audit"])
async def test_a_crash_between_any_two_lines_of_publishing_leaves_nothing(
    db: Database, other: Database, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = Versions(db)

    async def dies(*_: object, **__: object) -> None:
        raise ConnectionError("killed")

    if at.startswith("_keep"):
        monkeypatch.setattr(versions, at, dies)
    else:
        table = {"changes": t.scenario_changes, "letters": t.letters, "audit": t.audit}[at.split()[1]]
        insert = Database.insert

        async def insert_or_die(self: Database, connection: object, into: object, *more: object) -> None:
            if into is table:
                raise ConnectionError("killed")
            await insert(self, connection, into, *more)  # type: ignore[arg-type]

        monkeypatch.setattr(Database, "insert", insert_or_die)
    with pytest.raises(ConnectionError):
        await versions.publish(
            0, [FILE], {"b": {"new": "v1"}}, [change()], NOW, [letter("L")], [AuditRow(NOW, "7", "x")]
        )
    monkeypatch.undo()
    for table in ("scenario_files", "scenario_books", "scenario_changes", "letters", "audit"):
        assert await count(other, table) == 0, table
    assert await Versions(other).publish(0, [FILE], {"b": {"new": "v1"}}, [change()], NOW), "and it can be done again"


async def stands(db: Database, key: str, **known: object) -> str:
    """A contact whose context has these values."""
    who = await contact(db, key)
    held = await Contacts(db).load(who)
    await recorded(db, turn(f"E{key}", held, change=known))
    return who


async def test_live_talks_are_counted_by_book_scenario_and_step(db: Database) -> None:
    here = {"holder": "bot", "book": "b1", "scenario": "new", "step": "first"}
    await stands(db, "1", **here, opened_at=later(-50))
    await stands(db, "2", **here, opened_at=later(-90))
    await stands(db, "3", **here | {"book": "b2"}, opened_at=later(-10))
    await stands(db, "4", **here | {"holder": "closed", "scenario": "feedback", "book": ""})
    await stands(db, "5", holder="closed")
    await stands(db, "6", **here, trial=True)
    await stands(db, "7", holder="closed", slots={"step": {"key": '"step":"no"'}})
    assert await Versions(db).live() == [
        Live("b1", "new", "first", 2, later(-90)),
        Live("", "feedback", "first", 1, None),
        Live("b2", "new", "first", 1, later(-10)),
    ]


async def test_talks_that_stood_still_are_found(db: Database) -> None:
    month = 30 * 86_400
    old = await stands(db, "1", holder="bot", step="first", opened_at=later(-month - 5))
    rating = await stands(db, "2", holder="closed", step="rate", asked_at=later(-month - 9))
    await stands(db, "3", holder="bot", step="first", opened_at=later(-month - 5), asked_at=later(-60))
    await stands(db, "4", holder="waiting", step="to_people", opened_at=later(-month - 5))
    await stands(db, "5", holder="closed", opened_at=later(-month - 5))
    assert set(await Versions(db).stale(later(-month), 100)) == {old, rating}
    assert len(await Versions(db).stale(later(-month), 1)) == 1
