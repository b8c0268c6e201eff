"""The stored form of a context: there and back it is the same, and a newer desk's field is not dropped in silence."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.engine.context import Context, pack, unpack

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
CODES = st.text("23456789ABCDEFGH", min_size=8, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS, lambda one: st.lists(one, max_size=2), max_leaves=4
)
TIMES = st.integers(0, 2**52).map(lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=n))
BY_TYPE = {
    "str": WORDS,
    "bool": st.booleans(),
    "int": st.integers(-(2**63), 2**63 - 1),
    "int | None": st.none() | st.integers(0, 10),
    "datetime | None": st.none() | TIMES,
    "Holder": st.sampled_from(["bot", "waiting", "staffed", "closed"]),
    "list[list[str]]": st.lists(st.lists(WORDS, max_size=2), max_size=3),
    "list[dict[str, Any]]": st.lists(st.dictionaries(WORDS, JSON, max_size=3), max_size=2),
    "list[str]": st.lists(WORDS, max_size=3),
    "dict[str, Slot]": st.dictionaries(WORDS, st.dictionaries(WORDS, JSON, max_size=3), max_size=3),
    "dict[str, list[dict[str, Any]]]": st.dictionaries(
        WORDS, st.lists(st.dictionaries(WORDS, JSON, max_size=2), max_size=2), max_size=2
    ),
}
CONTEXTS = st.builds(Context, **{**{x.name: BY_TYPE[str(x.type)] for x in fields(Context)}, "contact": CODES})


@settings(max_examples=300, deadline=None)
@given(CONTEXTS)
def test_a_context_comes_back_from_its_stored_form_as_it_was(context: Context) -> None:
    packed = pack(context)
    assert unpack(packed) == context
    assert pack(unpack(packed)) == packed


@settings(max_examples=50, deadline=None)
@given(CONTEXTS)
def test_a_copy_can_be_changed_without_touching_the_original(context: Context) -> None:
    packed, copy = pack(context), context.copy()
    assert copy == context
    copy.stack.append(["a", "b"])
    copy.offered.append("x")
    for slot in copy.slots.values():
        slot["key"] = "changed"
    for frame in copy.stack:
        frame.append("c")
    for items in copy.albums.values():
        items.append({})
    copy.slots["new"] = {}
    assert pack(context) == packed


def test_a_field_of_an_older_desk_takes_its_default_and_one_of_a_newer_desk_is_refused() -> None:
    assert unpack('{"contact":"C"}') == Context("C")
    with pytest.raises(ValueError, match="mood"):
        unpack(json.dumps({"contact": "C", "mood": "good"}))


def test_what_is_as_it_begins_takes_no_room() -> None:
    assert pack(Context("C")) == '{"contact":"C"}'
