"""The directory of the program's own files, and the secrets in it."""

import os
import secrets
from pathlib import Path


def make_home(home: Path) -> None:
    """Make the home directory, closed to other users of the machine."""
    if not home.is_dir():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)


def secret_key(home: Path) -> str:
    """Read the secret key of this installation; the first caller makes it.

    Two first starts at once agree: the key is written aside and linked into place, and one link succeeds.
    """
    path = home / "secrets" / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    make_home(home)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    aside = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    return path.read_text().strip()
