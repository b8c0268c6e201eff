"""A changed folder of a desk at work: a good change is used everywhere, a wrong one is told and changes nothing."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.folder import FOLDER, RELEASE, print_of, read_folder
from handlers.publishing import Refused
from scenarios.engine.records import AgentSeen
from storage.database import Database
from storage.troubles import AGAIN
from tests.shipped import catalogs
from tests.storage.rows import NOW, later, recorded, turn
from tests.storage.shelves import TALK, Process, change, folder
from tests.storage.test_library import asks
from tests.storage.test_versions import stands


@pytest.fixture
async def desk(db: Database, tmp_path: Path) -> Process:
    process = Process(db, folder(tmp_path / "book"))
    await process.starts()
    await process.looks()
    return process


async def told(db: Database) -> list[tuple[str, str]]:
    """What managers were written, as (where to, text)."""
    async with db.reading() as connection:
        rows = await connection.execute(text("SELECT destination, payload FROM letters ORDER BY seq"))
        return [(row.destination, json.loads(row.payload)["text"]) for row in rows]


async def test_a_good_change_is_in_use_in_every_process_and_told_once(
    desk: Process, db: Database, other: Database
) -> None:
    second = Process(other, desk.path)
    await second.starts()
    change(desk.path, "new", "What would you like?", "Well?")
    await desk.looks(1)
    assert asks(desk.library.newest) == "What would you like?", "it may be half written: it has to look the same twice"
    await asyncio.gather(desk.looks(2), second.looks(2))
    for process in (desk, second):
        await process.library.refresh()
        assert asks(process.library.newest) == "Well?"
    assert [(one.kind, one.scenario, one.who) for one in await desk.versions.changes()][4:] == [
        ("folder", "new", FOLDER)
    ]
    assert [where for where, _ in await told(db)] == ["telegram:1:7", "telegram:1:8"]
    assert "new.yaml" in (await told(db))[0][1]
    assert sorted(desk.woken + second.woken) == ["telegram:1:7", "telegram:1:8"]


async def test_comments_and_layout_are_no_change(desk: Process, db: Database) -> None:
    change(desk.path, "new", "steps:", "# A comment.\n\n\nsteps:")
    await desk.looks()
    assert len(await desk.versions.changes()) == 4
    assert await told(db) == []


def gone(path: Path) -> None:
    (path / "new.yaml").unlink()


def half(path: Path) -> None:
    (path / "new.yaml").write_text(TALK[: TALK.index("save: want") + 3], encoding="utf-8")


def empty(path: Path) -> None:
    (path / "new.yaml").write_bytes(b"")


def latin(path: Path) -> None:
    (path / "new.yaml").write_bytes(TALK.replace("like", "wünsch").encode("latin-1"))


def huge(path: Path) -> None:
    (path / "new.yaml").write_text(TALK + "# " + "x" * 5_000_000, encoding="utf-8")


def a_folder(path: Path) -> None:
    gone(path)
    (path / "new.yaml").mkdir()


def nowhere(path: Path) -> None:
    gone(path)
    (path / "new.yaml").symlink_to(path / "nothing")


def bomb(path: Path) -> None:
    rows = "\n".join(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise("abcdefgh"))
    (path / "new.yaml").write_text(f"a: &a [x, x]\n{rows}\n", encoding="utf-8")


def unknown_step(path: Path) -> None:
    change(path, "new", "go: second", "go: secnd")


def used_elsewhere(path: Path) -> None:
    (path / "prices.yaml").unlink()


def everything(path: Path) -> None:
    shutil.rmtree(path)


def nothing(path: Path) -> None:
    for file in path.glob("*.yaml"):
        file.unlink()


def bad_po(path: Path) -> None:
    (path / "translations").mkdir()
    (path / "translations" / "ru.po").write_bytes(b'msgid "Red"\nmsgstr "\xff"\n')


def broken_po(path: Path) -> None:
    (path / "translations").mkdir()
    (path / "translations" / "ru.po").write_text('msgid "Red"\nmsgstr Красный\n', encoding="utf-8")


def other_po(path: Path) -> None:
    (path / "translations").mkdir()
    (path / "translations" / "de.po").write_text('msgid "Red"\nmsgstr "Rot"\n', encoding="utf-8")


def untranslated(path: Path) -> None:
    (path / "translations").mkdir()
    (path / "translations" / "ru.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')


WRONG: dict[Callable[[Path], None], tuple[str, ...]] = {
    gone: ("new.yaml:1:", "is gone"),
    half: ("new.yaml:",),
    empty: ("new.yaml:1: this file is empty",),
    latin: ("new.yaml:", "UTF-8"),
    huge: ("new.yaml:1:", "larger than 1 MB"),
    a_folder: ("new.yaml:1: this is a folder",),
    nowhere: ("new.yaml:1:", "does not exist"),
    bomb: ("new.yaml:",),
    unknown_step: ("new.yaml:12:", '"secnd" does not exist', '"second"'),
    used_elsewhere: ("always.yaml:2:", "prices"),
    everything: ("cannot be read",),
    nothing: ("no scenario file",),
    bad_po: ("translations/ru.po:2:", "UTF-8"),
    broken_po: ("translations/ru.po:2:",),
    other_po: ("translations/de.po:1:", "uz, kk, ru, en"),
    untranslated: ("no ru translation",),
}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
async def test_a_wrong_folder_is_told_with_its_places_and_the_last_good_version_stays(
    desk: Process, db: Database, wrong: Callable[[Path], None], tmp_path: Path
) -> None:
    before, kept = desk.library.newest, tmp_path / "kept"
    shutil.copytree(desk.path, kept)
    wrong(desk.path)
    await desk.looks(4)
    assert desk.library.newest is before
    assert len(await desk.versions.changes()) == 4
    letters = await told(db)
    assert [where for where, _ in letters] == ["telegram:1:7", "telegram:1:8"], "each manager once"
    for words in WRONG[wrong]:
        assert words in letters[0][1]
    shutil.rmtree(desk.path, ignore_errors=True)
    shutil.copytree(kept, desk.path)
    change(desk.path, "new", "What would you like?", "Well?")
    await desk.looks()
    assert asks(desk.library.newest) == "Well?", "and a good one is used as ever"


async def test_a_file_without_rights_is_refused(desk: Process, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.path / "new.yaml"
    opened = Path.open

    def open_or_not(self: Path, *more: object, **named: object) -> object:
        # Tests may run as root, whom no rights stop.
        if self == path:
            raise PermissionError(13, "Permission denied")
        return opened(self, *more, **named)  # type: ignore[call-overload]

    change(desk.path, "new", "What would you like?", "Well?")
    monkeypatch.setattr(Path, "open", open_or_not)
    await desk.looks()
    assert asks(desk.library.newest) == "What would you like?"
    assert "new.yaml:1: this file cannot be read (Permission denied)" in (await told(db))[0][1]


async def test_what_editors_put_beside_the_files_is_not_looked_at(desk: Process) -> None:
    before = print_of(desk.path)
    (desk.path / ".new.yaml.swp").write_bytes(b"\0")
    (desk.path / ".#new.yaml").symlink_to("somebody@somewhere")
    (desk.path / "new.yaml~").write_text("no: yaml: at: all", encoding="utf-8")
    (desk.path / "notes.txt").write_text("hello", encoding="utf-8")
    assert print_of(desk.path) == before
    assert sorted(read_folder(desk.path).files) == ["always.yaml", "new.yaml", "prices.yaml", "start.yaml"]


async def test_the_same_mistake_is_told_once_and_another_one_at_once(
    desk: Process, db: Database, other: Database
) -> None:
    second = Process(other, desk.path)
    await second.starts()
    unknown_step(desk.path)
    await asyncio.gather(desk.looks(3), second.looks(3))
    assert len(await told(db)) == 2
    change(desk.path, "new", "about: A talk", "about: The talk")
    await desk.looks()
    assert len(await told(db)) == 2, "the mistake is the same"
    change(desk.path, "new", "handoff: sales", "handoff: sails")
    await desk.looks()
    assert len(await told(db)) == 4
    desk.now = NOW + AGAIN
    change(desk.path, "new", "handoff: sails", "handoff: sales")
    await desk.looks()
    assert len(await told(db)) == 6, "after an hour it is news again"


async def test_every_manager_is_told_in_their_language(desk: Process, db: Database) -> None:
    desk.texts.use(catalogs())
    seen = [AgentSeen("7", 7, "Otabek", "", "ru", NOW), AgentSeen("8", -1001, "Malika", "", "uz", later(-9))]
    await recorded(db, *(turn(f"E{one.id}", agent=one) for one in seen))
    unknown_step(desk.path)
    await desk.looks()
    letters = dict(await told(db))
    assert "Изменённые сценарии" in letters["telegram:1:7"]
    assert "ssenariy" in letters["telegram:1:8"]


async def test_a_folder_that_changes_while_it_is_read_is_read_again(
    desk: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []

    def read_and_change(path: Path) -> object:
        found = read_folder(path)
        reads.append(found)
        if len(reads) == 1:
            change(path, "new", "Well?", "Now?")
        return found

    monkeypatch.setattr("bot.reload.read_folder", read_and_change)
    change(desk.path, "new", "What would you like?", "Well?")
    await desk.looks(2)
    assert asks(desk.library.newest) == "What would you like?"
    await desk.looks(2)
    assert asks(desk.library.newest) == "Now?"


async def test_who_dies_before_the_journal_is_written_is_followed_by_the_next_process(
    desk: Process, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object, **__: object) -> bool:
        raise ConnectionError("killed")

    change(desk.path, "new", "What would you like?", "Well?")
    monkeypatch.setattr(desk.versions, "publish", dies)
    with pytest.raises(ConnectionError):
        await desk.looks()
    monkeypatch.undo()
    await desk.looks(1)
    assert asks(desk.library.newest) == "Well?", "nothing was handled, so it is looked at again"
    next_one = Process(other, desk.path)
    await next_one.starts()
    assert next_one.library.newest.version == desk.library.newest.version


async def test_who_dies_after_the_journal_was_written_has_told_everybody(
    desk: Process, db: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies() -> bool:
        raise ConnectionError("killed")

    second = Process(other, desk.path)
    await second.starts()
    change(desk.path, "new", "What would you like?", "Well?")
    publish = desk.versions.publish

    async def publish_and_die(*given: object, **named: object) -> bool:
        done = await publish(*given, **named)  # type: ignore[arg-type]
        monkeypatch.setattr(desk.library, "refresh", dies)
        return done

    monkeypatch.setattr(desk.versions, "publish", publish_and_die)
    with pytest.raises(ConnectionError):
        await desk.looks()
    await second.library.refresh()
    assert asks(second.library.newest) == "Well?"
    await second.looks(3)
    assert len(await second.versions.changes()) == 5
    assert len(await told(db)) == 2


async def test_a_broken_folder_at_the_start_leaves_the_last_good_version_or_refuses(
    desk: Process, db: Database, other: Database
) -> None:
    unknown_step(desk.path)
    again = Process(other, desk.path)
    with pytest.raises(Refused) as refused:
        await again.starts()
    assert again.library.is_open
    assert asks(again.library.newest) == "What would you like?"
    again.reload.refused = refused.value.issues
    works = again.reload.works()
    following = asyncio.create_task(works.pop("scenarios"))
    for work in works.values():
        work.close()
    for _ in range(500):
        if await told(db):
            break
        await asyncio.sleep(0.02)
    following.cancel()
    assert '"secnd"' in (await told(db))[0][1]


async def test_a_manager_hears_how_many_talks_stay_behind(desk: Process, db: Database) -> None:
    here = {"holder": "bot", "scenario": "new", "step": "first", "book": desk.library.newest.version}
    for key in ("1", "2", "3"):
        await stands(db, key, **here)
    await stands(db, "4", **here | {"step": "second"})
    change(desk.path, "new", ", green: Green", "")
    await desk.looks()
    assert "new.first (3)" in (await told(db))[0][1]


async def test_who_is_told_of_a_mistake_hears_as_well_who_would_stay_behind(desk: Process, db: Database) -> None:
    for key in ("1", "2"):
        await stands(db, key, holder="bot", scenario="new", step="second", book=desk.library.newest.version)
    change(desk.path, "new", "  second:\n", "  further:\n")
    await desk.looks()
    words = (await told(db))[0][1]
    assert '"second" does not exist' in words
    assert "2 live talks" in words


async def test_a_scenario_that_nobody_needs_any_more_can_be_taken_out(desk: Process, db: Database) -> None:
    (desk.path / "prices.yaml").rename(desk.path / "price_list.yaml")
    change(desk.path, "price_list", "scenario: prices", "scenario: price_list")
    change(desk.path, "always", "run: prices", "run: price_list")
    await desk.looks()
    assert sorted(desk.library.newest.scenarios) == ["new", "price_list"]
    words = (await told(db))[0][1]
    assert "always.yaml, price_list.yaml" in words
    assert "Taken out: prices.yaml" in words


async def test_a_folder_of_ones_own_need_not_have_what_shipped(desk: Process, other: Database, tmp_path: Path) -> None:
    own = folder(tmp_path / "own")
    (own / "always.yaml").unlink()
    (own / "prices.yaml").unlink()
    process = Process(other, own)
    await process.publisher.publish(read_folder(own), RELEASE)
    assert process.library.state["always"].current == ""
    assert process.library.newest.always == ()


async def test_old_talks_are_closed_through_the_corridor(desk: Process, db: Database) -> None:
    who = await stands(db, "1", holder="bot", scenario="new", step="first", opened_at=later(-31 * 86_400))
    assert await desk.reload.lapse() == 1
    (event,) = desk.received
    assert (event.contact, event.key) == (who, "lapsed")  # type: ignore[union-attr]
