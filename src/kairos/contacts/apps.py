from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """People and companies outside: who we sell to."""

    name = "kairos.contacts"
    label = "contacts"
    default_auto_field = "django.db.models.BigAutoField"
