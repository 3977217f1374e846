"""Bytes as text, HTML as text, and what somebody wrote apart from what they answered."""

import codecs
import re
from html.parser import HTMLParser

from charset_normalizer import from_bytes

# Codecs that are not about text, or hide it: Python would run them on the word of a stranger.
_REFUSED = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BEGINS_QUOTE = re.compile(
    r"(?im)^(?:>.*|-{2,}\s*(?:original message|forwarded message|原始郵件|轉寄的郵件).*"
    r"|on [^\n]{4,200} wrote:|.{2,120}於.{4,60}寫道[：:]|from:\s[^\n]+\n(?:sent|date):.*)$"
)


def decoded(content: bytes, charset: str) -> str:
    """Text of bytes: by the charset that is named if it is one of text, else by what the bytes look like."""
    name = _text_codec(charset)
    for candidate in filter(None, (name, "utf-8")):
        try:
            return content.decode(candidate)
        except (UnicodeError, ValueError):
            continue
    guess = from_bytes(content[:20_000]).best()
    return content.decode(guess.encoding if guess else "latin-1", "replace")


def _text_codec(charset: str) -> str:
    try:
        found = codecs.lookup(charset.strip().strip("\"'").lower()) if charset else None
    except (LookupError, ValueError):
        return ""
    if found is None or found.name in _REFUSED or not found._is_text_encoding:
        return ""
    return found.name


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen:
            self._unseen -= 1
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data)


def plain_of(html: str) -> str:
    """What a reader of the HTML sees, as lines of text."""
    reader = _Plain()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def written_and_quoted(text: str) -> tuple[str, str]:
    """What somebody wrote, and from where on they quote what they answer; all is written where nothing comes before."""
    found = _BEGINS_QUOTE.search(text)
    if found is None or not text[: found.start()].strip():
        return text.strip(), ""
    return text[: found.start()].strip(), text[found.start() :].strip()
