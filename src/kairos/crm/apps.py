from django.apps import AppConfig


class CrmConfig(AppConfig):
    """The pipeline: opportunities, their stages, and what became of them."""

    name = "kairos.crm"
    label = "crm"
    default_auto_field = "django.db.models.BigAutoField"
