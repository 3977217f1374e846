from django.urls import path

from kairos.core.views.conditions import condition_builder

urlpatterns = [path("<slug:plural>/condition-builder", condition_builder, name="condition-builder")]
