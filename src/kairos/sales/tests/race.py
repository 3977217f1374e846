"""What `test_processes_at_once` runs in processes of their own: a house to begin with, and one sent form."""

import json
import sys
import time
from http.client import HTTPConnection
from urllib.parse import urlencode

CSRF = "a" * 32


def found_house() -> None:
    """Let Sam send two quotations for a deal, and print what his browser and the customer would know of them."""
    from decimal import Decimal
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from kairos.accounts.models import Role, Team, User
    from kairos.core.history import change_set
    from kairos.crm.actions.opportunities import create_opportunity
    from kairos.sales.actions.lines import add_line
    from kairos.sales.actions.links import address_of, link_of, make_link
    from kairos.sales.actions.portal import fingerprint
    from kairos.sales.actions.quotations import create_quotation
    from kairos.sales.actions.states import send_quotation
    from kairos.sales.models import Quotation
    from kairos.sales.paper import lines_of

    with change_set(by=None, summary="Sam begins") as changes:
        team = changes.create(Team, name="North", currency="USD")
        sam = changes.create(
            User, name="Sam Seller", email="sam@example.com", role=Role.SALES_OWN, teams=[team]
        )
    deal = create_opportunity(values={"title": "Anvils", "salesperson": sam, "team": team}, by=sam)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(sam.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = sam.get_session_auth_hash()
    session.save()
    quotations = []
    for _number in range(2):
        made = create_quotation(values={"opportunity": deal}, by=sam)
        add_line(made, values={"description": "Anvil", "unit_price": Decimal(100)}, by=sam)
        send_quotation(made, by=sam)
        token = address_of(make_link(made, by=sam)).rpartition("/")[2]
        link = link_of(token)
        assert link is not None
        seen = fingerprint(Quotation.objects.get(pk=made.pk), lines_of(link.quotation), language="en")
        quotations.append({"pk": made.pk, "token": token, "seen": seen})
    cookies = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    known = {"deal": deal.pk, "cookies": cookies, "quotations": quotations}
    sys.stdout.write("HOUSE " + json.dumps(known))


def count_house() -> None:
    """Print what became of the quotations, and everything that tells of it."""
    from kairos.core.models import EventEntry, FieldChange
    from kairos.discuss.models import Attachment
    from kairos.sales.models import NumberSequence, PortalAnswer, Quotation

    told = FieldChange.objects.filter(record_type="quotation", field="state", old="sent")
    rows = [
        {
            "pk": one.pk,
            "sequence": one.sequence,
            "revision": one.revision,
            "state": one.state,
            "invoicing": one.invoicing,
            "confirmed_at": one.confirmed_at is not None,
            "cancelled_at": one.cancelled_at is not None,
            "lines": one.lines.count(),
        }
        for one in Quotation.objects.order_by("sequence", "revision")
    ]
    found = {
        "quotations": rows,
        "drafts": [row["pk"] for row in rows if row["state"] == "draft" and row["revision"] == 1],
        "sequence": list(NumberSequence.objects.values_list("last", flat=True)),
        "answers": list(PortalAnswer.objects.values_list("quotation", "kind")),
        "papers": Attachment.objects.count(),
        "left_sent": list(told.values_list("record_id", "new")),
        "confirmed_events": EventEntry.objects.filter(name="sales.quotation_confirmed").count(),
    }
    sys.stdout.write("HOUSE " + json.dumps(found))


def send() -> None:
    """Wait for the moment, send the form once, and print the status: ADDRESS, PORT, MOMENT, PATH, COOKIES, FORM."""
    port, moment, path, cookies, form = sys.argv[1:]
    connection = HTTPConnection("127.0.0.1", int(port), timeout=120)
    connection.connect()
    body = urlencode({"csrfmiddlewaretoken": CSRF, **json.loads(form)})
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    time.sleep(max(0.0, float(moment) - time.time()))
    connection.request("POST", path, body, headers)
    sys.stdout.write(str(connection.getresponse().status))


if __name__ == "__main__":
    send()
