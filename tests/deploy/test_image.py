"""The Dockerfile and the desk of compose.yaml, executed word for word without an engine.

Two things are not as in a real build: this machine stands for the base image, and the pinned packages are those of the
test environment (made from the same hashes) instead of being fetched again; the test marked `long` fetches them where a
package index can be reached.
"""

from __future__ import annotations

import asyncio
import fnmatch
import re
import shlex
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.box import PATH, ROOT, Box, Service, open_box
from tests.deploy.dockerfile import Stage, read_dockerfile
from tests.deploy.network import by_tcp
from tests.end_to_end.desk import Storage, free_port
from tests.end_to_end.scene import scene
from tests.servers import ServerHome

BUILD, FINAL = read_dockerfile(ROOT / "deploy/Dockerfile")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))
DESK: dict[str, Any] = COMPOSE["services"]["desk"]
INSTALL = "pip install --require-hashes -r requirements.txt"
IMAGE_ENV = FINAL.environment(PATH)


def copied(stage: Stage) -> list[tuple[list[str], str]]:
    """What COPY takes from the checkout, and where to."""
    lines = [shlex.split(line) for line in stage.all("COPY") if not line.startswith("--")]
    return [(words[:-1], words[-1]) for words in lines]


def test_the_builder_is_sent_what_is_copied_and_nothing_that_is_secret() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    wanted = {Path(source).name for sources, _ in copied(BUILD) for source in sources}

    assert lines[1] == "*", "everything is left out that is not named"
    assert allowed == wanted
    assert all((ROOT / name).exists() for name in wanted)
    assert any(fnmatch.fnmatch("bot/.env", line.replace("**/", "*/")) for line in lines if line.startswith("**"))


@pytest.fixture(scope="module")
def image() -> Iterator[Box]:
    """A machine on which the Dockerfile was executed, both stages."""
    with open_box() as box:
        build(box, offline=True)
        yield box


def build(box: Box, offline: bool) -> None:
    """Execute the Dockerfile's steps in their order."""
    folder = "/"
    for stage in (BUILD, FINAL):
        env = stage.environment(PATH)
        for word, rest in stage.steps:
            if word == "WORKDIR":
                folder = rest
                box.run(f"mkdir -p {folder}")
            elif word == "COPY" and not rest.startswith("--from"):
                *sources, target = shlex.split(rest)
                for source in sources:
                    box.run(f"cp -r {ROOT / source} {target}", folder=folder)
            elif word == "RUN":
                if offline and INSTALL in rest:
                    box.run(rest.split(" && ")[0], env=env, folder=folder)
                    borrow_packages(box)
                else:
                    box.run(rest, env=env, folder=folder)


