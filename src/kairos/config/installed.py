"""The list of apps: the only place that names the optional ones."""

REQUIRED = ("core", "accounts")
# From the ground up, each with the optional apps it stands on.
OPTIONAL: dict[str, tuple[str, ...]] = {
    "contacts": (),
    "mail": (),
    "discuss": ("mail",),
    "chat": ("discuss",),
    "activities": ("contacts", "mail", "discuss"),
    "crm": ("activities",),
    "calendars": ("activities",),
    "sales": ("crm",),
    "insight": (),
}

FRAMEWORK = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
)


def kairos_apps(without: tuple[str, ...] = ()) -> list[str]:
    """Name the apps of the house from the ground up, without the optional ones in `without`."""
    return [*REQUIRED, *(name for name in OPTIONAL if name not in without)]


def installed_apps(without: tuple[str, ...] = (), outside: tuple[str, ...] = ()) -> list[str]:
    """List what Django loads: our own apps first, so that their templates win over the framework's."""
    return [*(f"kairos.{name}" for name in kairos_apps(without)), *outside, "kairos.config", *FRAMEWORK]
