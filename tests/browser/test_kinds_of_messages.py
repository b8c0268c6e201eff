"""What people send besides words, played on the page and seen by the staff: real pictures, sounds and documents."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, PATIENCE, Playground, shown

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def attach(it: Playground, what: str) -> None:
    """The customer in the hand sends one of the things behind the plus."""
    await it.front("phones")
    await it.phone.get_by_role("button", name="Attach").click()
    await it.page.get_by_role("menu", name="Attach").get_by_role("menuitem", name=what, exact=True).click()


@pytest.mark.long
async def test_pictures_sounds_documents_edits_and_the_phone_number_reach_the_staff(open_page: OpenPage) -> None:
    it = await open_page(NARROW)
    await it.add_customer("Sevara", "Telegram", "English")
    await it.say("I want a human")
    await it.hears("I am calling a colleague")
    await it.open_topic("Sevara")

    await attach(it, "Picture")
    await attach(it, "Voice note")
    await attach(it, "Document")
    await it.say("The fridge is red")
    await it.front("group")
    await shown(it.topic.locator(".messages img").last)
    await playable(it.topic.locator(".messages audio").last)
    await expect(it.topic.get_by_role("link", name="order.pdf")).to_be_visible(timeout=PATIENCE)
    await it.topic_shows("The fridge is red")

    await it.front("phones")
    own = it.phone.locator(".message.mine").filter(has_text="The fridge is red").last
    await own.get_by_role("button", name="Actions for this message").click()
    await it.page.get_by_role("menuitem", name="Edit").click()
    await it.phone.get_by_role("textbox", name="Message").fill("The fridge is blue")
    await it.phone.get_by_role("textbox", name="Message").press("Enter")
    await it.topic_shows("The fridge is blue")

    await attach(it, "My phone number")
    await it.front("group")
    phone = (await it.page.locator("#phone-owner").text_content() or "").rpartition("+")[2]
    assert phone.isdecimal()
    await expect(it.page.locator("#card-body")).to_contain_text(phone, timeout=PATIENCE)


async def playable(sound: Locator) -> None:
    """A sound whose length the browser knows, so that it can play it."""
    await expect(sound).to_be_visible(timeout=PATIENCE)
    await sound.scroll_into_view_if_needed()
    await sound.evaluate(
        """sound => sound.readyState > 0 || new Promise((done, refuse) => {
          sound.addEventListener("loadedmetadata", done);
          sound.addEventListener("error", () => refuse(new Error("the sound cannot be played")));
        })"""
    )
    assert await sound.evaluate("sound => sound.duration") > 0
