"""All addresses: each app brings its own."""

from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from kairos.config import health
from kairos.config.installed import kairos_apps


def _app_urls() -> list[URLResolver]:
    ours = [f"kairos.{name}" for name in reversed(kairos_apps()) if apps.is_installed(f"kairos.{name}")]
    # The core's addresses take any plural, so they come last.
    names = [*settings.OUTSIDE_APPS, *ours]
    return [path("", include(f"{name}.urls")) for name in names if find_spec(f"{name}.urls")]


urlpatterns: list[URLPattern | URLResolver] = [
    path("live", health.live, name="live"),
    path("ready", health.ready, name="ready"),
    path("accounts/", include("allauth.urls")),
    *_app_urls(),
]

handler500 = "kairos.core.views.errors.server_error"
