"""What can be done to people and organisations."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.contacts.models import Contact
from kairos.core.actions.records import create_record, update_records
from kairos.core.history import ActionRefused, change_set
from kairos.core.history.bulk import chunks

DEEPEST = 20


class OwnAncestor(ActionRefused):
    message = _("“%(contact)s” cannot belong to itself, directly or through others.")


def create_contact(
    *, values: Mapping[str, Any], by: Any, at: dt.datetime | None = None, model: type[Contact] = Contact
) -> Contact:
    """A new person or organisation; whoever belongs to an organisation without being one is a person."""
    return create_record(model=Contact, values={"owner": by, **values}, by=by, at=at)


def create_contacts(contacts: Sequence[Contact], *, by: Any) -> None:
    """New people and organisations in few statements; whoever they belong to has been made before."""
    params = {"count": len(contacts)}
    with change_set(by=by, summary=_("Created %(count)s records"), params=params) as changes:
        for contact in contacts:
            contact.created_at = changes.at
            # Named before it was made, its number is known only now.
            contact.parent = contact.parent
        changes.create_many(Contact, list(contacts))


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
    _check_many_ancestors(
        {pk: values["parent"].pk for pk, values in values_by_id.items() if values.get("parent") is not None}
    )
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


def _check_many_ancestors(parent_of: Mapping[int, int]) -> None:
    """As `check_ancestors` for each of many; a query for each step up, not for each contact."""
    above: dict[int, int | None] = {}
    asked = set(parent_of.values())
    while asked:
        for part in chunks(sorted(asked)):
            above |= dict(Contact.objects.filter(pk__in=part).values_list("pk", "parent_id"))
        asked = {pk for pk in above.values() if pk is not None} - above.keys()
    above |= parent_of
    for start in parent_of:
        current: int | None = start
        for _step in range(DEEPEST + 1):
            current = above.get(current) if current is not None else None
            if current is None:
                break
        else:
            raise OwnAncestor(contact=Contact.objects.get(pk=start))
