"""What can be done to people and organisations."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.contacts.models import Contact
from kairos.core.actions.records import create_record
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
            _check_ancestors(contact, values["parent"])
        changes.update(contact, **values)
    return contact


def _check_ancestors(contact: Contact, parent: Contact) -> None:
    current: Contact | None = parent
    for _step in range(DEEPEST):
        if current is None:
            return
        if current.pk == contact.pk:
            raise OwnAncestor(contact=contact)
        current = current.parent
    raise OwnAncestor(contact=contact)
