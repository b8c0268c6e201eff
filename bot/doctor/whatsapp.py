"""WhatsApp: the token, the number and its right to send, and whether its messages reach this desk.

What the given settings do not let us see is said, not guessed: the ids of account and app come from the number's
health, which needs the permission whatsapp_business_management and an API version that has it.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from bot.channels.whatsapp.facts import (
    ACCOUNT_OBJECT,
    MESSAGES,
    AppFacts,
    NumberFacts,
    TokenFacts,
    app_facts,
    number_facts,
    subscription_facts,
    token_facts,
)
from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.webhook import PATH
from bot.doctor.findings import Check, Finding, NotChecked, failure, ok, site_of, vendor_words, warning
from bot.doctor.installation import Installation
from bot.settings import WHATSAPP_API_URL
from handlers.ports import ChannelDown, Rejected, SendError, Throttled

__all__ = ["CHECKS"]

TOKEN = "whatsapp token"  # noqa: S105 - a check's name
NUMBER = "whatsapp number"
SECRET = "whatsapp app secret"  # noqa: S105 - a check's name
MANAGEMENT, MESSAGING = "whatsapp_business_management", "whatsapp_business_messaging"
SOON = timedelta(days=7)
BAD_TOKEN = ("0", "190", "http 401")
NO_SUCH_NUMBER = "100/33"
RENEW = (
    "make a token of a system user that never expires, with whatsapp_business_messaging and "
    "whatsapp_business_management (Business settings → System users), and put it into QABUL_WHATSAPP_TOKEN"
)
NEWER_API = "name a newer version in QABUL_WHATSAPP_API_URL, such as https://graph.facebook.com/v24.0"
STATUS_TODO = {
    "PENDING": "register the number (WhatsApp Manager → Phone numbers)",
    "UNVERIFIED": "verify and register the number (WhatsApp Manager → Phone numbers)",
    "DISCONNECTED": "register the number again (WhatsApp Manager → Phone numbers)",
}


async def _token(here: Installation) -> Finding | None:
    if here.graph is None:
        return None
    address = here.settings.whatsapp_api_url
    try:
        number = await _number(here, here.graph)
    except Rejected as refused:
        if refused.code in BAD_TOKEN:
            return failure(f"Meta refuses the token ({refused.code})", RENEW)
        if refused.code == NO_SUCH_NUMBER:
            return ok("Meta takes it")
        return warning(
            f"Meta does not let the token ask about its number ({refused.code}), so most of this cannot be checked",
            f"give it the permission {MANAGEMENT} and the account as an asset",
        )
    except Throttled as slow:
        return warning(f"Meta asks to wait {slow.retry_after:.0f} s", "look again later")
    except ChannelDown as down:
        own = "" if address == WHATSAPP_API_URL else " and at QABUL_WHATSAPP_API_URL"
        return failure(
            f"{address} does not answer as Meta does ({vendor_words(down.code)})",
            f"look at this machine's way to it (DNS, firewall, proxy){own}",
        )
    try:
        token = await _debugged(here, number)
    except NotChecked:
        return ok("Meta takes it; when it expires could not be seen")
    return _of_token(here, token)


def _of_token(here: Installation, token: TokenFacts) -> Finding:
    if token.scopes and MESSAGING not in token.scopes:
        return failure(f"it lacks the permission {MESSAGING}, so nothing can be sent", RENEW)
    if token.expires_at is not None:
        left = token.expires_at - here.now()
        if left < SOON:
            return warning(f"it expires in {max(0, int(left.total_seconds() // 3600))} h", RENEW)
        return ok(f"Meta takes it until {token.expires_at:%Y-%m-%d}")
    return ok("Meta takes it, and it never expires")


async def _own_number(here: Installation) -> Finding | None:
    if here.graph is None:
        return None
    try:
        facts = await _number(here, here.graph)
    except Rejected as refused:
        if refused.code != NO_SUCH_NUMBER:
            raise NotChecked(TOKEN) from None
        return failure(
            f"the token sees no number {here.graph.number}",
            "put the number's id (WhatsApp → API Setup, not the phone number) into QABUL_WHATSAPP_PHONE_NUMBER_ID, "
            "and give the token's system user the account as an asset",
        )
    except SendError:
        raise NotChecked(TOKEN) from None
    if facts.status == "FLAGGED":
        return warning("its quality is low, and Meta has flagged it", "write less to those who did not ask for it")
    if facts.status not in ("CONNECTED", ""):
        todo = STATUS_TODO.get(facts.status, "look into WhatsApp Manager → Phone numbers for the reason")
        return failure(f"its status is {facts.status}", todo)
    name = f"“{vendor_words(facts.name)}”" if facts.name else "the number"
    if facts.name_status in ("DECLINED", "EXPIRED"):
        return warning(
            f"{name} is connected, but its display name is {facts.name_status}",
            "put in another display name (WhatsApp Manager → Phone numbers)",
        )
    waits = ", its display name is under review" if facts.name_status == "PENDING_REVIEW" else ""
    return ok(f"{name} is connected{waits}" if facts.status else f"Meta knows {name} and does not tell its status")


async def _quality(here: Installation) -> Finding | None:
    facts = await _known_number(here)
    if facts is None:
        return None
    less = "write less to those who did not ask for it, and look at what they were sent (WhatsApp Manager → Insights)"
    if facts.quality == "RED":
        return failure("RED: people block or report the number; Meta may take its right to speak", less)
    if facts.quality == "YELLOW":
        return warning("YELLOW: some people block or report the number", less)
    return ok("GREEN" if facts.quality == "GREEN" else "not rated yet")


async def _right_to_send(here: Installation) -> Finding | None:
    facts = await _known_number(here)
    if facts is None:
        return None
    why = vendor_words(facts.trouble[0]) if facts.trouble else "Meta does not say why"
    if facts.health == "BLOCKED":
        return failure(f"Meta blocks it: {why}", "do what Meta says there (Business settings, WhatsApp Manager)")
    if facts.health == "LIMITED":
        return warning(f"Meta limits it: {why}", "do what Meta says there (Business settings, WhatsApp Manager)")
    if not facts.health:
        return warning("this API version does not tell it", NEWER_API)
    limit = f"; {facts.limit}" if facts.limit else ""
    pace = f", throughput {facts.throughput}" if facts.throughput else ""
    return ok(f"Meta lets it send{limit}{pace}")


async def _app_secret(here: Installation) -> Finding | None:
    facts = await _known_number(here)
    if facts is None:
        return None
    by_hand = "compare QABUL_WHATSAPP_APP_SECRET with App settings → Basic → App secret"
    if not facts.app:
        return warning("Meta does not tell the app of this number, so the secret cannot be tried", by_hand)
    try:
        token = await _asked_token(here, facts)
    except Rejected as refused:
        if refused.code in BAD_TOKEN:
            return failure(f"it is not the secret of app {facts.app}, so every webhook would be refused", by_hand)
        return warning(f"Meta does not let it be tried ({refused.code})", by_hand)
    if token.app and token.app != facts.app:
        return failure(f"the token belongs to app {token.app}, the number to {facts.app}", RENEW)
    return ok("it is the app's")


async def _subscription(here: Installation) -> Finding | None:
    facts = await _known_number(here)
    if facts is None or here.graph is None:
        return None
    if not facts.account:
        return warning("Meta does not tell the account of this number, so this cannot be seen", NEWER_API)
    subscribe = f"subscribe it: POST /{facts.account}/subscribed_apps with the desk's token"
    try:
        apps = (await subscription_facts(here.graph, facts.account)).apps
    except Rejected as refused:
        return warning(
            f"Meta does not let the token see who hears of messages ({refused.code})",
            f"give it the permission {MANAGEMENT}",
        )
    if not apps:
        return failure("no app hears of the account's messages", subscribe)
    if facts.app and facts.app not in apps:
        return failure(f"app {facts.app} does not hear of the account's messages, others do", subscribe)
    return ok("the app hears of the account's messages")


async def _webhook(here: Installation) -> Finding | None:
    facts = await _known_number(here)
    if facts is None:
        return None
    app = await _asked_app(here, facts)
    page = f"WhatsApp → Configuration → Webhook, with the path {PATH}"
    callback = facts.callback or (app.callback if app else "")
    if not callback and app is None:
        return warning("it cannot be seen where messages are delivered", f"look by hand: {page}")
    if not callback:
        return failure("no address is set, so no message arrives", f"set it: {page}")
    if app is not None and app.callback and (not app.is_active or MESSAGES not in app.fields):
        what = f"“{MESSAGES}” of {ACCOUNT_OBJECT}" if app.is_active else "the webhook, which Meta has turned off"
        return failure(f"the app is not told of {what}", f"turn it on: {page}, Manage → {MESSAGES}")
    base = here.settings.telegram_webhook_url
    shown, path = site_of(callback), urlsplit(callback).path
    if not path.endswith(PATH):
        return failure(f"messages are delivered to another path of {shown}", f"correct it: {page}")
    if base and callback != base + PATH:
        return warning(
            f"messages are delivered to {shown}, Telegram's to {site_of(base)}",
            f"if both are this desk, all is well; else correct it: {page}",
        )
    return ok(f"messages are delivered to {shown}{PATH}")


# -- what is asked once ------------------------------------------------------------------------------------------------


async def _number(here: Installation, graph: Graph) -> NumberFacts:
    return await here.once("number", lambda: number_facts(graph))


async def _known_number(here: Installation) -> NumberFacts | None:
    """The number as Meta sees it, None when WhatsApp is off. Raises NotChecked."""
    if here.graph is None:
        return None
    try:
        return await _number(here, here.graph)
    except Rejected as refused:
        raise NotChecked(NUMBER if refused.code == NO_SUCH_NUMBER else TOKEN) from None
    except SendError:
        raise NotChecked(TOKEN) from None


async def _asked_token(here: Installation, facts: NumberFacts) -> TokenFacts:
    """What the app says of the token. Raises SendError kinds."""
    graph, token, secret = here.graph, here.settings.whatsapp_token, here.settings.whatsapp_app_secret
    assert graph is not None
    if token is None or secret is None:
        raise NotChecked("settings")
    return await here.once("token", lambda: token_facts(graph, token, facts.app, secret))


async def _debugged(here: Installation, facts: NumberFacts) -> TokenFacts:
    """The same. Raises NotChecked when nobody tells."""
    if not facts.app:
        raise NotChecked(SECRET)
    try:
        return await _asked_token(here, facts)
    except SendError:
        raise NotChecked(SECRET) from None


async def _asked_app(here: Installation, facts: NumberFacts) -> AppFacts | None:
    """The app's own webhook, None when it cannot be seen."""
    graph, secret = here.graph, here.settings.whatsapp_app_secret
    if graph is None or secret is None or not facts.app:
        return None
    try:
        return await app_facts(graph, facts.app, secret)
    except SendError:
        return None


_NEEDS = ("QABUL_WHATSAPP_TOKEN", "QABUL_WHATSAPP_PHONE_NUMBER_ID", "QABUL_WHATSAPP_API_URL")
_APP_NEEDS = (*_NEEDS, "QABUL_WHATSAPP_APP_SECRET")
CHECKS = (
    Check(TOKEN, _token, _NEEDS),
    Check(NUMBER, _own_number, _NEEDS),
    Check("whatsapp quality", _quality, _NEEDS),
    Check("whatsapp right to send", _right_to_send, _NEEDS),
    Check(SECRET, _app_secret, _APP_NEEDS),
    Check("whatsapp subscription", _subscription, _NEEDS),
    Check("whatsapp webhook", _webhook, _APP_NEEDS),
)
