"""What was given to somebody and has not been opened yet."""

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet

from kairos.core.records import type_of
from kairos.crm.models import Assignment, Kind, Lead, Opportunity


def new_for(user: Any, *, since: dt.datetime | None = None) -> QuerySet[Any]:
    """The person's unopened assignments of open records that are still theirs, newest first."""
    found = Assignment.objects.filter(
        user=user.pk,
        seen_at=None,
        opportunity__salesperson=F("user"),
        opportunity__status="open",
        opportunity__archived_at=None,
    )
    found = found.filter(at__gt=since) if since else found
    return found.select_related("opportunity", "team", "user", "run").order_by("-at", "-pk")


def url_of(line: Assignment) -> str:
    """The page of what was given."""
    record = line.opportunity
    return type_of(Lead if record.kind == Kind.LEAD else Opportunity).url_of(record)
