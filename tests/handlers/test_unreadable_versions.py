"""A version that a desk cannot read any more stops neither the desk nor a customer, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from handlers.library import Library, Unreadable
from handlers.publishing import Found, Publisher
from handlers.texts import Texts
from scenarios.book import shipped_files
from scenarios.engine.context import Context
from scenarios.engine.events import Content, CustomerSaid, Sender
from tests.handlers.managers_scene import NOW, Managers
from tests.shipped import business, catalogs

SAYS = CustomerSaid("E", NOW, Sender("telegram", "1", ("7",)), Content("hello"), "m", NOW)


@pytest.fixture
async def scene(tmp_path: Path) -> Managers:
    return await Managers(tmp_path).opens()


def spoil(scene: Managers, version: str) -> None:
    """The version is written in words that this desk does not know."""
    kept = scene.shelf.kept["new", version]
    scene.shelf.kept["new", version] = replace(kept, source=kept.source.replace("    ask:", "    asks:"))


def another_desk(scene: Managers) -> tuple[Library, Publisher]:
    """A desk that starts on what the first one wrote."""
    library = Library(scene.shelf, Texts(catalogs()), catalogs(), business().own_types)
    return library, Publisher(library, business(), catalogs(), lambda: NOW)


@pytest.mark.parametrize("percent", [10, 100])
async def test_a_desk_starts_where_a_version_that_was_given_cannot_be_read(scene: Managers, percent: int) -> None:
    old, version = scene.library.newest, await scene.has_sent()
    await scene.rolls_out(f"new {percent}%")
    spoil(scene, version)
    library, publisher = another_desk(scene)
    await publisher.publish(Found(shipped_files()), "release")
    assert library.newest.version == old.version
    for number in range(50):
        book, _ = await library.book_for(Context(f"C{number}"), SAYS)
        assert book is library.newest


async def test_the_folder_can_still_be_changed_beside_a_version_that_cannot_be_read(scene: Managers) -> None:
    version = await scene.has_sent()
    await scene.rolls_out("new 10%")
    spoil(scene, version)
    library, publisher = another_desk(scene)
    files = shipped_files()
    files["prices.yaml"] = files["prices.yaml"].replace("about: ", "about: Now ", 1)
    changes = await publisher.publish(Found(files), "release")
    assert [one.scenario for one in changes] == ["prices"]
    assert library.newest.scenarios["prices"].about.startswith("Now")


async def test_a_talk_on_a_version_that_cannot_be_read_goes_on_with_what_runs(scene: Managers) -> None:
    version = await scene.has_sent()
    await scene.rolls_out("new 100%")
    context = (await scene.library.book_for(Context("A"), SAYS))[1]
    context.scenario, context.step, context.holder = "new", scene.library.newest.scenarios["new"].start, "bot"
    spoil(scene, version)
    library, publisher = another_desk(scene)
    await publisher.publish(Found(shipped_files()), "release")
    book, moved = await library.book_for(context, SAYS)
    assert book is library.newest
    assert (moved.book, moved.step) == (book.version, context.step)


async def test_a_desk_at_work_stays_with_what_it_has_when_what_runs_is_for_a_newer_one(scene: Managers) -> None:
    behind, publisher = another_desk(scene)
    await publisher.publish(Found(shipped_files()), "release")
    old, version = behind.newest, await scene.has_sent()
    await scene.rolls_out("new 100%")
    context = (await scene.library.book_for(Context("A"), SAYS))[1]
    context.scenario, context.step, context.holder = "new", scene.library.newest.scenarios["new"].start, "bot"
    spoil(scene, version)
    with pytest.raises(Unreadable):
        await behind.refresh()
    book, moved = await behind.book_for(context, SAYS)
    assert book is old
    assert moved.book == old.version, "its customer is answered all the same"
