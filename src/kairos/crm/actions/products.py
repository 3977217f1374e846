"""Products: made, made in variants, and given an image. Permission is asked before."""

from collections.abc import Iterable, Mapping
from itertools import product as combined
from math import prod
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.accounts.workspace import default_currency
from kairos.core.actions.records import create_record
from kairos.core.files import keep
from kairos.core.history import ActionRefused, change_set
from kairos.crm.models import Product, ProductAttribute

MOST_VARIANTS = 100
LARGEST_IMAGE = 2 * 2**20
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TAKEN_OVER = "kind category series unit unit_chinese list_price currency image".split()
LONGEST_NAME, LONGEST_TEXT = 120, 500


class TooManyVariants(ActionRefused):
    message = _("These attributes give %(count)s variants; at most %(most)s can be made.")


class NoValues(ActionRefused):
    message = _("“%(attribute)s” has no values yet.")


class NotAnImage(ActionRefused):
    message = _("An image is a PNG, JPEG, GIF or WebP file of at most 2 MB.")


def create_product(
    *, values: Mapping[str, Any], by: Any, model: type[Product] = Product, at: Any = None
) -> Product:
    """A new product; its price is in the workspace's currency unless another is named."""
    return create_record(
        model=Product,
        values={**values, "currency": values.get("currency") or default_currency()},
        by=by,
        at=at,
    )


def make_variants(product: Product, *, attributes: Iterable[ProductAttribute], by: Any) -> list[Product]:
    """A product for each combination of values that has none yet; each starts as this one is. Returns the new ones.

    Raises `TooManyVariants`, `NoValues`.
    """
    chosen = sorted(attributes, key=lambda one: one.pk)
    for one in chosen:
        if not one.values:
            raise NoValues(attribute=one)
    count = prod(len(one.values) for one in chosen)
    if count > MOST_VARIANTS:
        raise TooManyVariants(count=count, most=MOST_VARIANTS)
    params = {"record": product}
    with change_set(by=by, summary=_("Made variants of %(record)s"), params=params) as changes:
        changes.lock(product)
        changes.update(product, attributes=chosen)
        present = set(product.variants.values_list("variant", flat=True))
        wanted = [", ".join(values) for values in combined(*(one.values for one in chosen))]
        return [
            changes.create(Product, **_variant(product, words)) for words in wanted if words not in present
        ]


def _variant(product: Product, words: str) -> dict[str, Any]:
    texts = {
        name: f"{text}, {words}"[:LONGEST_TEXT]
        for name in ("text_english", "text_chinese")
        if (text := getattr(product, name))
    }
    taken = {name: getattr(product, name) for name in TAKEN_OVER}
    name = f"{product.name}, {words}"[:LONGEST_NAME]
    return {**taken, **texts, "name": name, "variant_of": product, "variant": words[:200]}


def set_image(product: Product, *, upload: Any, by: Any) -> Product:
    """Show this image with the product. Raises `NotAnImage`."""
    if upload is None or upload.size > LARGEST_IMAGE:
        raise NotAnImage()
    digest, _size, media_type = keep(upload.chunks())
    if media_type not in IMAGES:
        raise NotAnImage()
    params = {"record": product}
    with change_set(by=by, summary=_("Changed the image of %(record)s"), params=params) as changes:
        changes.update(product, image=digest)
    return product


def remove_image(product: Product, *, by: Any) -> Product:
    """Show no image with the product any more."""
    params = {"record": product}
    with change_set(by=by, summary=_("Removed the image of %(record)s"), params=params) as changes:
        changes.update(product, image="")
    return product
