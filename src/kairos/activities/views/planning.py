"""Planning on a record, finishing, changing, noting what was done: dialogs that stand beside the page."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kairos.activities.actions import activities, meetings
from kairos.activities.actions.occurrences import UNCHANGED, change_occurrence
from kairos.activities.attending import answering, invitees_of, shown, span_in_words
from kairos.activities.models import Activity, ActivityType, Chaining
from kairos.activities.sight import attach_records, numbers_of, takes_activities
from kairos.activities.views.dialog import ask, read, read_rule, scope_in
from kairos.core.editing.answers import CHANGED, acting, notice
from kairos.core.editing.found import of_record, record_or_404, type_or_404
from kairos.core.editing.once import once
from kairos.core.records import RecordType, type_of

ACTED = json.dumps({CHANGED: "", "record-acted": "", "dialog:close": ""})


@require_http_methods(["GET", "POST"])
@of_record
@acting
def plan(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """What is to be done about a record. GET asks, with what is usual for the type; POST plans."""
    if not takes_activities(record_type):
        raise Http404
    return _planned(request, record, record_type.title(record))


@require_http_methods(["GET", "POST"])
@login_required
@acting
def new(request: HttpRequest) -> HttpResponse:
    """Something to do that is about no record."""
    return _planned(request, None, "")


def _planned(request: HttpRequest, record: Any, title: str) -> HttpResponse:
    if request.method != "POST":
        return ask(request, url=request.path, sentence=title, data=request.GET)
    values, errors = read(request)
    rule, wrong = read_rule(request.POST, None)
    errors |= wrong
    if errors:
        return ask(request, url=request.path, sentence=title, data=request.POST, errors=errors)
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None:
            invitees = invitees_of(request.POST, request.user)
            repeated = (
                {} if rule is UNCHANGED else {"rule": rule, "zone": timezone.get_current_timezone_name()}
            )
            meetings.plan_meeting(record, by=request.user, invitees=invitees, **values, **repeated)
    return notice(request, _("Planned"), undo=attempt.written or attempt.earlier, trigger=ACTED)


@require_http_methods(["GET", "POST"])
@login_required
@acting
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one activity in a dialog; who is only asked to come reads it and answers."""
    activity = _activity(request, pk)
    if request.method != "POST" and not type_of(Activity).access.can_edit(request.user, activity):
        return _shown(request, activity)
    _check_right(request, activity)
    if request.method != "POST":
        return ask(request, url=request.path, sentence=activity.record_title, record=activity)
    values, errors = read(request)
    rule, wrong = read_rule(request.POST, activity)
    errors |= wrong
    if errors:
        asked: dict[str, Any] = {"url": request.path, "sentence": activity.record_title, "record": activity}
        return ask(request, **asked, data=request.POST, errors=errors)
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None:
            change_occurrence(
                activity,
                values=values,
                invitees=invitees_of(request.POST, request.user),
                by=request.user,
                scope=scope_in(request.POST),
                rule=rule,
                zone=timezone.get_current_timezone_name(),
            )
    return notice(request, _("Saved"), undo=attempt.written or attempt.earlier, trigger=ACTED)


@require_http_methods(["GET", "POST"])
@login_required
@acting
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks what came of it; POST says it was done, and where the type suggests a next one, asks for that."""
    activity = _activity(request, pk)
    _check_right(request, activity)
    if request.method != "POST":
        return render(request, "activities/_finish.html", {"activity": activity, "url": request.path})
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None:
            feedback = request.POST.get("feedback", "").replace("\x00", "").strip()
            activities.finish_activity(activity, by=request.user, feedback=feedback)
    undo = attempt.written or attempt.earlier
    if attempt.written and activity.type.chaining == Chaining.SUGGEST and activity.type.next_type_id:
        return _suggested(request, activity, undo)
    return notice(request, _("Done: “%(what)s”") % {"what": activity}, undo=undo, trigger=ACTED)


@require_POST
@login_required
@acting
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody who is asked to come says whether they do."""
    activity = _activity(request, pk)
    with once(by=request.user, key=""):
        said = meetings.answer_as(activity, answer=request.POST.get("answer", ""), by=request.user)
    told = _("Your answer to “%(what)s”: %(answer)s")
    sentence = told % {"what": activity, "answer": said.get_answer_display()}
    return notice(request, sentence, trigger=ACTED)


@require_http_methods(["GET", "POST"])
@of_record
@acting
def log(request: HttpRequest, record_type: RecordType, record: Any) -> HttpResponse:
    """A call that was made, in two clicks: GET asks what came of it, POST notes it."""
    if not takes_activities(record_type):
        raise Http404
    types = list(ActivityType.objects.active().order_by("position", "pk"))
    usual = next((one for one in types if one.doing == "call"), types[0] if types else None)
    if request.method != "POST" or usual is None:
        context = {
            "types": types,
            "usual": usual,
            "url": request.path,
            "title": record_type.title(record),
            "numbers": numbers_of(record),
        }
        return render(request, "activities/_log.html", context)
    chosen = next((one for one in types if str(one.pk) == request.POST.get("type")), usual)
    with once(by=request.user, key=request.POST.get("key", "")[:40]) as attempt:
        if attempt.earlier is None:
            feedback = request.POST.get("feedback", "").replace("\x00", "").strip()
            activities.log_activity(record, type=chosen, by=request.user, feedback=feedback)
    return notice(request, _("Noted"), undo=attempt.written or attempt.earlier, trigger=ACTED)


def _activity(request: HttpRequest, pk: int) -> Activity:
    kind = type_or_404("activities", request.user)
    found: Activity = record_or_404(kind, pk, request.user)
    return found


def _check_right(request: HttpRequest, activity: Activity) -> None:
    if not type_of(Activity).access.can_edit(request.user, activity):
        raise PermissionDenied(_("Only the organiser changes a meeting. You can answer whether you come."))


def _shown(request: HttpRequest, activity: Activity) -> HttpResponse:
    context = {
        "activity": activity,
        "when": span_in_words(activity),
        "attendees": shown(activity),
        "answering": answering(activity, request.user),
        "user": request.user,
    }
    return render(request, "activities/_meeting.html", context)


def _suggested(request: HttpRequest, done: Activity, undo: Any) -> HttpResponse:
    """The dialog for what usually comes next, with the notice of what was done."""
    next_type = done.type.next_type
    data = QueryDict(mutable=True)
    data["type"] = str(next_type.pk if next_type else "")
    attach_records([done], request.user)
    url = reverse("activity-new")
    if done.about_type is not None:
        url = reverse("activity-plan", args=[done.about_type.plural, done.record_id])
    response = ask(request, url=url, sentence=done.record_title, data=data, done=done, undo=undo)
    response.headers["HX-Trigger"] = json.dumps({CHANGED: "", "record-acted": ""})
    return response
