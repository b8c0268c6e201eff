"""What a run of the tests ran on and what it could not run at all, told in its last lines, under xdist too."""

from __future__ import annotations

from typing import Any

import pytest

__all__ = ["hand_on", "last_lines", "not_run", "ran_on", "take_from"]

_RAN_ON = pytest.StashKey[set[str]]()
_NOT_RUN = pytest.StashKey[set[str]]()
_KEYS = {"ran_on": _RAN_ON, "not_run": _NOT_RUN}


def ran_on(config: pytest.Config, title: str) -> None:
    """Remember a server or browser that tests use."""
    config.stash.setdefault(_RAN_ON, set()).add(title)


def not_run(config: pytest.Config, words: str) -> None:
    """Remember what is skipped on this machine, why, and what to do: one sentence."""
    config.stash.setdefault(_NOT_RUN, set()).add(words)


def hand_on(config: pytest.Config, output: dict[str, Any]) -> None:
    """Under xdist: put what this process knows into what the printing one gets."""
    for name, key in _KEYS.items():
        output[name] = sorted(config.stash.get(key, set()))


def take_from(config: pytest.Config, output: dict[str, Any]) -> None:
    """Under xdist: take what another process handed on."""
    for name, key in _KEYS.items():
        config.stash.setdefault(key, set()).update(output.get(name, ()))


def last_lines(config: pytest.Config) -> list[str]:
    """What to print before pytest's own last line."""
    titles = sorted(config.stash.get(_RAN_ON, set()))
    lines = ["ran on: " + ("; ".join(titles) if titles else "no server, none was asked for")]
    return lines + [f"NOT RUN: {words}" for words in sorted(config.stash.get(_NOT_RUN, set()))]
