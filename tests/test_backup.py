"""A backup, restored into another home, holds the same; what is no backup is refused and changes nothing."""

import os
import subprocess
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import kairos

COUNT = (
    "from kairos.crm.models import Opportunity; from kairos.core.models import FieldChange, SearchEntry; "
    "print('COUNTED', Opportunity.objects.count(), FieldChange.objects.count(), SearchEntry.objects.count(), "
    "sum(Opportunity.objects.values_list('expected_revenue', flat=True)))"
)
FILL = "from kairos.core.demo import fill; fill()"
SPOIL = "from kairos.crm.models import Opportunity; Opportunity.objects.update(expected_revenue=1)"


@pytest.fixture(params=["sqlite", "postgresql"])
def settings_of(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """No settings for the embedded database; a database of its own on the server under test, where there is one."""
    if request.param == "sqlite":
        yield {}
        return
    server = os.environ.get("KAIROS_DATABASE_URL", "").rpartition("/")[0]
    if not server.startswith("postgres"):
        pytest.skip("no PostgreSQL under test")
    name = f"kairos_backup_{uuid.uuid4().hex[:8]}"
    subprocess.run(["psql", f"{server}/postgres", "-qc", f"CREATE DATABASE {name}"], check=True)
    yield {"DATABASE_URL": f"{server}/{name}"}
    subprocess.run(["psql", f"{server}/postgres", "-qc", f"DROP DATABASE {name} WITH (FORCE)"], check=True)


def counted(home: Path, settings: dict[str, str]) -> str:
    said = kairos(home, "shell", "-c", COUNT, **settings).stdout
    return next(line for line in said.splitlines() if line.startswith("COUNTED"))


def test_what_was_backed_up_comes_back_whole(tmp_path: Path, settings_of: dict[str, str]) -> None:
    home, other, archive = tmp_path / "home", tmp_path / "other", tmp_path / "kairos.tar.gz"
    assert kairos(home, "migrate", "--verbosity", "0", **settings_of).returncode == 0
    kairos(home, "shell", "-c", FILL, **settings_of)
    (home / "files/imports").mkdir(parents=True, exist_ok=True)
    (home / "files/imports/deals.csv").write_text("title\nAnvils\n")
    before = counted(home, settings_of)

    made = kairos(home, "backup", str(archive), **settings_of)
    assert made.returncode == 0, made.stderr
    assert oct(archive.stat().st_mode & 0o777) == "0o600"
    assert kairos(home, "backup", str(archive), **settings_of).returncode == 1

    kairos(home, "shell", "-c", SPOIL, **settings_of)
    assert counted(home, settings_of) != before
    refused = kairos(home, "restore", str(archive), **settings_of)
    assert (refused.returncode, "records here already" in refused.stderr) == (1, True)

    place = home if settings_of else other
    restored = kairos(place, "restore", str(archive), "--replace", **settings_of)
    assert restored.returncode == 0, restored.stderr
    assert counted(place, settings_of) == before
    assert (place / "files/imports/deals.csv").read_text() == "title\nAnvils\n"
    assert (place / "secrets/secret-key").read_text() == (home / "secrets/secret-key").read_text()


@pytest.mark.parametrize("kind", ["text", "cut", "foreign", "climbing"])
def test_what_is_no_backup_is_refused_with_a_sentence(tmp_path: Path, kind: str) -> None:
    home, archive, stray = tmp_path / "home", tmp_path / "x.tar.gz", tmp_path / "stray"
    stray.write_text("x")
    if kind == "text":
        archive.write_text("hello")
    else:
        with tarfile.open(archive, "w:gz") as file:
            file.add(stray, "../../climbed" if kind == "climbing" else "stray")
        if kind == "cut":
            archive.write_bytes(archive.read_bytes()[:40])
    kairos(home, "migrate", "--verbosity", "0")
    refused = kairos(home, "restore", str(archive))
    assert (refused.returncode, "is not a backup of Kairos" in refused.stderr) == (1, True)
    assert not (tmp_path / "climbed").exists()
    assert not (tmp_path.parent / "climbed").exists()
