from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.contacts.access import ContactsAccess
from kairos.contacts.actions.contacts import create_contact, update_contact, update_contacts
from kairos.contacts.actions.merging import completeness, merge_contacts
from kairos.contacts.imports import ContactRules
from kairos.contacts.models import Contact
from kairos.core.duplicates.keys import domain_keys, tax_key
from kairos.core.fields import ChoiceTextField, Field, LanguageField, RelationField, YearField
from kairos.core.records import (
    Board,
    DuplicateRules,
    Filter,
    MatchKeys,
    Menu,
    MergeRules,
    Reason,
    RecordType,
    Section,
    Thread,
    register,
)
from kairos.core.tables import name_key


def _keys(contact: Contact) -> list[tuple[str, str]]:
    """A domain stands for an organisation; people who share one are colleagues."""
    is_organisation = contact.kind == Contact.Kind.ORGANISATION
    return [
        ("name", name_key(contact.name)),
        *(("email", email.casefold()) for email in contact.emails),
        *(("phone", phone) for phone in contact.phones),
        *(domain_keys(emails=contact.emails, website=contact.website) if is_organisation else ()),
        ("tax_id", tax_key(contact.tax_id)),
    ]


def _addresses(contact: Contact) -> list[tuple[str, str]]:
    """Their own, then those of where they belong to."""
    found = [(contact.name, email) for email in contact.emails]
    return found + (
        [(contact.parent.name, email) for email in contact.parent.emails] if contact.parent else []
    )


@register
class Contacts(RecordType):
    model = Contact
    plural = "contacts"
    icon = "contact"
    menu = Menu(_("Contacts"), icon="contact", order=30, key="c")
    access = ContactsAccess()
    thread = Thread(responsible=("owner",), addresses=_addresses)
    field_options: ClassVar[list[Field]] = [
        RelationField(
            "parent",
            limit=lambda found, record: found.organisations(),
            can_create={"kind": "organisation"},
            synonyms=("subsidiary of", "parent company", "employer"),
        ),
        ChoiceTextField("industry", synonyms=("sector", "branch")),
        YearField("founded_in", largest=2200, synonyms=("year established", "founded")),
        LanguageField("language"),
        ChoiceTextField("city"),
    ]
    columns = ("name", "kind", "parent", "emails", "phones", "industry", "country", "owner", "tags")
    search = ("name", "emails", "phones", "parent.name", "city", "external_id")
    match_keys = MatchKeys(
        ("email", "phone", "name"), _keys, ("kind", "name", "emails", "phones", "website", "tax_id")
    )
    duplicates = DuplicateRules(
        reasons=(
            Reason("tax_id", _("Same tax ID"), 95),
            Reason("email", _("Same e-mail address"), 90),
            Reason("phone", _("Same phone number"), 75),
            Reason("domain", _("Same internet domain"), 65),
            Reason("name", _("Same name"), 55, is_shown=False),
            Reason("alike", _("Similar name"), 50, is_shown=False),
        ),
        same=("kind",),
        asked=("name", "emails", "phones"),
        in_queue=lambda contacts: contacts.filter(archived_at=None),
    )
    merge_rules = MergeRules(
        rank=completeness,
        blocks=(
            ("kind",),
            ("street", "postcode", "city", "region", "country"),
            ("annual_revenue", "currency"),
        ),
        joined=("notes",),
        from_first=("kind", "name"),
        merge=merge_contacts,
    )
    filters = (
        Filter("organisations", _("Organisations"), ["kind", "is", "organisation"], "building-2"),
        Filter("people", _("People"), ["kind", "is", "person"], "user"),
        Filter("mine", _("Mine"), ["owner", "is", "me"], "user-check"),
    )
    groups = ("kind", "industry", "country", "city", "parent", "owner", "language")
    default_sort = "name"
    views = ("list", "board")
    board = Board(
        columns="kind",
        fields=("kind", "country", "owner", "language"),
        order=("name", "pk"),
        prefetch=("owner", "parent", "tags"),
    )
    sections = (
        Section(_("Contact"), ("kind", "parent", "job_title", "emails", "phones", "website")),
        Section(_("Address"), ("street", "postcode", "city", "region", "country", "language")),
        Section(_("Company"), ("industry", "employees", "founded_in", "annual_revenue", "currency")),
        Section(_("More"), ("owner", "tags", "notes", "external_id", "created_at", "created_by")),
    )
    quick_create = ("name", "kind", "parent", "emails", "phones")
    import_rules = ContactRules()
    create = staticmethod(create_contact)
    update = staticmethod(update_contact)
    update_many = staticmethod(update_contacts)

    def import_existing(self, changes: Any, values_by_id: dict[int, dict[str, Any]]) -> int:
        return update_contacts(values_by_id=values_by_id, by=changes.by)

    def subtitle(self, record: Any) -> str:
        return str(record.parent) if record.parent_id else record.email or str(record.get_kind_display())
