"""Contents of files go when nobody refers to them any more, and not before."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kairos.core import files
from kairos.core.actions.files import forget_unused_files
from kairos.core.models import ChangeSet
from kairos.discuss.actions.attachments import remove_attachment
from kairos.discuss.models import Attachment
from kairos.mail.actions.outbox import queue_mail

As = Callable[..., Any]
Say = Callable[..., Any]


def kept(content: bytes) -> Path:
    """A content that was kept three days ago, and that no row refers to."""
    path = files.path_of(files.keep([content])[0])
    return aged(path)


def aged(path: Path) -> Path:
    before = (timezone.now() - dt.timedelta(days=3)).timestamp()
    os.utime(path, (before, before))
    return path


def attached(world: Any, say: Say, content: bytes) -> tuple[Attachment, Path]:
    say(world.sam, world.sams_deal, "", files=[SimpleUploadedFile("a.txt", content)])
    file = Attachment.objects.latest("pk")
    return file, aged(files.path_of(file.digest))


def test_what_nobody_refers_to_goes_after_a_day(world: Any, say: Say, own_home: Path) -> None:
    _file, in_use = attached(world, say, b"in use")
    nobodys, fresh = kept(b"nobody's"), files.path_of(files.keep([b"just now"])[0])
    coming = aged_new(files.folder() / ".coming-abc")
    other = aged_new(files.folder() / "mail" / "aa" / f"{'a' * 64}.eml")
    assert forget_unused_files(now=timezone.now()) == 2
    assert [path.exists() for path in (nobodys, coming, in_use, fresh, other)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def aged_new(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return aged(path)


def test_a_removed_file_comes_back_by_undo_after_the_night(world: Any, say: Say, as_: As) -> None:
    file, path = attached(world, say, b"a contract")
    remove_attachment(file, by=world.sam)
    assert forget_unused_files(now=timezone.now()) == 0
    assert path.exists()
    assert as_(world.sam).post(f"/history/{ChangeSet.objects.latest('pk').pk}/undo").status_code < 400
    got = as_(world.sam).get(f"/opportunities/{world.sams_deal.pk}/files/{file.pk}")
    assert b"".join(got.streaming_content) == b"a contract"


def test_what_goes_along_with_mail_stays(world: Any) -> None:
    path = kept(b"an offer")
    one = {"name": "offer.txt", "media_type": "text/plain", "digest": path.name}
    queue_mail(to="eve@acme.example", subject="Offer", text="Here", by=world.sam, files=[one])
    assert forget_unused_files(now=timezone.now()) == 0
    assert path.exists()


def test_what_is_kept_again_in_that_moment_stays(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept(b"again")
    monkeypatch.setattr(
        "kairos.mail.extensions.Enclosed.digests", lambda _self: [files.keep([b"again"])[0]][:0]
    )
    assert forget_unused_files(now=timezone.now()) == 0
    assert path.exists()


def test_whoever_is_killed_on_the_way_leaves_the_rest_for_the_next_night(
    world: Any, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    _file, in_use = attached(world, say, b"in use")
    nobodys = [kept(f"nobody's {number}".encode()) for number in range(3)]
    unlink = Path.unlink
    gone: list[Path] = []

    def die_at_the_second(path: Path, missing_ok: bool = False) -> None:
        if gone:
            raise SystemExit
        gone.append(path)
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", die_at_the_second)
        with pytest.raises(SystemExit):
            forget_unused_files(now=timezone.now())
    assert sum(path.exists() for path in nobodys) == 2
    assert forget_unused_files(now=timezone.now()) == 2
    assert (in_use.exists(), any(path.exists() for path in nobodys)) == (True, False)
