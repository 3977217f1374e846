from django.urls import path

from kairos.core.views.condition_fields import condition_field
from kairos.core.views.conditions import condition_builder

urlpatterns = [
    path("<slug:plural>/condition-builder", condition_builder, name="condition-builder"),
    path("<slug:plural>/condition-field", condition_field, name="condition-field"),
]
