"""What a manager who tries the desk as a customer is told in place of what staff would see.

Rule: a trial leaves no figures, opens no topic and books nothing; whatever would have gone to people goes to the
manager, in the manager's own language, into the same chat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.engine import effects as fx
from scenarios.engine.phrases import Phrase

if TYPE_CHECKING:
    from handlers.turns import Written

__all__ = ["instead"]

TO_STAFF = Phrase(
    "🧪 Here the conversation would go to your staff, desk {desk}.\n\n"
    "/close ends it as they would, /later lets them be late."
)
TO_STAFF_WITH = Phrase(
    "🧪 Here the conversation would go to your staff, desk {desk}. They would read:\n\n{summary}\n\n"
    "/close ends it as they would, /later lets them be late."
)
STAFF_WOULD_READ = Phrase("🧪 Your staff would read: {text}")
GROUP_WOULD_READ = Phrase("🧪 The group of {desk} would read: {text}")

_LEFT_OUT = (fx.Happen, fx.Do, fx.Mirror, fx.UpdateCard, fx.OpenTopic, fx.CloseTopic, fx.SendHistory)


def instead(w: Written, effect: fx.Effect) -> bool:
    """Whether this effect of a trial is left out; what people would have read is written as a letter to the manager."""
    match effect:
        case fx.OpenHandoff():
            if effect.summary is not None:
                _tell(w, TO_STAFF_WITH.having(desk=effect.desk, summary=effect.summary))
            else:
                _tell(w, TO_STAFF.having(desk=effect.desk))
        case fx.TellTopic():
            _tell(w, STAFF_WOULD_READ.having(text=effect.phrase))
        case fx.Notify():
            _tell(w, GROUP_WOULD_READ.having(desk=effect.desk, text=effect.phrase))
        case _:
            return isinstance(effect, _LEFT_OUT)
    return True


def _tell(w: Written, phrase: Phrase) -> None:
    if w.context.trial_reader:
        text = w.texts.render(phrase, w.context.trial_reader)
        w.letter(w.context.address, "say", {"text": text})
