"""The house without each app that can be left out, and without those that stand on it: it begins and its pages open."""

from pathlib import Path

import pytest
from django.conf import settings

from kairos.config.installed import OPTIONAL
from tests.program import kairos

PAGES = """
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from kairos.accounts.models import Role, User
from kairos.core.history import change_set
from kairos.core.records import all_types

call_command("migrate", verbosity=0)
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
with change_set(by=None, summary="Ada begins") as changes:
    ada = changes.create(User, name="Ada", email="ada@example.com", role=Role.ADMINISTRATOR)
client = Client(HTTP_HOST="localhost")
client.force_login(ada)
listed = [one.plural for one in all_types() if one.menu and one.access.can_list(ada)]
pages = ["/", "/imports", "/settings", *(f"/{one}" for one in listed)]
screens = {"insight": "/reports", "crm": "/forecast", "activities": "/calendar"}
pages += [page for app, page in screens.items() if apps.is_installed(f"kairos.{app}")]
if apps.is_installed("kairos.crm"):
    from kairos.crm.actions.opportunities import create_opportunity
    from kairos.crm.actions.stages import found_stages

    with change_set(by=None, summary="Stages") as changes:
        found_stages(changes)
    pages.append(f'/opportunities/{create_opportunity(values={"title": "Anvils", "salesperson": ada}, by=ada).pk}')
for page in pages:
    answer = client.get(page, follow=True)
    print("PAGE", page, answer.status_code, "quotation" in answer.content.decode().lower())
"""

pytestmark = pytest.mark.skipif(
    "postgresql" in settings.DATABASES["default"]["ENGINE"],
    reason="the same whichever database is under test",
)


def with_what_stands_on(app: str) -> list[str]:
    """Name an app and every one that cannot be there without it."""
    out = [app]
    for name, below in OPTIONAL.items():
        if set(below) & set(out):
            out.append(name)
    return out


@pytest.mark.parametrize("app", OPTIONAL)
def test_the_house_stands_without(tmp_path: Path, app: str) -> None:
    out = with_what_stands_on(app)
    said = kairos(tmp_path / "home", "shell", "-c", PAGES, WITHOUT=",".join(out))
    assert said.returncode == 0, said.stderr
    pages = [line.split() for line in said.stdout.splitlines() if line.startswith("PAGE ")]
    assert len(pages) > 5, said.stdout
    assert [one for one in pages if one[2] != "200"] == []
    if "sales" in out:
        assert [one for one in pages if one[3] == "True"] == []
