"""/versions says which version of each scenario runs, and which conversations are on which and where they stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.library import Library
from handlers.managers.changes import in_use_text, refused_text
from handlers.managers.versions import standing, versions_text
from handlers.papers.labels import units
from handlers.publishing import Found, Publisher
from handlers.texts import Texts, read_catalogs
from scenarios.engine.model import Place
from scenarios.engine.reading.issues import issue
from scenarios.engine.records import Live
from scenarios.engine.rollouts import Change
from tests.shelf import FakeShelf
from tests.shipped import business
from tests.storage.shelves import PRICES, START, TALK

ZONE = ZoneInfo("Asia/Tashkent")
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
TEXTS = Texts(read_catalogs(Path(__file__).parents[2] / "locales"))
LANGUAGES = ("uz", "uz_Cyrl", "kk", "ru", "en")
FILES = {"new.yaml": TALK, "prices.yaml": PRICES, "start.yaml": START}


class Shop:
    """A library without a database."""

    def __init__(self) -> None:
        self.shelf = FakeShelf()
        self.library = Library(self.shelf, Texts({}), {})
        self.publisher = Publisher(self.library, business(), {}, lambda: NOW)

    async def has(self, files: dict[str, str]) -> str:
        """Publish these files; the version of `new`."""
        await self.publisher.publish(Found(files), "folder")
        return self.library.state["new"].current

    async def told(self, language: str = "en") -> str:
        found = await standing(self.library)
        return versions_text(self.library.state, self.library.changes, found, TEXTS, language, ZONE, NOW)


async def test_it_says_who_is_on_which_version_and_where_they_stand() -> None:
    shop = Shop()
    old = await shop.has(FILES)
    book = shop.library.newest.version
    new = await shop.has(FILES | {"new.yaml": TALK.replace("What would you like?", "Well?")})
    shop.shelf.standing = [
        Live(book, "new", "second", 8, NOW - timedelta(days=2, hours=3)),
        Live(book, "new", "first", 2, NOW - timedelta(minutes=20)),
        Live(shop.library.newest.version, "new", "first", 3, NOW - timedelta(minutes=5)),
        Live("lost", "new", "first", 1, None),
    ]
    told = await shop.told()
    assert told == (
        "Versions of the scenarios, and the conversations on them\n\n"
        f"new — {new[:7]} since 24.11.2026 15:30\n"
        f"• {old[:7]}: 10 conversations\n"
        "   second: 8, the oldest for 2 d 3 h\n"
        "   first: 2, the oldest for 20 min\n"
        f"• {new[:7]}: 3 conversations\n"
        "   first: 3, the oldest for 5 min\n"
        "• unknown: 1 conversation\n"
        "   first: 1, the oldest for 0 s\n\n"
        "Nobody is in these, and they run as they are: prices, start."
    )


async def test_a_share_is_told_though_nobody_is_in_it() -> None:
    shop = Shop()
    await shop.has(FILES)
    sent = await shop.publisher.check({"new.yaml": TALK.replace("What would you like?", "Well?")})
    change = Change(0, NOW, "7", "rollout", "new", sent.made_of["new"], 10)
    assert await shop.shelf.publish(shop.library.seen, sent.stored, {}, [change], NOW)
    await shop.library.refresh()
    assert f"10% of new conversations get {sent.made_of['new'][:7]}" in await shop.told()


async def test_what_runs_does_so_since_it_was_put_there_whatever_is_tried_beside_it() -> None:
    shop = Shop()
    current = await shop.has(FILES)
    sent = await shop.publisher.check({"new.yaml": TALK.replace("What would you like?", "Well?")})
    change = Change(0, NOW + timedelta(hours=2), "7", "rollout", "new", sent.made_of["new"], 10)
    assert await shop.shelf.publish(shop.library.seen, sent.stored, {}, [change], NOW)
    await shop.library.refresh()
    assert f"new — {current[:7]} since 24.11.2026 15:30" in await shop.told()


async def test_a_file_that_was_taken_out_is_told_while_somebody_is_in_it() -> None:
    shop = Shop()
    await shop.has(FILES)
    shop.shelf.standing = [Live(shop.library.newest.version, "prices", "tell", 1, NOW)]
    await shop.has({name: text for name, text in FILES.items() if name != "prices.yaml"})
    assert "prices — taken out on 24.11.2026 15:30" in await shop.told()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_under_way_is_said_in_every_language(language: str) -> None:
    shop = Shop()
    await shop.has(FILES)
    told = await shop.told(language)
    assert "new, prices, start" in told
    assert (language == "en") == ("conversation" in told)


async def test_very_many_steps_fit_into_one_message() -> None:
    shop = Shop()
    await shop.has(FILES)
    shop.shelf.standing = [Live("b", f"scenario_{n}", f"a_step_with_a_long_name_{n}", 1, NOW) for n in range(300)]
    told = await shop.told()
    assert units(told) <= 4096
    assert "more" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_names_the_first_five_problems_and_counts_the_rest(language: str) -> None:
    issues = [issue("E10", Place("new.yaml", n, 5), f'step "a{n}" does not exist.') for n in range(1, 10)]
    told = refused_text(issues, TEXTS, language)
    assert [n for n in range(1, 10) if f'new.yaml:{n}: step "a{n}" does not exist.' in told] == [1, 2, 3, 4, 5]
    assert "4" in told.rsplit("\n", 1)[1]
    assert "4" not in refused_text(issues[:3], TEXTS, language)
    assert units(refused_text([issue("E01", Place("new.yaml", 1, 1), "x" * 9_000)] * 9, TEXTS, language)) < 4096


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_in_use_names_files_and_who_stays_behind(language: str) -> None:
    changes = [Change(0, NOW, "folder", "folder", name, version) for name, version in (("new", "v"), ("prices", ""))]
    told = in_use_text(changes, {("new", "first"): 12, ("new", "second"): 1}, TEXTS, language)
    for words in ("new.yaml", "prices.yaml", "new.first (12), new.second (1)"):
        assert words in told
