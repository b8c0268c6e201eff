"""Scenarios of one's own need none of the names of the shipped ones: nobody is left without an answer."""

from __future__ import annotations

import pytest

from bot.rehearsal.cases import Given
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.news import BotSaid, HandedOver
from tests.rehearsal.shop import ground
from tests.shipped import LANGUAGES
from tests.talks.words import HESITANT, PERSON, STOP, UNHAPPY


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("begun", [True, False])
def test_who_is_unhappy_where_no_scenario_is_for_them_gets_a_person(language: str, begun: bool) -> None:
    desk = RehearsedDesk(ground(), Given(language=language))
    if begun:
        desk.says("/start")
    desk.says(UNHAPPY[language])
    assert any(isinstance(one, HandedOver) for one in desk.news)
    assert desk.context.complaint
    desk.closes("")
    desk.says("/start")
    assert isinstance(desk.news[-1], BotSaid)


@pytest.mark.parametrize("language", LANGUAGES)
def test_doubts_are_no_reason_to_lose_the_question_where_no_scenario_is_for_them(language: str) -> None:
    desk = RehearsedDesk(ground(), Given(language=language))
    desk.says("/start")
    desk.says(HESITANT[language])
    assert desk.context.step == "hello"
    desk.says(PERSON[language][0])
    assert any(isinstance(one, HandedOver) for one in desk.news)
    desk.says(STOP[language])
