"""What is asked before a lead becomes an opportunity: which company, which person, whose."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kairos.accounts.models import Team, User
from kairos.contacts.models import Contact
from kairos.core.duplicates import Match
from kairos.core.editing.inputs import options_url
from kairos.core.editing.numbers import number_in, numbers_in
from kairos.core.fields.format import listed
from kairos.core.records import ActionForm, type_of
from kairos.crm.actions.conversions import plan_conversions
from kairos.crm.actions.proposals import NEW, NOBODY, Proposal, known_of, lacking, person_name, propose
from kairos.crm.models import Lead, Opportunity

# What somebody new would be called, and the words for nobody.
COMPANY = (lambda lead: lead.company_name, _lazy("Do not link a company"))
PERSON = (person_name, _lazy("Do not link a person"))


class ConvertForm(ActionForm):
    """One lead: who is likely meant, with the reasons. Many: how many will be linked, made and merged."""

    template = "crm/_convert.html"

    def context(self, records: Sequence[Any], user: Any, data: Any) -> dict[str, Any]:
        if len(records) != 1:
            lists = {"people": _people(user), "teams": _teams(user)}
            return {"several": True, "preview": _preview(records, user), **lists}
        lead, found = records[0], propose(records[0], user)
        company, person = _picked(found, user, data)
        kind: Any = type_of(Lead)
        return {
            "several": False,
            "lead": lead,
            "choices": {
                "company": _choices(lead, found.companies, company, user, COMPANY),
                "person": _choices(lead, found.people, person, user, PERSON),
            },
            "others": {
                name: f"{options_url(kind, kind.fields[field])}&create=0"
                for name, field in (("company", "organisation"), ("person", "person"))
            },
            "deals": found.deals,
            "picked": {
                "company": company,
                "person": person,
                "into": data.get("into", ""),
                "salesperson": data.get("salesperson", str(lead.salesperson_id or user.pk)),
                "team": data.get("team", str(lead.team_id or "")),
            },
            "people": _people(user),
            "teams": _teams(user),
        }

    def read(
        self, records: Sequence[Any], user: Any, data: Any
    ) -> tuple[dict[str, Any], dict[str, list[str]]]:
        errors: dict[str, list[str]] = {}
        people = {str(one.pk): one for one in User.objects.active().filter(pk__in=_ids(data, "salesperson"))}
        teams = {str(one.pk): one for one in Team.objects.active().filter(pk__in=_ids(data, "team"))}
        team = teams.get(data.get("team", ""))
        if len(records) != 1:
            order = [people[pk] for pk in data.getlist("salesperson") if pk in people]
            flags = {"makes": data.get("makes") == "1", "merges": data.get("merges") == "1"}
            return {**flags, "salespeople": order, "team": team}, {}
        values: dict[str, Any] = {"team": team, "salesperson": people.get(data.get("salesperson", ""))}
        for name in ("company", "person"):
            values[name] = data.get(name, NOBODY)
            if not _is_contact(values[name], name, user):
                errors[name] = [_("This contact is no longer there. Choose another.")]
        values["into"] = None
        if into := data.get("into", ""):
            values["into"] = _deal(into, user)
            if values["into"] is None:
                errors["into"] = [_("This opportunity is no longer open, or not yours to change.")]
        return values, errors


def _picked(found: Proposal, user: Any, data: Any) -> tuple[str, str]:
    """The company and the person that are chosen: whom somebody has looked up (`_other`), else the answer so far.

    Who is looked up brings the company they belong to, where no other is chosen.
    """
    company, person = data.get("company", found.company), data.get("person", found.person)
    other = data.get("company_other", "")
    if other and _is_contact(other, "company", user):
        company = other
    other = data.get("person_other", "")
    if other and _is_contact(other, "person", user):
        person = other
        parent = Contact.objects.visible_to(user).active().filter(children=int(other)).first()
        if parent is not None and company in (NEW, NOBODY):
            company = str(parent.pk)
    return company, person


def _choices(
    lead: Opportunity, matches: Sequence[Match], picked: str, user: Any, naming: tuple[Any, Any]
) -> list[dict[str, Any]]:
    """Who can be chosen: whom somebody looked up, those likely meant, somebody new where there is a name, nobody."""
    name, nobody = naming[0](lead), naming[1]
    found: dict[str, tuple[Any, Match | None]] = {
        str(match.record.pk): (match.record, match) for match in matches
    }
    if picked not in (NEW, NOBODY, *found) and (other := _contact(picked, user)) is not None:
        found = {picked: (other, None), **found}
    choices: list[dict[str, Any]] = [
        {"value": value, "label": str(record), "match": match, "gains": _gains(lead, record, user)}
        for value, (record, match) in found.items()
    ]
    if name:
        choices.append({"value": NEW, "label": _("Create “%(name)s”") % {"name": name}})
    return [*choices, {"value": NOBODY, "label": str(nobody)}]


def _gains(lead: Opportunity, contact: Contact, user: Any) -> str:
    """What a contact lacks and the lead knows, in words: it is filled in when they are linked."""
    fields = type_of(Contact).fields
    found = lacking(contact, known_of(lead, contact), user)
    return listed(
        [
            _("%(field)s: %(value)s") % {"field": fields[n].label, "value": fields[n].format(v)}
            for n, v in found.items()
        ]
    )


def _preview(leads: Sequence[Any], user: Any) -> dict[str, int]:
    """How many leads will be linked to whom, how many contacts made: worked out the way converting does."""
    planned = plan_conversions(leads, by=user)
    return {
        "company_linked": planned.linked("company"),
        "company_made": len(planned.new(Contact.Kind.ORGANISATION)),
        "person_linked": planned.linked("person"),
        "person_made": len(planned.new(Contact.Kind.PERSON)),
        "merged": sum(map(len, planned.merged().values())),
    }


def _people(user: Any) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in User.objects.visible_to(user).active().order_by("name", "pk")]


def _teams(user: Any) -> list[tuple[str, str]]:
    return [
        (str(one.pk), str(one)) for one in Team.objects.visible_to(user).active().order_by("position", "pk")
    ]


def _ids(data: Any, name: str) -> list[int]:
    return numbers_in(data.getlist(name))


def _is_contact(text: str, name: str, user: Any) -> bool:
    if text in (NEW, NOBODY):
        return True
    found = _contact(text, user)
    return found is not None and found.is_organisation == (name == "company")


def _contact(text: str, user: Any) -> Contact | None:
    found: Contact | None = Contact.objects.visible_to(user).active().filter(pk=number_in(text)).first()
    return found


def _deal(text: str, user: Any) -> Opportunity | None:
    found = Opportunity.objects.visible_to(user).open().active().filter(pk=number_in(text)).first()
    return found if found is not None and type_of(Opportunity).access.can_share(user, found) else None
