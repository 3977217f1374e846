"""How it goes with an account: written down, and told to its owner when it goes wrong."""

import datetime as dt
import logging

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.calendars.dav.connection import DavFault, Way, may_be_inside
from kairos.calendars.events import ACCOUNT_TROUBLED
from kairos.calendars.models import AccountState, CalendarAccount, Trouble
from kairos.calendars.models.account import ONLY_THE_OWNER
from kairos.core.connections import TOLD_AFTER
from kairos.core.history import change_set
from kairos.core.sealing import Unreadable, opened

log = logging.getLogger(__name__)
PURPOSE = "kairos.calendars.accounts"
EVERY = dt.timedelta(minutes=5)


def way_of(account: CalendarAccount) -> Way:
    """How to get in. Raises `DavFault` where the password can no longer be read."""
    try:
        password = opened(account.state.secret, purpose=PURPOSE)
    except Unreadable as error:
        raise DavFault(Trouble.SECRET) from error
    inside = may_be_inside(account.owner, account.url)
    return Way(url=account.url, login=account.login, password=password, may_be_inside=inside)


def note_success(account: CalendarAccount, *, began_at: dt.datetime) -> None:
    """All was looked at; what was asked for meanwhile stays asked for."""
    now = timezone.now()
    states = AccountState.objects.filter(account=account)
    states.update(checked_at=now, **AccountState.IN_ORDER)
    states.filter(next_check_at__lte=began_at).update(next_check_at=now + EVERY)


def note_fault(account: CalendarAccount, fault: DavFault) -> None:
    """Try again less and less often. A wrong password is told at once and not tried again, else the third time."""
    now_is = account.state.after_failure(fault.trouble, fault.said, timezone.now())
    is_owners = fault.trouble in ONLY_THE_OWNER
    was_told = account.state.trouble == fault.trouble if is_owners else now_is["failures"] != TOLD_AFTER
    log.warning("calendar account %s: %s %s", account.pk, fault.trouble.value, fault.said)
    AccountState.objects.filter(account=account).update(**now_is)
    if not was_told:
        told = {"account": account.name, "people": account.owner_id}
        summary = _("%(record)s is not kept in step")
        with change_set(by=None, summary=summary, params={"record": account}) as changes:
            changes.event(ACCOUNT_TROUBLED.name, account, **told)
