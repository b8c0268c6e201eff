"""What can go wrong goes wrong before one's eyes, and nothing is lost: a killed process, a 429, a slow network."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenPage
from tests.browser.playground import PATIENCE, WIDE, Playground

pytestmark = pytest.mark.asyncio(loop_scope="session")

REASONS = {"busy": "asked_to_wait", "down": "down"}
"""Trouble in which nothing arrives at all, and what the page says of it."""
WORDS = ["apple", "pear", "plum"]


async def in_the_topic(it: Playground, name: str) -> None:
    """A customer who talks with an agent."""
    await it.add_customer(name, "Telegram", "English")
    await it.say("I want a human")
    await it.hears("I am calling a colleague")
    await it.open_topic(name)
    await it.answer("Good day, Nodira here")
    await it.hears("Nodira here")


async def repeats(messages: Locator) -> int:
    """Wait until all the words are there, look at their order, and count those that are there once more.

    Several messages of a customer may stand in one message of the topic, when the staff group's calls are short.
    """
    for word in WORDS:
        await expect(messages.filter(has_text=f"the {word}").first).to_be_visible(timeout=PATIENCE)
    found = re.findall(rf"the ({'|'.join(WORDS)})", "\n".join(await messages.all_inner_texts()))
    assert list(dict.fromkeys(found)) == WORDS, "one has overtaken another"
    return len(found) - len(WORDS)


async def test_a_killed_process_loses_nothing_and_the_page_says_so_truthfully(open_page: OpenPage) -> None:
    it = await open_page(WIDE)
    await in_the_topic(it, "Umida")
    state, report = it.page.locator("#desk-state"), it.page.locator("#report")
    await expect(state).to_have_attribute("data-state", "working")

    await it.page.get_by_role("button", name="Kill the process now").click()
    for word in WORDS:
        await it.say(f"the {word}")
        await it.answer(f"of the {word}")
    await expect(report).to_have_attribute("data-state", "settled", timeout=PATIENCE)
    await expect(state).to_have_attribute("data-state", "working")
    told = it.page.locator("#report-sum")
    assert await told.get_attribute("data-lost") == "0"
    twice = int(await told.get_attribute("data-doubled") or "")
    assert await repeats(it.phone.locator(".message.theirs")) <= twice
    assert await repeats(it.topic.locator(".message:not(.mine)")) <= twice
    if twice == 0:
        await expect(told).to_have_text("Nothing was lost, nothing came twice.")


@pytest.mark.long
@pytest.mark.parametrize("trouble", ["busy", "slow", "down"])
async def test_words_arrive_late_but_all_of_them_and_in_order(open_page: OpenPage, trouble: str) -> None:
    it = await open_page(WIDE)
    await in_the_topic(it, f"Farida {trouble}")
    switch = it.page.locator(f'#switches [data-weather="{trouble}"]')
    await switch.click()
    await expect(switch).to_have_attribute("aria-pressed", "true")

    for word in WORDS:
        await it.say(f"the {word}")
        await it.answer(f"of the {word}")
    waiting = it.page.locator("#decided li[data-why]")
    await expect(waiting.first).to_be_visible(timeout=PATIENCE)
    if reason := REASONS.get(trouble):
        await expect(it.page.locator(f'#decided li[data-why="{reason}"]').first).to_be_visible(timeout=PATIENCE)
        await switch.click()
        await expect(switch).to_have_attribute("aria-pressed", "false")
    assert await repeats(it.phone.locator(".message.theirs")) == 0
    assert await repeats(it.topic.locator(".message:not(.mine)")) == 0
    if trouble == "slow":
        await switch.click()
        await expect(switch).to_have_attribute("aria-pressed", "false")
