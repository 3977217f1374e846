"""What can be done to people and organisations."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.contacts.models import Contact
from kairos.core.actions.records import create_record, update_records
from kairos.core.history import ActionRefused, change_set

DEEPEST = 20


class OwnAncestor(ActionRefused):
    message = _("“%(contact)s” cannot belong to itself, directly or through others.")


def create_contact(
    *, values: Mapping[str, Any], by: Any, at: dt.datetime | None = None, model: type[Contact] = Contact
) -> Contact:
    """A new person or organisation; whoever belongs to an organisation without being one is a person."""
    return create_record(model=Contact, values={"owner": by, **values}, by=by, at=at)


def update_contact(contact: Contact, *, values: Mapping[str, Any], by: Any) -> Contact:
    """Write a contact's values. Raises `OwnAncestor` when it would belong to itself."""
    with change_set(by=by, summary=_("Changed %(record)s"), params={"record": contact}) as changes:
        changes.lock(contact)
        if values.get("parent") is not None:
            check_ancestors(contact, values["parent"])
        changes.update(contact, **values)
    return contact


def update_contacts(
    *, values_by_id: Mapping[int, Mapping[str, Any]], by: Any, model: type[Contact] = Contact
) -> int:
    """Write values to many contacts; returns how many changed. Raises `OwnAncestor`."""
    moved = {pk: values["parent"] for pk, values in values_by_id.items() if values.get("parent") is not None}
    found = Contact.objects.in_bulk(list(moved))
    for pk, contact in found.items():
        check_ancestors(contact, moved[pk])
    return update_records(model=Contact, values_by_id=values_by_id, by=by)


def check_ancestors(contact: Contact, parent: Contact) -> None:
    """Raises `OwnAncestor` when this parent is the contact itself, directly or through others."""
    current: Contact | None = parent
    for _step in range(DEEPEST):
        if current is None:
            return
        if current.pk == contact.pk:
            raise OwnAncestor(contact=contact)
        current = current.parent
    raise OwnAncestor(contact=contact)
