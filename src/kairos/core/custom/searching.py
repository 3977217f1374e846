"""What records are found by follows the definitions: a field that goes, or comes back, takes its values along."""

from collections.abc import Mapping, Set
from typing import Any

from kairos.core.custom.converting import holders
from kairos.core.models import CustomField
from kairos.core.models.custom_values import PREFIX
from kairos.core.search import rewrite_entries
from kairos.core.slots import FOLLOWERS, Follower

WATCHED = frozenset({"archived_at", "kind", "record_types"})


@FOLLOWERS.register(order=10, for_type="customfield")
class SearchFollows(Follower):
    """Records that have a value in a field are found by it as long as it is there, and a text."""

    def follow(self, changes: Any, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        changed = [pk for pk, names in fields_by_id.items() if names & WATCHED and pk not in deleted]
        for key in CustomField._base_manager.filter(pk__in=changed).values_list("key", flat=True):
            for model, found in holders(PREFIX + key):
                rewrite_entries(model, found.values_list("pk", flat=True))
