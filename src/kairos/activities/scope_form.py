"""What deleting or cancelling one time of a series asks: this one, those that follow, or all."""

from collections.abc import Sequence
from typing import Any

from kairos.activities.actions.occurrences import Scope
from kairos.activities.repeating import sentence_of
from kairos.core.records import ActionForm


class ScopeForm(ActionForm):
    """Of one record in a series which times of it; of many, and of what does not repeat, nothing."""

    template = "activities/_delete_scope.html"

    def context(self, records: Sequence[Any], user: Any, data: Any) -> dict[str, Any]:
        if len(records) != 1 or records[0].series_id is None:
            return {"scopes": []}
        return {
            "scopes": Scope.choices,
            "scope": data.get("scope", Scope.THIS),
            "words": sentence_of(records[0]),
        }

    def read(
        self, records: Sequence[Any], user: Any, data: Any
    ) -> tuple[dict[str, Any], dict[str, list[str]]]:
        scope = data.get("scope", "")
        return {"scope": scope if scope in Scope.values and len(records) == 1 else Scope.THIS}, {}
