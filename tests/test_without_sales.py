"""The house without the app for quotations: it begins, its pages open, and nothing on them speaks of quotations."""

from pathlib import Path

from tests.program import kairos

PAGES = """
from django.test import Client
from kairos.accounts.models import Role, User
from kairos.core.history import change_set
from kairos.core.records import all_types
from kairos.crm.actions.opportunities import create_opportunity
from kairos.crm.actions.stages import found_stages

with change_set(by=None, summary="Ada begins") as changes:
    ada = changes.create(User, name="Ada", email="ada@example.com", role=Role.ADMINISTRATOR)
    found_stages(changes)
deal = create_opportunity(values={"title": "Anvils", "salesperson": ada}, by=ada)
client = Client(HTTP_HOST="localhost")
client.force_login(ada)
pages = ["/", f"/opportunities/{deal.pk}", "/reports", "/forecast", "/calendar", "/imports", "/settings"]
pages += [f"/{one.plural}" for one in all_types() if one.menu]
for page in pages:
    answer = client.get(page, follow=True)
    print("PAGE", page, answer.status_code, "quotation" in answer.content.decode().lower())
"""


def test_the_house_stands_without_the_app_for_quotations(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for command in (("migrate",), ("makemigrations", "--check", "--dry-run")):
        done = kairos(home, *command, WITHOUT="sales")
        assert done.returncode == 0, done.stderr
    said = kairos(home, "shell", "-c", PAGES, WITHOUT="sales")
    assert said.returncode == 0, said.stderr
    pages = [line.split() for line in said.stdout.splitlines() if line.startswith("PAGE ")]
    assert len(pages) > 15, said.stdout
    assert [one for one in pages if one[2:] != ["200", "False"]] == []
