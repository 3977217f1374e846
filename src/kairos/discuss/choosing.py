"""What people chose to hear of, applied to what they are about to be told."""

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef

from kairos.accounts.time_zones import zones_of
from kairos.discuss.models import Notification, PushSubscription, choice_of


def as_chosen(rows: list[Notification], *, is_mailed: bool) -> list[Notification]:
    """Those that their people want, with the time at which they are due by e-mail."""
    browsers = PushSubscription.objects.filter(user=OuterRef("pk"))
    people = get_user_model()._default_manager.select_related("notice_choice")
    people = people.annotate(has_browser=Exists(browsers))
    found = people.in_bulk({row.user_id for row in rows}) if rows else {}
    zones = zones_of(found.values()) if found else {}
    kept = []
    for row in rows:
        choice = choice_of(found[row.user_id])
        if choice.way(row.reason).inbox:
            kept.append(row)
            if is_mailed and row.read_at is None:
                zone = zones[row.user_id]
                row.mail_at = choice.mail_at(row.reason, now=row.at, zone=zone)
                if found[row.user_id].has_browser:
                    row.push_at = choice.push_at(row.reason, now=row.at, zone=zone)
    return kept
