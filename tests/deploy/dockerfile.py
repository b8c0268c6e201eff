"""Reads the part of the Dockerfile language that ours uses: stages, steps, their words."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Stage", "read_dockerfile"]


@dataclass(slots=True)
class Stage:
    """What one FROM makes: its steps in order as (WORD, rest), and what it says about running it."""

    image: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, word: str) -> list[str]:
        """The rest of every step of that word."""
        return [rest for step, rest in self.steps if step == word]

    def one(self, word: str) -> str:
        """The rest of the only step of that word."""
        (rest,) = self.all(word)
        return rest

    def words(self, word: str) -> list[str]:
        """The JSON list that the only step of that word has."""
        found: list[str] = json.loads(self.one(word))
        return found

    def environment(self, path: str) -> dict[str, str]:
        """What ENV sets; `path` is what $PATH was before."""
        pairs = re.findall(r"(\w+)=(\S+)", " ".join(self.all("ENV")))
        return {name: value.replace("$PATH", path) for name, value in pairs}


def read_dockerfile(path: Path) -> list[Stage]:
    """The stages in order."""
    text = re.sub(r"(?m)^#.*\n", "", path.read_text(encoding="utf-8"))
    stages: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if not line.strip():
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            stages.append(Stage(rest))
        else:
            stages[-1].steps.append((word, rest.strip()))
    return stages
