"""Collects the texts of the program into the catalogues, or with --check says what they lack.

bin/translations.py          writes new texts into every catalogue, to be translated
bin/translations.py --check  names each text that is missing, empty, or only guessed
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "kairos"
LOCALE = SOURCE / "locale"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_lazy": None,
    "_now": None,
    "n_": (1, 2),
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def main(arguments: list[str]) -> int:
    """Update the catalogues, or check them."""
    template = collected()
    catalogues = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
    if "--check" not in arguments:
        for path in catalogues:
            update(path, template)
        return 0
    faults = [fault for path in catalogues for fault in lacking(path, template)]
    print("\n".join(faults))
    return 1 if faults else 0


def collected() -> Catalog:
    """Read every text out of the sources, as pyproject.toml tells Babel to."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(pattern, entry["method"]) for entry in mappings for pattern in _patterns(entry)]
    options = {pattern: _options(entry) for entry in mappings for pattern in _patterns(entry)}
    template = Catalog(project="Kairos", charset="utf-8")
    found = extract_from_dir(
        SOURCE, methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for name, _line, text, comments, context in found:
        template.add(text, None, [(name, 0)], auto_comments=comments, context=context)
    return template


def _patterns(entry: dict[str, object]) -> list[str]:
    pattern = entry["pattern"]
    return [str(each) for each in pattern] if isinstance(pattern, list) else [str(pattern)]


def _options(entry: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in entry.items() if name not in {"method", "pattern"}}


def update(path: Path, template: Catalog) -> None:
    """Bring one catalogue up to date; texts that are gone leave it."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name, domain="django")
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        # Without line numbers, so that a catalogue changes only when a text does.
        write_po(file, catalogue, width=110, sort_output=True, include_lineno=False, include_previous=False)


def lacking(path: Path, template: Catalog) -> Iterator[str]:
    """Name each text that this catalogue does not translate, and each translation with a fault."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name, domain="django")
    name = path.relative_to(ROOT)
    for wanted in template:
        if not wanted.id:
            continue
        found = catalogue.get(_key(wanted), wanted.context)
        if found is None:
            yield f"{name}: missing {_key(wanted)!r}"
        elif not _is_whole(found):
            yield f"{name}: not translated {_key(wanted)!r}"
        elif "%" not in str(wanted.id) and "%" in str(found.string):
            yield f"{name}: {_key(wanted)!r}: a percent sign that the text does not have would be read as a place"
    for message, faults in catalogue.check():
        yield from (f"{name}: {_key(message)!r}: {fault}" for fault in faults)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_whole(message: Message) -> bool:
    strings = (message.string,) if isinstance(message.string, str) else message.string
    return bool(strings) and all(strings) and not message.fuzzy


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
