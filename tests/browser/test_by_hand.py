"""A stranger plays everybody by hand: customer, staff, manager; on a phone's width and on a desk's."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, PATIENCE, WIDE, Playground

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("width", "channel"), [(NARROW, "WhatsApp"), (WIDE, "Telegram")])
async def test_a_customer_is_answered_by_a_person_and_rates_and_the_manager_sees_it(
    open_page: OpenPage, width: int, channel: str
) -> None:
    it = await open_page(width)
    name = f"Madina {width}"
    await it.add_customer(name, channel, "English")
    await it.say("Hello")
    await it.hears("What can we help you with?")
    await it.tap("Fridge repair")
    await it.hears("Shall we come to you?")
    await it.tap("Yes, please come")
    await it.hears("Which day and time suit you?")
    await it.say("tomorrow after 15:00")
    await it.hears("where shall we come?")
    await it.say("Bunyodkor street 12")
    await it.hears("I have passed everything on to a colleague")

    await it.open_topic(name)
    await expect(it.page.locator("#card-body")).to_contain_text(f"👤 {name}", timeout=PATIENCE)
    await it.answer("// she is my neighbour")
    await it.topic_shows("she is my neighbour")
    await it.answer("Jasur will be with you at 15:30.")
    await it.hears("Jasur will be with you at 15:30.")
    assert await it.phone.get_by_text("neighbour").count() == 0, "a note is for the staff alone"

    await it.say("Thank you, I am waiting")
    await it.topic_shows("Thank you, I am waiting")
    await history_opens_with(it, "Bunyodkor street 12")

    await it.answer("/close")
    await it.hears("Please rate us from 1 to 5")
    await it.tap("5 ⭐ Excellent")
    await it.hears("We are glad that all went well")
    await it.front("group")
    await expect(it.page.locator("#topic-state")).to_have_text("closed", timeout=PATIENCE)

    await the_figures_are_a_picture(it)
    assert await it.sideways() == 0


async def history_opens_with(it: Playground, words: str) -> None:
    """The topic's history document opens as a page that shows the customer's words."""
    await it.front("group")
    link = it.topic.get_by_role("link", name=".html").last
    await expect(link).to_be_visible(timeout=PATIENCE)
    async with it.page.context.expect_page() as opening:
        await link.click()
    document = await opening.value
    await expect(document.get_by_text(words).first).to_be_visible(timeout=PATIENCE)
    await document.close()


async def the_figures_are_a_picture(it: Playground) -> None:
    """Asked for figures, the manager gets a picture that the browser can really show."""
    await it.ask("/stats today")
    image = it.manager.locator(".messages img").last
    await expect(image).to_be_visible(timeout=PATIENCE)
    await image.scroll_into_view_if_needed()
    await expect(image).to_have_js_property("complete", True, timeout=PATIENCE)
    assert await image.evaluate("image => image.naturalWidth") > 0
