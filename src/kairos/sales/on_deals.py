"""What lists and boards below say of quotations: columns of deals and contacts, and a line at the foot of a card."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kairos.contacts.models import Contact
from kairos.core.fields import Field
from kairos.core.fields import format as shown
from kairos.core.history.as_of import annotation_of, as_of
from kairos.core.records import contribute_fields
from kairos.core.slots import CARD_LINES, CardLine
from kairos.crm.models import Opportunity
from kairos.sales.models import Quotation, State

Amounts = dict[str, Decimal]


class SumField(Field):
    """What the quotations of some states come to without taxes, by currency: one query for a page of records.

    `links` are the foreign keys of a quotation to the record; with several each quotation counts once.
    """

    kind = "text"
    operators = ()

    def __init__(self, name: str, label: Any, *, states: Sequence[State], links: Sequence[str]) -> None:
        super().__init__(name, label=label, required=False, editable=False, sortable=False)
        self.states, self.links = states, links

    def prepare(self, records: Sequence[Any], *, user: Any, past: dt.datetime | None = None) -> None:
        pks = [one.pk for one in records]
        asked = Q(*[Q(**{f"{link}__in": pks}) for link in self.links], _connector=Q.OR)
        seen = Quotation.objects.visible_to(user).filter(asked)
        rows = counted(seen, self.states, ("currency", "untaxed", *self.links), past=past)
        found: dict[int, Amounts] = defaultdict(lambda: defaultdict(Decimal))
        for currency, amount, *owners in rows:
            for owner in {*owners}:
                found[owner][currency] += amount
        for record in records:
            setattr(record, f"_{self.name}", found.get(record.pk, {}))

    def value(self, record: Any) -> Amounts:
        """By currency; of a record that was not prepared nothing, because nobody says who looks."""
        return getattr(record, f"_{self.name}", {})

    def format(self, value: Any) -> str:
        return " + ".join(shown.money(amount, currency) for currency, amount in value.items())


def counted(
    quotations: Any, states: Sequence[State], fields: Sequence[str], *, past: dt.datetime | None
) -> Any:
    """These fields of the quotations that are in one of the states and not put away; of a past day what held then.

    Which record a quotation belongs to is told as of today: it hardly ever changes.
    """
    if past is None:
        return quotations.active().filter(state__in=states).values_list(*fields)
    then = as_of(quotations, past, ["state", "archived_at", *fields])
    there = {annotation_of("state") + "__in": states, annotation_of("archived_at"): None}
    return then.filter(**there).values_list(*[annotation_of(name) for name in fields])


def columns(*links: str) -> tuple[SumField, ...]:
    return (
        SumField("quoted", _("Quoted, still open"), states=(State.DRAFT, State.SENT), links=links),
        SumField("ordered", _("Ordered"), states=(State.CONFIRMED,), links=links),
    )


contribute_fields(Opportunity, *columns("opportunity"))
contribute_fields(Contact, *columns("organisation", "person"))


@CARD_LINES.register(order=10, for_type="opportunity")
class NewestQuotation(CardLine):
    """The newest quotation of a deal that counts: what it comes to and how long it has been so."""

    def lines(
        self, records: Sequence[Any], *, now: dt.datetime, past: dt.datetime | None = None
    ) -> Mapping[int, str]:
        found = Quotation.objects.filter(opportunity__in=[one.pk for one in records]).order_by("pk")
        states = (State.DRAFT, State.SENT, State.CONFIRMED)
        fields = ("opportunity", "state", "currency", "untaxed", "sent_at", "confirmed_at")
        rows = counted(found, states, fields, past=past)
        # The last one laid down is the newest.
        return {deal: _said(*row, today=timezone.localdate(now)) for deal, *row in rows}


def _said(
    state: str,
    currency: str,
    untaxed: Decimal,
    sent_at: dt.datetime | None,
    confirmed_at: dt.datetime | None,
    *,
    today: dt.date,
) -> str:
    amount = shown.money_short(untaxed, currency)
    if state == State.CONFIRMED and confirmed_at is not None:
        return _now("Ordered %(amount)s · %(ago)s") % {"amount": amount, "ago": _ago(confirmed_at, today)}
    if state == State.SENT and sent_at is not None:
        return _now("Quoted %(amount)s · sent %(ago)s") % {"amount": amount, "ago": _ago(sent_at, today)}
    return _now("Quoted %(amount)s · draft") % {"amount": amount}


def _ago(moment: dt.datetime, today: dt.date) -> str:
    days = (today - timezone.localdate(moment)).days
    if days <= 0:
        return _now("today")
    return ngettext("%(num)s day ago", "%(num)s days ago", days) % {"num": shown.number(days)}
