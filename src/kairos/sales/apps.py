from django.apps import AppConfig


class SalesConfig(AppConfig):
    """Quotations made from the pipeline, and the orders that come of them."""

    name = "kairos.sales"
    label = "sales"
    default_auto_field = "django.db.models.BigAutoField"
