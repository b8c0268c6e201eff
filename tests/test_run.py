"""The one command of a newcomer, as far as it goes without a network: its words and its refusals."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the set-up looks at."""
    for name in ("run", "pyproject.toml", "requirements.in", "requirements-dev.txt", "requirements-boot.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(checkout: Path, *arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    program = ["-c", code] if code else [str(checkout / "run")]
    # An address that answers nothing stands for a machine without a network.
    offline = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    offline |= {
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }
    offline |= {"PATH": "/usr/bin:/bin", "TMPDIR": str(checkout)}
    return subprocess.run(
        [sys.executable, *program, *arguments],
        env=offline,
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )


def make_ready(checkout: Path) -> None:
    """A .venv that looks complete: its programs only say how they were called, the stamp is the real one."""
    programs = checkout / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "qabul"):
        (programs / name).write_text(f'#!/bin/sh\necho {name} "$@"\n', encoding="ascii")
        (programs / name).chmod(0o755)
    code = (
        "import importlib.machinery as m, importlib.util as u;"
        f"l = m.SourceFileLoader('run', {str(checkout / 'run')!r});"
        "r = u.module_from_spec(u.spec_from_loader('run', l)); l.exec_module(r);"
        "print(r.wanted_stamp(), end='')"
    )
    stamp = run(checkout, code=code).stdout
    assert len(stamp) == 64
    (checkout / ".venv" / "qabul-stamp").write_text(stamp, encoding="ascii")


@pytest.mark.parametrize(
    ("arguments", "becomes"),
    [
        (["setup"], ""),
        (["demo"], "qabul demo"),
        (["demo", "--port", "9000"], "qabul demo --port 9000"),
        (["test"], "python -m pytest -n 2 --dist worksteal"),
        (["test", "-k", "a b"], "python -m pytest -n 2 --dist worksteal -k a b"),
        (["test", "-x", "--long"], "python -m pytest -n 2 --dist worksteal -m  -x"),
    ],
)
def test_a_second_run_starts_at_once_with_the_arguments_it_was_given(
    checkout: Path, arguments: list[str], becomes: str
) -> None:
    make_ready(checkout)
    done = run(checkout, *arguments)
    assert (done.stdout.strip(), done.stderr, done.returncode) == (becomes, "", 0)


@pytest.mark.parametrize("spoil", ["lock", "stamp", "python"])
def test_what_is_not_complete_is_made_anew_and_without_a_network_one_line_says_so(checkout: Path, spoil: str) -> None:
    make_ready(checkout)
    half_made = checkout / ".venv" / "half-made"
    half_made.touch()
    if spoil == "lock":
        with (checkout / "requirements-dev.txt").open("a", encoding="ascii") as file:
            file.write("# changed\n")
    elif spoil == "stamp":
        (checkout / ".venv" / "qabul-stamp").unlink()
    else:
        (checkout / ".venv" / "bin" / "python").unlink()
    done = run(checkout, "demo")
    assert done.returncode == 1
    assert not half_made.exists()
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("run: making .venv")
    assert "the package index cannot be reached; is there a network?" in lines[1]


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["--help"], 0), (["tset"], 2), (["setup", "now"], 2)])
def test_wrong_words_get_the_right_ones(checkout: Path, arguments: list[str], status: int) -> None:
    done = run(checkout, *arguments)
    assert done.returncode == status
    assert "./run test [--long]" in done.stdout + done.stderr
    assert not (checkout / ".venv").exists()


def test_too_old_a_python_is_told_so_in_one_line(checkout: Path) -> None:
    code = (
        "import runpy, shutil, sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (main)';"
        f"shutil.which = lambda name: None; sys.argv = ['run', 'demo'];"
        f"runpy.run_path({str(checkout / 'run')!r}, run_name='__main__')"
    )
    done = run(checkout, code=code)
    assert done.returncode == 2
    assert done.stderr.startswith("run: Python 3.11 or newer is needed; this is 3.9.2")
    assert done.stderr.count("\n") == 1
