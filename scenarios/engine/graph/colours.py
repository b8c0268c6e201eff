"""The colours of a drawn scenario, by day and by night."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["DARK", "LIGHT"]

LIGHT: Mapping[str, str] = {
    "ground": "#ffffff", "ink": "#17202b", "faint": "#4f5b69", "line": "#6b7785", "waits": "#8a5a00",
    "question": "#e6f0fd", "question-edge": "#2f74c8",
    "says": "#f7f8fa", "says-edge": "#8b97a4",
    "people": "#fdebdb", "people-edge": "#c9651a",
    "action": "#e2f4e7", "action-edge": "#2f8a4d",
    "run": "#f0e8fb", "run-edge": "#7c4dba",
    "branch": "#eef0f3", "branch-edge": "#76818d",
    "everywhere": "#fff7d1", "everywhere-edge": "#b08d12",
    "end": "#47525f", "end-ink": "#ffffff",
    "sells": "#f4c430", "sells-ink": "#3a2c00", "here": "#c8102e",
}  # fmt: skip
"""Names of colours -> colours on white paper."""

DARK: Mapping[str, str] = {
    "ground": "#14191f", "ink": "#e9eef3", "faint": "#adb8c3", "line": "#8d99a6", "waits": "#e3b35a",
    "question": "#152f4e", "question-edge": "#5f9fe8",
    "says": "#20272f", "says-edge": "#76828f",
    "people": "#46290f", "people-edge": "#f08a3c",
    "action": "#133722", "action-edge": "#55b676",
    "run": "#2e2148", "run-edge": "#ab8ae2",
    "branch": "#262d35", "branch-edge": "#84909c",
    "everywhere": "#393010", "everywhere-edge": "#d4b54c",
    "end": "#c3ccd6", "end-ink": "#14191f",
    "sells": "#e0b22a", "sells-ink": "#241b00", "here": "#ff5c75",
}  # fmt: skip
"""The same on a dark screen."""
