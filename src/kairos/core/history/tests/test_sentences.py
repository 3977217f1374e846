"""The sentence of a change set, as its reader counts."""

import pytest
from django.utils import translation

from kairos.core.models import ChangeSet


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Changed 2,089 records"), ("zh-hant", "變更 2,089 筆資料")]
)
def test_a_count_has_its_separators(language: str, sentence: str) -> None:
    with translation.override(language):
        assert str(ChangeSet(summary="Changed %(count)s records", params={"count": 2089})) == sentence


def test_a_number_that_counts_nothing_stays_as_it_is() -> None:
    assert str(ChangeSet(summary="Year %(year)s", params={"year": 2026})) == "Year 2026"
