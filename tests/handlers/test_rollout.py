"""What managers give to customers and take back, by command, by button, and several of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.managers.answers import Text
from handlers.publishing import Found, Sent
from handlers.texts import Catalog
from scenarios.book import shipped_files
from scenarios.engine.kpi import CaseRow
from scenarios.engine.records import AuditRow
from tests.handlers.managers_scene import DILNOZA, NEW, NOW, Managers, text_of

LANGUAGES = ("uz", "uz_Cyrl", "kk", "ru", "en")


@pytest.fixture
async def scene(tmp_path: Path) -> Managers:
    return await Managers(tmp_path).opens()


@pytest.mark.parametrize(
    "words", ["new", "new 0%", "new 101%", "new ten", "new 10% now", "10%", "new -5%", "new 10.5%"]
)
async def test_wrong_words_are_answered_with_an_example(scene: Managers, words: str) -> None:
    await scene.has_sent()
    before = list(scene.shelf.journal)
    assert "/rollout new 10%" in (await scene.rolls_out(words)).text
    assert scene.shelf.journal == before


async def test_a_scenario_that_is_not_there_is_told_with_the_nearest(scene: Managers) -> None:
    assert "Did you mean hesitant?" in (await scene.rolls_out("hesitnat 10%")).text
    assert "There are: always, " in (await scene.rolls_out("zzz off")).text


async def test_without_another_version_there_is_nothing_to_roll_out(scene: Managers) -> None:
    assert "no other version was sent" in (await scene.rolls_out("new 10%")).text
    assert "there is nothing to take back" in (await scene.rolls_out("new off")).text
    assert "the same for everybody" in (await scene.rolls_out("")).text


@pytest.mark.parametrize("words", ["new 10%", "NEW 10", "new.yaml 10 %", "new 10 foiz", "new  10%"])
async def test_a_share_is_given_however_it_is_written(scene: Managers, words: str) -> None:
    version = await scene.has_sent()
    answer = await scene.rolls_out(words)
    assert f"10 % of new conversations get version {version[:8]}" in answer.text
    state = scene.library.state["new"]
    assert (state.candidate, state.percent) == (version, 10)
    assert [label for _, label in answer.buttons] == ["Give it to everybody", "Take back"]


async def test_the_share_grows_ends_and_comes_back_by_one_tap(scene: Managers) -> None:
    version, old = await scene.has_sent(), scene.library.state["new"].current
    first = await scene.rolls_out("new 10%")
    await scene.rolls_out("new 30%")
    assert "changed again since" in (await scene.presses(first.buttons[1][0])).text
    everybody = await scene.presses(first.buttons[0][0])
    assert "all new conversations get version" in everybody.text
    assert scene.library.state["new"].current == version
    back = await scene.presses(everybody.buttons[0][0])
    assert "taken back. 30 % of new conversations" in back.text
    assert "so already" in (await scene.presses(everybody.buttons[0][0])).text, "pressed twice"
    assert "nobody new gets version" in (await scene.rolls_out("new off")).text
    assert scene.library.state["new"].current == old
    assert not scene.library.state["new"].candidate


async def test_a_button_pressed_twice_or_by_a_second_manager_changes_nothing_more(scene: Managers) -> None:
    await scene.has_sent()
    row = scene.shelf.journal[-1].id
    await scene.presses(f"m:give:{row}:10")
    rows = len(scene.shelf.journal)
    again = await scene.presses(f"m:give:{row}:10", DILNOZA)
    assert "that is so already. 10 % of new conversations" in again.text
    assert not again.buttons
    assert len(scene.shelf.journal) == rows


@pytest.mark.parametrize(
    "data",
    ["m:", "m:give", "m:give:x:10", "m:give:1:0", "m:give:1:101", "m:give:99999:10", "m:back:99999", "m:undo:99999",
     "m:other:1", "m:give:1:" + "9" * 40, "m:back:" + "9" * 50, "m:try:", "m:back:-1", "m:undo:٣"],
)  # fmt: skip
async def test_old_and_foreign_buttons_are_explained(scene: Managers, data: str) -> None:
    before = list(scene.shelf.journal)
    assert "/rollout shows what runs" in (await scene.presses(data)).text
    assert await scene.desk.book_of(data) is None
    assert scene.shelf.journal == before


async def test_take_back_below_a_sent_file_undoes_whatever_was_done_with_it(scene: Managers) -> None:
    version, old = await scene.has_sent(), scene.library.state["new"].current
    row = scene.shelf.journal[-1].id
    assert "there is nothing to take back" in (await scene.presses(f"m:undo:{row}")).text
    await scene.presses(f"m:give:{row}:10")
    assert f"nobody new gets version {version[:8]}" in (await scene.presses(f"m:undo:{row}")).text
    await scene.presses(f"m:give:{row}:100")
    assert f"taken back. New conversations get version {old[:8]}" in (await scene.presses(f"m:undo:{row}")).text


async def test_what_ran_first_cannot_be_taken_back_and_what_the_folder_brought_can(scene: Managers) -> None:
    first = next(x for x in scene.shelf.journal if x.scenario == "new")
    assert "there is nothing to go back to" in (await scene.presses(f"m:back:{first.id}")).text
    changed = shipped_files() | {"new.yaml": NEW.replace("after: 2 hours", "after: 4 hours")}
    await scene.publisher.publish(Found(changed), "folder")
    row = scene.shelf.journal[-1]
    (answer,) = await scene.desk.journal("en")
    assert isinstance(answer, Text)
    assert [data for data, _ in answer.buttons] == [f"m:back:{row.id}"]
    assert "taken back" in (await scene.presses(f"m:back:{row.id}")).text
    assert scene.library.state["new"].current == first.version


async def test_what_does_not_fit_any_more_does_not_come_back(scene: Managers) -> None:
    old = scene.library.state["new"].current
    await scene.has_sent()
    given = await scene.presses(f"m:give:{scene.shelf.journal[-1].id}:100")
    stored = scene.shelf.kept["new", old]
    broken = stored.source.replace("start: hello", "start: helo")
    scene.shelf.kept["new", old] = type(stored)("new", old, broken, stored.texts)
    before = list(scene.shelf.journal)
    assert "does not fit what runs now" in (await scene.presses(given.buttons[0][0])).text
    assert scene.shelf.journal == before


async def test_versions_are_compared_since_the_share_was_last_given(scene: Managers) -> None:
    version = await scene.has_sent()
    await scene.rolls_out("new 10%")
    first = scene.now
    await scene.rolls_out("new 30%")
    assert scene.changes.began("new", version) == first
    everybody = await scene.rolls_out("new 100%")
    assert scene.changes.began("new", version) is None
    assert "No scenario is being tried out" in text_of(await scene.desk.compared("en", scene.now))
    await scene.presses(everybody.buttons[0][0])
    assert scene.changes.began("new", version) == scene.now
    assert "(new, 30 %)" in text_of(await scene.desk.compared("en", scene.now))
    assert "30 %" in (await scene.rolls_out("")).text


async def test_of_many_managers_at_once_each_is_told_the_truth(scene: Managers) -> None:
    await scene.has_sent()
    row = scene.shelf.journal[-1].id
    wishes = [scene.desk.pressed(f"m:give:{row}:{percent}", DILNOZA, "en", NOW) for percent in (10, 20, 30, 10)]
    told = [text_of(answers) for answers in await asyncio.gather(*wishes)]
    given = [x.percent for x in scene.shelf.journal if x.kind == "rollout"]
    assert len(given) == sum("from now on" in text for text in told)
    assert scene.library.state["new"].percent == given[-1]


async def test_a_version_that_does_not_fit_any_more_is_not_given(scene: Managers) -> None:
    version = await scene.has_sent()
    stored = scene.shelf.kept["new", version]
    broken = stored.source.replace("start: hello", "start: helo")
    scene.shelf.kept["new", version] = type(stored)("new", version, broken, stored.texts)
    assert "does not fit what runs now any more: new.yaml:" in (await scene.rolls_out("new 10%")).text


async def test_what_another_changes_while_a_version_is_checked_counts(
    scene: Managers, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = "I am still here. Answer whenever it suits you."
    tip = f"scenario: tip\nabout: A tip\nstart: tell\nsteps:\n  tell:\n    say: {still}\n    go: end\n"
    await scene.publisher.publish(Found(shipped_files() | {"tip.yaml": tip}), "folder")
    await scene.sends(("new.yaml", NEW.replace("run: booking", "run: tip")))
    check = scene.publisher.check

    async def slowly(files: Mapping[str, str], translated: Mapping[str, Catalog] | None = None) -> Sent:
        found = await check(files, translated)
        monkeypatch.undo()
        await scene.publisher.publish(Found(shipped_files()), "folder")
        return found

    monkeypatch.setattr(scene.publisher, "check", slowly)
    assert "does not fit what runs now any more: new.yaml:" in (await scene.rolls_out("new 100%")).text
    assert not [x for x in scene.shelf.journal if x.kind == "rollout"]


@pytest.mark.parametrize("first", ["unhappy", "warranty"])
async def test_a_version_is_not_given_that_does_not_fit_another_that_is_tried_out(scene: Managers, first: str) -> None:
    files = shipped_files()
    stops = "go: check_later\n\n  to_call"
    files["unhappy.yaml"] = files["unhappy.yaml"].replace(
        stops, "go: aside\n\n  aside:\n    run: warranty\n    go: check_later\n\n  to_call"
    )
    step = files["warranty.yaml"].partition("\nsteps:\n")[2].splitlines()[0]
    files["warranty.yaml"] = files["warranty.yaml"].replace(step, f"{step}\n    sells: true")
    other = "warranty" if first == "unhappy" else "unhappy"
    for name in (first, other):
        await scene.sends((f"{name}.yaml", files[f"{name}.yaml"]))
    assert "20 % of new conversations" in (await scene.rolls_out(f"{first} 20%")).text
    for percent in (20, 100):
        assert "does not fit what runs now" in (await scene.rolls_out(f"{other} {percent}%")).text
    assert "nobody new gets" in (await scene.rolls_out(f"{first} off")).text
    assert "20 % of new conversations" in (await scene.rolls_out(f"{other} 20%")).text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_overview_and_the_journal_are_told_in_every_language(scene: Managers, language: str) -> None:
    version = await scene.has_sent()
    assert version[:8] in (await scene.rolls_out("", language=language)).text
    await scene.rolls_out("new 10%")
    assert "10 %" in (await scene.rolls_out("", language=language)).text
    scene.tries.rows = [AuditRow(NOW, "contact ABC", "rollout")]
    (answer,) = await scene.desk.journal(language)
    text = text_of([answer])
    assert "Rustam: " in text
    assert "contact ABC: /rollout" in text
    assert [data for data, _ in answer.buttons] == [f"m:back:{scene.shelf.journal[-1].id}"]  # type: ignore[union-attr]
    assert all(len(data.encode()) <= 64 for data, _ in answer.buttons)  # type: ignore[union-attr]


async def test_a_new_desk_has_no_changes_to_tell(scene: Managers) -> None:
    assert text_of(await scene.desk.journal("en")) == "Nobody has changed a scenario yet."
    assert "No scenario is being tried out" in text_of(await scene.desk.compared("en", NOW))


async def _compared(scene: Managers, old: list[CaseRow], new: list[CaseRow], language: str = "en") -> str:
    await scene.has_sent()
    await scene.rolls_out("new 50%")
    began, state = scene.now, scene.library.state["new"]
    books = {}
    for version in (state.current, state.candidate):
        versions = {name: one.current for name, one in scene.library.state.items()} | {"new": version}
        books[version] = (await scene.library.compose(versions)).version
    for rows, version in ((old, state.current), (new, state.candidate)):
        for row in rows:
            opened = {"opened_at": began, "book": books[version], "walked": frozenset({"new"})}
            given = {name: getattr(row, name) for name in row.__slots__}
            scene.figures.rows.append(CaseRow(**{**given, **opened}))
    return text_of(await scene.desk.compared(language, began + timedelta(days=3)))


def cases(well: int, people: int, silent: int, ratings: tuple[int, ...] = ()) -> list[CaseRow]:
    rows = [CaseRow(f"W{n}", 1, "telegram", "new", NOW, ended_at=NOW, ended_by="new") for n in range(well)]
    rated = [*ratings, *[None] * people][:people]
    rows += [
        CaseRow(f"P{n}", 1, "telegram", "new", NOW, handed_off_at=NOW, rating=rating) for n, rating in enumerate(rated)
    ]
    return rows + [CaseRow(f"S{n}", 1, "telegram", "new", NOW) for n in range(silent)]


async def test_with_few_conversations_no_difference_is_claimed(scene: Managers) -> None:
    text = await _compared(scene, cases(3, 1, 0), cases(0, 1, 4))
    assert "Conversations: 4 / 5" in text
    assert "Too few conversations to compare: each version needs at least 10." in text
    assert "more than chance (" not in text
    assert "Too few ratings" in text


async def test_a_real_difference_is_told_with_size_range_and_test(scene: Managers) -> None:
    text = await _compared(scene, cases(120, 180, 100, (5,) * 40), cases(190, 110, 100, (4,) * 30 + (3,) * 10))
    assert "Ended well by the bot: 30 % / 48 %" in text
    assert "+18 points (95 %: +11 to +24): more than chance (two-proportion z-test, p < 0.001)" in text
    assert "Customer fell silent: 25 % / 25 %" in text
    assert "+0 points" in text
    assert "may be chance (two-proportion z-test, p = 1.000)" in text
    assert "Rating: 5.0 (40) / 3.8 (40)" in text
    assert "-1.2 points of 5: more than chance (Mann-Whitney test, p < 0.001)" in text


async def test_a_difference_that_may_be_luck_tells_how_many_conversations_would_show_it(scene: Managers) -> None:
    text = await _compared(scene, cases(30, 40, 30), cases(40, 40, 20))
    assert "+10 points (95 %: -3 to +23): may be chance (two-proportion z-test, p = 0.138)" in text
    assert "each version needs about 356 conversations" in text


async def test_small_numbers_are_compared_exactly(scene: Managers) -> None:
    text = await _compared(scene, cases(1, 9, 0), cases(10, 2, 0))
    assert "Fisher's exact test" in text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_versions_stand_side_by_side_in_every_language(scene: Managers, language: str) -> None:
    text = await _compared(scene, cases(120, 180, 100), cases(190, 110, 100), language)
    assert "30 % / 48 %" in text
    assert len(text) < 4096
    assert "{" not in text
