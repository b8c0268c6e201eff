"""A stranger plays everybody by hand: the four kinds of customers, staff, manager; at a phone's width and a desk's."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, PATIENCE, WIDE, Playground, shown

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_new_customer_is_answered_by_a_person_and_comes_again_as_a_repeat_customer(
    open_page: OpenPage,
) -> None:
    it = await open_page(WIDE)
    await it.add_customer("Madina", "Telegram", "English")
    await it.say("Hello")
    await it.hears("What can we help you with?")
    await it.tap("Fridge repair")
    await it.hears("Shall we come to you?")
    await it.tap("And the exact price?")
    await it.tap("Roughly how much?")
    await it.hears("what needs doing")
    await it.say("Bunyodkor street 12, it does not cool")
    await it.hears("How soon do you need it?")
    await it.tap("This week")
    await it.hears("I have passed everything on to a colleague")

    await it.open_topic("Madina")
    await expect(it.page.locator("#card-body")).to_contain_text("👤 Madina", timeout=PATIENCE)
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
    await expect(it.page.locator("#topic-state")).to_have_text("closed", timeout=PATIENCE)

    await it.say("Hello")
    await it.hears("Good to hear from you again. Last time we did this for you: Fridge repair.")
    await it.tap("As last time")
    await it.hears("Which day suits you? These are free.")
    await the_figures_are_a_picture(it)


async def test_an_unhappy_customer_on_a_phone_gets_an_apology_and_a_person_and_is_sold_nothing(
    open_page: OpenPage,
) -> None:
    it = await open_page(NARROW)
    await it.add_customer("Sherzod", "WhatsApp", "English")
    await it.say("Nobody came, I am really upset!")
    await it.hears("I am truly sorry")
    await it.tap("I will write here")
    await it.hears("Please write what happened")
    await it.say("The cleaner was to come at ten, I waited until two")
    await it.hears("Have you tried anything yourself")
    await it.tap("No, nothing yet")
    await it.hears("Thank you for telling me")
    assert await it.phone.get_by_text("soʻm").count() == 0, "no prices for somebody who is angry"

    await it.open_topic("Sherzod")
    await expect(it.page.locator("#card-body")).to_contain_text("Nobody came", timeout=PATIENCE)
    await it.answer("We are sorry. Malika comes today at six.", agent="Timur")
    await it.hears("Malika comes today at six")
    await history_opens_with(it, "The cleaner was to come at ten, I waited until two")
    await it.answer("/close", agent="Timur")
    await it.hears("Please rate us from 1 to 5")
    await it.tap("1 ⭐ Very bad")
    await it.hears("I am truly sorry", times=2)
    await the_figures_are_a_picture(it)
    assert await it.sideways() == 0


async def test_a_hesitant_customer_on_a_phone_is_answered_in_their_language_and_left_in_peace(
    open_page: OpenPage,
) -> None:
    it = await open_page(NARROW)
    await it.add_customer("Ольга", "Telegram", "Русский")
    await it.say("Я подумаю")
    await it.hears("Что вас смущает?")
    await it.tap("Цена")
    await it.hears("Наши цены, без секретов")
    await it.tap("Решу позже")
    await it.hears("не спешите")
    await it.front("group")
    assert await it.page.locator("#topics").get_by_text("Ольга").count() == 0, "nobody was called"


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
    await shown(it.manager.locator(".messages img").last)
