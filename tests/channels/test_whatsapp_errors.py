"""Meta's error codes beside the refusals they mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp.errors import failure_reason, pair_wait, refusal
from handlers.ports import ChannelDown, Rejected, SendError, Throttled, Unreachable, WindowClosed


def answer(code: Any, details: str = "", **more: Any) -> dict[str, Any]:
    return {"error": {"message": "m", "code": code, "error_data": {"details": details}, **more}}


def shape(error: SendError) -> tuple[str, str, str]:
    scope = error.scope if isinstance(error, Throttled) else ""
    scope = "account" if isinstance(error, Rejected) and error.account else scope
    return type(error).__name__, error.reason, scope


DOWN, WINDOW, PERSON = (
    ("ChannelDown", "gave_up", ""),
    ("WindowClosed", "window", ""),
    ("Unreachable", "unreachable", ""),
)
REQUEST, STOP = ("Rejected", "rejected", ""), ("Rejected", "rejected", "account")
RATE, PAIR = ("Throttled", "throttled", "account"), ("Throttled", "throttled", "chat")
TABLE = {
    **dict.fromkeys((1, 2, 131000, 131016, 131057, 132069, 133004), DOWN),
    **dict.fromkeys((4, 80007, 130429, 131208), RATE),
    131056: PAIR,
    131047: WINDOW,
    **dict.fromkeys((130472, 130497, 131021, 131026, 131030, 131049, 131050, 131062), PERSON),
    **dict.fromkeys((100, 131008, 131009, 131020, 131041, 131051, 131052, 131053, 131055, 131060, 131063), REQUEST),
    **dict.fromkeys((131207, 132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 135000), REQUEST),
    **dict.fromkeys((0, 3, 10, 33, 190, 200, 250, 299, 368, 131005, 131031, 131037), STOP),
    **dict.fromkeys((131042, 131045, 131048, 131064, 133010, 133016), STOP),
}


@pytest.mark.parametrize(("code", "kind"), TABLE.items())
def test_a_code_decides_whatever_its_http_status(code: int, kind: tuple[str, str, str]) -> None:
    for status in (400, 401, 403, 429, 500, 503):
        found = refusal(status, answer(code))
        assert shape(found) == kind
        assert found.code == str(code)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, REQUEST),
        (401, STOP),
        (403, STOP),
        (404, REQUEST),
        (429, RATE),
        (500, DOWN),
        (502, DOWN),
        (302, DOWN),
        (200, DOWN),
    ],
)
@pytest.mark.parametrize("body", [None, [], "", {}, {"error": None}, {"error": {"code": "x"}}, answer(999999)])
def test_without_a_known_code_the_http_status_decides(status: int, kind: tuple[str, str, str], body: Any) -> None:
    assert shape(refusal(status, body)) == kind


def test_the_pair_rate_waits_four_times_longer_each_time() -> None:
    waits = [refusal(400, answer(131056), attempt=attempt) for attempt in range(7)]
    assert [one.retry_after for one in waits if isinstance(one, Throttled)] == [1, 4, 16, 64, 256, 256, 256]
    assert pair_wait(10**9) == 256


def test_what_the_answer_asks_for_is_waited_but_never_for_ever() -> None:
    for asked, waited in ((7.0, 7.0), (1e9, 3600.0), (0.0, 2.0), (None, 2.0)):
        error = refusal(400, answer(130429), retry_after=asked)
        assert isinstance(error, Throttled)
        assert error.retry_after == waited


def test_a_file_that_is_too_big_is_told_apart_from_a_broken_one() -> None:
    assert refusal(400, answer(131053, "Video file size too big. Max size: 1 bytes")).reason == "too_big"
    assert refusal(400, answer(131053, "on processing it is of type octet-stream")).reason == "rejected"
    assert refusal(413, None).reason == "too_big"


def test_a_missing_object_is_the_accounts_trouble_only_where_it_is_our_number() -> None:
    gone = answer(100, error_subcode=33)
    assert shape(refusal(400, gone)) == STOP
    assert shape(refusal(400, gone, number_in_path=False)) == REQUEST


@pytest.mark.parametrize(
    ("code", "reason"),
    [(131047, "window"), (131026, "unreachable"), (130472, "unreachable"), (131000, "gave_up"), (131056, "gave_up"),
     (131053, "rejected"), (131042, "rejected"), (131049, "unreachable"), (424242, "rejected")],
)  # fmt: skip
def test_a_failed_status_has_the_reason_of_its_code(code: int, reason: str) -> None:
    assert failure_reason({"code": code, "title": "t"}) == (reason, str(code), "t")


def test_the_reasons_are_those_of_the_errors() -> None:
    assert {ChannelDown.reason, WindowClosed.reason, Unreachable.reason, Rejected.reason} == {
        "gave_up",
        "window",
        "unreachable",
        "rejected",
    }


@settings(max_examples=200, deadline=None)
@given(st.recursive(st.none() | st.floats() | st.integers() | st.text(), lambda x: st.dictionaries(
    st.sampled_from(["error", "code", "error_data", "details", "error_subcode"]), x) | st.lists(x), max_leaves=8),
    st.integers(200, 599))  # fmt: skip
def test_no_answer_makes_the_mapping_raise(body: Any, status: int) -> None:
    assert isinstance(refusal(status, body), SendError)
    assert len(failure_reason(body)) == 3
