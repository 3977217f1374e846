from django.urls import path

from kairos.core.views import imports

urlpatterns = [
    path("imports", imports.imports, name="imports"),
    path("imports/<int:pk>", imports.run, name="import"),
    path("imports/<int:pk>/progress", imports.progress, name="import-progress"),
    path("imports/<int:pk>/mapping", imports.save_mapping, name="import-mapping"),
    path("imports/<int:pk>/read", imports.read_differently, name="import-read"),
    path("imports/<int:pk>/fix", imports.fix, name="import-fix"),
    path("imports/<int:pk>/check", imports.check, name="import-check"),
    path("imports/<int:pk>/apply", imports.apply, name="import-apply"),
    path("imports/<int:pk>/cancel", imports.cancel, name="import-cancel"),
    path("imports/<int:pk>/undo", imports.undo, name="import-undo"),
    path("<slug:plural>/import", imports.start, name="import-new"),
]
