"""The check knows how long what the business says of itself can become."""

from __future__ import annotations

from handlers.longest import fact_lengths
from scenarios.engine.checks import check_files
from tests.scenarios.books import DESKS
from tests.shipped import business


def test_the_longest_value_in_any_language_counts() -> None:
    lengths = fact_lengths(business())
    names = [len(text) for one in business().services for text in (one.name.texts or {}).values()]
    assert lengths["services"] == lengths["last_service"] == max(names)
    assert lengths["prices"] > lengths["service_price"] + max(names)
    assert lengths["business"] == max(len(text) for text in (business().name.texts or {}).values())


def test_a_message_is_measured_with_its_values() -> None:
    facts = "facts:\n  services: {type: choices}\n  prices: {type: text}\n"
    text = "scenario: a\nstart: x\nsilent: [{after: 2 hours, go: end}]\nsteps:\n"
    steps = "  x: {ask: Hi, save: service, answers: {from: services}, go: y}\n"
    steps += f"  y: {{say: '{{service}} {{prices}} {'x' * 4_000}', go: end}}\n"
    files = {"facts.yaml": facts, "a.yaml": text + steps}
    _, issues = check_files(files, DESKS, {}, lengths={"services": 30, "prices": 65})
    assert [str(one) for one in issues] == [
        "a.yaml:6:7: error E42: en: this message has 4097 letters; a message has at most 4096"
    ]
    assert check_files(files, DESKS, {}, lengths={"services": 30, "prices": 64})[1] == []
