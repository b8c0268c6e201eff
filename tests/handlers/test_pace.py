"""The pace of one chat: a burst, then the steady rate; an account that was told to slow down waits as a whole."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from handlers import pace as module
from handlers.pace import RATES, REMEMBERED, Pace
from tests.virtual import in_virtual_time, seconds


@pytest.fixture(autouse=True)
def virtual_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace reads the virtual clock."""
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=seconds))


@pytest.mark.parametrize("channel", sorted(RATES))
def test_a_burst_goes_at_once_and_then_the_steady_rate(channel: str) -> None:
    burst, per_second = RATES[channel]

    @in_virtual_time
    async def run() -> None:
        pace = Pace()
        for n in range(int(burst) + 5):
            await pace.wait(f"{channel}:1:", f"{channel}:1:7")
            assert seconds() == pytest.approx(max(0, n + 1 - burst) / per_second)
        await pace.wait(f"{channel}:1:", f"{channel}:1:8")
        assert seconds() == pytest.approx(5 / per_second), "another chat has a burst of its own"

    run()


@in_virtual_time
async def test_a_chat_that_was_quiet_has_its_burst_again() -> None:
    pace = Pace()
    for _ in range(40):
        await pace.wait("telegram:1:", "telegram:1:7")
    await asyncio.sleep(1000)
    began = seconds()
    for _ in range(20):
        await pace.wait("telegram:1:", "telegram:1:7")
    assert seconds() == began


@in_virtual_time
async def test_an_account_told_to_slow_down_waits_as_a_whole_and_the_longest_word_counts() -> None:
    pace = Pace()
    pace.pause("telegram:1:", 30)
    pace.pause("telegram:1:", 5)
    await pace.wait("telegram:2:", "telegram:2:7")
    assert seconds() == 0
    await asyncio.gather(*(pace.wait("telegram:1:", f"telegram:1:{n}") for n in range(5)))
    assert seconds() == pytest.approx(30)


@in_virtual_time
async def test_what_is_no_chat_is_not_slowed_and_memory_stays_flat() -> None:
    pace = Pace()
    for n in range(REMEMBERED + 100):
        await pace.wait("topic:", f"topic:{n}")
        await pace.wait("telegram:1:", f"telegram:1:{n}")
    assert seconds() == 0
    assert len(pace._tokens) == REMEMBERED
