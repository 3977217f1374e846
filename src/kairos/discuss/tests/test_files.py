"""Files of a record: kept once, given out by its rights, never run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kairos.core import files
from kairos.core.models import ChangeSet
from kairos.discuss.models import Attachment, Message

As = Callable[..., Any]
Say = Callable[..., Any]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def upload(name: str, content: bytes, kind: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def there(record: Any, file: Attachment, rest: str = "") -> str:
    return f"/opportunities/{record.pk}/files/{file.pk}{rest}"


def test_files_come_with_a_note_and_are_kept_once(world: Any, say: Say, as_: As, own_home: Path) -> None:
    answer = say(world.sam, world.sams_deal, "", files=[upload("a.png", PNG), upload("b.png", PNG)])
    assert answer.status_code == 200
    one, two = Attachment.objects.order_by("pk")
    assert (one.name, one.media_type, one.size, one.digest) == ("a.png", "image/png", len(PNG), two.digest)
    assert [path.name for path in (own_home / "files").rglob("*") if path.is_file()] == [one.digest]
    assert f'<img src="{there(world.sams_deal, one)}"' in answer.content.decode()
    got = as_(world.lena).get(there(world.sams_deal, one))
    assert body(got) == PNG
    assert got["Content-Type"] == "image/png"
    assert got["Content-Disposition"] == 'inline; filename="a.png"'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.html", b"<script>alert(1)</script>"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("x.png", b"<html><script>alert(1)</script>"),
        (
            "x.xml",
            b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
        ),
        ("x.js", b"alert(1)"),
        ("x.pdf", b"%PDF-1.7 hostile"),
    ],
)
def test_nothing_that_could_run_is_shown_in_the_page(
    world: Any, say: Say, as_: As, name: str, content: bytes
) -> None:
    page = say(world.sam, world.sams_deal, "file", files=[upload(name, content)]).content.decode()
    file = Attachment.objects.get()
    assert "<img src" not in page
    got = as_(world.sam).get(there(world.sams_deal, file))
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got["Content-Type"] in ("application/octet-stream", "application/pdf")


def test_a_file_is_as_secret_as_its_record(world: Any, say: Say, as_: As) -> None:
    say(world.otto, world.ottos_deal, "", files=[upload("plan.png", PNG)])
    file = Attachment.objects.get()
    for who in (world.sam, world.stranger):
        assert as_(who).get(there(world.ottos_deal, file)).status_code == 404
        assert as_(who).get(there(world.sams_deal, file)).status_code == 404
        assert as_(who).post(there(world.ottos_deal, file, "/remove")).status_code == 404
    assert Attachment.objects.count() == 1


def test_only_whoever_brought_a_file_removes_it_and_can_take_that_back(world: Any, say: Say, as_: As) -> None:
    say(world.sam, world.sams_deal, "look", files=[upload("a.png", PNG)])
    file = Attachment.objects.get()
    assert as_(world.lena).post(there(world.sams_deal, file, "/remove")).status_code == 403
    assert as_(world.sam).post(there(world.sams_deal, file, "/remove")).status_code == 200
    assert Attachment.objects.count() == 0
    as_(world.sam).post(f"/history/{ChangeSet.objects.latest('pk').pk}/undo")
    assert Attachment.objects.get().digest == file.digest
    assert body(as_(world.sam).get(there(world.sams_deal, file))) == PNG


def test_the_files_of_a_deleted_note_are_gone_with_it(world: Any, say: Say, as_: As) -> None:
    say(world.sam, world.sams_deal, "look", files=[upload("a.png", PNG)])
    file, note = Attachment.objects.get(), Message.objects.get()
    as_(world.sam).post(f"/opportunities/{world.sams_deal.pk}/messages/{note.pk}/delete")
    assert as_(world.sam).get(there(world.sams_deal, file)).status_code == 404


def test_what_is_too_large_is_refused_whole(
    world: Any, say: Say, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST", 100)
    answer = say(world.sam, world.sams_deal, "two", files=[upload("a.png", PNG), upload("b.bin", b"x" * 200)])
    assert answer.status_code == 422
    assert "b.bin" in answer.content.decode()
    assert (Message.objects.count(), Attachment.objects.count()) == (0, 0)
    assert not [path for path in (own_home / "files").iterdir() if path.name.startswith(".coming")]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("報價單 v2.xlsx", "報價單 v2.xlsx"),
        ("a\u202egpj.exe", "a gpj.exe"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_name_is_only_a_name(world: Any, given: str, kept: str) -> None:
    from kairos.discuss.actions.attachments import _named

    assert _named(given) == kept
