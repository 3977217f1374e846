"""Making one contact of several."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.contacts.actions.contacts import check_ancestors
from kairos.contacts.models import Contact
from kairos.core.history import ActionRefused, change_set
from kairos.core.merging.merging import merge_records

TOLD = (
    "emails phones tax_id website street city postcode country job_title industry employees parent_id owner_id"
).split()


class MixedKinds(ActionRefused):
    message = _("A person and an organisation cannot be merged.")


def completeness(contact: Contact) -> tuple[int, dt.datetime]:
    """How much a contact tells; of equals the one changed last is believed more."""
    return sum(bool(getattr(contact, name)) for name in TOLD), contact.updated_at


def merge_contacts(
    contacts: Sequence[Contact], *, into: Contact, choices: Mapping[str, int | str], by: Any
) -> Contact:
    """Make one person of several, or one organisation. Raises `MixedKinds`, `OwnAncestor` and what merging refuses."""
    if len({contact.kind for contact in [*contacts, into]}) > 1:
        raise MixedKinds()
    params = {"record": into, "count": len({contact.pk for contact in contacts} | {into.pk})}
    with change_set(by=by, summary=_("Merged %(count)s records into %(record)s"), params=params):
        merge_records(contacts, into=into, choices=choices, by=by)
        # What it belongs to may have been loaded before things were moved.
        into.refresh_from_db()
        if into.parent is not None:
            check_ancestors(into, into.parent)
    return into
