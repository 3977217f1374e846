"""Texts made out of columns: “{product}[ – {account}]”, where a part in brackets goes when its columns are empty."""

import re
from collections.abc import Callable
from functools import lru_cache

_PART = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_NAME = re.compile(r"\{([^{}]+)\}")


def names_in(pattern: str) -> list[str]:
    """The columns or fields a pattern names."""
    return _NAME.findall(pattern)


def fill(pattern: str, text_of: Callable[[str], str]) -> str:
    """The pattern with each name replaced by its text; optional parts without any text are left out."""
    parts = []
    for part, is_optional in _parts(pattern):
        names = names_in(part)
        texts = {name: text_of(name) for name in names}
        if is_optional and names and not all(texts.values()):
            continue
        for name, text in texts.items():
            part = part.replace("{" + name + "}", text)
        parts.append(part)
    return " ".join("".join(parts).split()).strip(" –-—·,;:|/")


@lru_cache(maxsize=64)
def _parts(pattern: str) -> tuple[tuple[str, bool], ...]:
    return tuple((match[1] or match[2] or "", match[1] is not None) for match in _PART.finditer(pattern))
