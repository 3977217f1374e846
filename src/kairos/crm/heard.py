"""What a customer writes is a sign of life of their deal; what we wrote since waits for an answer."""

from collections import defaultdict
from collections.abc import Mapping, Set
from typing import Any

from kairos.core.history import Changes
from kairos.core.history.canonical import type_name
from kairos.core.slots import FOLLOWERS, Follower
from kairos.crm.models import Opportunity
from kairos.discuss.models import Message


@FOLLOWERS.register(for_type="message")
class HeardByMessage(Follower):
    """The last customer event of a deal is the newest of what came, whichever way it came.

    It waits for an answer since the first message of ours that has left after that.
    """

    def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        new = [pk for pk, names in fields_by_id.items() if {"", "sent_at"} & names and pk not in deleted]
        said = Message.objects.filter(pk__in=new, record_type=type_name(Opportunity))
        came = dict(said.from_customers().order_by("created_at").values_list("record_id", "created_at"))
        went = set(said.to_customers().values_list("record_id", flat=True))
        if came or went:
            changes.settle(Opportunity, _standing(came, went))


def _standing(came: Mapping[int, Any], went: Set[int]) -> dict[int, dict[str, Any]]:
    """When each of the deals was last heard of, and since when it waits for an answer."""
    ids = [*came, *went]
    ours = Message.objects.filter(record_type=type_name(Opportunity), record_id__in=ids).to_customers()
    written = defaultdict(list)
    for pk, at in ours.order_by("sent_at").values_list("record_id", "sent_at"):
        written[pk].append(at)
    found = {}
    for pk, last in Opportunity.with_leads.filter(pk__in=ids).values_list("pk", "last_customer_event_at"):
        heard = max(filter(None, (last, came.get(pk))), default=None)
        waiting = (at for at in written[pk] if heard is None or at > heard)
        found[pk] = {"last_customer_event_at": heard, "unanswered_since": next(waiting, None)}
    return found
