"""The panel "Where the talk is": the picture of the running scenario, with the present step marked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, PATIENCE, WIDE, Playground
from tests.browser.test_access import must_be_fit, tab_to

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHOTS = os.environ.get("QABUL_TEST_SHOTS", "")
"""A folder for pictures of what the test saw, for people."""


async def opened(it: Playground) -> None:
    """The panel, opened without a mouse."""
    await it.front("desk")
    summary = it.page.locator("#where summary")
    await expect(summary).to_be_visible(timeout=PATIENCE)
    if await it.page.locator("#where").get_attribute("open") is None:
        await tab_to(it.page, summary)
        await it.page.keyboard.press("Enter")


async def stands_at(it: Playground, step: str) -> None:
    """The step is marked, alone, and in sight inside the panel."""
    await it.front("desk")
    marked = it.page.locator("#where-view .box.here")
    await expect(marked).to_have_count(1, timeout=PATIENCE)
    await expect(marked).to_have_attribute("data-step", step, timeout=PATIENCE)
    inside = await it.page.evaluate(
        """() => {
          const view = document.querySelector("#where-view").getBoundingClientRect();
          const box = document.querySelector("#where-view .box.here > .shape").getBoundingClientRect();
          const x = box.left + box.width / 2, y = box.top + box.height / 2;
          const seen = document.elementFromPoint(x, y);
          return y > view.top && y < view.bottom && Boolean(seen?.closest("#where-view .box.here"));
        }"""
    )
    assert inside, f"{step} is out of sight"


async def shot(it: Playground, name: str) -> None:
    if SHOTS:
        await it.page.screenshot(path=Path(SHOTS) / f"{name}-{it.width}.png")


@pytest.mark.parametrize("width", [NARROW, WIDE])
async def test_the_picture_follows_the_talk_from_step_to_step(open_page: OpenPage, width: int) -> None:
    it = await open_page(width)
    await it.add_customer(f"Malika {width}", "Telegram", "English")
    await it.say("Hello")
    await it.hears("What can we help you with?")
    await opened(it)
    await stands_at(it, "hello")
    await shot(it, "where-hello")
    await must_be_fit(it)

    await it.tap("Fridge repair")
    await it.hears("Shall we come to you?")
    await stands_at(it, "price")
    await shot(it, "where-price")
    await it.tap("Let me think")
    await it.hears("What is holding you back?")
    await stands_at(it, "barrier")
    await expect(it.page.locator("#where-step")).to_contain_text("hesitant")

    await it.front("desk")
    await it.page.locator("#language").select_option("ru")
    await expect(it.page.locator("#where-view")).to_contain_text("Что вас смущает?", timeout=PATIENCE)
    await stands_at(it, "barrier")
    whole = it.page.locator("#where-whole")
    await whole.focus()
    await it.page.keyboard.press("Enter")
    await expect(whole).to_have_attribute("aria-pressed", "true")
    wide = await it.page.evaluate(
        "() => { const one = document.querySelector('#where-view'); return one.scrollWidth - one.clientWidth; }"
    )
    assert wide <= 0, "the whole picture is as wide as the panel"
    await it.page.emulate_media(color_scheme="dark")
    await shot(it, "where-whole-dark")
    await it.page.locator("#language").select_option("en")


async def test_no_picture_is_shown_while_no_scenario_runs(open_page: OpenPage) -> None:
    it = await open_page(WIDE)
    await it.add_customer("Nobody Yet", "Telegram", "English")
    await expect(it.page.locator("#desk-who")).to_contain_text("Nobody Yet", timeout=PATIENCE)
    await expect(it.page.locator("#where")).to_be_hidden()
