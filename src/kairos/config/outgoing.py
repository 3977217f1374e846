"""Settings of outgoing mail."""

from pathlib import Path
from typing import Any

from kairos.config.parsers import Server


def settings_for(server: Server, *, home: Path, has_screen: bool) -> dict[str, Any]:
    """Give Django's mail settings for a server, the console, or files in `home`.

    Without a word from the settings the way is chosen on screen, where there is one; until then mail goes into files.
    """
    backends = "django.core.mail.backends."
    files = str(home / "mail")
    if not server.scheme and has_screen:
        return {"EMAIL_BACKEND": "kairos.mail.way.ChosenBackend", "EMAIL_FILE_PATH": files}
    if server.scheme == "console":
        return {"EMAIL_BACKEND": backends + "console.EmailBackend"}
    if server.scheme in {"", "file"}:
        return {"EMAIL_BACKEND": backends + "filebased.EmailBackend", "EMAIL_FILE_PATH": files}
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
