"""Addresses of static files: the build gives each file a name with a hash and lists it in a manifest."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

MANIFEST = Path(__file__).resolve().parents[1] / "static" / "dist" / "manifest.json"


class BuiltAssets(StaticFilesStorage):
    """Gives `dist/app.js` the address of the build's `dist/app.<hash>.js`; other files keep their names."""

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        names = _read_manifest() if settings.DEBUG else manifest()
        return super().url(names.get(name or "", name), *args, **kwargs)


@cache
def manifest() -> dict[str, str]:
    """Give the hashed name for each built file; empty before the first build."""
    return _read_manifest()


def _read_manifest() -> dict[str, str]:
    try:
        return dict(json.loads(MANIFEST.read_text()))
    except FileNotFoundError:
        return {}
