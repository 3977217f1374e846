from django.urls import path

from kairos.core.views import custom_fields as views

urlpatterns = [
    path("custom-fields", views.custom_fields, name="custom-fields"),
    path("custom-fields/new", views.new_custom_field, name="custom-field-new"),
    path("custom-fields/preview", views.preview_custom_field, name="custom-field-preview-new"),
    path("custom-fields/<int:pk>", views.change_custom_field, name="custom-field"),
    path("custom-fields/<int:pk>/preview", views.preview_custom_field, name="custom-field-preview"),
    path("custom-fields/<int:pk>/place", views.place_custom_field, name="custom-field-place"),
    path("custom-fields/<int:pk>/delete", views.delete_custom_field, name="custom-field-delete"),
    path("custom-fields/<int:pk>/restore", views.restore_custom_field, name="custom-field-restore"),
    path("custom-fields/<int:pk>/remove", views.remove_custom_field, name="custom-field-remove"),
]
