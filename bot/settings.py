"""The desk's settings, read from the environment and a .env file and checked before anything starts.

Rule: a wrong value is told with the variable, what was read and what is allowed, all mistakes on one line,
and no secret ever leaves this module in words. Nothing here asks the network, and nothing heavy is imported:
`read_settings` is the first thing every command does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

from bot import setting_rules as rules
from bot.env_file import EnvFileError, read_env_file
from bot.secret import HIDDEN, Secret, SecretUrl, without_secrets

LANGUAGES = ("uz", "kk", "ru", "en")
LOG_FORMATS = ("console", "json")
TELEGRAM_API_URL = "https://api.telegram.org"
WHATSAPP_API_URL = "https://graph.facebook.com/v23.0"

T = TypeVar("T")
D = TypeVar("D")


class SettingsError(Exception):
    """The settings cannot be used; the text is one line for stderr, and the exit status is 2."""


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """Every setting of the outside contract, checked; a field is its variable without QABUL_ and capitals."""

    data_dir: Path
    database_url: SecretUrl
    """Always set: without the variable, SQLite in the data directory."""
    redis_url: SecretUrl | None
    """None: the embedded Redis in the data directory."""
    telegram_token: Secret | None
    """None: Telegram is off."""
    telegram_api_url: str
    """Without a slash at its end."""
    telegram_webhook_url: str | None
    """The public base, without a slash at its end; None: long polling."""
    telegram_webhook_secret: Secret | None
    whatsapp_token: Secret | None
    """None: WhatsApp is off."""
    whatsapp_phone_number_id: str | None
    whatsapp_app_secret: Secret | None
    whatsapp_verify_token: Secret | None
    whatsapp_api_url: str
    """With its version, without a slash at its end."""
    staff_chat_id: int | None
    manager_ids: frozenset[int]
    business_file: Path | None
    """None: the shipped example."""
    scenarios_dir: Path | None
    """None: the shipped scenarios."""
    language: str
    timezone: str
    http_host: str
    http_port: int
    log_format: str

    def __repr__(self) -> str:
        shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
        return f"Settings({shown})"

    @property
    def is_on_sqlite(self) -> bool:
        """Whether the database is SQLite, which one process at a time may use."""
        return self.database_url.reveal().startswith("sqlite")


@dataclass(frozen=True, slots=True)
class Reading:
    """Settings as far as they can be read: a wrong one has its default here and stands in `wrong`, and `mistakes` says
    of each what is allowed."""

    settings: Settings
    mistakes: tuple[str, ...]
    wrong: frozenset[str]


def read_settings(
    environ: Mapping[str, str], env_file: Path | None = None, *, terminal: bool | None = None
) -> Settings:
    """The settings of this environment, over those of the .env file if it exists.

    An empty value counts as unset, also over one in the file. `terminal` says whether the log goes to a
    person (by default: whether stderr is a terminal). Raises SettingsError, its text one line with every
    mistake.
    """
    try:
        values = {} if env_file is None else read_env_file(env_file)
    except EnvFileError as error:
        raise SettingsError(str(error)) from None
    reading = _reading(environ, values, sys.stderr.isatty() if terminal is None else terminal)
    if reading.mistakes:
        raise SettingsError("; ".join(reading.mistakes))
    return reading.settings


def read_what_can_be(environ: Mapping[str, str], env_file: Path) -> Reading:
    """The same without refusing: for whoever looks at the rest of an installation all the same."""
    try:
        return _reading(environ, read_env_file(env_file), terminal=False)
    except EnvFileError as error:
        unread = _reading(environ, {}, terminal=False)
        # What stands in the file is not known, so nothing that the environment does not say is.
        unknown = {name for one in fields(Settings) if not environ.get(name := f"QABUL_{one.name.upper()}")}
        return Reading(unread.settings, (str(error),), unread.wrong | unknown)


def _reading(environ: Mapping[str, str], values: dict[str, str], terminal: bool) -> Reading:
    values.update({name: value for name, value in environ.items() if name.startswith("QABUL_")})
    reader = _Reader({name: value.strip() for name, value in values.items()})
    settings = _read(reader, terminal)
    return Reading(settings, tuple(reader.mistakes), frozenset(reader.wrong))


class _Reader:
    """Values by name; every mistake is kept, so that a person corrects all of them at once."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.mistakes: list[str] = []
        self.wrong: set[str] = set()

    def text(self, name: str) -> str | None:
        """The value of a variable, or None when it is unset or empty."""
        return self._values.get(name) or None

    def read(self, name: str, rule: Callable[[str], T], default: D) -> T | D:
        """The checked value; the default when it is unset or wrong (a wrong one is among the mistakes)."""
        text = self.text(name)
        if text is None:
            return default
        try:
            return rule(text)
        except rules.Refused as refused:
            shown = HIDDEN if refused.is_secret else _shown(text)
            self.mistakes.append(f"{name} is {shown}, but must be {refused}")
            self.wrong.add(name)
            return default

    def require(self, name: str, reason: str) -> None:
        """A mistake unless the variable is set."""
        if self.text(name) is None:
            self.mistakes.append(f"{name} is not set, but {reason}")
            self.wrong.add(name)


