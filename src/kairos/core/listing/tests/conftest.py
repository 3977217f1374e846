from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kairos.core.history import change_set
from kairos.crm.models import Opportunity


@pytest.fixture
def queries() -> Callable[[Any, str], int]:
    """`queries(client, "/")`: how many queries the page takes."""

    def count(client: Any, url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(url)
        assert answer.status_code == 200
        return len(captured)

    return count


@pytest.fixture
def many_deals(world: Any) -> Callable[..., list[Opportunity]]:
    """`many_deals(30, stage=world.talking)`: that many open deals of Sam's, numbered, each with its own values."""

    def make(count: int, *, prefix: str = "Deal", **values: Any) -> list[Opportunity]:
        given = {
            "stage": world.new,
            "team": world.north,
            "salesperson": world.sam,
            "currency": "USD",
            "probability": 10,
            **values,
        }
        with change_set(by=world.ada, summary="Filled") as changes:
            return changes.create_many(
                Opportunity,
                [
                    Opportunity(title=f"{prefix} {n:03}", expected_revenue=n * 10, **given)
                    for n in range(count)
                ],
            )

    return make
