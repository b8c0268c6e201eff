"""The house keeps its own rules: sizes, docstrings, documented settings and commands."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import Settings
from handlers.managers.help import COMMANDS as MANAGER_COMMANDS
from scenarios.engine.staff import COMMANDS

ROOT = Path(__file__).parents[2]
ROOMS = ("scenarios", "handlers", "storage", "bot")
LONGEST_MODULE = 350
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts)


def test_every_setting_stands_in_the_example_file() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    missing = [field.name for field in fields(Settings) if f"QABUL_{field.name.upper()}=" not in example]

    assert missing == []


def test_every_working_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    missing = [name for name in (*COMMANDS, *MANAGER_COMMANDS) if f"/{name}" not in readme]

    assert missing == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_answers_one_question(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert ast.get_docstring(ast.parse(source)), "a module opens with a sentence that says what it is for"
    assert len(source.splitlines()) <= LONGEST_MODULE, "a module this long answers two questions: which?"


def test_no_registry_and_no_path_of_a_machine_is_named() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    registries = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.(org|com)")))

    named = [
        name
        for name in listed
        if (ROOT / name).is_file() and registries.search((ROOT / name).read_bytes().decode("utf-8", "replace"))
    ]

    assert named == []


def test_importing_the_rooms_starts_nothing() -> None:
    code = (
        "import socket, threading\n"
        "def refuse(*_): raise AssertionError('a connection at import')\n"
        "socket.socket.connect = refuse\n"
        "import bot.app, bot.commands.run, bot.commands.demo, bot.commands.migrate\n"
        "import bot.commands.doctor, bot.doctor.examination\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "import sys; assert 'aiogram' not in sys.modules, 'aiogram takes seconds and is not needed to start'\n"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
