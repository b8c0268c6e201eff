"""Telegram: the token, how updates arrive, the staff group, the managers."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.channels.telegram.arrivals import ALLOWED_UPDATES
from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.facts import (
    GroupFacts,
    MeFacts,
    WebhookFacts,
    group_facts,
    me_facts,
    person_facts,
    webhook_facts,
)
from bot.channels.telegram.webhook import PATH
from bot.doctor.findings import Check, Finding, NotChecked, failure, ok, site_of, vendor_words, warning
from bot.doctor.installation import Installation
from bot.settings import TELEGRAM_API_URL
from handlers.ports import ChannelDown, GroupMoved, Rejected, SendError, Throttled, Unreachable

__all__ = ["CHECKS"]

TOKEN = "telegram token"  # noqa: S105 - a check's name
GROUP = "staff group"
LATE = timedelta(minutes=30)
"""An error of a delivery that is younger counts as one of now: Telegram tries again after at most two minutes."""
OLD = timedelta(days=1)
MANY_PENDING = 100
RIGHTS = "Telegram → group → Administrators → the bot"


async def _token(here: Installation) -> Finding | None:
    if here.telegram is None:
        if here.graph is None:
            return None
        return warning(
            "Telegram is off, so no staff group can answer WhatsApp's customers",
            "set QABUL_TELEGRAM_TOKEN and QABUL_STAFF_CHAT_ID",
        )
    address = here.settings.telegram_api_url
    try:
        me = await _me(here, here.telegram)
    except Rejected as refused:
        if not refused.account:
            raise
        own = "" if address == TELEGRAM_API_URL else f"; QABUL_TELEGRAM_API_URL is {address}, look at it too"
        return failure(
            f"Telegram refuses the token ({vendor_words(refused.code)})",
            f"copy the bot's token from @BotFather (/mybots, API Token) into QABUL_TELEGRAM_TOKEN{own}",
        )
    except Throttled as slow:
        return warning(f"Telegram asks to wait {slow.retry_after:.0f} s", "look again later")
    except ChannelDown as down:
        return failure(
            f"{address} does not answer as Telegram does ({vendor_words(down.code)})",
            "look at this machine's way to it (DNS, firewall, proxy) and at QABUL_TELEGRAM_API_URL",
        )
    return ok(f"Telegram knows it: @{me.username}")


async def _webhook(here: Installation) -> Finding | None:
    facts = await _asked_webhook(here)
    if facts is None:
        return None
    base = here.settings.telegram_webhook_url
    if base is None:
        if not facts.url:
            return ok("none is set, as polling wants it")
        return failure(
            f"the settings want polling, but updates are delivered to {site_of(facts.url)}",
            "start the desk, which takes the webhook away; if it comes back, another program uses this bot: "
            "give the desk a bot of its own",
        )
    wanted = base + PATH
    if not facts.url:
        return warning(
            f"not set yet to {wanted}",
            "start the desk, which sets it; while it runs already, look into its log for setWebhook",
        )
    if facts.url != wanted:
        return failure(
            f"updates are delivered to {site_of(facts.url)} instead of {wanted}",
            "restart the desk, which sets its own; if it changes back, another program uses this bot: "
            "give the desk a bot of its own",
        )
    return ok(f"set to {wanted}")


async def _deliveries(here: Installation) -> Finding | None:
    facts = await _asked_webhook(here)
    if facts is None:
        return None
    waiting = f"{facts.pending} update{'' if facts.pending == 1 else 's'} waiting"
    if facts.url and facts.last_error and facts.last_error_at is not None:
        age = here.now() - facts.last_error_at
        told = f"the last failure was {_ago(age)}: {vendor_words(facts.last_error)}; {waiting}"
        if age < LATE and facts.pending:
            return failure(told, _remedy(facts.last_error))
        if age < OLD:
            return warning(told, f"if it goes on: {_remedy(facts.last_error)}")
    if facts.pending >= MANY_PENDING:
        return warning(waiting, "look whether the desk runs and whether its log tells of trouble with the database")
    return ok(waiting)


async def _updates(here: Installation) -> Finding | None:
    facts = await _asked_webhook(here)
    if facts is None or not facts.url:
        # Who polls names the kinds with each question.
        return None
    missing = [kind for kind in ALLOWED_UPDATES if kind not in facts.allowed]
    # Without a list Telegram delivers all kinds but those that have to be named.
    missing = missing if facts.allowed else ["message_reaction"]
    if missing:
        state = failure if {"message", "callback_query"} & set(missing) else warning
        return state(f"Telegram does not deliver {', '.join(missing)}", "restart the desk, which asks for them")
    return ok(f"all {len(ALLOWED_UPDATES)} kinds are delivered")


async def _group(here: Installation) -> Finding | None:
    chat = here.settings.staff_chat_id
    if here.telegram is None or chat is None:
        return None
    try:
        facts = await _asked_group(here, here.telegram, chat)
    except GroupMoved as moved:
        return failure(
            f"the group {chat} became another when it was upgraded", f"set QABUL_STAFF_CHAT_ID to {moved.chat}"
        )
    except (Unreachable, Rejected) as refused:
        return failure(
            f"there is no group {chat} for this bot ({vendor_words(refused.code)})",
            "add the bot to the staff group and put the group's id into QABUL_STAFF_CHAT_ID",
        )
    if facts.standing in ("left", "kicked"):
        return failure(f"the bot is not in the group {chat}", "add it to the group again")
    if facts.kind != "supergroup":
        return failure(f"{chat} is a {facts.kind}, not a group with topics", "turn on Topics in the group's settings")
    if not facts.is_forum:
        return failure(f"the group {chat} has no topics", "turn on Topics in the group's settings")
    return ok(f"“{vendor_words(facts.title)}” has topics")


async def _rights(here: Installation) -> Finding | None:
    facts = await _known_group(here)
    if facts is None:
        return None
    if not facts.is_administrator:
        return failure(
            f"the bot is no administrator there ({facts.standing})",
            f"make it one that may manage topics, pin and delete messages ({RIGHTS})",
        )
    if not facts.manages_topics:
        return failure("the bot may not manage topics", f"turn on “Manage topics” ({RIGHTS})")
    missing = [name for name, has in (("Pin messages", facts.pins), ("Delete messages", facts.deletes)) if not has]
    if missing:
        return warning(f"the bot lacks: {', '.join(missing)}", f"turn it on ({RIGHTS})")
    return ok("the bot may manage topics, pin and delete")


async def _hearing(here: Installation) -> Finding | None:
    facts = await _known_group(here)
    if facts is None or here.telegram is None:
        return None
    if facts.is_administrator:
        return ok("the bot hears every message, as administrators do")
    if (await _me(here, here.telegram)).reads_groups:
        return ok("the bot hears every message: its privacy mode is off")
    return failure(
        "the bot hears only commands and replies there, so staff's answers would not reach customers",
        "make it an administrator of the group, or turn its privacy mode off (@BotFather, /setprivacy) and add it anew",
    )


async def _managers(here: Installation) -> Finding | None:
    api = await _known_bot(here)
    if api is None:
        return None
    people = sorted(here.settings.manager_ids)
    if not people:
        return warning(
            "there are none, so nobody is told of trouble", "put managers' Telegram ids into QABUL_MANAGER_IDS"
        )
    known = await asyncio.gather(*(person_facts(api, person) for person in people))
    unknown = [str(person) for person, facts in zip(people, known, strict=True) if not facts.started]
    if unknown:
        return warning(
            f"the bot cannot write to {len(unknown)} of {len(people)}: {', '.join(unknown)}",
            f"ask them to open @{(await _me(here, api)).username} and press /start",
        )
    return ok(f"the bot can write to {'the one' if len(people) == 1 else f'all {len(people)}'}")


# -- what is asked once ------------------------------------------------------------------------------------------------


async def _me(here: Installation, api: TelegramApi) -> MeFacts:
    return await here.once("getMe", lambda: me_facts(api))


async def _known_bot(here: Installation) -> TelegramApi | None:
    """The API of a bot that Telegram knows, None when Telegram is off. Raises NotChecked."""
    if here.telegram is None:
        return None
    try:
        await _me(here, here.telegram)
    except SendError:
        raise NotChecked(TOKEN) from None
    return here.telegram


async def _asked_webhook(here: Installation) -> WebhookFacts | None:
    api = await _known_bot(here)
    return None if api is None else await here.once("getWebhookInfo", lambda: webhook_facts(api))


async def _asked_group(here: Installation, api: TelegramApi, chat: int) -> GroupFacts:
    await _known_bot(here)
    return await here.once("staff group", lambda: group_facts(api, chat))


async def _known_group(here: Installation) -> GroupFacts | None:
    """The group, if it is one with the bot in it. Raises NotChecked."""
    chat = here.settings.staff_chat_id
    if here.telegram is None or chat is None:
        return None
    try:
        facts = await _asked_group(here, here.telegram, chat)
    except SendError:
        raise NotChecked(GROUP) from None
    if facts.standing in ("left", "kicked"):
        raise NotChecked(GROUP)
    return facts


# -- words -------------------------------------------------------------------------------------------------------------


def _ago(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago"


def _remedy(words: str) -> str:
    """What to do about a sentence of Telegram's about a delivery."""
    said = words.lower()
    if "401" in said:
        return "something before the desk, or another desk, refuses: look at the secret and restart the desk"
    if "ssl" in said or "certificate" in said or "tls" in said:
        return "renew the certificate of the public address, with its whole chain"
    if "resolve" in said:
        return "look at the DNS name in QABUL_TELEGRAM_WEBHOOK_URL"
    if "refused" in said or "timed out" in said or "timeout" in said or "closed" in said or "unreachable" in said:
        return "look whether the desk runs and whether proxy and firewall let Telegram through to it"
    if "wrong response" in said:
        return "look at what the proxy answers for /telegram/webhook, and into the desk's log"
    return "look into the desk's log and that of the proxy before it"


_NEEDS = ("QABUL_TELEGRAM_TOKEN", "QABUL_TELEGRAM_API_URL")
_GROUP_NEEDS = (*_NEEDS, "QABUL_STAFF_CHAT_ID")
CHECKS = (
    Check(TOKEN, _token, _NEEDS),
    Check("telegram webhook", _webhook, (*_NEEDS, "QABUL_TELEGRAM_WEBHOOK_URL")),
    Check("telegram deliveries", _deliveries, _NEEDS),
    Check("telegram updates", _updates, _NEEDS),
    Check(GROUP, _group, _GROUP_NEEDS),
    Check("staff group rights", _rights, _GROUP_NEEDS),
    Check("staff group hearing", _hearing, _GROUP_NEEDS),
    Check("managers", _managers, (*_NEEDS, "QABUL_MANAGER_IDS")),
)
