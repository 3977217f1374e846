"""Where orders are found."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.world import World

pytestmark = pytest.mark.django_db
As = Callable[[Any], Any]
ORDERS = r'href="/quotations\?filter=orders" title="Orders"'


def test_orders_stand_below_quotations_while_one_is_there(world: World, as_: As) -> None:
    client = as_(world.lena)
    assert not re.search(ORDERS, client.get("/").content.decode())
    assert re.search(f"{ORDERS}>", client.get("/quotations").content.decode())
    page = client.get("/quotations?filter=orders").content.decode()
    assert re.search(f'{ORDERS} aria-current="page">', page)


def test_the_palette_leads_to_the_orders(world: World, as_: As) -> None:
    found = as_(world.lena).get("/commands?q=orders").content.decode()
    assert re.search(r'data-url="/quotations\?filter=orders"[^>]*>.*?Go to Orders<', found)
