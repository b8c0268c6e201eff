"""Caddy and nginx in front of the desk, with the shipped files: two webhooks pass, everything else does not."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.deploy.tools import ROOT, lint, tool
from tests.end_to_end.desk import LOOK_AGAIN, free_port

DEPLOY = ROOT / "deploy"
BODY = b'{"text": "\\u0421\\/ \xd0\xb0"}' + b" " * 3_000_000
"""As large as Meta's webhooks may be, with escapes that must arrive as they are."""


@asynccontextmanager
async def desk() -> AsyncIterator[tuple[int, list[tuple[str, bytes, str]]]]:
    """Stands where the desk is; what reached it: path, body, the signature's header."""
    arrived: list[tuple[str, bytes, str]] = []

    async def take(request: web.Request) -> web.Response:
        arrived.append((request.path_qs, await request.read(), request.headers.get("X-Hub-Signature-256", "")))
        return web.Response(text="taken")

    application = web.Application(client_max_size=8 * 1024 * 1024)
    application.add_routes([web.route("*", "/{path:.*}", take)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1], arrived
    finally:
        await runner.cleanup()


@asynccontextmanager
async def proxy(*command: str, folder: Path, **settings: str) -> AsyncIterator[None]:
    """A proxy at work, ended afterwards."""
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **settings},
            stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 10)


async def must_let_only_webhooks_through(base: str, arrived: list[tuple[str, bytes, str]], log: Path) -> None:
    """Ask for everything, through the proxy."""
    connector = aiohttp.TCPConnector(ssl=False)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=10)) as session:
        for _ in range(200):
            try:
                async with session.get(f"{base}/") as answer:
                    assert answer.status == 404
                    break
            except (aiohttp.ClientError, ssl.SSLError, OSError):
                await asyncio.sleep(LOOK_AGAIN)
        else:
            raise AssertionError(f"the proxy does not answer:\n{log.read_text()}")
        for path in ("/metrics", "/healthz", "/readyz", "/playground", "/telegram", "/telegram/webhook/x", "//metrics",
                     "/whatsapp/../metrics", "/telegram/webhook/../../metrics"):  # fmt: skip
            async with session.get(aiohttp.client.URL(f"{base}{path}", encoded=True)) as answer:
                assert answer.status in (400, 404), path
        assert arrived == []
        challenge = "/whatsapp/webhook?hub.mode=subscribe&hub.challenge=42&hub.verify_token=a"
        async with session.get(f"{base}{challenge}") as answer:
            assert (answer.status, await answer.text()) == (200, "taken")
        headers = {"X-Hub-Signature-256": "sha256=00"}
        for path in ("/whatsapp/webhook", "/telegram/webhook"):
            async with session.post(f"{base}{path}", data=BODY, headers=headers) as answer:
                assert answer.status == 200, path
    assert arrived == [
        (challenge, b"", ""),
        ("/whatsapp/webhook", BODY, "sha256=00"),
        ("/telegram/webhook", BODY, "sha256=00"),
    ]


async def test_caddy_lets_only_the_webhooks_through(tmp_path: Path) -> None:
    caddy, config = tool("caddy"), str(DEPLOY / "Caddyfile")
    port = free_port()
    async with desk() as (upstream, arrived):
        # A site with http:// in its name has no certificate; everything else is as in the file.
        settings = {
            "QABUL_SITE": f"http://127.0.0.1:{port}",
            "QABUL_UPSTREAM": f"127.0.0.1:{upstream}",
            "XDG_CONFIG_HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path),
        }
        assert lint(caddy, "fmt", "--diff", config).count("\n- ") == 0
        lint(caddy, "validate", "--adapter", "caddyfile", "--config", config, **settings | {"QABUL_SITE": "desk.uz"})
        # Without its administration address, which another Caddy of this machine may have.
        quiet = tmp_path / "Caddyfile"
        quiet.write_text("{\n\tadmin off\n}\n" + Path(config).read_text(encoding="utf-8"), encoding="utf-8")
        async with proxy(caddy, "run", "--adapter", "caddyfile", "--config", str(quiet), folder=tmp_path, **settings):
            await must_let_only_webhooks_through(f"http://127.0.0.1:{port}", arrived, tmp_path / "log")


async def test_nginx_lets_only_the_webhooks_through(tmp_path: Path) -> None:
    nginx = tool("nginx")
    port = free_port()
    lint(
        tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-subj", "/CN=desk.example.uz", "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem",
    )  # fmt: skip
    async with desk() as (upstream, arrived):
        snippets = tmp_path / "snippets"
        snippets.mkdir()
        (snippets / "qabul-proxy.conf").write_text((DEPLOY / "nginx-proxy.conf").read_text(encoding="utf-8"))
        site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        for there, here in (
            ("127.0.0.1:8080", f"127.0.0.1:{upstream}"),
            ("listen 443", f"listen 127.0.0.1:{port}"),
            ("/etc/ssl/qabul", str(tmp_path)),
        ):
            assert there in site
            site = site.replace(there, here)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = " ".join(f"{kind}_temp_path {tmp_path / kind};" for kind in kinds)
        config = tmp_path / "nginx.conf"
        config.write_text(
            ("user root; " if os.getuid() == 0 else "")
            + f"daemon off; pid {tmp_path / 'pid'}; error_log stderr; events {{}}\n"
            + f"http {{ access_log off; {places}\n{site} }}\n"
        )
        # With the prefix, `include snippets/…` is what it is below /etc/nginx.
        command = (nginx, "-p", str(tmp_path), "-c", str(config))
        assert "test is successful" in lint(*command, "-t", "-e", "stderr")
        async with proxy(*command, "-e", "stderr", folder=tmp_path):
            await must_let_only_webhooks_through(f"https://127.0.0.1:{port}", arrived, tmp_path / "log")


def test_the_proxies_name_the_paths_that_the_desk_has() -> None:
    from bot.channels.telegram.webhook import PATH as TELEGRAM
    from bot.channels.whatsapp.webhook import PATH as WHATSAPP

    for name in ("Caddyfile", "nginx.conf"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        assert TELEGRAM in text
        assert WHATSAPP in text
