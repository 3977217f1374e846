"""Files of a record, given out by the rights of the record."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kairos.core.editing.answers import acting
from kairos.core.files import path_of
from kairos.core.history import recorded
from kairos.core.records import RecordType
from kairos.discuss.actions.attachments import remove_attachment
from kairos.discuss.models import Attachment
from kairos.discuss.reading import may_read
from kairos.discuss.views.found import of_thread, thread_answer


@require_safe
@of_thread
def download(request: HttpRequest, record_type: RecordType, record: Any, file: int) -> HttpResponse:
    """The content: an image may be shown in the page, anything else is only ever saved, and nothing in it runs."""
    found = get_object_or_404(_of(record_type, record), pk=file)
    is_gone = found.message is not None and found.message.is_deleted
    if is_gone or not may_read(found.message, request.user):
        raise Http404
    try:
        content = path_of(found.digest).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    is_shown = found.is_image and "save" not in request.GET
    answer: Any = FileResponse(
        content, as_attachment=not is_shown, filename=found.name, content_type=found.media_type
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    return cast(HttpResponse, answer)


@require_POST
@of_thread
@acting
def remove(request: HttpRequest, record_type: RecordType, record: Any, file: int) -> HttpResponse:
    """Take one's own file away; the notice brings it back."""
    found = get_object_or_404(_of(record_type, record), pk=file)
    if found.author_id != request.user.pk:
        raise PermissionDenied(_("Only the person who brought this file can remove it."))
    with recorded() as rows:
        remove_attachment(found, by=request.user)
    said = _("The file is removed.")
    return thread_answer(request, record_type, record, message=found.message, notice=said, undo=rows[-1])


def _of(record_type: RecordType, record: Any) -> Any:
    found = Attachment.objects.filter(record_type=record_type.stored_name, record_id=record.pk)
    return found.select_related("message__incoming")
