"""The settings of the outside contract, row by row: what is taken, what is refused, in which words."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.secret import Secret, SecretUrl, without_secrets
from bot.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parent.parent
TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
TELEGRAM = {"QABUL_TELEGRAM_TOKEN": TOKEN, "QABUL_STAFF_CHAT_ID": "-1001234567890"}
WHATSAPP = {
    "QABUL_WHATSAPP_TOKEN": "EAAJB0123456789abcdefghij0123456789",
    "QABUL_WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "QABUL_WHATSAPP_APP_SECRET": "0123456789abcdef0123456789abcdef",
    "QABUL_WHATSAPP_VERIFY_TOKEN": "a-word-of-ours",
}


def refusal(environ: dict[str, str], env_file: Path | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ, env_file)
    text = str(caught.value)
    assert "\n" not in text
    assert text.isprintable()
    return text


def test_nothing_set_gives_the_defaults_of_the_contract() -> None:
    assert read_settings({}, terminal=True) == Settings(
        data_dir=Path("data"),
        database_url=SecretUrl("sqlite+aiosqlite:///data/qabul.db"),
        redis_url=None,
        telegram_token=None,
        telegram_api_url="https://api.telegram.org",
        telegram_webhook_url=None,
        telegram_webhook_secret=None,
        whatsapp_token=None,
        whatsapp_phone_number_id=None,
        whatsapp_app_secret=None,
        whatsapp_verify_token=None,
        whatsapp_api_url="https://graph.facebook.com/v23.0",
        staff_chat_id=None,
        manager_ids=frozenset(),
        business_file=None,
        scenarios_dir=None,
        language="uz",
        timezone="Asia/Tashkent",
        http_host="127.0.0.1",
        http_port=8080,
        log_format="console",
    )


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("database_url", "sqlite+aiosqlite:////var/lib/q.db", SecretUrl("sqlite+aiosqlite:////var/lib/q.db")),
        ("database_url", "postgresql+asyncpg://u:p@h/d", SecretUrl("postgresql+asyncpg://u:p@h/d")),
        (
            "database_url",
            "postgresql+asyncpg://u@/d?host=/run/pg",
            SecretUrl("postgresql+asyncpg://u@/d?host=/run/pg"),
        ),
        ("redis_url", "redis://127.0.0.1:6379/9", SecretUrl("redis://127.0.0.1:6379/9")),
        ("redis_url", "rediss://:pw@h", SecretUrl("rediss://:pw@h")),
        ("redis_url", "unix:///run/redis.sock?db=3", SecretUrl("unix:///run/redis.sock?db=3")),
        ("telegram_api_url", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("whatsapp_api_url", "https://graph.example/v23.0/", "https://graph.example/v23.0"),
        ("staff_chat_id", " -1001234567890 ", -1001234567890),
        ("staff_chat_id", str(-(2**63)), -(2**63)),
        ("manager_ids", "11, 22,11", frozenset({11, 22})),
        ("business_file", str(ROOT / "pyproject.toml"), ROOT / "pyproject.toml"),
        ("scenarios_dir", str(ROOT), ROOT),
        ("language", "kk", "kk"),
        ("timezone", "Asia/Almaty", "Asia/Almaty"),
        ("http_host", "::", "::"),
        ("http_host", "0.0.0.0", "0.0.0.0"),
        ("http_host", "localhost", "localhost"),
        ("http_port", "65535", 65535),
        ("log_format", "json", "json"),
        ("http_port", "", 8080),
    ],
)
def test_a_right_value_is_taken(field: str, text: str, value: object) -> None:
    assert getattr(read_settings({f"QABUL_{field.upper()}": text}, terminal=True), field) == value


@pytest.mark.parametrize(
    ("name", "text", "shown", "allowed"),
    [
        ("DATA_DIR", "/dev/null", "'/dev/null'", "a directory"),
        ("DATA_DIR", "/dev/null/data", "'/dev/null/data'", "a directory"),
        ("DATABASE_URL", "postgres://u:geheim@h/d", "'postgres://u:(hidden)@h/d'", "postgresql+asyncpg://"),
        ("DATABASE_URL", "postgresql://u:ge@heim/x@h/d", "'postgresql://u:(hidden)@h/d'", "sqlite+aiosqlite"),
        ("DATABASE_URL", "postgresql+asyncpg://h:x/d", "'postgresql+asyncpg://h:x/d'", "HOST:PORT"),
        ("DATABASE_URL", "postgresql+asyncpg://h", "'postgresql+asyncpg://h'", "DATABASE"),
        ("DATABASE_URL", "sqlite+aiosqlite://", "'sqlite+aiosqlite://'", "FILE"),
        ("DATABASE_URL", "sqlite+aiosqlite:///:memory:", "'sqlite+aiosqlite:///:memory:'", "FILE"),
        ("DATABASE_URL", "sqlite:///x.db", "'sqlite:///x.db'", "sqlite+aiosqlite:///FILE"),
        ("REDIS_URL", "http://:geheim@h", "'http://:(hidden)@h'", "redis://"),
        ("REDIS_URL", "redis://h/nine", "'redis://h/nine'", "redis://HOST:PORT/NUMBER"),
        ("REDIS_URL", "localhost:6379", "'localhost:6379'", "redis://"),
        ("REDIS_URL", "redis://h:70000", "'redis://h:70000'", "redis://"),
        ("TELEGRAM_TOKEN", "geheim", "(hidden)", "a bot token"),
        ("TELEGRAM_TOKEN", "123456789:geheim", "(hidden)", "a bot token"),
        ("TELEGRAM_TOKEN", TOKEN + " x", "(hidden)", "a bot token"),
        ("TELEGRAM_API_URL", "api.telegram.org", "'api.telegram.org'", "an http:// or https:// address"),
        ("TELEGRAM_API_URL", f"https://h/bot{TOKEN}?x", "'https://h/bot(hidden)?x'", "without ? and #"),
        ("TELEGRAM_WEBHOOK_URL", "http://desk.uz", "'http://desk.uz'", "https://"),
        ("TELEGRAM_WEBHOOK_URL", "https://desk.uz:8080", "'https://desk.uz:8080'", "443, 80, 88 or 8443"),
        ("TELEGRAM_WEBHOOK_URL", "https://[::1", "'https://[::1'", "https://"),
        ("TELEGRAM_WEBHOOK_SECRET", "geheim!", "(hidden)", "1 to 256"),
        ("TELEGRAM_WEBHOOK_SECRET", "g" * 257, "(hidden)", "1 to 256"),
        ("WHATSAPP_TOKEN", "geheim geheim", "(hidden)", "visible ASCII"),
        ("WHATSAPP_PHONE_NUMBER_ID", "+998 90 123", "'+998 90 123'", "digits only"),
        ("WHATSAPP_APP_SECRET", "geheim\x00", "(hidden)", "visible ASCII"),
        ("WHATSAPP_VERIFY_TOKEN", "гехайм", "(hidden)", "visible ASCII"),
        ("WHATSAPP_API_URL", "ftp://h", "'ftp://h'", "http"),
        ("STAFF_CHAT_ID", "1001234567890", "'1001234567890'", "negative"),
        ("STAFF_CHAT_ID", str(-(2**63) - 1), "'-9223372036854775809'", "negative"),
        ("STAFF_CHAT_ID", "-1_000", "'-1_000'", "whole number"),
        ("STAFF_CHAT_ID", TOKEN, "'(hidden)'", "negative"),
        ("MANAGER_IDS", "1,,2", "'1,,2'", "positive whole numbers"),
        ("MANAGER_IDS", "-1", "'-1'", "positive whole numbers"),
        ("MANAGER_IDS", "@boss", "'@boss'", "positive whole numbers"),
        ("BUSINESS_FILE", "/no/such.yaml", "'/no/such.yaml'", "a file that exists"),
        ("BUSINESS_FILE", "a\x00b", r"'a\x00b'", "a file that exists"),
        ("SCENARIOS_DIR", "/no/such", "'/no/such'", "a directory that exists"),
        ("LANGUAGE", "de", "'de'", "uz, kk, ru or en"),
        ("LANGUAGE", "a\nb", r"'a\nb'", "uz, kk, ru or en"),
        ("TIMEZONE", "Tashkent", "'Tashkent'", "an IANA time zone"),
        ("TIMEZONE", "Asia", "'Asia'", "an IANA time zone"),
        ("TIMEZONE", "../../etc/passwd", "'../../etc/passwd'", "an IANA time zone"),
        ("HTTP_HOST", "http://h", "'http://h'", "a host name"),
        ("HTTP_HOST", "256.0.0.1", "'256.0.0.1'", "a host name"),
        ("HTTP_PORT", "70000", "'70000'", "1 to 65535"),
        ("HTTP_PORT", "0", "'0'", "1 to 65535"),
        ("HTTP_PORT", "٨٠", "'٨٠'", "1 to 65535"),
        ("HTTP_PORT", "\udc80", r"'\udc80'", "1 to 65535"),
        ("HTTP_PORT", "9" * 5000, "'" + "9" * 77 + "…'", "1 to 65535"),
        ("LOG_FORMAT", "xml", "'xml'", "console or json"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_what_was_read_and_what_is_allowed(
    name: str, text: str, shown: str, allowed: str
) -> None:
    said = refusal({f"QABUL_{name}": text})
    assert said.startswith(f"QABUL_{name} is {shown}, but must be ")
    assert allowed in said
    assert "geheim" not in said
    assert TOKEN not in said


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"QABUL_TELEGRAM_TOKEN": TOKEN}, ["QABUL_STAFF_CHAT_ID"]),
        (TELEGRAM | {"QABUL_TELEGRAM_WEBHOOK_URL": "https://desk.uz"}, ["QABUL_TELEGRAM_WEBHOOK_SECRET"]),
        (
            {"QABUL_WHATSAPP_TOKEN": WHATSAPP["QABUL_WHATSAPP_TOKEN"]},
            ["QABUL_WHATSAPP_PHONE_NUMBER_ID", "QABUL_WHATSAPP_APP_SECRET", "QABUL_WHATSAPP_VERIFY_TOKEN"],
        ),
        (WHATSAPP | {"QABUL_WHATSAPP_APP_SECRET": " "}, ["QABUL_WHATSAPP_APP_SECRET"]),
    ],
)
def test_what_a_setting_needs_is_asked_for(environ: dict[str, str], missing: list[str]) -> None:
    assert re.findall(r"(QABUL_\w+) is not set", refusal(environ)) == missing


def test_both_channels_can_be_on_and_no_secret_shows() -> None:
    environ = (
        TELEGRAM
        | WHATSAPP
        | {
            "QABUL_TELEGRAM_WEBHOOK_URL": "https://desk.uz:8443/bot/",
            "QABUL_TELEGRAM_WEBHOOK_SECRET": "hush-hush",
            "QABUL_DATABASE_URL": "postgresql+asyncpg://u:pass-word@h/d",
            "QABUL_REDIS_URL": "redis://:pass-word@h/1",
        }
    )
    settings = read_settings(environ)
    assert settings.telegram_webhook_url == "https://desk.uz:8443/bot"
    assert settings.telegram_token is not None
    assert settings.telegram_token.reveal() == TOKEN
    assert settings.database_url.reveal().startswith("postgresql+asyncpg://u:pass-word@")
    assert "u:(hidden)@h/d" in repr(settings)
    for shown in (repr(settings), str(settings), f"{settings}", f"{settings.telegram_token:>10}"):
        for secret in ("hush", "pass-word", TOKEN, *list(WHATSAPP.values())[2:], "EAAJB"):
            assert secret not in shown
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own bytes


def test_a_webhook_on_a_bot_api_server_of_our_own_may_be_plain_http_on_any_port() -> None:
    environ = TELEGRAM | {
        "QABUL_TELEGRAM_API_URL": "http://127.0.0.1:9000",
        "QABUL_TELEGRAM_WEBHOOK_URL": "http://127.0.0.1:8080",
        "QABUL_TELEGRAM_WEBHOOK_SECRET": "s",
    }
    assert read_settings(environ).telegram_webhook_url == "http://127.0.0.1:8080"


def test_all_mistakes_are_told_at_once_on_one_line() -> None:
    said = refusal({"QABUL_HTTP_PORT": "x", "QABUL_LANGUAGE": "y", "QABUL_TELEGRAM_TOKEN": "z"})
    assert [mistake.split(" is ")[0] for mistake in said.split("; ")] == [
        "QABUL_TELEGRAM_TOKEN",
        "QABUL_LANGUAGE",
        "QABUL_HTTP_PORT",
        "QABUL_STAFF_CHAT_ID",
    ]


def test_the_log_is_for_people_on_a_terminal_and_for_machines_elsewhere() -> None:
    assert read_settings({}, terminal=True).log_format == "console"
    assert read_settings({}, terminal=False).log_format == "json"


def test_the_environment_wins_over_the_file_even_when_it_empties_a_value(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "\ufeff# a comment\n\nexport QABUL_LANGUAGE=ru\nQABUL_HTTP_PORT='81'\nQABUL_TIMEZONE=UTC # why\n"
        'QABUL_DATA_DIR="/tmp/${HOME}$x"\nOTHER=1\n',
        encoding="utf-8",
    )
    settings = read_settings({"QABUL_HTTP_PORT": "82", "QABUL_TIMEZONE": ""}, file)
    assert (settings.language, settings.http_port, settings.timezone) == ("ru", 82, "Asia/Tashkent")
    assert settings.data_dir == Path("/tmp/${HOME}$x")


def test_without_a_file_the_environment_is_enough(tmp_path: Path) -> None:
    assert read_settings({"QABUL_LANGUAGE": "en"}, tmp_path / ".env").language == "en"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'QABUL_LANGUAGE=ru\n\nQABUL_TELEGRAM_TOKEN="geheim\n', 3),
        (b"QABUL_LANGUAGE=ru\nQABUL_TELEGRAM_TOKEN geheim\n", 2),
        (b"QABUL_LANGUAGE=ru\n\nQABUL_TELEGRAM_TOKEN\n", 3),
        (b"# nothing set\n\ngeheim\n", 3),
        (b"QABUL_LANGUAGE=ru\nQABUL_MANAGER_IDS=\xff\n", 2),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_without_its_text(tmp_path: Path, content: bytes, line: int) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)
    said = refusal({}, file)
    assert said.startswith(f"{file}:{line}: ")
    assert "geheim" not in said


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path) -> None:
    assert refusal({}, tmp_path) == f"{tmp_path} cannot be read: Is a directory"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("redis://:p@ss@h/1?x=1", "redis://:(hidden)@h/1?x=1"),
        (
            "postgresql+asyncpg://u@h/d?password=geheim&ssl=on",
            "postgresql+asyncpg://u@h/d?password=(hidden)&ssl=on",
        ),
        (f"https://h/bot{TOKEN}/getMe", "https://h/bot(hidden)/getMe"),
        ("sqlite+aiosqlite:///data/qabul.db", "sqlite+aiosqlite:///data/qabul.db"),
    ],
)
def test_urls_are_shown_without_what_is_secret_in_them(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


def test_a_secret_equals_only_a_secret_of_its_kind() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b"), SecretUrl("a")}) == 3
    assert Secret("a") != "a"
    assert Secret("a") != SecretUrl("a")


def test_the_example_file_names_every_setting_and_is_taken_as_it_is_and_filled_in() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^# QABUL_(\w+)=", text, re.MULTILINE)
    assert [name.lower() for name in named] == list(Settings.__dataclass_fields__)
    assert not re.search(r"^[^#\n]", text, re.MULTILINE)
    lines = [line.removeprefix("# ") for line in text.splitlines() if re.match(r"# QABUL_\w+=.", line)]
    values = dict(line.split("=", 1) for line in lines)
    del values["QABUL_BUSINESS_FILE"], values["QABUL_SCENARIOS_DIR"]
    read_settings(TELEGRAM | {"QABUL_TELEGRAM_WEBHOOK_SECRET": "x"} | values)


def test_reading_settings_imports_nothing_heavy() -> None:
    heavy = ("aiogram", "aiohttp", "sqlalchemy", "redis", "asyncio", "structlog", "pydantic", "matplotlib")
    code = (
        "import os, sys; from bot.settings import read_settings; read_settings(os.environ);"
        f"print(*[name for name in {heavy!r} if name in sys.modules])"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("QABUL_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=clean, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
