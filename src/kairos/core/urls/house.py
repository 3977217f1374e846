from django.conf import settings
from django.urls import URLPattern, path

from kairos.core.views import application, favicon, history, palette, ui_kit

urlpatterns: list[URLPattern] = [
    path("favicon.ico", favicon.favicon, name="favicon"),
    path("manifest.webmanifest", application.manifest, name="manifest"),
    path("service-worker.js", application.service_worker, name="service-worker"),
    path("offline", application.offline, name="offline"),
    path("commands", palette.commands, name="commands"),
    path("search", palette.search, name="search"),
    path("history", history.history, name="history"),
    path("history/<int:pk>", history.change, name="history-change"),
    path("history/<int:pk>/undo", history.undo, name="history-undo"),
]

if settings.DEBUG:
    urlpatterns.append(path("ui-kit", ui_kit.ui_kit, name="ui-kit"))
