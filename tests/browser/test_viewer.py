"""A picture in a chat is opened over the page, and in its own size it can be read."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, expect

from scenarios.book import shipped_files
from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, PATIENCE, shown
from tests.browser.test_access import must_be_fit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_picture_is_seen_as_a_whole_and_then_in_its_own_size(open_page: OpenPage) -> None:
    it = await open_page(NARROW)
    changed = shipped_files()["hesitant.yaml"].replace("What is holding you back?", "What makes you hesitate?")
    await it.front("manager")
    sent = FilePayload(name="hesitant.yaml", mimeType="text/yaml", buffer=changed.encode())
    await it.manager.locator("input[type=file]").set_input_files(sent)
    picture = it.manager.locator(".messages img").last
    await shown(picture)
    await picture.click()
    viewer = it.page.locator("#viewer")
    frame, image = viewer.locator(".frame"), viewer.locator("img")
    await shown(image)
    own = await image.evaluate("image => image.naturalWidth")
    assert own > await frame.evaluate("frame => frame.clientWidth"), "this picture is too small to show anything"
    assert await frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")

    size = viewer.get_by_role("button", name="Full size")
    await size.focus()
    await it.page.keyboard.press("Enter")
    await expect(size).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
    assert await image.evaluate("image => image.clientWidth") == own
    assert await frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    await must_be_fit(it)
    await size.click()
    assert await image.evaluate("image => image.clientWidth") < own
