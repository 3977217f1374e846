"""What the page of a product shows beside its fields: the image, the variants; and that images are kept."""

import json
from collections.abc import Iterable
from typing import Any

from kairos.core.history.canonical import from_text, type_name
from kairos.core.models import FieldChange
from kairos.core.records import type_of
from kairos.core.slots import FILE_KEEPERS, RECORD_PANELS, FileKeeper, RecordPanel
from kairos.crm.models import Product


@RECORD_PANELS.register(order=5, for_type="product")
class ProductCard(RecordPanel):
    """How it looks, and in which variants it is sold."""

    template_name = "crm/_product_card.html"

    def context(self, user: Any, record: Product) -> dict[str, Any]:
        kind = type_of(Product)
        return {
            "kind": kind,
            "may_change": kind.access.can_edit(user, record) and not record.is_archived,
            "variants": list(record.variants.visible_to(user).active().order_by("pk")),
        }


@FILE_KEEPERS.register()
class ProductImages(FileKeeper):
    """The images that are shown, and those an undo would bring back."""

    def digests(self) -> Iterable[str]:
        yield from Product.objects.exclude(image="").values_list("image", flat=True).iterator()
        field = Product._meta.get_field("image")
        before = FieldChange.objects.filter(record_type=type_name(Product), field__in=("image", ""))
        for name, old in before.exclude(old=None).values_list("field", "old").iterator():
            text = old if name else json.loads(str(old)).get("image")
            if digest := text and from_text(field, text):
                yield str(digest)
