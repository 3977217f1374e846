from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who work here: users, sales teams, roles, sign-in and preferences."""

    name = "kairos.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
