"""Errors in our look, and as a notice where a part of a page was asked for."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from kairos.core.views.errors import server_error

pytestmark = pytest.mark.django_db


def test_a_page_that_is_not_there_says_so_in_our_look(world: Any, as_: Callable[..., Any]) -> None:
    answer = as_(world.sam).get("/opportunities/999999")
    assert answer.status_code == 404
    assert "This page is not here" in answer.content.decode()
    assert "To the start page" in answer.content.decode()


def test_a_part_of_a_page_gets_a_notice_instead_of_a_page(world: Any, as_: Callable[..., Any]) -> None:
    text = (
        as_(world.sam)
        .get("/opportunities/999999/field/title", headers={"HX-Request": "true"})
        .content.decode()
    )
    assert "This page is not here" in text
    assert text.strip().startswith("<hx-partial")


def test_a_form_from_nowhere_is_refused_in_our_look(world: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.sam)
    answer = client.post(f"/opportunities/{world.sams_deal.pk}/do/win")
    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()
    world.sams_deal.refresh_from_db()
    assert world.sams_deal.status == "open"


@pytest.mark.parametrize("page", ["400", "403", "404", "409", "500"])
def test_every_error_page_stands_without_a_request(page: str) -> None:
    assert page in render_to_string(f"{page}.html")


def test_our_own_mistakes_are_answered_too() -> None:
    assert server_error(RequestFactory().get("/")).status_code == 500
