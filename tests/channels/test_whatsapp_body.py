"""Reading raw bodies: what is nested too deeply is left out, everything else stays as it was."""

from __future__ import annotations

import json
import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.deep import shallow
from bot.channels.whatsapp.body import read_body

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='a"\\[]{}\n', max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('k"\\[{', max_size=3), inner, max_size=3),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(PLAIN)
def test_what_is_not_deep_is_not_changed(value: Any) -> None:
    raw = json.dumps(value).encode()
    assert json.loads(shallow(raw)) == value


@settings(max_examples=100, deadline=None)
@given(PLAIN, st.integers(65, 90))
def test_what_is_deep_becomes_null_and_its_neighbours_stay(value: Any, depth: int) -> None:
    deep: Any = value
    for place in range(depth):
        deep = [deep] if place % 2 else {"k": deep}
    cut = json.loads(shallow(json.dumps({"before": value, "deep": deep, "after": value}).encode()))
    assert (cut["before"], cut["after"]) == (value, value)
    levels, inner = 1, cut["deep"]
    while isinstance(inner, dict | list):
        levels, inner = levels + 1, inner[0] if isinstance(inner, list) else inner["k"]
    assert (levels, inner) == (64, None)


def test_the_ends_of_a_broken_body_are_read_in_one_pass() -> None:
    began = time.process_time()
    for rest in (b'"' + b'\\"' * 1_000_000, b'"' * 1_000_000, b"\\" * 1_000_000, b"{" * 1_000_000):
        assert read_body(b"[" * 3000 + rest) is None
    # Ten times what it takes; quadratic work would be hours.
    assert time.process_time() - began < 30


def test_numbers_that_python_cannot_write_stay_text() -> None:
    digits = "7" * 6000
    raw = f'{{"object":"whatsapp_business_account","entry":[{digits},1e999,NaN,12]}}'.encode()
    found = read_body(raw)
    assert found is not None
    assert found["entry"] == [digits, "1e999", "NaN", 12]
