"""Quotations made of quotations: the next version of one that was sent, or another like it."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history import Changes, change_set
from kairos.sales.actions.lines import new_line
from kairos.sales.actions.quotations import numbered
from kairos.sales.actions.refusals import check_state
from kairos.sales.house import house
from kairos.sales.models import Quotation, QuotationLine, State

COPIED = "opportunity organisation person salesperson currency customer_reference terms price_list".split()
COPIED += "discount_percent rounding".split()
COPIED_OF_LINES = (
    "position kind product_id description quantity unit_price discount_percent is_optional".split()
)
COPIED_OF_LINES += "is_own_price listed_price".split()


def revise_quotation(quotation: Quotation, *, by: Any) -> Quotation:
    """A new version of what was sent, under the same number; the old one stays as it is. Raises `NotPossibleNow`."""
    with change_set(by=by, summary=_("Revised %(record)s"), params={"record": quotation}) as changes:
        check_state(changes.lock(quotation), State.SENT)
        changes.update(quotation, state=State.REPLACED)
        revision = quotation.revision + 1
        values = {name: getattr(quotation, name) for name in ("year", "sequence", *COPIED)}
        number = f"Q{quotation.year}-{quotation.sequence:04}-{revision}"
        values |= {"number": number, "revision": revision, "valid_until": _valid_until(changes)}
        made = changes.create(Quotation, **values)
        _copy_lines(changes, quotation, made)
    return made


def duplicate_quotation(quotation: Quotation, *, by: Any) -> Quotation:
    """Another draft with the same lines and a number of its own."""
    with change_set(by=by, summary=_("Duplicated %(record)s"), params={"record": quotation}) as changes:
        changes.lock(quotation)
        values = {name: getattr(quotation, name) for name in COPIED}
        made = numbered(changes, values | {"valid_until": _valid_until(changes)})
        _copy_lines(changes, quotation, made)
    return made


def _valid_until(changes: Changes) -> dt.date:
    return timezone.localdate(changes.at) + dt.timedelta(days=house().valid_days)


def _copy_lines(changes: Changes, quotation: Quotation, made: Quotation) -> None:
    lines = list(quotation.lines.prefetch_related("taxes").order_by("position", "pk"))
    copies = [
        new_line(changes, made, **{name: getattr(one, name) for name in COPIED_OF_LINES}) for one in lines
    ]
    changes.create_many(QuotationLine, copies, {"taxes": [list(one.taxes.all()) for one in lines]})
