"""Finds the commands in Markdown."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["ROOT", "commands", "documents", "fences"]

ROOT = Path(__file__).parents[2]
SHELLS = ("sh", "console", "bash", "shell")
_FENCE = re.compile(r"(?ms)^( *)```(\w*)\n(.*?)^ *```$")


def documents() -> list[Path]:
    """Everything that people read, but not the decisions."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "deploy").rglob("*.md"))]


def fences(path: Path, *languages: str) -> list[str]:
    """The contents of its fences in these languages, without their indentation."""
    found = _FENCE.findall(path.read_text(encoding="utf-8"))
    return [re.sub(rf"(?m)^{indent}", "", text) for indent, language, text in found if language in languages]


def commands(path: Path) -> list[str]:
    """The commands of its shell fences, in order: no comments, no prompts, lines that go on joined."""
    found = []
    for text in fences(path, *SHELLS):
        for line in re.sub(r"\\\n\s*", " ", text).splitlines():
            command = re.sub(r"(^|\s+)#.*$", "", line).removeprefix("$ ").strip()
            if command:
                found.append(command)
    return found
