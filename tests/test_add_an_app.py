"""The page that shows how to add an app is followed to the letter, in a process and a home of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/how-to/add-an-app.md"

USE = """
from django.test import Client
from django.conf import settings
from kairos.accounts.models import User, Workspace
from kairos.core.history.undo import undo
from kairos.core.models import ChangeSet
from rentals.models import Machine

settings.ALLOWED_HOSTS.append("testserver")
Workspace.objects.update_or_create(pk=1, defaults={"name": "Rentals", "currency": "USD"})
ada = User.objects.create(name="Ada", email="ada@example.com", role="administrator")
client = Client()
client.force_login(ada)


def get(url):
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code, answer.content[:2000])
    return answer.content.decode()


made = client.post("/machines/new", {"name": "Digger 7", "daily_rate": "120"}, headers={"HX-Request": "true"})
assert made.status_code < 400, made.content
digger = Machine.objects.get()
assert (digger.name, digger.daily_rate, digger.state) == ("Digger 7", 120, "free")
assert "Digger 7" in get("/machines?view=list")
assert "Rented out" in get("/machines?view=board")
assert "Digger 7" in get(f"/machines/{digger.pk}")
assert "Digger 7" in get("/commands?q=digg")
assert "Machines" in get("/")

refused = client.post(f"/machines/{digger.pk}/do/take-back", headers={"HX-Request": "true"})
assert refused.status_code in (403, 404, 409), refused.status_code
client.post(f"/machines/{digger.pk}/field/state", {"value": "rented", "was": "free"}, headers={"HX-Request": "true"})
digger.refresh_from_db()
assert digger.state == "rented"
done = client.post(f"/machines/{digger.pk}/do/take-back", headers={"HX-Request": "true"})
digger.refresh_from_db()
assert (done.status_code, digger.state) == (200, "free")
undo(ChangeSet.objects.latest("pk"), by=ada)
digger.refresh_from_db()
assert digger.state == "rented"
assert "Digger 7" in "".join(part.decode() for part in client.get("/machines/export.csv").streaming_content)
print("the app works")
"""


def test_the_page_on_adding_an_app_works_as_written(tmp_path: Path) -> None:
    blocks = re.findall(
        r"```python\n# (rentals/\w+\.py)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert [name for name, _code in blocks] == [
        "rentals/apps.py",
        "rentals/models.py",
        "rentals/actions.py",
        "rentals/records.py",
    ]
    (tmp_path / "rentals").mkdir()
    (tmp_path / "rentals/__init__.py").touch()
    for name, code in blocks:
        (tmp_path / name).write_text(code, encoding="utf-8")
    (tmp_path / "use.py").write_text(USE, encoding="utf-8")
    for arguments in (
        ["makemigrations", "rentals"],
        ["migrate", "--verbosity", "0"],
        ["shell", "-c", "import use"],
    ):
        _run(tmp_path, *arguments)


def test_an_app_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match='there is no package "nowhere"'):
        _run(tmp_path, "check", apps="nowhere")


def _run(home: Path, *arguments: str, apps: str = "rentals") -> str:
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("KAIROS_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "kairos.config.command", *arguments],
        env={
            **kept,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(home)]),
            "KAIROS_HOME": str(home / "home"),
            "KAIROS_APPS": apps,
        },
        capture_output=True,
        text=True,
        cwd=home,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
