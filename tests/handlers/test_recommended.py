"""What goes well with the last service, and the languages one may choose from, as scenarios ask for them."""

from __future__ import annotations

import pytest

from scenarios.engine.context import Context
from scenarios.engine.phrases import Phrase
from tests.shipped import MONDAY_NOON, moment, said_in


def test_what_goes_with_the_last_service_is_named_with_its_price() -> None:
    context = Context("c1", last_service="home")
    name, price = (moment(MONDAY_NOON).fact(fact, context) for fact in ("recommended", "recommended_price"))
    assert isinstance(name, Phrase)
    assert isinstance(price, Phrase)
    assert said_in("en", name) == "Window washing"
    assert said_in("en", price) == "from 200\u202f000 soʻm"


@pytest.mark.parametrize("last", ["", "other", "gone"])
def test_nothing_is_recommended_to_whom_nothing_fits(last: str) -> None:
    context = Context("c1", last_service=last)
    assert moment(MONDAY_NOON).fact("recommended", context) is None
    assert moment(MONDAY_NOON).fact("recommended_price", context) is None


def test_languages_are_offered_by_their_own_names() -> None:
    offered = moment(MONDAY_NOON).fact("languages", Context("c1"))
    assert isinstance(offered, tuple)
    assert [one.key for one in offered] == ["uz", "uz_cyrl", "kk", "ru", "en"]
    assert {said_in(language, one.label) for one in offered for language in ("uz", "ru")} == {
        "Oʻzbekcha",
        "Ўзбекча",
        "Қазақша",
        "Русский",
        "English",
    }
