"""Names of columns, values and companies in a normal form, so that spellings of the same name meet."""

import re
import unicodedata
from functools import lru_cache

from kairos.core.tables.values import phrases

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[\W_]+")
_NOT_NAME = re.compile(r"[^\w&+#.]|_")
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_PLURAL = re.compile(r"(?<=\w{3})(?<![su i])s$")
_VARIANTS = str.maketrans({"臺": "台"})

# Only forms that cannot be part of a name by themselves, and only at its end.
_LEGAL_LATIN = frozenset(
    phrases(
        "inc, incorporated, ltd, limited, llc, llp, plc, corp, corporation, gmbh, ag, kg, bv, nv, "
        "sarl, srl, pty, pte, sdn, bhd, kk"
    )
)
_LEGAL_JOINING = frozenset(["co", "company", "and", "&"])  # as in "Co., Ltd." and "& Co. KG", never alone
_LEGAL_CHINESE = re.compile(
    r"(?:股份有限公司|有限責任公司|有限责任公司|有限公司|股份公司|株式会社|株式會社|\(股\)公司|\(有\)公司)$"
    r"|^(?:株式会社|株式會社)"
)


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """A header in its normal form: "CloseDate", "close_date" and "Close dates" are all "close date"."""
    plain = unicodedata.normalize("NFKC", text[:200]).translate(_VARIANTS)
    words = _NOT_WORD.sub(" ", _CAMEL.sub(" ", plain)).casefold().split()
    return " ".join(_PLURAL.sub("", word) for word in words)


@lru_cache(maxsize=16_384)
def value_key(text: str) -> str:
    """A value without case, width, spaces and punctuation: "GTX Pro" and "GTXPro" are the same; "" for
    none left.
    """
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).translate(_VARIANTS).casefold())


@lru_cache(maxsize=16_384)
def name_key(text: str) -> str:
    """The key under which a company or a person is looked up: as `value_key`, and without its legal form at
    the end.

    "Acme Inc.", "ACME, Inc" and "Acme" meet; "Inc." alone keeps its name. Signs that tell names apart (& + #)
    stay.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_VARIANTS).casefold().strip()
    plain = _INITIALS.sub("", plain)  # L.L.C. is LLC
    shorter = _LEGAL_CHINESE.sub("", "".join(plain.split())) if not plain.isascii() else plain
    words = (
        _NOT_NAME.sub(" ", plain if shorter == "".join(plain.split()) else shorter).replace(".", " ").split()
    )
    kept = _without_legal_form(words)
    return "".join(kept) or "".join(words) or plain


def _without_legal_form(words: list[str]) -> list[str]:
    end = len(words)
    while end > 1 and (
        words[end - 1] in _LEGAL_LATIN or (end < len(words) and words[end - 1] in _LEGAL_JOINING)
    ):
        end -= 1
    return words[:end]
