"""The number of a record as an address or a form names it."""

from collections.abc import Iterable


def number_in(text: str) -> int | None:
    """The number this text is, if a database can hold it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def numbers_in(texts: Iterable[str]) -> list[int]:
    """Those of the texts that are numbers, as `number_in` takes them."""
    return [number for text in texts if (number := number_in(text)) is not None]
