"""Settings of outgoing mail."""

from pathlib import Path
from typing import Any

from kairos.config.parsers import Server


def settings_for(server: Server, *, home: Path) -> dict[str, Any]:
    """Give Django's mail settings for a server, the console, or files in `home`."""
    backends = "django.core.mail.backends."
    if server.scheme == "console":
        return {"EMAIL_BACKEND": backends + "console.EmailBackend"}
    if server.scheme == "file":
        return {"EMAIL_BACKEND": backends + "filebased.EmailBackend", "EMAIL_FILE_PATH": str(home / "mail")}
    return {
        "EMAIL_BACKEND": backends + "smtp.EmailBackend",
        "EMAIL_HOST": server.host,
        "EMAIL_PORT": server.port or (465 if server.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": server.user,
        "EMAIL_HOST_PASSWORD": server.password,
        "EMAIL_USE_SSL": server.scheme == "smtps",
        "EMAIL_USE_TLS": "tls" in server.options,
        "EMAIL_TIMEOUT": 20,
    }
