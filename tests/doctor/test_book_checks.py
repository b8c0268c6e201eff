"""Settings, scenarios, catalogs and the business: each trouble is made and seen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from bot.doctor.book import catalog_problems
from bot.doctor.settings import NO_MESSENGER
from bot.settings import SettingsError, read_settings
from tests.doctor.cases_telegram import setting
from tests.doctor.scene import EXAMPLE, Case, Scene
from tests.doctor.test_storage_checks import told

SHIPPED = Path(str(files("scenarios") / "book"))
LOCALES = Path(str(files("locales")))


def scenarios(change: Callable[[Path], object]) -> Callable[[Scene], None]:
    """Own scenarios: the shipped ones with a change."""

    def put(scene: Scene) -> None:
        folder = scene.folder / "book"
        shutil.copytree(SHIPPED, folder)
        change(folder)
        setting(SCENARIOS_DIR=str(folder))(scene)

    return put


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def emptied(folder: Path) -> None:
    for path in folder.glob("*.yaml"):
        path.unlink()


def with_an_idle_step(folder: Path) -> None:
    path = folder / "warranty.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n  idle:\n    go: end\n", encoding="utf-8")


def business(old: str, new: str) -> Callable[[Scene], None]:
    def change(scene: Scene) -> None:
        replaced("business.yaml", old, new)(scene.folder)

    return change


def always_closed(scene: Scene) -> None:
    path = scene.folder / "business.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"9:00-21:00"', "closed"), encoding="utf-8")


def holidays(*days: str) -> Callable[[Scene], None]:
    def change(scene: Scene) -> None:
        path = scene.folder / "business.yaml"
        text = path.read_text(encoding="utf-8")
        begin, end = text.index("holidays:"), text.index("\n\n", text.index("holidays:"))
        listed = "holidays:" + "".join(f'\n  - "{day}"' for day in days)
        path.write_text(text[:begin] + listed + text[end:], encoding="utf-8")
        scene.now = lambda: datetime(2026, 11, 24, 12, tzinfo=UTC)

    return change


CASES = {
    "settings wrong": Case(
        setting(STAFF_CHAT_ID="42"), "settings", "failure", "QABUL_STAFF_CHAT_ID is '42', but must be", ".env"
    ),
    "settings right": Case(lambda _: None, "settings", "ok", "Telegram and WhatsApp on SQLite with the embedded Redis"),
    "no messenger": Case(
        setting(TELEGRAM_TOKEN="", WHATSAPP_TOKEN="", STAFF_CHAT_ID=""),
        "settings",
        "failure",
        "no messenger is set up",
        "QABUL_TELEGRAM_TOKEN",
    ),
    "scenario with a mistake": Case(
        scenarios(replaced("start.yaml", "then: hesitant", "then: nowhere")),
        "scenarios",
        "failure",
        "start.yaml:",
        "qabul scenario check",
    ),
    "scenario with a warning": Case(
        scenarios(with_an_idle_step), "scenarios", "warning", "warning E11", "qabul scenario check"
    ),
    "no scenario at all": Case(scenarios(emptied), "scenarios", "failure", "no scenario file", "QABUL_SCENARIOS_DIR"),
    "scenarios right": Case(lambda _: None, "scenarios", "ok", "no mistakes"),
    "business no YAML": Case(business("name: {", "name: {{"), "business", "failure", "no YAML", "example.yaml"),
    "business with a wrong key": Case(
        business("currency: UZS", "curency: UZS"), "business", "failure", "not a key I know", "example.yaml"
    ),
    "business not there any more": Case(
        lambda scene: scene.settings.update(business_file=scene.folder / "gone.yaml"),
        "business",
        "failure",
        "cannot be read",
        "correct the file",
    ),
    "business never open": Case(always_closed, "business", "failure", "closed on every day", "hours"),
    "the example's business": Case(
        setting(BUSINESS_FILE=""), "business", "warning", "shipped example", "QABUL_BUSINESS_FILE"
    ),
    "last year's feasts": Case(
        holidays("03-21", "2025-03-31", "2025-06-06"),
        "business",
        "warning",
        "the last is 2025-06-06",
        "add this year's",
    ),
    "this year's feasts": Case(holidays("03-21", "2025-03-31", "2027-03-10"), "business", "ok", "open on 7 days"),
    "yearly holidays only": Case(holidays("03-21"), "business", "ok", "open on 7 days"),
}


@pytest.mark.parametrize("name", CASES)
async def test_the_doctor_sees(scene: Scene, name: str) -> None:
    await CASES[name].holds(scene)


async def test_a_business_that_cannot_be_read_leaves_scenarios_unchecked(scene: Scene) -> None:
    business("currency: UZS", "curency: UZS")(scene)
    assert told((await scene.ask("scenarios"))["scenarios"], "warning", "“business”", "mend that first")


async def test_wrong_settings_are_told_as_at_the_start_and_the_rest_is_looked_at(scene: Scene) -> None:
    setting(HTTP_PORT="eighty", DATABASE_URL="mysql://root:hush-hush@db/x", TELEGRAM_TOKEN="7:short")(scene)
    with pytest.raises(SettingsError) as refused:
        read_settings(scene.environ)
    found = await scene.ask()
    assert found["settings"].found == str(refused.value)
    for name, settings in (
        ("telegram token", "QABUL_TELEGRAM_TOKEN"),
        ("database schema", "QABUL_DATABASE_URL"),
        ("http port", "QABUL_HTTP_PORT"),
    ):
        assert told(found[name], "warning", f"not checked, because {settings} cannot be read", "correct the settings")
    assert found["whatsapp token"].state == found["scenarios"].state == found["disk"].state == "ok"
    assert "hush-hush" not in str(found)


async def test_an_env_file_that_cannot_be_read_is_told_and_what_the_environment_says_is_looked_at(scene: Scene) -> None:
    (scene.folder / ".env").write_text("this is no setting\n", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_settings(scene.environ, scene.folder / ".env")
    found = await scene.ask()
    assert found["settings"].found == str(refused.value)
    assert found["telegram token"].state == "ok"
    # Where the data lies may stand in the file, so it is not looked for where it is by default.
    assert told(found["http port"], "warning", "QABUL_HTTP_PORT", "correct the settings")


def test_a_start_without_a_messenger_says_the_same(scene: Scene) -> None:
    source = (Path(__file__).parents[2] / "bot/commands/run.py").read_text(encoding="utf-8")
    assert NO_MESSENGER in source


# -- catalogs ----------------------------------------------------------------------------------------------------------


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no compiler takes it": (
        lambda desk: desk.write_text(text_of(desk) + '\nmsgid "broken\n', encoding="utf-8"),
        "kk/desk.po cannot be compiled",
    ),
    "a file is gone": (lambda desk: desk.unlink(), "kk/desk.po is not there"),
    "a text is not translated": (
        lambda desk: desk.write_text(text_of(desk) + '\nmsgid "A new text"\nmsgstr ""\n', encoding="utf-8"),
        "kk/desk.po does not translate “A new text”",
    ),
    "a text that others lack": (
        lambda desk: desk.write_text(text_of(desk) + '\nmsgid "A new text"\nmsgstr "Жаңа"\n', encoding="utf-8"),
        "uz/desk.po lacks “A new text”",
    ),
    "an outdated translation": (
        lambda desk: desk.write_text(
            text_of(desk) + '\n#, fuzzy\nmsgid "A new text"\nmsgstr "Жаңа"\n', encoding="utf-8"
        ),
        "kk/desk.po: the translation of “A new text” is marked as outdated",
    ),
    "a placeholder is lost": (
        lambda desk: desk.write_text(text_of(desk) + '\nmsgid "Hello, {name}"\nmsgstr "Сәлем"\n', encoding="utf-8"),
        "kk/desk.po: the translation of “Hello, {name}” has other {placeholders}",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_catalog_is_told_when(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    locales = tmp_path / "locales"
    shutil.copytree(LOCALES, locales)
    change, found = BROKEN[name]
    change(locales / "kk/LC_MESSAGES/desk.po")
    assert any(problem.startswith(found) for problem in catalog_problems(locales))
    monkeypatch.setattr("bot.doctor.book._locales", lambda: locales)
    assert told((await scene.ask("catalogs"))["catalogs"], "failure", "desk.po", "mend the file")


async def test_the_shipped_catalogs_are_complete_and_an_empty_folder_is_not(scene: Scene, tmp_path: Path) -> None:
    assert told((await scene.ask("catalogs"))["catalogs"], "ok", "complete in uz, kk, ru")
    assert list(catalog_problems(tmp_path)) == [f"there are none in {tmp_path}"]
    assert EXAMPLE.exists()
