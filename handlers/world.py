"""The world at one moment, as a value for the step: business, opening hours, what is known of the contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.business import Business
from handlers.kept import Kept
from handlers.texts import Texts
from handlers.visit_facts import VISIT_FACTS, VisitFacts
from scenarios.engine import orders
from scenarios.engine.context import Context
from scenarios.engine.languages import OWN_NAMES
from scenarios.engine.phrases import Phrase, Value, verbatim
from scenarios.engine.templates import TemplateForm
from scenarios.engine.visits import Span
from scenarios.engine.world import Fact, Option

__all__ = ["Moment"]

NPS_AGAIN = timedelta(days=90)
"""A contact is asked at most so often whether they would recommend us."""

_services: Kept[tuple[Option, ...]] = Kept(4)


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of this business. `wait_minutes` is what a customer is told; `taken` are the times of visits that are
    booked, as this process last read them."""

    at: datetime
    business: Business
    texts: Texts
    default_language: str
    wait_minutes: int
    taken: Sequence[Span] = ()

    @property
    def local(self) -> datetime:
        """The moment by the business's clock."""
        return self.at.astimezone(self.business.hours.zone)

    @property
    def open_now(self) -> bool:
        """Whether people answer now."""
        return self.business.hours.open_at(self.at)

    @property
    def opens_next(self) -> datetime:
        """When the desk opens next."""
        return self.business.hours.next_opening(self.at)

    @property
    def opens_at(self) -> Phrase:
        """When the desk opens next, in words."""
        return self.business.hours.opens(self.at)

    def quiet_until(self, at: datetime) -> datetime | None:
        """When the quiet hours that `at` falls into are over, None when it falls into none."""
        return self.business.quiet.until(at) if self.business.quiet is not None else None

    def template(self, name: str) -> TemplateForm | None:
        """The WhatsApp template of that name."""
        return self.business.templates.get(name)

    def readings(self, phrase: Phrase) -> Sequence[str]:
        """The phrase in every language of the desk."""
        return self.texts.readings(phrase)

    def fact(self, name: str, context: Context) -> Fact | None:
        """What is known under that name for this contact."""
        business = self.business
        if name in business.facts:
            return business.facts[name]
        match name:
            case "name":
                return verbatim(context.name.split()[0]) if context.name.split() else ""
            case "business":
                return business.name
            case "segment" | "channel" | "language" | "phone":
                return str(getattr(context, name)) or None
            case "hours":
                return business.hours.shown(self.at)
            case "open_now":
                return self.open_now
            case "opens_at":
                return self.opens_at
            case "wait_minutes":
                return self.wait_minutes
            case "visits":
                # A visit and the conversation about it are one; what was done before one could book counts too.
                return max(context.resolved, len(orders.done(context, self.at)))
            case "nps_due":
                return context.nps_asked_at is None or self.at - context.nps_asked_at >= NPS_AGAIN
            case "services":
                return _services.get((), (business,), business.options)
            case "prices":
                return self._price_list()
            case "recommended" | "recommended_price":
                return self._goes_with(name, context)
            case "languages":
                return tuple(Option(code.casefold(), verbatim(name)) for code, name in OWN_NAMES.items())
        if name in VISIT_FACTS:
            return VisitFacts(self.at, business, self.texts, self.taken).fact(name, context)
        return self._of_service(name, context)

    def _goes_with(self, name: str, context: Context) -> Fact | None:
        """What goes well with the last service, never the same again."""
        done = orders.done(context, self.at)
        last = self.business.service(str(done[-1]["service"]) if done else context.last_service)
        other = self.business.service(last.goes_with) if last else None
        if other is None:
            return None
        return other.name if name == "recommended" else self.business.price(other)

    def _of_service(self, name: str, context: Context) -> Fact | None:
        slot = context.slots.get("service")
        service = self.business.service(str(slot["key"])) if slot else None
        if service is None:
            return None
        match name:
            case "service_price":
                return self.business.price(service)
            case "service_duration":
                return service.duration
            case "service_includes":
                return service.includes
        return None

    def _price_list(self) -> Phrase:
        priced = [(one, self.business.price(one)) for one in self.business.services]
        rows: dict[str, Value] = {}
        template = []
        for service, price in priced:
            if price is not None:
                rows[f"n_{service.key}"], rows[f"p_{service.key}"] = service.name, price
                template.append(f"{{n_{service.key}}}: {{p_{service.key}}}")
        every = "\n".join(template)
        return Phrase(every, values=rows, texts=dict.fromkeys(("uz", "kk", "ru", "en"), every))
