"""All addresses of the core: houses first, then each kind of record by its plural."""

from kairos.core.urls import conditions, custom_fields, house, imports, lists, merging, records, today

urlpatterns = [
    *today.urlpatterns,
    *house.urlpatterns,
    *custom_fields.urlpatterns,
    *imports.urlpatterns,
    *merging.urlpatterns,
    *conditions.urlpatterns,
    *lists.urlpatterns,
    *records.urlpatterns,
]
