"""What is asked before a lead becomes an opportunity: which company, which person, whose."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kairos.accounts.models import Team, User
from kairos.contacts.models import Contact
from kairos.core.duplicates import Match
from kairos.core.records import ActionForm, type_of
from kairos.crm.actions.conversion import NEW, NOBODY, Proposal, person_name, propose, surely
from kairos.crm.models import Opportunity

PREVIEWED = 200


class ConvertForm(ActionForm):
    """One lead: who is likely meant, with the reasons. Many: how many will be linked, made and merged."""

    template = "crm/_convert.html"

    def context(self, records: Sequence[Any], user: Any, data: Any) -> dict[str, Any]:
        if len(records) != 1:
            return {"several": True, "preview": _preview(records[:PREVIEWED], user),
                    "is_cut": len(records) > PREVIEWED, "people": _people(user), "teams": _teams(user)}  # fmt: skip
        lead, found = records[0], propose(records[0], user)
        return {
            "several": False,
            "lead": lead,
            "proposal": found,
            "companies": _choices(found.companies, lead.company_name, _("Do not link a company")),
            "persons": _choices(found.people, person_name(lead), _("Do not link a person")),
            "deals": found.deals,
            "picked": {
                "company": data.get("company", found.company),
                "person": data.get("person", found.person),
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


def _choices(matches: Sequence[Match], name: str, nobody: str) -> list[dict[str, Any]]:
    """Who can be chosen: those who are likely meant, somebody new where there is a name, and nobody."""
    found: list[dict[str, Any]] = [
        {"value": str(match.record.pk), "label": str(match.record), "match": match} for match in matches
    ]
    if name:
        found.append({"value": NEW, "label": _("Create “%(name)s”") % {"name": name}})
    return [*found, {"value": NOBODY, "label": nobody}]


def _preview(leads: Sequence[Any], user: Any) -> dict[str, int]:
    """How many leads will be linked to whom, looked up the way converting does."""
    count = {"company_linked": 0, "company_made": 0, "person_linked": 0, "person_made": 0, "merged": 0}
    for lead in leads:
        found: Proposal = propose(lead, user, only_one=True)
        for name in ("company", "person"):
            chosen = getattr(found, name)
            if chosen:
                count[f"{name}_{'made' if chosen == NEW else 'linked'}"] += 1
        count["merged"] += surely(found.deals) is not None
    return count


def _people(user: Any) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in User.objects.visible_to(user).active().order_by("name", "pk")]


def _teams(user: Any) -> list[tuple[str, str]]:
    return [
        (str(one.pk), str(one)) for one in Team.objects.visible_to(user).active().order_by("position", "pk")
    ]


def _ids(data: Any, name: str) -> list[int]:
    return [int(text) for text in data.getlist(name) if text.isascii() and text.isdigit() and len(text) < 19]


def _is_contact(text: str, name: str, user: Any) -> bool:
    if text in (NEW, NOBODY):
        return True
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return False
    kind = Contact.Kind.ORGANISATION if name == "company" else Contact.Kind.PERSON
    return Contact.objects.visible_to(user).active().filter(pk=int(text), kind=kind).exists()


def _deal(text: str, user: Any) -> Opportunity | None:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    found = Opportunity.objects.visible_to(user).open().active().filter(pk=int(text)).first()
    return found if found is not None and type_of(Opportunity).access.can_share(user, found) else None
