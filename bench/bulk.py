"""What a bulk change of thousands of records takes: the whole request, from the dialog's answer to the notice."""

import time
from collections.abc import Callable
from typing import Any

AT_ONCE = 8_800
Post = Callable[[str, dict[str, Any]], Any]


def measure(post: Post) -> dict[str, float]:
    """Seconds by what is done, each to the same open deals (as many as there are, at most 8,800), or to as many leads.

    Each but the last is taken back before the next; `undo` is what taking back the won ones takes.
    """
    from kairos.accounts.models import Team, User
    from kairos.crm.models import Opportunity, Stage

    deals = list(Opportunity.objects.open().order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    leads = _leads(len(deals))
    seller, team, stage = User.objects.all()[5], Team.objects.all()[2], Stage.objects.all()[2]
    edit = "/opportunities/bulk/edit"
    work: dict[str, tuple[str, list[int], dict[str, Any]]] = {
        "edit_team": (edit, deals, {"field": "team", "team": team.pk}),
        "edit_stage": (edit, deals, {"field": "stage", "stage": stage.pk}),
        "edit_probability": (edit, deals, {"field": "probability", "probability": 45}),
        "edit_tags": (edit, deals, {"field": "tags", "tags": _tag()}),
        "assign": ("/opportunities/bulk/assign", deals, {"salesperson": seller.pk}),
        "archive": ("/opportunities/bulk/archive", deals, {}),
        "lose": ("/opportunities/bulk/lose", deals, {}),
        "win": ("/opportunities/bulk/win", deals, {}),
        "convert": ("/leads/bulk/convert", leads, {"makes": "1"}),
    }
    found: dict[str, float] = {"records": len(deals)}
    for name, (url, ids, answers) in work.items():
        form = {"ids": ",".join(map(str, ids)), "run": "1", "key": f"bench-{name}", **answers}
        found[name] = _seconds(lambda url=url, form=form: post(url, form))
        taken_back = _seconds(lambda: _undo(post))
        if name in ("win", "convert"):
            found[f"undo_{name}"] = taken_back
    return found


def _undo(post: Post) -> Any:
    from kairos.core.models import ChangeSet

    return post(f"/history/{ChangeSet.objects.latest('pk').pk}/undo", {})


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    answer = work()
    if answer.status_code >= 400:
        raise SystemExit(f"the server answered {answer.status_code}: {answer.content[:300]!r}")
    return round(time.perf_counter() - started, 2)


def _tag() -> int:
    from kairos.core.models import Tag

    return int(Tag.objects.get_or_create(name="Bench")[0].pk)


def _leads(count: int) -> list[int]:
    """Three in four leads are new people of one company in ten; the others are known, and lack a telephone number."""
    from kairos.contacts.actions.contacts import create_contacts
    from kairos.contacts.models import Contact
    from kairos.core.history import change_set
    from kairos.crm.actions.imports import import_new_leads
    from kairos.crm.actions.stages import found_lead_stages
    from kairos.crm.models import Kind, Stage

    with change_set(by=None, summary="Leads") as changes:
        if not Stage.objects.filter(kind=Kind.LEAD).exists():
            found_lead_stages(changes)
        known = [
            Contact(kind=Contact.Kind.PERSON, name=f"Known {n}", emails=[f"p{n}@c{n}.example"])
            for n in range(0, count, 4)
        ]
        create_contacts(known, by=None)
        rows = [
            {
                "title": f"Interest {n}",
                "contact_name": f"Person {n}",
                "company_name": f"Company {n % (count // 10 + 1)}",
                "email": f"p{n}@c{n}.example",
                "phone": f"+8862{23400000 + n}",
            }
            for n in range(count)
        ]
        return [lead.pk for lead in import_new_leads(changes, rows)]