def borrow_packages(box: Box) -> None:
    """The packages of the test environment, for the virtual environment in /opt/qabul; not our own, which is put there
    by its path alone."""
    site = sysconfig.get_path("purelib")
    inside = box.run([f"{'/opt/qabul'}/bin/python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    box.run(f"echo {site} > {inside.stdout.strip()}/borrowed.pth")


def test_the_image_has_the_desk_and_nothing_of_the_checkout(image: Box) -> None:
    env, user = IMAGE_ENV, FINAL.one("USER")
    asked = "import bot, storage, os; print(os.path.dirname(bot.__file__), os.getuid(), os.getcwd())"

    told = image.run(["python", "-c", asked], env=env, user=user, folder=FINAL.one("WORKDIR")).stdout.split()

    assert told[0].startswith("/opt/qabul/lib/")
    assert told[1:] == ["10001", "/var/lib/qabul"]
    installed = image.run("ls /opt/qabul/bin /opt/qabul/lib/python3*/site-packages", env=env).stdout.split()
    assert "qabul" in installed
    assert not {"pip", "setuptools", "wheel"} & set(installed)
    # Data that is no Python has come along: scenarios, translations, the example, the page.
    checked = image.run([*FINAL.words("ENTRYPOINT"), "scenario", "check"], env=env, user=user, folder="/tmp")
    assert checked.stdout.startswith("All fine")
    files = "find scenarios bot storage locales -type f ! -name '*.py' ! -name '*.pyc' ! -name '*.mo' | sort"
    here = subprocess.run(
        ["git", "ls-files", "scenarios", "bot", "storage", "locales"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    there = image.run(f"cd {told[0]}/.. && {files}").stdout.split()
    assert set(there) == {name for name in here.stdout.split() if not name.endswith(".py") and (ROOT / name).exists()}


@pytest.fixture
def server_place() -> Iterator[Path]:
    """A folder for logs that is removed."""
    home = ServerHome()
    yield home.path
    home.remove()


async def test_the_containers_of_compose_serve_customers_on_a_read_only_root(
    image: Box, postgres_url: str, redis_url: str, server_place: Path
) -> None:
    async with (
        scene(Storage(postgres_url, redis_url)) as it,
        by_tcp(postgres_url) as database,
        by_tcp(redis_url) as redis,
    ):
        port = free_port()
        env = {
            **{name: value for name, value in it.desk.environment.items() if name.startswith("QABUL_")},
            **IMAGE_ENV,
            "QABUL_DATABASE_URL": database,
            "QABUL_REDIS_URL": redis,
            # The network is this machine's here: its own port instead of 8080.
            "QABUL_HTTP_PORT": str(port),
        }
        env["QABUL_BUSINESS_FILE"] = "/etc/qabul/business.yaml"
        business = Path(it.desk.environment["QABUL_BUSINESS_FILE"]).read_text(encoding="utf-8")
        image.run(f"mkdir -p /etc/qabul && printf %s {shlex.quote(business)} > /etc/qabul/business.yaml")
        log = server_place / "desk.log"

        migrated = start(image, COMPOSE["services"]["migrate"], env, log)
        assert await asyncio.to_thread(migrated.wait, 60) == 0, log.read_text()
        assert "it was at none" in log.read_text()

        desk = start(image, DESK, env, log)
        try:
            await healthy(image, desk, env)
            (one,) = it.customers(1)
            one.says("operator")
            await it.until(lambda: it.has_handoff(one), f"a person is called; {log}", 30)
            desk.signal(getattr(signal, FINAL.one("STOPSIGNAL")))
            assert await asyncio.to_thread(desk.wait, seconds(DESK["stop_grace_period"])) == 0, log.read_text()[-3000:]
        except BaseException:
            sys.stderr.write(log.read_text()[-5000:])
            raise
        assert check_health(image, env, DESK["healthcheck"]["test"]) != 0, "a container that has ended is not healthy"


def start(image: Box, service: Mapping[str, Any], env: Mapping[str, str], log: Path) -> Service:
    """Start a service of compose.yaml as its container would: entry point, command, user, folder, what is writable."""
    (tmp,) = service["tmpfs"]
    place, _, options = tmp.partition(":")
    assert place == "/tmp"
    writable = [volume.split(":")[1] for volume in service["volumes"] if not volume.endswith(":ro")]
    assert service["read_only"]
    return image.start(
        [*FINAL.words("ENTRYPOINT"), *service["command"]],
        log=log, env=env, user=FINAL.one("USER"), folder=FINAL.one("WORKDIR"), writable=writable,
        # What an engine adds by itself.
        tmp=f",{options},noexec,nosuid,nodev",
    )  # fmt: skip


def check_health(image: Box, env: Mapping[str, str], test: list[str]) -> int:
    """The status of a health check, executed inside."""
    assert test[0] == "CMD"
    words = [word.replace("127.0.0.1:8080", f"127.0.0.1:{env['QABUL_HTTP_PORT']}") for word in test[1:]]
    return image.run(words, env=env, user=FINAL.one("USER"), check=False).returncode


async def healthy(image: Box, desk: Service, env: Mapping[str, str]) -> None:
    """Wait until both health checks, the image's and compose's, say yes; they say no first."""
    of_image = re.sub(r"^--.*? CMD ", "", FINAL.one("HEALTHCHECK"))
    checks = (["CMD", *yaml.safe_load(of_image)], DESK["healthcheck"]["test"])
    for test in checks:
        deadline = time.monotonic() + seconds(DESK["healthcheck"]["start_period"])
        while await asyncio.to_thread(check_health, image, env, test) != 0:
            assert desk.is_running(), desk.log.read_text()[-3000:]
            assert time.monotonic() < deadline, desk.log.read_text()[-3000:]


def seconds(text: str) -> float:
    """A duration as Compose writes it."""
    assert text.endswith("s")
    return float(text[:-1])


@pytest.mark.long
def test_the_image_is_made_from_the_package_index_alone() -> None:
    probe = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
    with open_box() as box:
        reached = box.run([*probe, "/tmp/probe", "wheel"], env={"HOME": "/root"}, check=False)
        if reached.returncode != 0:
            pytest.skip("no package index can be reached from here")
        build(box, offline=False)
        user, env = FINAL.one("USER"), IMAGE_ENV

        told = box.run([*FINAL.words("ENTRYPOINT"), "scenario", "check"], env=env, user=user, folder="/tmp").stdout

        assert told.startswith("All fine")
        assert not box.run("ls /opt/qabul/lib/python3*/site-packages | grep -x pytest", check=False).stdout
