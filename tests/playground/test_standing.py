"""Which versions of the scenarios are in use and who stands on them, as the page is told, and the picture of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.playground.business import BUSINESS, demo_business
from bot.playground.standing import scenario_of, shown_versions
from bot.playground.window import Window
from handlers.library import Library
from handlers.publishing import Found, Publisher
from handlers.texts import Texts
from scenarios.book import shipped_files
from scenarios.engine.model import Ask
from scenarios.engine.records import Live
from scenarios.engine.rollouts import Change
from scenarios.engine.wording import plain
from storage.database import open_database
from storage.schema import upgrade
from storage.versions import Versions
from tests.shelf import FakeShelf
from tests.shipped import business
from tests.storage.rows import later
from tests.storage.shelves import PRICES, START, TALK
from tests.storage.test_versions import stands

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
FILES = {"new.yaml": TALK, "prices.yaml": PRICES, "start.yaml": START}
OTHER = TALK.replace("What would you like?", "Well?")
DILNOZA = "manager 7 Dilnoza Karimova"


class Shop:
    """A desk that publishes, and somebody outside who looks; the shelf between them is in memory."""

    def __init__(self) -> None:
        self.shelf = FakeShelf()
        self.now = NOW
        self.library = Library(self.shelf, Texts({}), {})
        self.publisher = Publisher(self.library, business(), {}, lambda: self.now)
        self.texts = Texts({})
        self.outside = Library(self.shelf, self.texts, {})

    async def has(self, files: dict[str, str], who: str = "release") -> str:
        """Publish these files; the version of `new` that runs."""
        await self.publisher.publish(Found(files), who)
        return self.library.state["new"].current

    async def gives(self, text: str, percent: int) -> str:
        """A manager gives a version of `new` to a share; the version."""
        sent = await self.publisher.check({"new.yaml": text})
        version = sent.made_of["new"]
        changes = [Change(0, self.now, DILNOZA, "rollout", "new", version, percent)]
        assert await self.shelf.publish(self.library.seen, sent.stored, {}, changes, self.now)
        await self.library.refresh()
        return version

    async def does(self, kind: str, **more: Any) -> None:
        """A manager's other change of `new`."""
        assert await self.shelf.publish(
            self.library.seen, (), {}, [Change(0, self.now, DILNOZA, kind, "new", **more)], self.now
        )
        await self.library.refresh()

    async def shown(self) -> dict[str, dict[str, dict[str, Any]]]:
        """What the page is told, by file and version."""
        told = await shown_versions(self.outside)
        return {file["name"]: {one["version"]: one for one in file["versions"]} for file in told["files"]}


async def test_while_nobody_talks_and_nothing_is_tried_all_files_are_quiet() -> None:
    shop = Shop()
    await shop.has(FILES)
    assert await shown_versions(shop.outside) == {"files": [], "quiet": ["new", "prices", "start"]}


async def test_each_version_says_who_gave_it_since_when_to_how_many_and_who_stands_where() -> None:
    shop = Shop()
    first = await shop.has(FILES)
    book = shop.library.newest.version
    shop.now += timedelta(hours=1)
    second = await shop.gives(OTHER, 30)
    shop.shelf.standing = [
        Live(book, "new", "first", 1, NOW + timedelta(minutes=20)),
        Live(book, "new", "second", 4, NOW + timedelta(minutes=3)),
        Live("another book of the same file", "new", "second", 2, NOW + timedelta(minutes=1)),
    ]
    shop.shelf.books["another book of the same file"] = {"new": first, "prices": "p"}
    told = (await shop.shown())["new"]
    assert list(told) == [first, second]
    assert told[first] == {
        "version": first, "short": first[:7], "kind": "runs", "percent": 70, "since": NOW.timestamp(),
        "who": {"by": "release", "name": ""}, "count": 7, "drawn": True,
        "steps": [
            {"step": "second", "count": 6, "oldest": (NOW + timedelta(minutes=1)).timestamp()},
            {"step": "first", "count": 1, "oldest": (NOW + timedelta(minutes=20)).timestamp()},
        ],
    }  # fmt: skip
    assert (told[second]["kind"], told[second]["percent"], told[second]["count"]) == ("share", 30, 0)
    assert told[second]["since"] == (NOW + timedelta(hours=1)).timestamp()
    assert told[second]["who"] == {"by": "manager", "name": "Dilnoza Karimova"}


async def test_a_version_that_was_replaced_is_shown_while_somebody_is_on_it_with_who_replaced_it() -> None:
    shop = Shop()
    first = await shop.has(FILES)
    shop.shelf.standing = [Live(shop.library.newest.version, "new", "first", 1, NOW)]
    shop.now += timedelta(hours=1)
    second = await shop.gives(OTHER, 100)
    told = (await shop.shown())["new"]
    assert {version: (one["kind"], one["percent"], one["who"]["name"]) for version, one in told.items()} == {
        second: ("runs", 100, "Dilnoza Karimova"),
        first: ("before", 0, "Dilnoza Karimova"),
    }
    shop.now += timedelta(hours=1)
    await shop.does("back", version=second, undoes=shop.library.seen)
    told = (await shop.shown())["new"]
    assert told[first]["kind"] == "runs"
    assert told[first]["since"] == (NOW + timedelta(hours=2)).timestamp()
    assert second not in told, "nobody is on it and nobody gets it"


