from django.urls import path

from kairos.core.views import duplicates, merging

urlpatterns = [
    path("duplicates", duplicates.duplicates, name="duplicates"),
    path("duplicates/find", duplicates.find, name="duplicates-find"),
    path("duplicates/progress", duplicates.progress, name="duplicates-progress"),
    path("<slug:plural>/merge", merging.merge, name="merge"),
    path("<slug:plural>/merge/preview", merging.merge_preview, name="merge-preview"),
    path("<slug:plural>/similar", duplicates.similar, name="similar"),
    path("<slug:plural>/<int:pk>/different/<int:other>", duplicates.different, name="different"),
    path("<slug:plural>/<int:pk>/unmerge", merging.unmerge, name="unmerge"),
]
