"""Every request in the reader's language and time zone, and its changes marked as made on screen."""

import time
from collections.abc import Callable

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from kairos.accounts.time_zones import zone_named
from kairos.accounts.workspace import kept, workspace
from kairos.core.history import door
from kairos.core.models import Source


class PreferencesMiddleware:
    """The language is the person's, else the browser's, found before; the zone theirs, else the workspace's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # What changes from now on may be missing in the answer.
        request.came_at = time.time()  # type: ignore[attr-defined]
        # The person themselves instead of Django's lazy stand-in, which has no model of its own to write to.
        person = request.user = get_user(request)
        zone = house = None
        if person.is_authenticated:
            house = workspace()
            zone = zone_named(person.time_zone or house.time_zone)
            if person.language:
                translation.activate(person.language)
                request.LANGUAGE_CODE = translation.get_language()
        with door(Source.SCREEN), timezone.override(zone), kept(house):
            response = self.get_response(request)
        if response.streaming:
            # Its rows are written after this; the next request sets a zone of its own.
            timezone.activate(zone) if zone else timezone.deactivate()
        return response