def _shown(text: str) -> str:
    """A wrong value in quotes: one line, not endless, and without what looks like a secret."""
    safe = without_secrets(text)
    return repr(safe if len(safe) <= 80 else safe[:77] + "…")


def _read(reader: _Reader, terminal: bool) -> Settings:
    data_dir = reader.read("QABUL_DATA_DIR", rules.directory, Path("data"))
    database = reader.read("QABUL_DATABASE_URL", rules.database_url, None)
    telegram_api_url = reader.read("QABUL_TELEGRAM_API_URL", rules.api_url, TELEGRAM_API_URL)
    # Only Telegram's own server insists on https and its four ports; one of ours delivers where it is told
    # to.
    webhook_rule = rules.public_url if telegram_api_url == TELEGRAM_API_URL else rules.api_url
    settings = Settings(
        data_dir=data_dir,
        database_url=database or SecretUrl(f"sqlite+aiosqlite:///{data_dir / 'qabul.db'}"),
        redis_url=reader.read("QABUL_REDIS_URL", rules.redis_url, None),
        telegram_token=reader.read("QABUL_TELEGRAM_TOKEN", rules.telegram_token, None),
        telegram_api_url=telegram_api_url,
        telegram_webhook_url=reader.read("QABUL_TELEGRAM_WEBHOOK_URL", webhook_rule, None),
        telegram_webhook_secret=reader.read("QABUL_TELEGRAM_WEBHOOK_SECRET", rules.webhook_secret, None),
        whatsapp_token=reader.read("QABUL_WHATSAPP_TOKEN", rules.header_word, None),
        whatsapp_phone_number_id=reader.read("QABUL_WHATSAPP_PHONE_NUMBER_ID", rules.phone_number_id, None),
        whatsapp_app_secret=reader.read("QABUL_WHATSAPP_APP_SECRET", rules.header_word, None),
        whatsapp_verify_token=reader.read("QABUL_WHATSAPP_VERIFY_TOKEN", rules.header_word, None),
        whatsapp_api_url=reader.read("QABUL_WHATSAPP_API_URL", rules.api_url, WHATSAPP_API_URL),
        staff_chat_id=reader.read("QABUL_STAFF_CHAT_ID", rules.chat_id, None),
        manager_ids=reader.read("QABUL_MANAGER_IDS", rules.manager_ids, frozenset()),
        business_file=reader.read("QABUL_BUSINESS_FILE", rules.existing_file, None),
        scenarios_dir=reader.read("QABUL_SCENARIOS_DIR", rules.existing_directory, None),
        language=reader.read("QABUL_LANGUAGE", rules.one_of(*LANGUAGES), "uz"),
        timezone=reader.read("QABUL_TIMEZONE", rules.time_zone, "Asia/Tashkent"),
        http_host=reader.read("QABUL_HTTP_HOST", rules.host, "127.0.0.1"),
        http_port=reader.read("QABUL_HTTP_PORT", rules.port, 8080),
        log_format=reader.read("QABUL_LOG_FORMAT", rules.one_of(*LOG_FORMATS), "console" if terminal else "json"),
    )
    _require_partners(reader)
    return settings


def _require_partners(reader: _Reader) -> None:
    """What one setting needs of others."""
    if reader.text("QABUL_TELEGRAM_TOKEN"):
        reader.require(
            "QABUL_STAFF_CHAT_ID",
            "QABUL_TELEGRAM_TOKEN needs it: without a staff group nobody could be reached",
        )
    if reader.text("QABUL_TELEGRAM_WEBHOOK_URL"):
        reader.require("QABUL_TELEGRAM_WEBHOOK_SECRET", "QABUL_TELEGRAM_WEBHOOK_URL needs it")
    if reader.text("QABUL_WHATSAPP_TOKEN"):
        for partner in ("PHONE_NUMBER_ID", "APP_SECRET", "VERIFY_TOKEN"):
            reader.require(f"QABUL_WHATSAPP_{partner}", "QABUL_WHATSAPP_TOKEN needs it")
