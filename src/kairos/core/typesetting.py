"""Papers as PDF: a template of ours, and texts that come into it as data alone, never as something to be read."""

import json
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).resolve().parent.parent / "fonts"


@cache
def _fonts() -> typst.Fonts:
    """Those that come with the program; for a character that neither has, whatever the server has."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(FONTS)])


@cache
def _source(template: Path) -> bytes:
    return template.read_bytes()


class CannotBeSet(Exception):
    """The template does not go together with what it was given, such as a picture that is none."""


def typeset(template: Path, data: Mapping[str, Any], *, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of a template that reads `data.json` and the pictures by name; the same data give the same bytes.

    It is tagged and follows PDF/UA; with a character that no font can show it is only tagged. Raises `CannotBeSet`.
    """
    files = {"main.typ": _source(template), "data.json": json.dumps(data).encode()}
    with tempfile.TemporaryDirectory(prefix="kairos-paper-") as root:
        for name, picture in (pictures or {}).items():
            (Path(root) / name).write_bytes(picture)
        try:
            return _compiled(files, root, ["ua-1"])
        except typst.TypstError:
            return _tagged(files, root)


def _tagged(files: dict[str, bytes], root: str) -> bytes:
    try:
        return _compiled(files, root, [])
    except typst.TypstError as error:
        raise CannotBeSet(str(error)) from error


def _compiled(files: dict[str, bytes], root: str, standards: list[str]) -> bytes:
    compiled: Any = typst.compile
    return bytes(compiled(files, root=root, font_paths=_fonts(), format="pdf", pdf_standards=standards))
