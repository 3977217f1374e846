"""The image of a product."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairos.core.editing.answers import acting, go_on
from kairos.core.editing.found import record_or_404
from kairos.core.files import media_type, path_of
from kairos.core.history import recorded
from kairos.core.records import type_of
from kairos.crm.actions import products
from kairos.crm.models import Product


@require_safe
@login_required
def image(request: HttpRequest, pk: int) -> HttpResponse:
    """The content, whose address carries its digest: it may be kept for good."""
    product = record_or_404(type_of(Product), pk, request.user)
    try:
        content = path_of(product.image).open("rb")
    except OSError as error:
        raise Http404 from error
    kind = media_type(content.read(32))
    content.seek(0)
    answer: Any = FileResponse(content, content_type=kind)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return cast(HttpResponse, answer)


def changing(view: Callable[..., Product]) -> Callable[..., HttpResponse]:
    """The view changes a product that this person may change; its page is shown again, with Undo."""

    @require_POST
    @login_required
    @acting
    @wraps(view)
    def changed(request: HttpRequest, pk: int) -> HttpResponse:
        kind = type_of(Product)
        product = record_or_404(kind, pk, request.user)
        if not kind.access.can_edit(request.user, product):
            raise PermissionDenied
        with recorded() as rows:
            view(request, product)
        return go_on(request, kind.url_of(product), _("Saved."), undo=rows[-1] if rows else None)

    return changed


@changing
def set_image(request: HttpRequest, product: Product) -> Product:
    return products.set_image(product, upload=request.FILES.get("image"), by=request.user)


@changing
def remove_image(request: HttpRequest, product: Product) -> Product:
    return products.remove_image(product, by=request.user)
