"""The prepared conversations: one press of a button, and each kind of customer is played to the end."""

from __future__ import annotations

import itertools

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.playground import NARROW, PATIENCE, WIDE, Playground

pytestmark = pytest.mark.asyncio(loop_scope="session")

KINDS = ("new", "hesitant", "repeat", "unhappy")
LANGUAGES = ("uz", "uz_Cyrl", "kk", "ru", "en")
SOME = [("hesitant", "uz_Cyrl", NARROW), ("unhappy", "en", WIDE)]


@pytest.mark.parametrize(("kind", "language", "width"), SOME)
async def test_a_prepared_conversation_plays_to_the_end(
    open_page: OpenPage, kind: str, language: str, width: int
) -> None:
    await played_to_the_end(await open_page(width), kind, language)


@pytest.mark.long
@pytest.mark.parametrize(("kind", "language"), list(itertools.product(KINDS, LANGUAGES)))
async def test_every_prepared_conversation_plays_to_the_end_in_every_language(
    open_own_page: OpenPage, kind: str, language: str
) -> None:
    await played_to_the_end(await open_own_page(NARROW if language in ("uz_Cyrl", "ru") else WIDE), kind, language)


async def played_to_the_end(it: Playground, kind: str, language: str) -> None:
    """Press, watch what the desk makes of the customer, and look at what everybody has in the end."""
    await it.play(kind, language, "fast")
    played = it.page.locator("#tell")
    await it.front("desk")
    await expect(it.page.locator("#decided [data-segment]")).to_have_attribute("data-segment", kind, timeout=PATIENCE)
    await expect(played).not_to_have_attribute("data-state", "playing", timeout=3 * PATIENCE)
    await expect(played).to_have_attribute("data-state", "done")

    await it.front("phones")
    own, answers = it.phone.locator(".message.mine"), it.phone.locator(".message.theirs")
    assert await own.count() >= 4, "the customer wrote and tapped"
    assert await answers.count() >= 4, "the desk and an agent answered"
    if kind == "unhappy":
        assert await answers.filter(has_text="000").count() == 0, "nothing is sold to somebody who is angry"
    await it.front("group")
    await expect(it.page.locator("#topic-state")).to_have_class("state closed", timeout=PATIENCE)
    await expect(it.topic.get_by_role("link", name=".html").first).to_be_visible(timeout=PATIENCE)
    assert await it.sideways() == 0
