"""What brought a customer to us, each time: the first touch is kept on the deal, and the last."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kairos.core.actions.records import create_record
from kairos.core.history import Changes
from kairos.crm import events
from kairos.crm.models import Campaign, Channel, Medium, Opportunity, Source, Touch

NAMES: Mapping[str, type[Any]] = {"source": Source, "medium": Medium, "campaign": Campaign}


@dataclass(frozen=True, slots=True)
class Brought:
    """What is known about one coming: source, medium and campaign by name or as records, the page and where from."""

    source: Any = None
    medium: Any = None
    campaign: Any = None
    url: str = ""
    referrer: str = ""
    at: dt.datetime | None = None

    def records(self, *, by: Any) -> dict[str, Any]:
        """Source, medium and campaign as records; names nobody has heard of are made."""
        return {name: named(model, getattr(self, name), by=by) for name, model in NAMES.items()}


def named(model: type[Any], given: Any, *, by: Any) -> Any:
    """The record of this name, in whatever case it is written; made where there is none, nothing for no name."""
    if given is None or isinstance(given, model):
        return given
    name = " ".join(str(given).split())[: model._meta.get_field("name").max_length]
    if not name:
        return None
    present = model.objects.active().filter(name__iexact=name).order_by("pk").first()
    return present or create_record(model=model, values={"name": name}, by=by)


def add_touch(
    changes: Changes, opportunity: Opportunity, *, channel: str, brought: Brought, heard: bool = True
) -> Touch:
    """Remember that the customer came; the first touch stays, the last one moves; as a rule we `heard` from them."""
    at = brought.at or changes.at
    found = brought.records(by=changes.by)
    is_first = not Touch.objects.filter(opportunity=opportunity).exists()
    touch = changes.create(
        Touch,
        opportunity=opportunity,
        at=at,
        channel=channel,
        url=brought.url[:500],
        referrer=brought.referrer[:500],
        **found,
    )
    values: dict[str, Any] = {f"last_{name}": record for name, record in found.items()}
    if is_first:
        values |= {name: record for name, record in found.items() if getattr(opportunity, name) is None}
    if heard:
        values |= opportunity.once_heard(at)
    changes.update(opportunity, **values)
    if not is_first:
        what = found["campaign"] or found["source"] or found["medium"] or "–"
        changes.event(events.TOUCHED.name, opportunity, channel=Channel(channel).label, what=what)
    return touch
