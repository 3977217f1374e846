"""What is measured: whole requests through every middleware, signed in, without the network."""

import datetime as dt
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from bench import served

NAMES = (
    "board",
    "list",
    "record",
    "thread",
    "pivot",
    "forecast",
    "duplicates",
    "move",
    "search",
    "create",
    "quotation",
    "orders",
    "import",
    "score",
)
EXTRA = (
    "bulk",
    "pdf",
    "search_duplicates",
    "pivot_months",
    "pivot_as_of",
    "told",
    "imap",
    "caldav",
    "funnel",
    "today",
    "as_of",
    "chat",
    "cold_start",
    "memory",
    "throughput",
)


def measure(*, size: int, rounds: int, only: list[str] | None = None) -> dict[str, dict[str, float]]:
    """Median milliseconds of a warm request, or records per second, by name."""
    settings.ALLOWED_HOSTS.append("testserver")
    bench = _Bench(rounds)
    chosen = NAMES if only is None else [name for name in (*NAMES, *EXTRA) if name in only]
    return {name: getattr(bench, name if name != "import" else "import_")() for name in chosen}


class _Bench:
    def __init__(self, rounds: int) -> None:
        from kairos.accounts.models import User
        from kairos.crm.models import Opportunity, Stage

        self.rounds = rounds
        self.client = Client(raise_request_exception=True)
        self.boss = User.objects.get(email="boss@bench.example")
        self.client.force_login(self.boss)
        found = Opportunity.objects.open().order_by("pk").values_list("pk", "stage_id")[: rounds * 4]
        self.stage_of = dict(found)
        self.deals = list(self.stage_of)
        self.stages = list(
            Stage.objects.filter(is_won=False).order_by("position").values_list("pk", flat=True)
        )

    def board(self) -> dict[str, float]:
        """The whole pipeline board: all columns, their totals, 40 cards each."""
        return self._get(lambda n: "/opportunities?view=board")

    def as_of(self) -> dict[str, float]:
        """The whole board as it stood a hundred days ago."""
        day = timezone.localdate() - dt.timedelta(days=100)
        return self._get(lambda n: f"/opportunities?view=board&as_of={day}")

    def pivot_months(self) -> dict[str, float]:
        """A report that no tally can answer: won, win rate and days to close by month and team."""
        asked = "measures=won,win_rate,days_to_close&rows=created_at:month&column=team"
        return self._get(lambda n: f"/reports/on/opportunities?{asked}")

    def pivot_as_of(self) -> dict[str, float]:
        """The same report of a hundred days ago beside today's."""
        day = timezone.localdate() - dt.timedelta(days=100)
        asked = "measures=open_count,open_revenue&rows=salesperson&column=stage"
        return self._get(lambda n: f"/reports/on/opportunities?{asked}&compare={day}")

    def told(self) -> dict[str, float]:
        """What changed in the last hundred days."""
        day = timezone.localdate() - dt.timedelta(days=100)
        return self._get(lambda n: f"/reports/changes/opportunities?since={day}")

    def forecast(self) -> dict[str, float]:
        """The forecast: open deals by closing month as a board, and what the months come to above."""
        return self._get(lambda n: "/forecast")

    def funnel(self) -> dict[str, float]:
        """The sales funnel of every deal there is, from the history."""
        return self._get(lambda n: "/funnel?span=ever")

    def today(self) -> dict[str, float]:
        """The start page of whoever leads: one's own numbers, a card for each team, how everybody stands."""
        return self._get(lambda n: "/")

    def cold_start(self) -> dict[str, float]:
        return served.cold_start(self._cookie)

    def memory(self) -> dict[str, float]:
        return served.memory(self._cookie)

    def chat(self) -> dict[str, float]:
        """From saying something to the other's screen; with two workers and Redis on PostgreSQL."""
        from bench.chat import delivery

        return delivery(rounds=self.rounds * 3, workers=2 if connection.vendor == "postgresql" else 1)

    def throughput(self) -> dict[str, float]:
        """With two workers on PostgreSQL; on SQLite there is one."""
        return served.throughput(self._cookie, workers=2 if connection.vendor == "postgresql" else 1)

    @property
    def _cookie(self) -> str:
        """The session of the signed-in person, for a client of our own."""
        name = settings.SESSION_COOKIE_NAME
        return f"{name}={self.client.cookies[name].value}"

    def list(self) -> dict[str, float]:
        """The first 80 of the list."""
        return self._get(lambda n: "/opportunities?view=list")

    def pivot(self) -> dict[str, float]:
        """The report of open deals by salesperson and stage: count and sum, with every total."""
        asked = "measures=open_count,open_revenue&rows=salesperson&column=stage"
        return self._get(lambda n: f"/reports/on/opportunities?{asked}")

    def record(self) -> dict[str, float]:
        """A deal's page with its history, another deal each time."""
        return self._get(lambda n: f"/opportunities/{self.deals[n]}")

    def thread(self) -> dict[str, float]:
        """The page of a deal with 5,000 entries: notes of several people, changes between them."""
        from bench.talk import make_thread

        make_thread(self.deals[-1], self.boss, entries=5000)
        return self._get(lambda n: f"/opportunities/{self.deals[-1]}")

    def search(self) -> dict[str, float]:
        """The search box: two words, another pair each time."""
        from bench.fill import WORDS

        return self._get(lambda n: f"/commands?q={WORDS[n % 16]}+{WORDS[(n * 7 + 3) % 16]}", htmx=True)

    def move(self) -> dict[str, float]:
        """Drag a card into the next column: the write with its history, and the answer with fresh totals."""

        def drag(n: int) -> Any:
            deal = self.deals[n]
            here = self.stages.index(self.stage_of[deal])
            there = self.stages[(here + 1) % len(self.stages)]
            return self._post(f"/opportunities/{deal}/move", {"field": "stage", "column": there})

        return self._time(drag)

    def create(self) -> dict[str, float]:
        """New deals through the quick-create door."""
        count = self.rounds * 10
        started = time.perf_counter()
        for n in range(count):
            form = {"title": f"Bench deal {n}", "expected_revenue": "1000", "key": f"{started}-{n}"}
            _check(self._post("/opportunities/new", form))
        return {"per_second": round(count / (time.perf_counter() - started), 1)}

    def duplicates(self) -> dict[str, float]:
        """What is similar to a contact or a deal being typed in, by turns: exact keys, another each time."""
        contacts, deals = self._names()

        def typed(n: int) -> Any:
            if n % 2:
                name, phone = contacts[n % len(contacts)]
                fields = {"name": name, "kind": "organisation", "emails": f"x@d{n}.example", "phones": phone}
                return self.client.get(
                    f"/contacts/similar?{urlencode(fields)}", headers={"HX-Request": "true"}
                )
            title, organisation = deals[n % len(deals)]
            fields = {"title": title, "organisation": organisation}
            return self.client.get(
                f"/opportunities/similar?{urlencode(fields)}", headers={"HX-Request": "true"}
            )

        return self._time(typed)

    def _names(self) -> tuple[Any, Any]:
        from kairos.contacts.models import Contact
        from kairos.crm.models import Opportunity

        contacts = Contact.objects.organisations().order_by("pk")[:200]
        deals = Opportunity.objects.exclude(organisation=None).order_by("pk")[:200]
        return (
            [(contact.name, contact.phone) for contact in contacts],
            [(deal.title, deal.organisation_id) for deal in deals],
        )

    def search_duplicates(self) -> dict[str, float]:
        """The search of the background worker over the whole database, with every key worked out anew."""
        from kairos.core.actions.duplicates import search_all

        started = time.perf_counter()
        search_all()
        return {"seconds": round(time.perf_counter() - started, 1)}

    def import_(self) -> dict[str, float]:
        """A spreadsheet of 9,000 deals with checks, history, search text and matched customers."""
        from django.core.management import call_command

        count = 9_000
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "deals.csv")
            mark = f"{time.time():.0f}-"
            lines = ["External ID,Title,Organisation,Salesperson,Stage,Expected revenue,Expected closing"]
            lines += [
                f"B{mark}{n},Imported deal {n},Customer {n % 80},Seller {n % 40},Qualified,{n * 3},"
                f"2027-01-{n % 28 + 1:02}"
                for n in range(count)
            ]
            path.write_text("\n".join(lines))
            report = Path(folder, "report.json")
            started = time.perf_counter()
            with report.open("w") as out:
                call_command("import", "opportunities", str(path), "--json", stdout=out)
            seconds = time.perf_counter() - started
            made = json.loads(report.read_text())["created"]
        assert made == count, f"{made} of {count} were imported"
        return {"per_second": round(count / seconds, 1)}

    def quotation(self) -> dict[str, float]:
        """Quotations of twenty lines from a template, another deal's each time, and one more line on each."""
        from bench.offers import make_template
        from kairos.sales.models import Quotation

        template, count = make_template(self.boss), self.rounds * 2
        started = time.perf_counter()
        for n in range(count):
            form = {"template": template, "key": f"{started}-{n}"}
            _check(self._post(f"/opportunities/{self.deals[n]}/quote", form))
        seconds = time.perf_counter() - started
        made = list(Quotation.objects.order_by("-pk").values_list("pk", flat=True)[:count])
        form = {"description": "Freight", "kind": "item"}
        line = self._time(lambda n: self._post(f"/quotations/{made[n]}/lines", {**form, "key": f"l{n}"}))
        return {"per_second": round(count / seconds, 1), "line_ms": line["median_ms"]}

    def orders(self) -> dict[str, float]:
        """The first 80 of as many orders as there are deals."""
        from bench.offers import make_orders
        from kairos.crm.models import Opportunity

        make_orders(Opportunity.objects.count(), self.boss)
        return self._get(lambda n: "/quotations?view=list&filter=orders")

    def pdf(self) -> dict[str, float]:
        """The PDF of a quotation of twenty lines in Chinese, another deal's each time."""
        from kairos.crm.models import Opportunity
        from kairos.sales.actions.lines import add_line
        from kairos.sales.actions.quotations import create_quotation
        from kairos.sales.models import Quotation

        for deal in Opportunity.objects.filter(pk__in=self.deals[: self.rounds + 3]):
            made = create_quotation(values={"opportunity": deal}, by=self.boss)
            for number in range(20):
                values = {"description": f"精密光譜儀 SP-{number}，含校正證書", "unit_price": 100 + number}
                add_line(made, values=values, by=self.boss)
        made_ids = list(Quotation.objects.order_by("pk").values_list("pk", flat=True))
        return self._get(lambda n: f"/quotations/{made_ids[n]}/pdf")

    def bulk(self) -> dict[str, float]:
        """Changes of thousands of deals and leads at once."""
        from bench import bulk

        return bulk.measure(self._post)

    def score(self) -> dict[str, float]:
        """All open deals scored; last, for teams follow the score from here on."""
        from bench import scoring

        return scoring.measure()

    def imap(self) -> dict[str, float]:
        """Messages a second out of a mailbox of 50,000, whose reader is killed half-way."""
        from bench import mailbox

        return mailbox.measure(self.boss)

    def caldav(self) -> dict[str, float]:
        """Events a second in step with a calendar server, each way."""
        from bench import calendar

        return calendar.measure(self.boss)

    def _get(self, url: Callable[[int], str], *, htmx: bool = False) -> dict[str, float]:
        headers = {"HX-Request": "true"} if htmx else {}
        return self._time(lambda n: self.client.get(url(n), headers=headers))

    def _post(self, url: str, form: dict[str, Any]) -> Any:
        """A form as htmx sends it."""
        kind = "application/x-www-form-urlencoded"
        return self.client.post(url, urlencode(form), content_type=kind, headers={"HX-Request": "true"})

    def _time(self, work: Callable[[int], Any]) -> dict[str, float]:
        for n in range(3):
            _check(work(n))
        samples, worked = [], []
        for n in range(3, 3 + self.rounds):
            started, busy = time.perf_counter(), time.process_time()
            answer = work(n)
            samples.append((time.perf_counter() - started) * 1000)
            worked.append((time.process_time() - busy) * 1000)
            _check(answer)
        return {
            "median_ms": round(statistics.median(samples), 2),
            "max_ms": round(max(samples), 2),
            # What this process itself computed: steady where the machine is shared.
            "cpu_ms": round(statistics.median(worked), 2),
        }


def _check(answer: Any) -> None:
    if answer.status_code >= 400:
        raise SystemExit(f"the server answered {answer.status_code}: {answer.content[:300]!r}")
