"""Unhappy customers: one apology, a person in the first reply, and never anything for sale."""

from __future__ import annotations

import pytest

from tests.driver import CHANNELS, LANGUAGES, Desk, book, label_of, questions, said_in
from tests.talks.words import GREETING, HESITANT, NONSENSE, PERSON, UNHAPPY

SORRY = "I am truly sorry. This should not have happened, and we will put it right."
PRICES = {
    "uz": "narxi qancha",
    "uz_Cyrl": "нархи қанча",
    "kk": "бағасы қанша",
    "ru": "сколько стоит",
    "en": "how much is it",
}


def apologies(desk: Desk) -> int:
    """How often the bot has apologised, in whatever language."""
    sorry = [said_in(language, SORRY) for language in LANGUAGES]
    return sum(said.text.count(one) for said in desk.everything_said for one in sorry)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_reply_apologises_and_offers_a_person(language: str, channel: str) -> None:
    desk = Desk(language, channel)
    desk.customer.says(UNHAPPY[language])
    said = desk.bot_said(said_in(language, SORRY))
    assert said_in(language, "Talk to a person", "person") in said.choices
    assert desk.context.segment == "unhappy"
    assert desk.context.segment_word.startswith("unhappy: ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("scenario", "step"), questions("new", "hesitant", "repeat"))
def test_unhappy_words_are_heard_at_every_question(scenario: str, step: str, language: str) -> None:
    desk = Desk.asking(scenario, step, language)
    desk.customer.says(UNHAPPY[language])
    said = desk.bot_said(said_in(language, SORRY))
    assert said_in(language, "Talk to a person", "person") in said.choices
    assert desk.context.scenario == "unhappy"


@pytest.mark.parametrize(
    "again", [GREETING, UNHAPPY, NONSENSE, PRICES, HESITANT], ids=["hi", "angry", "no", "price", "hm"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_apology_is_made_once_and_nothing_is_sold(language: str, again: dict[str, str]) -> None:
    desk = Desk(language)
    desk.customer.says(UNHAPPY[language])
    for _ in range(3):
        desk.customer.says(again[language])
        desk.passes(seconds=30)
        if desk.context.holder == "waiting":
            break
        assert said_in(language, "Talk to a person", "person") in desk.everything_said[-1].choices
    assert apologies(desk) == 1
    assert desk.context.segment == "unhappy"
    assert not desk.context.price_told


def test_a_complaint_stays_open_until_the_people_have_solved_it() -> None:
    desk = Desk()
    desk.customer.says(UNHAPPY["en"])
    desk.customer.says("stop writing to me")
    desk.passes(days=3)
    desk.customer.says("hello")
    desk.bot_said("A colleague will see to it personally.")
    assert apologies(desk) == 1
    desk.customer.says("operator")
    desk.agent.commands("/close refunded")
    desk.customer.taps("5 ⭐ Excellent")
    desk.customer.says("hello")
    assert desk.context.segment == "repeat"


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_for_the_price_while_unhappy_gets_a_person_and_no_price(language: str) -> None:
    desk = Desk.asking("unhappy", "sorry", language)
    desk.customer.says(PRICES[language])
    assert desk.context.holder == "waiting"
    assert not desk.context.price_told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("score", ["1", "2"])
def test_a_low_rating_opens_the_unhappy_scenario(score: str, language: str) -> None:
    desk = Desk(language)
    desk.customer.says(PERSON[language][0])
    desk.agent.commands("/close")
    desk.customer.taps(label_of("feedback", "rate", score, desk.context.language))
    said = desk.bot_said(said_in(desk.context.language, SORRY))
    assert said_in(desk.context.language, "Talk to a person", "person") in said.choices
    assert (desk.context.holder, desk.context.conversation, desk.context.segment) == ("bot", 2, "unhappy")


def test_an_unhappy_customer_who_falls_silent_is_not_left_alone() -> None:
    desk = Desk()
    desk.customer.says(UNHAPPY["en"])
    desk.passes(minutes=15)
    desk.bot_said("I do not want to leave it at that")
    assert (desk.context.holder, desk.context.desk) == ("waiting", "support")


def test_the_number_to_call_is_asked_once_in_a_life() -> None:
    desk = Desk()
    desk.customer.says(UNHAPPY["en"])
    desk.customer.taps("Call me back")
    assert desk.bot_said("Which number shall we call?").shares_phone
    desk.customer.says("call me at +998 90 123-45-67 please")
    assert desk.context.phone == "+998901234567"
    desk.agent.commands("/close")
    desk.customer.says(UNHAPPY["en"])
    desk.customer.taps("Call me back")
    desk.bot_said("I have passed your number on")


@pytest.mark.parametrize(
    ("text", "phone"),
    [("90 123 45 67", "901234567"), ("8 701 123 45 67", "87011234567"), ("+7 (701) 123-45-67", "+77011234567")],
)
def test_a_number_is_kept_as_it_can_be_called(text: str, phone: str) -> None:
    desk = Desk.asking("unhappy", "phone")
    desk.customer.says(text)
    assert desk.context.phone == phone


@pytest.mark.parametrize("text", ["123", "፩፪፫፬፭፮፯፰፩፪", "no", "1" * 40])
def test_what_is_no_number_is_asked_again(text: str) -> None:
    desk = Desk.asking("unhappy", "phone")
    desk.customer.says(text)
    desk.bot_said("like this: +998 90 123 45 67")
    assert desk.context.phone == ""


def test_the_customers_own_phone_is_known_when_they_share_it_anywhere() -> None:
    desk = Desk.asking("new", "hello")
    desk.customer.sends("contact")
    assert desk.context.phone == ""
    desk.customer.sends("phone")
    assert desk.context.phone == "+998907654321"


def test_no_step_that_sells_is_in_the_unhappy_scenario() -> None:
    assert not any(step.sells for step in book().scenarios["unhappy"].steps.values())
