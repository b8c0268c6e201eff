"""The prepared conversations: complete in every language, and understood as what they are meant to show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import bot.playground.page as page_package
from bot.playground.shows import KINDS, talk_of
from bot.playground.stage import LANGUAGES
from scenarios.engine.effects import Do
from scenarios.engine.understanding import understand
from tests.driver import Desk

WORDS = (Path(page_package.__file__).parent / "words_desk.js").read_text(encoding="utf-8")
ACTS = {"customer", "choose", "contact", "picture", "voice", "silence", "staff"}
SPOKEN = {
    "uz": ("uz", "latn"),
    "uz_Cyrl": ("uz", "cyrl"),
    "kk": ("kk", "cyrl"),
    "ru": ("ru", "cyrl"),
    "en": ("en", "latn"),
}


def said(step: dict[str, Any]) -> list[Any]:
    """The texts of a step."""
    return [step[name] for name in ("customer", "says") if isinstance(step.get(name), dict)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_is_one_act_with_its_text_in_every_language_and_an_explanation(kind: str) -> None:
    talk = talk_of(kind)
    assert set(talk["name"]) == set(LANGUAGES)
    for step in talk["steps"]:
        assert len(ACTS & set(step)) == 1, step
        assert all(set(texts) == set(LANGUAGES) for texts in said(step)), step
        assert "tell" not in step or f"  tell_{step['tell']}: [" in WORDS, step


@pytest.mark.parametrize("kind", KINDS)
def test_every_conversation_has_the_staffs_half_and_ends_with_a_rating(kind: str) -> None:
    steps = talk_of(kind)["steps"]
    assert any("staff" in step and isinstance(step.get("says"), dict) and "note" not in step for step in steps)
    assert steps[-2]["says"] == "/close"
    assert re.fullmatch("[1-5]", steps[-1]["choose"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_first_words_tell_the_language(kind: str, language: str) -> None:
    first = talk_of(kind)["steps"][0]["customer"][language]
    heard = understand(first)
    assert (heard.language, heard.script) in (SPOKEN[language], (None, SPOKEN[language][1])), first


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_unhappy_are_unhappy_and_only_the_hesitant_hesitate(language: str) -> None:
    states: dict[str, set[str]] = {}
    for kind in KINDS:
        texts = [step["customer"][language] for step in talk_of(kind)["steps"] if "customer" in step]
        states[kind] = {understand(text, language).state for text in texts}
    assert states == {
        "new": {"neutral"},
        "hesitant": {"neutral", "hesitant"},
        "repeat": {"neutral"},
        "unhappy": {"neutral", "unhappy"},
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_conversation_can_be_had_with_the_shipped_scenarios(kind: str, language: str) -> None:
    talk = talk_of(kind)
    desk = Desk(language, talk["channel"])
    for step in talk["steps"]:
        said = step.get("customer") or step.get("says")
        text = said if isinstance(said, str) else said[language] if said else ""
        if "choose" in step:
            offered = next(one for one in reversed(desk.everything_said) if one.choices)
            chosen = [data for data in offered.choices.values() if data.split(":", 2)[2] == step["choose"]]
            assert chosen, f"{step} is not among {offered.labels}"
            desk.customer.presses(chosen[0], "tapped")
            if any(isinstance(effect, Do) for effect in desk.effects):
                desk.does()
        elif "customer" in step:
            tries = desk.context.tries
            desk.customer.says(text)
            assert desk.context.tries <= tries, f"{text!r} was not understood"
        elif "silence" in step:
            desk.passes(minutes=121 if step["silence"] == "customer" else 16)
        elif "staff" in step and text.startswith("/") and not text.startswith("//"):
            desk.agent.commands(text)
        elif "staff" in step and text:
            desk.agent.says(text)
        elif "contact" in step:
            desk.customer.sends("phone")
        elif "staff" not in step:
            desk.customer.sends("photo" if "picture" in step else "voice")
    assert desk.context.last_rating is not None
