"""The page by itself: its languages, coming back to it, two people looking at it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.audit import nameless
from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, WIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("width", [NARROW, WIDE])
async def test_the_page_speaks_each_of_its_languages_and_fits(open_page: OpenPage, width: int) -> None:
    it = await open_page(width)
    titles = set()
    language = it.page.locator("#language")
    for code in ("en", "uz", "kk", "ru"):
        await language.select_option(code)
        await expect(it.page.locator("html")).to_have_attribute("lang", code)
        titles.add(await it.page.locator("#phones-title").text_content())
        for pane in await it.panes():
            await it.front(pane)
            assert await it.sideways() == 0, (code, pane)
            assert await nameless(it.page) == [], (code, pane)
    assert len(titles) == 4


async def test_whoever_comes_back_finds_everything_as_it_was_and_two_pages_show_the_same(open_page: OpenPage) -> None:
    it, other = await open_page(WIDE), await open_page(WIDE)
    await it.add_customer("Gulnora", "Telegram", "English")
    await it.say("Hello")
    await it.hears("What can we help you with?")
    await other.hold("Gulnora")
    await other.hears("What can we help you with?")

    await other.tap("Fridge repair")
    await it.hears("Shall we come to you?")
    await it.page.reload()
    await it.is_live()
    await it.hold("Gulnora")
    await it.hears("Shall we come to you?")
