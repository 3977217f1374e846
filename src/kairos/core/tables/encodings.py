"""Which encoding a text file is written in.

The whole file is looked through once in pieces (fast, flat in memory), since the first foreign letter of an
export may stand in its last row. Order: byte order mark, UTF-16 by its NUL bytes, strict UTF-8, then Big5
against Windows-1252 by how plausible the text is. A choice of the user overrides all of it.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from kairos.core.tables.errors import UnknownEncoding

# What a user may choose; the names are those of Python's codecs.
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp950",
    "big5hkscs",
    "cp1252",
    "gb18030",
    "shift_jis",
    "euc-kr",
    "cp1250",
    "cp1251",
    "iso-8859-15",
)
_ALIASES = {
    "utf-8-sig": "utf-8",
    "big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "windows-1252": "cp1252",
    "ascii": "utf-8",
}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PIECE = 1 << 20
_SAMPLE = 128 * 1024
_BIG5_PAIR = re.compile(rb"([\xa1-\xfe])[\x40-\x7e\xa1-\xfe]")
_COMMON_LEADS = range(0xA1, 0xC7)  # punctuation and the 5,401 everyday characters; the rest of Big5 is rare
_WESTERN = frozenset([0x80, *range(0x91, 0x98), 0xA0, 0xA3, 0xA9, 0xAE, 0xB0, 0xB7, *range(0xC0, 0x100)])


@dataclass(slots=True)
class Survey:
    """What one pass over the file tells: size, lines, and a sample with the foreign letters in it."""

    lines: int = 0
    nuls: int = 0
    size: int = 0
    is_utf8: bool = True
    start: bytes = b""
    sample: bytearray = field(default_factory=bytearray)


def survey(stream: BinaryIO) -> Survey:
    """Read the stream to its end in pieces."""
    result = Survey()
    decoder = codecs.getincrementaldecoder("utf-8")()
    last = b""
    for piece in _pieces(stream):
        last = piece[-1:]
        if not result.size:
            result.start = piece[:_SAMPLE]
        result.size += len(piece)
        result.lines += piece.count(b"\n") or piece.count(b"\r")
        result.nuls += piece.count(0)
        if piece.isascii() and result.is_utf8 and not decoder.getstate()[0]:
            continue
        if len(result.sample) < _SAMPLE:
            result.sample += _foreign_lines(piece, _SAMPLE - len(result.sample))
        result.is_utf8 = result.is_utf8 and _decodes(decoder, piece)
    result.lines += last not in b"\r\n"
    result.is_utf8 = result.is_utf8 and _decodes(decoder, b"", final=True)
    return result


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _foreign_lines(piece: bytes, limit: int) -> bytes:
    """The lines of the piece that hold more than ASCII, up to `limit` bytes."""
    found = bytearray()
    for line in piece.splitlines(keepends=True):
        if not line.isascii():
            found += line[: 4 * 1024]
            if len(found) >= limit:
                break
    return bytes(found)


def detect_encoding(found: Survey) -> tuple[str, int]:
    """Name of the encoding and number of bytes of its mark."""
    for mark, name in _MARKS:
        if found.start.startswith(mark):
            return name, len(mark)
    if found.nuls * 40 > found.size and (wide := _detect_utf16(found.start)):
        return wide, 0
    if found.is_utf8:
        return "utf-8", 0
    sample = bytes(found.sample)
    if _is_damaged_utf8(sample):
        return "utf-8", 0
    if (big5 := _detect_big5(sample)) is not None:
        return big5, 0
    if _western_share(sample) < 0.5:
        return _guess(sample), 0
    return "cp1252", 0


def choose_encoding(name: str, start: bytes) -> tuple[str, int]:
    """The encoding a user asked for (any spelling), with the length of a mark to skip; UnknownEncoding if
    not offered.
    """
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    wanted = _ALIASES.get(wanted, wanted).replace("shift-jis", "shift_jis")
    if wanted not in ENCODINGS:
        raise UnknownEncoding(encoding=name)
    if wanted == "utf-16":
        marked = next((own for mark, own in _MARKS[1:] if start.startswith(mark)), None)
        wanted = marked or _detect_utf16(start) or "utf-16-le"
    return wanted, next((len(mark) for mark, own in _MARKS if own == wanted and start.startswith(mark)), 0)


def _detect_utf16(start: bytes) -> str | None:
    """The byte order under which the bytes are letters; None when neither makes sense."""
    scores = {name: _letters_share(start, name) for name in ("utf-16-le", "utf-16-be")}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0.9 else None


def _letters_share(start: bytes, name: str) -> float:
    text = start[: len(start) // 2 * 2].decode(name, "replace")
    if not text or not any(mark in text for mark in ",;\t|\n\r"):
        return 0.0
    usual = sum(
        "\u0020" <= char <= "\u024f"
        or char in "\t\r\n"
        or "\u3000" <= char <= "\u9fff"
        or "\uff00" <= char <= "\uffef"
        for char in text
    )
    return usual / len(text) - text.count("\0") / len(text)


def _is_damaged_utf8(sample: bytes) -> bool:
    """UTF-8 with a few broken letters: far more sound sequences than faults."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(char > "\u007f" for char in text) - broken
    return sound > 10 * broken


def _detect_big5(sample: bytes) -> str | None:
    """ "cp950" or "big5hkscs" when the sample reads as Chinese: everyday characters that stand together."""
    name = next((name for name in ("cp950", "big5hkscs") if _error_share(sample, name) < 0.01), None)
    if name is None:
        return None
    text = sample.decode(name, "ignore")
    foreign = [place for place, char in enumerate(text) if char > "\u007f"]
    if not foreign:
        return None
    lonely = sum(_is_inside_word(text, place) for place in foreign)
    leads = [pair[0] for pair in _BIG5_PAIR.findall(sample)]
    common = sum(lead in _COMMON_LEADS for lead in leads)
    return name if lonely < 0.3 * len(foreign) and common > 0.7 * len(leads) else None


def _is_inside_word(text: str, place: int) -> bool:
    """A Chinese character between Latin letters is what an accented letter looks like when misread."""
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    touches_chinese = before > "\u007f" or after > "\u007f"
    return not touches_chinese and (
        (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
    )


def _error_share(sample: bytes, name: str) -> float:
    text = sample.decode(name, "replace")
    return text.count("\ufffd") / max(1, sum(char > "\u007f" for char in text))


def _western_share(sample: bytes) -> float:
    high = [byte for byte in sample if byte > 0x7F]
    return sum(byte in _WESTERN for byte in high) / max(1, len(high))


def _guess(sample: bytes) -> str:
    """Neither of the usual ones: ask charset-normalizer among those a user could choose."""
    from charset_normalizer import from_bytes

    offered = [name for name in ENCODINGS if not name.startswith("utf")]
    best = from_bytes(sample[:16_384], cp_isolation=offered).best()
    name = best.encoding.replace("_", "-") if best else "cp1252"
    name = _ALIASES.get(name, name).replace("shift-jis", "shift_jis")
    return name if name in ENCODINGS else "cp1252"
