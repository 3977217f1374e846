from typing import Any, Self

from kairos.accounts import rights
from kairos.core.models import RecordQuerySet


class OwnedQuerySet(RecordQuerySet):
    """Records with a `salesperson`, a `team`, and people they are shared with; the rules are `accounts.rights`."""

    def visible_to(self, user: Any) -> Self:
        """What the reach of the person's role gives, and what is shared with them."""
        return self._seen(user)

    def within_reach_of(self, user: Any) -> Self:
        """As `visible_to`, without what is only shared: what a person answers for."""
        return self._seen(user, without=frozenset({rights.SHARED}))

    def _seen(self, user: Any, **options: Any) -> Self:
        visible = super().visible_to(user)
        if not user.is_authenticated:
            return visible
        condition = rights.seen_by(user, self.model, **options)
        return visible if condition is None else visible.filter(condition)
