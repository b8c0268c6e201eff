"""Meta's error codes as the kinds of refusal the outbox knows.

Rule: the table decides by `code`, as Meta advises, never by title; HTTP statuses only for codes we do not
know, since Meta sends 400 for most throttling. Codes: Meta's error-code page (stored copy of December 2025);
the later ones from their own pages of 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from bot.channels.whatsapp.fields import code_in, part, text
from bot.channels.whatsapp.limits import LONGEST_WAIT
from handlers.ports import ChannelDown, Rejected, SendError, Throttled, Unreachable, WindowClosed

__all__ = ["failure_reason", "pair_wait", "refusal"]


class _Kind(Enum):
    DOWN = "try again with growing pauses"
    RATE = "slow down altogether"
    PAIR = "slow down towards this person"
    WINDOW = "only a template would arrive"
    PERSON = "this person will not get it"
    REQUEST = "this message will never be taken"
    ACCOUNT = "nothing will be taken until somebody repairs the account"


_TABLE: Final[Mapping[_Kind, tuple[int, ...]]] = {
    _Kind.DOWN: (1, 2, 131000, 131016, 131057, 132069, 133004),
    _Kind.RATE: (4, 80007, 130429, 131208),
    _Kind.PAIR: (131056,),
    _Kind.WINDOW: (131047,),
    # 131049: Meta held a marketing message back for a day; 131062: only the phone reaches them.
    _Kind.PERSON: (130472, 130497, 131021, 131026, 131030, 131049, 131050, 131062),
    _Kind.REQUEST: (
        *(100, 131008, 131009, 131020, 131041, 131051, 131052, 131053, 131055, 131060, 131063, 131207),
        *(132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 135000),
    ),
    _Kind.ACCOUNT: (
        *(0, 3, 10, 33, 190, *range(200, 300), 368),
        *(131005, 131031, 131037, 131042, 131045, 131048, 131064, 133010, 133016),
    ),
}
_BY_CODE: Final = {code: kind for kind, codes in _TABLE.items() for code in codes}
_MEDIA_UPLOAD: Final = 131053
_GONE: Final = 33
"""As a subcode of 100: the object in the path does not exist for this token."""
_PAUSES: Final[Mapping[int, float]] = {4: 60.0, 80007: 60.0, 130429: 2.0, 131208: 30.0}
"""Seconds where Meta names none: hourly quotas of app and account, messages per second of the number."""
_TOO_BIG = re.compile(r"too (big|large)|file size|size (limit|exceed)|exceed\w* .*size", re.IGNORECASE)


def pair_wait(attempt: int) -> float:
    """Seconds to leave one person alone after their pair rate was hit: 4^X for the X-th refusal in a row,
    counted from 0, as Meta advises. At most 4^4, for no burst borrows further than 45 messages of 6 s ahead
    (270 s)."""
    return 4.0 ** min(attempt, 4)


def refusal(
    status: int,
    answer: Any,
    *,
    retry_after: float | None = None,
    attempt: int = 0,
    number_in_path: bool = True,
) -> SendError:
    """The error for an HTTP answer that is no success.

    `answer` is its JSON, of whatever shape; `retry_after` its header in seconds; `attempt` how often in a row
    this person's pair rate was hit before; `number_in_path` whether the path names our own number (then a
    missing object is the account's trouble, and else only that of one file).
    """
    error = part(answer, "error")
    code = code_in(error)
    if code < 0:
        return _by_status(status, retry_after)
    name = str(code)
    if code == 100 and code_in({"code": error.get("error_subcode")}) == _GONE and number_in_path:
        return Rejected(f"{name}/{_GONE}", account=True)
    match _BY_CODE.get(code):
        case _Kind.DOWN:
            return ChannelDown(name)
        case _Kind.RATE:
            return Throttled(name, _pause(retry_after, _PAUSES.get(code, 5.0)), "account")
        case _Kind.PAIR:
            return Throttled(name, _pause(retry_after, pair_wait(attempt)), "chat")
        case _Kind.WINDOW:
            return WindowClosed(name)
        case _Kind.PERSON:
            return Unreachable(name)
        case _Kind.REQUEST:
            return Rejected(name, too_big=_is_too_big(code, error))
        case _Kind.ACCOUNT:
            return Rejected(name, account=True)
        case None:
            return _by_status(status, retry_after, name)


def failure_reason(error: Any) -> tuple[str, str, str]:
    """(reason, code, details) of the error in a failed status; Meta has given this message up."""
    code = code_in(error)
    details = text(part(error, "error_data"), "details") or text(error, "details")
    details = details or text(error, "message") or text(error, "title")
    match _BY_CODE.get(code):
        case _Kind.DOWN | _Kind.RATE | _Kind.PAIR:
            reason = ChannelDown.reason
        case _Kind.WINDOW:
            reason = WindowClosed.reason
        case _Kind.PERSON:
            reason = Unreachable.reason
        case _:
            reason = "too_big" if _is_too_big(code, error) else Rejected.reason
    return reason, str(code) if code >= 0 else "", details


def _by_status(status: int, retry_after: float | None, code: str = "") -> SendError:
    name = code or f"http {status}"
    if status == 429:
        return Throttled(name, _pause(retry_after, 5.0), "account")
    if status >= 500 or status < 400:
        return ChannelDown(name)
    if status == 413:
        return Rejected(name, too_big=True)
    return Rejected(name, account=status in (401, 403))


def _is_too_big(code: int, error: Any) -> bool:
    if code != _MEDIA_UPLOAD:
        return False
    told = (text(part(error, "error_data"), "details"), text(error, "message"), text(error, "title"))
    return any(_TOO_BIG.search(one) for one in told)


def _pause(asked: float | None, otherwise: float) -> float:
    return min(asked, LONGEST_WAIT) if asked is not None and asked > 0 else otherwise
