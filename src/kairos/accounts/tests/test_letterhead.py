"""What stands on the papers of the house."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kairos.accounts.models import Workspace
from kairos.accounts.workspace import logo_of, workspace

pytestmark = pytest.mark.django_db
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
GIVEN = {"address": "7 Long Road\nTaipei", "tax_id": "24567891", "phone": "+886 2 8101", "accent": "#0f766e"}


def picture(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.png", content)


def test_an_administrator_writes_the_letterhead_with_a_logo(house, signed_in):
    client = signed_in(house.ada)
    assert client.post("/settings/letterhead", {**GIVEN, "logo": picture(DOT)}).status_code == 302
    stored = Workspace.objects.get()
    assert {name: getattr(stored, name).replace("\r", "") for name in GIVEN} == GIVEN
    assert logo_of(workspace()) == DOT
    assert "data:image/png;base64," in client.get("/settings").content.decode()
    client.post("/settings/letterhead", GIVEN)
    assert logo_of(workspace()) == DOT
    client.post("/settings/letterhead", {**GIVEN, "without_logo": "1"})
    assert logo_of(workspace()) == b""


@pytest.mark.parametrize(
    "content", [b"<svg/>", b"GIF89a", DOT[:40], b"\x89PNG\r\n\x1a\n" + b"x" * 300_000], ids=len
)
def test_what_is_no_picture_is_no_logo(house, signed_in, content):
    answer = signed_in(house.ada).post("/settings/letterhead", {**GIVEN, "logo": picture(content)})
    assert answer.status_code == 422
    assert "A logo is a PNG, JPEG or WebP picture" in answer.content.decode()
    assert (Workspace.objects.get().logo, Workspace.objects.get().address) == ("", "")


def test_a_colour_is_a_colour(house, signed_in):
    answer = signed_in(house.ada).post("/settings/letterhead", {**GIVEN, "accent": "red;"})
    assert (answer.status_code, Workspace.objects.get().accent) == (422, "")


def test_only_administrators_write_the_letterhead(house, signed_in):
    assert signed_in(house.sam).post("/settings/letterhead", GIVEN).status_code == 403
    assert Workspace.objects.get().address == ""
