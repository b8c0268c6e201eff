"""The files of deploy/ and the shell scripts, looked at by the tools of their own makers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.tools import ROOT, lint, tool
from tests.house.fences import fences

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
UNITS = sorted(path.name for path in DEPLOY.glob("qabul*.*") if path.suffix in (".service", ".timer"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SCRIPTS = [
    name
    for name in subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    if (ROOT / name).is_file()
    and (name.endswith(".sh") or re.match(rb"#!.*\b(ba|da)?sh\b|# shellcheck shell", (ROOT / name).read_bytes()))
]


def test_hadolint_likes_the_dockerfile() -> None:
    assert lint(tool("hadolint"), "--failure-threshold", "info", DEPLOY / "Dockerfile") == ""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """deploy/ as an operator has it: with a filled-in .env, in a folder of its own."""
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    example = (DEPLOY / "example.env").read_text(encoding="utf-8")
    filled = example.replace("POSTGRES_PASSWORD=", "POSTGRES_PASSWORD=c0ffee").replace("QABUL_SITE=", "QABUL_SITE=d.uz")
    (tmp_path / "deploy/.env").write_text(filled, encoding="utf-8")
    return tmp_path


def test_compose_reads_its_file_with_and_without_the_proxy(checkout: Path) -> None:
    compose = (tool("docker-compose"), "-f", checkout / "deploy/compose.yaml")

    for profile, services in (("", set(SERVICES) - {"caddy"}), ("tls", set(SERVICES))):
        said = lint(*compose, "config", "--format", "json", COMPOSE_PROFILES=profile)
        read = json.loads(said)
        assert set(read["services"]) == services
        desk = read["services"]["desk"]
        assert desk["environment"]["QABUL_DATABASE_URL"] == "postgresql+asyncpg://qabul:c0ffee@postgres:5432/qabul"
        assert Path(desk["build"]["context"]) == checkout
        assert (ROOT / desk["build"]["dockerfile"]).is_file()


def test_compose_says_what_to_do_without_a_password(checkout: Path) -> None:
    (checkout / "deploy/.env").write_text("", encoding="utf-8")

    done = subprocess.run(
        [tool("docker-compose"), "-f", checkout / "deploy/compose.yaml", "config", "--quiet"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert "openssl rand -hex 24" in done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_nothing_that_it_does_not_need(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert name == "caddy" or all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))


def test_images_are_pinned_at_least_to_their_major_version() -> None:
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")

    assert all(
        re.search(r":v?[0-9]", image) for image in [*images, *re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)]
    )


def test_no_secret_and_no_setting_that_nobody_knows_stands_in_the_files() -> None:
    known = set(re.findall(r"^# (QABUL_\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    own = {"QABUL_SITE", "QABUL_UPSTREAM", "QABUL_CONFIG_FOLDER", "QABUL_PUBLISHED_PORT"}

    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.name != ".env":
            text = path.read_text(encoding="utf-8")
            assert set(re.findall(r"\bQABUL_[A-Z_]+[A-Z]", text)) <= known | own, path
            assert not re.search(r"(TOKEN|SECRET|PASSWORD)\s*[:=] *['\"]?[\w-]{8,}", text), path


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_its_units(name: str, tmp_path: Path) -> None:
    # The programs are not installed at their places here; their lines are executed by test_units.
    text = re.sub(r"/opt/qabul/\.venv/bin/qabul", "/bin/true", (DEPLOY / name).read_text(encoding="utf-8"))
    for other in UNITS:
        shutil.copy(DEPLOY / other, tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")

    assert name in lint("sh", "-c", f"{tool('systemd-analyze')} verify --man=no {tmp_path}/{name} && echo {name}")


def test_systemd_understands_the_change_for_workers_that_the_guide_shows(tmp_path: Path) -> None:
    (change,) = [text for text in fences(ROOT / "docs/running.md", "ini") if "[Service]" in text]
    folder = tmp_path / "qabul.service.d"
    folder.mkdir()
    (folder / "workers.conf").write_text(change.replace("/opt/qabul/.venv/bin/qabul", "/bin/echo"), encoding="utf-8")
    text = (DEPLOY / "qabul.service").read_text(encoding="utf-8").replace("/opt/qabul/.venv/bin/qabul", "/bin/true")
    (tmp_path / "qabul.service").write_text(text, encoding="utf-8")

    lint(tool("systemd-analyze"), "verify", "--man=no", tmp_path / "qabul.service")
    assert change.count("ExecStart=") == 2, "the first line takes the old command away"


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_systemd_finds_its_services_hard_to_break_out_of(name: str) -> None:
    lint(tool("systemd-analyze"), "security", "--offline=true", "--no-pager", "--threshold=20", DEPLOY / name)


@pytest.mark.parametrize("name", SCRIPTS)
def test_shellcheck_likes_the_scripts(name: str) -> None:
    assert lint(tool("shellcheck"), "--shell=bash", "--external-sources", ROOT / name) == ""


def test_promtool_likes_what_prometheus_reads() -> None:
    folder = DEPLOY / "prometheus"

    assert "SUCCESS" in lint(tool("promtool"), "check", "config", folder / "prometheus.yml")
    assert "SUCCESS" in lint(tool("promtool"), "check", "rules", folder / "rules.yml")
    for path in folder.glob("*.test.yml"):
        assert "SUCCESS" in lint(tool("promtool"), "test", "rules", path)


def test_prometheus_is_given_the_files_that_are_there() -> None:
    mounts = [volume.split(":")[0] for volume in SERVICES["prometheus"]["volumes"] if volume.startswith("./")]

    assert all((DEPLOY / mount).is_file() for mount in mounts), mounts
