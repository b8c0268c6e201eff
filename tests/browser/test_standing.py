"""The panel "Versions of the scenarios": what a manager rolls out, who stands where, the picture of each version."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from scenarios.book import shipped_files
from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, PATIENCE, WIDE, Playground
from tests.browser.test_access import must_be_fit, tab_to

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOTS = os.environ.get("QABUL_TEST_SHOTS", "")
"""A folder for pictures of what the test saw, for people."""


async def sends(it: Playground, change: tuple[str, str]) -> None:
    """The manager sends the file of new customers' talk, changed."""
    text = shipped_files()["new.yaml"]
    assert change[0] in text
    await it.front("manager")
    await it.manager.locator('input[type="file"]').set_input_files(
        {"name": "new.yaml", "mimeType": "text/yaml", "buffer": text.replace(*change, 1).encode()}
    )
    await expect(it.manager.get_by_role("button", name="Try it on me").last).to_be_visible(timeout=PATIENCE)


async def opened(it: Playground, panel: str) -> None:
    """A panel of the desk, opened without a mouse."""
    await it.front("desk")
    summary = it.page.locator(f"#{panel} summary")
    await expect(summary).to_be_visible(timeout=PATIENCE)
    if await it.page.locator(f"#{panel}").get_attribute("open") is None:
        await tab_to(it.page, summary)
        await it.page.keyboard.press("Enter")


async def shot(it: Playground, name: str) -> None:
    if SHOTS:
        for scheme in ("light", "dark"):
            await it.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            await it.page.screenshot(path=Path(SHOTS) / f"{name}-{it.width}-{scheme}.png")
        await it.page.emulate_media(color_scheme="light")


@pytest.mark.long
@pytest.mark.parametrize("width", [NARROW, WIDE])
async def test_who_stands_on_which_version_is_shown_while_one_looks_and_each_version_has_its_picture(
    open_own_page: OpenPage, width: int
) -> None:
    it = await open_own_page(width)
    keys = it.page.keyboard
    await it.add_customer("Zilola", "Telegram", "English")
    await it.say("Hello")
    await it.hears("What can we help you with?")
    await opened(it, "versions")
    rows = it.page.locator('.version[data-name="new"]')
    await expect(rows).to_have_count(1, timeout=PATIENCE)
    await expect(rows).to_contain_text(
        re.compile(r"100% of new conversations.*from the desk's own scenarios.*hello: 1")
    )
    await it.tap("Fridge repair")
    await it.hears("Shall we come to you?")
    await it.front("desk")
    await expect(rows).to_contain_text(re.compile(r"price: 1, the oldest since \d\d:\d\d:\d\d"), timeout=PATIENCE)

    await sends(it, ("after: 2 hours", "after: 3 hours"))
    await it.ask("/rollout new 30%")
    await it.front("desk")
    await expect(rows).to_have_count(2, timeout=PATIENCE)
    await expect(rows.first).to_contain_text(re.compile(r"70% of new conversations.*price: 1"))
    await expect(rows.last).to_contain_text(re.compile(r"tried out: 30% of new conversations.*by "))
    titles = set()
    for language in ("uz", "kk", "ru", "en"):
        await it.page.locator("#language").select_option(language)
        titles.add(await it.page.locator("#versions summary").text_content())
        await expect(rows.last).to_contain_text("30%")
        await shot(it, f"versions-share-{language}")
        assert await it.sideways() == 0, language
    assert len(titles) == 4

    await it.ask("/rollout new 100%")
    await it.front("desk")
    runs, before = (it.page.locator(f'.version[data-name="new"][data-kind="{kind}"]') for kind in ("runs", "before"))
    await expect(runs).to_contain_text(
        re.compile(r"100% of new conversations.*by .*Nobody stands on it"), timeout=PATIENCE
    )
    await expect(before).to_contain_text(re.compile(r"no new conversations any more.*price: 1"))
    await shot(it, "versions")
    await must_be_fit(it)

    await it.front("desk")
    for version, says, other in ((before, "2 h", "3 h"), (runs, "3 h", "2 h")):
        button = version.get_by_role("button", name="Picture: new")
        await tab_to(it.page, button)
        await keys.press("Enter")
        picture = it.page.locator("#graph .graph-view svg")
        await expect(picture).to_contain_text(says, timeout=PATIENCE)
        await expect(picture).not_to_contain_text(other)
        await expect(picture.locator(".box.here")).to_have_count(1 if version is before else 0)
        if version is before:
            await shot(it, "versions-picture")
            await must_be_fit(it)
        await keys.press("Escape")
        await expect(it.page.locator("#graph")).to_be_hidden()
        await expect(button).to_be_focused()

    await opened(it, "where")
    where = it.page.locator("#where-view")
    await expect(where).to_contain_text("2 h", timeout=PATIENCE)
    await shot(it, "versions-where")
    await it.tap("Let me think")
    await it.hears("What is holding you back?")
    await it.add_customer("Ozoda", "Telegram", "English")
    await it.say("Hello")
    await it.hears("What can we help you with?")
    await it.front("desk")
    await expect(where).to_contain_text("3 h", timeout=PATIENCE)
    await opened(it, "versions")
    await expect(rows).to_have_count(1, timeout=PATIENCE)
    await expect(runs).to_contain_text("hello: 1")
