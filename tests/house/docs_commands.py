"""What the commands in the docs need to be run by a test, or why they cannot be.

Every command in a fence tagged sh or console is run on a throw-away machine, in the order in which it stands there, or
it is in one of these tables. A command that is in none and fails is a mistake in the docs.
"""

from __future__ import annotations

__all__ = ["ASKS_A_PERSON", "ELSEWHERE", "NOT_HERE"]

NOT_HERE: dict[str, str] = {
    r"docker compose .*": "no container engine runs here; what it names is checked by test_docs_commands",
    r"sudo systemctl (daemon-reload|reload nginx)": "no systemd runs here; the units' lines are run by tests/deploy",
    r"(sudo )?journalctl\b.*": "no systemd, no journal",
    r"sudo ufw .*": "the firewall of this machine is not ours",
    r"sudo git clone .*|(sudo )?git( -C \S+)? pull --ff-only": "there is no other repository to take it from",
}
"""Regular expression of the whole command: why it is not run."""

ASKS_A_PERSON: dict[str, str] = {
    "sudo -u postgres createuser --pwprompt qabul": "sudo -u postgres createuser qabul",
}
"""A command that asks something at the terminal: what is run in its place."""

ELSEWHERE: dict[str, str] = {
    r"(QABUL_\w+=\S+ )*qabul run( --workers \d+)?": "tests/deploy/test_image.py",
    r"mkdir my|cp .* my|\.venv/bin/qabul scenario \w+ my\b.*": "tests/house/test_scenario_guide.py",
    r"\.venv/bin/qabul scenario versions": "tests/end_to_end/test_changed_scenarios.py",
    r"\./run demo": "tests/end_to_end/test_demo.py",
    r"\./run test( --long)?": "tests/test_run.py",
    r"(\.venv/bin/)?qabul bench\b.*": "tests/bench",
    r"(\.venv/bin/)?qabul doctor( --json)?": "tests/doctor/test_doctor_command.py",
    r"\.venv/bin/(ruff|mypy|lint-imports|python -m tests\.translations)\b.*": ".ci/run",
}
"""Regular expression of a command that serves or takes minutes: what runs it."""
