"""What is sold: products and their prices."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.test import Client

from kairos.crm.actions.products import create_product
from tests.world import World

As = Callable[[Any], Client]


def test_prices_stand_in_the_list_and_are_not_summed_up(world: World, as_: As) -> None:
    for name, price in (("Saw", 300), ("Press", 500)):
        create_product(values={"name": name, "list_price": Decimal(price), "currency": "USD"}, by=world.ada)
    page = as_(world.tia).get("/products?view=list").content.decode()
    assert "$300" in page
    assert "$500" in page
    assert "$800" not in page
