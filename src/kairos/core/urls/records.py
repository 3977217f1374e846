from django.urls import path

from kairos.core.views import actions, creation, fields, options, records

# Every kind of record by its plural; words that are no number come before the record's own page.
urlpatterns = [
    path("<slug:plural>/new", creation.create, name="record-new"),
    path("<slug:plural>/options", options.options, name="options"),
    path("<slug:plural>/bulk/<slug:action>", actions.bulk, name="bulk-do"),
    path("<slug:plural>/<int:pk>", records.record, name="record"),
    path("<slug:plural>/<int:pk>/peek", records.peek, name="record-peek"),
    path("<slug:plural>/<int:pk>/beside", records.beside, name="record-beside"),
    path("<slug:plural>/<int:pk>/older", records.older, name="record-older"),
    path("<slug:plural>/<int:pk>/timeline", records.told, name="record-timeline"),
    path("<slug:plural>/<int:pk>/field/<slug:name>", fields.field, name="record-field"),
    path("<slug:plural>/<int:pk>/field/<slug:name>/history", fields.history, name="field-history"),
    path("<slug:plural>/<int:pk>/do/<slug:action>", actions.do, name="record-do"),
]
