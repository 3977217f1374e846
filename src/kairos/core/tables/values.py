"""What is common to reading texts as values: spelling out width and case, and the words for "nothing"."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a list written with commas."""
    return tuple(" ".join(part.split()) for part in text.split(","))


_NOTHING = frozenset(
    phrases(", -, --, —, –, n/a, na, #n/a, null, none, nil, (blank), (empty), 無, 空, 空白, 未填, (空白)")
)


def plain_text(value: object) -> str:
    """The text in its plain form: full width to half width, one space between words, none around."""
    text = value if isinstance(value, str) else str(value)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _SPACES.sub(" ", text).strip() if not text.isalnum() else text


def means_nothing(value: object) -> bool:
    """Whether people write this for "no value": an empty cell, a dash, N/A, null, 無."""
    return isinstance(value, str) and plain_text(value).casefold() in _NOTHING
