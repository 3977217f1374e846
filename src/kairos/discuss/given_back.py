"""Taking a merged record apart gives back what people were told of it."""

from collections.abc import Mapping, Set

from django.db.models import F

from kairos.core.history import Changes
from kairos.core.records import all_types
from kairos.core.slots import FOLLOWERS, Follower
from kairos.discuss.models import Notification


def give_back_to(stored_name: str) -> None:
    """Let notifications of these records return to one that is there again."""

    @FOLLOWERS.register(for_type=stored_name)
    class GivenBack(Follower):
        """A notification belongs to the record that its event happened to, as long as that is there."""

        def follow(self, changes: Changes, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
            # Only an undo brings back what was there before; what is new has told nobody yet.
            if changes.row.undoes_id is None:
                return
            back = [pk for pk, names in fields_by_id.items() if "" in names and pk not in deleted]
            told = Notification.objects.filter(event__record_type=stored_name, event__record_id__in=back)
            away = told.exclude(record_id=F("event__record_id")).values_list("event__record_id", flat=True)
            for pk in set(away):
                told.filter(event__record_id=pk).update(record_type=stored_name, record_id=pk)


def give_back_to_all() -> None:
    for name in dict.fromkeys(kind.stored_name for kind in all_types() if kind.thread is not None):
        give_back_to(name)
