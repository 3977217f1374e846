from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The commands that run and look after the program."""

    name = "kairos.config"
    label = "config"