async def test_a_wider_share_tells_since_when_it_is_so_wide_and_what_is_left_runs_as_long_as_it_did() -> None:
    shop = Shop()
    first = await shop.has(FILES)
    shop.now += timedelta(hours=1)
    second = await shop.gives(OTHER, 10)
    shop.now += timedelta(hours=1)
    await shop.does("rollout", version=second, percent=50)
    told = (await shop.shown())["new"]
    assert (told[first]["percent"], told[first]["since"]) == (50, NOW.timestamp())
    assert (told[second]["percent"], told[second]["since"]) == (50, (NOW + timedelta(hours=2)).timestamp())


async def test_talks_on_scenarios_that_are_not_kept_are_shown_as_such_and_have_no_picture() -> None:
    shop = Shop()
    await shop.has(FILES)
    shop.shelf.standing = [Live("lost", "new", "first", 1, None), Live("", "new", "first", 2, NOW)]
    told = (await shop.shown())["new"][""]
    assert (told["kind"], told["drawn"], told["who"]) == ("unknown", False, None)
    assert told["steps"] == [{"step": "first", "count": 3, "oldest": NOW.timestamp()}]


async def test_looking_writes_nothing() -> None:
    shop = Shop()
    first = await shop.has(FILES)
    await shop.gives(OTHER, 30)
    before = (list(shop.shelf.journal), dict(shop.shelf.kept), dict(shop.shelf.books))
    await shop.shown()
    await scenario_of(shop.outside, "new", first, {})
    assert (shop.shelf.journal, shop.shelf.kept, shop.shelf.books) == before


@pytest.mark.parametrize("gone", [False, True])
async def test_a_version_is_drawn_from_its_own_source_though_another_one_runs(gone: bool) -> None:
    shop = Shop()
    first = await shop.has(FILES)
    second = await shop.has(FILES | {"new.yaml": OTHER}, "folder")
    if gone:
        await shop.has({name: text for name, text in FILES.items() if name != "prices.yaml"}, "folder")
    asked = []
    for version in (first, second):
        scenario = await scenario_of(shop.outside, "new", version, {})
        assert scenario is not None
        assert scenario.version == version
        wait = scenario.steps["first"].wait
        assert isinstance(wait, Ask)
        asked.append(shop.texts.render(plain(wait.text), "en"))
    assert asked == ["What would you like?", "Well?"]
    assert await scenario_of(shop.outside, "new", "0" * 64, {}) is None
    assert await scenario_of(shop.outside, "start", shop.library.state["start"].current, {}) is None


async def test_a_talk_is_told_and_drawn_in_its_own_version_from_the_desks_database(
    tmp_path: Path,
) -> None:
    (tmp_path / BUSINESS).write_text(demo_business("en", NOW, ZoneInfo("UTC")), encoding="utf-8")
    desk = open_database(f"sqlite+aiosqlite:///{tmp_path / 'qabul.db'}")
    await upgrade(desk)
    library = Library(Versions(desk), Texts({}), {}, business().own_types)
    publisher = Publisher(library, business(), {}, lambda: NOW)
    about, other = "about: Writes to us for the first time", "about: Writes for the very first time"
    files = dict(shipped_files())
    files["new.yaml"] = files["new.yaml"].replace(about, other)
    await publisher.publish(Found(files), "folder")
    old, book = library.state["new"].current, library.newest.version
    await stands(desk, "7", holder="bot", book=book, scenario="new", step="price", opened_at=later(0))
    await publisher.publish(Found(shipped_files()), "folder")
    new = library.state["new"].current

    window = Window(tmp_path, -100)
    await window.open()
    told = await window.decided(("telegram:1:7",), working=True)
    versions = (await window.versions())["files"][0]["versions"]
    pictures = [await window.graph("new", version, "en") for version in (old, new, "0" * 64)]
    unspoken = await window.graph("new", old, "fr")
    await window.close()
    await desk.close()

    assert told is not None
    assert (told["scenario"], told["scenario_version"], told["about"]) == ("new", old, other.removeprefix("about: "))
    assert [(one["version"], one["kind"], one["count"]) for one in versions] == [(new, "runs", 0), (old, "before", 1)]
    assert [row["step"] for row in versions[1]["steps"]] == ["price"]
    assert other.removeprefix("about: ") in str(pictures[0])
    assert about.removeprefix("about: ") in str(pictures[1])
    assert (pictures[2], unspoken) == (None, None)
