"""What people write, as clean HTML: a few marks that everybody knows from mail and chat, and nothing else.

**bold**, *italic*, `code`, [words](address), bare addresses, lines that begin with "- ", "1. " or "> ", @names.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import nh3

TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "b",
    "i",
    "u",
    "s",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "span",
}
SCHEMES = {"http", "https", "mailto", "tel"}
KEPT = re.compile("\ue000(\\d+)\ue001")
TOKENS = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\[(?P<words>[^\[\]\n]{1,300})\]\((?P<target>[^()\s]{1,2000})\)"
    r"|(?P<bare>https?://[^\s<>\"']{1,2000})"
)
BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
# Within a word * and _ are themselves; Chinese and Japanese have no spaces that would show where a word ends.
IN_WORD = r"[^\W\u3040-\u30ff\u3400-\u9fff]|\*"
ITALIC = re.compile(rf"(?<!{IN_WORD})[*_](?=[^\s*_])([^*_\n]+?)(?<=\S)[*_](?!{IN_WORD})")
BULLET, NUMBER, QUOTE = re.compile(r"\s*[-*•]\s+"), re.compile(r"\s*\d{1,3}[.)]\s+"), re.compile(r"\s*>\s?")
KINDS = ((BULLET, "ul"), (NUMBER, "ol"), (QUOTE, "blockquote"))


def to_html(text: str, people: Mapping[str, int] | None = None) -> str:
    """Clean HTML of what somebody typed; `people` are those who may be meant by @name, with their numbers."""
    plain = KEPT.sub("", text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n"))
    written = "".join(_block(lines, people or {}) for lines in _blocks(plain.split("\n")))
    return nh3.clean(
        written,
        tags=TAGS,
        attributes={"a": {"href"}, "span": {"class", "data-person"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def mentioned(text: str, people: Mapping[str, int]) -> list[int]:
    """The people named by @name, each once, in the order of the text."""
    return list(dict.fromkeys(people[name] for _start, name in _names(text, people)))


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Neighbouring lines of one kind; an empty line parts them."""
    block: list[str] = []
    for line in lines:
        if block and (not line.strip() or _tag(line) != _tag(block[-1])):
            yield block
            block = []
        if line.strip():
            block.append(line)
    if block:
        yield block


def _tag(line: str) -> str:
    return next((tag for pattern, tag in KINDS if pattern.match(line)), "p")


def _block(lines: list[str], people: Mapping[str, int]) -> str:
    tag = _tag(lines[0])
    if tag == "p":
        return f"<p>{'<br>'.join(_inline(line, people) for line in lines)}</p>"
    pattern = next(one for one, name in KINDS if name == tag)
    inner = [_inline(pattern.sub("", line, count=1), people) for line in lines]
    if tag == "blockquote":
        return f"<blockquote><p>{'<br>'.join(inner)}</p></blockquote>"
    return f"<{tag}>{''.join(f'<li>{line}</li>' for line in inner)}</{tag}>"


def _inline(line: str, people: Mapping[str, int]) -> str:
    """One line: what must not be looked into is put aside, then the rest is escaped and marked."""
    aside: list[str] = []

    def put(written: str) -> str:
        aside.append(written)
        return f"\ue000{len(aside) - 1}\ue001"

    def token(found: re.Match[str]) -> str:
        if found["code"]:
            return put(f"<code>{html.escape(found['code'])}</code>")
        if found["bare"]:
            address = found["bare"].rstrip(".,;:!?)]}，。；：！？）」")
            return put(_link(address, address)) + found["bare"][len(address) :]
        if _is_address(found["target"]):
            return put(_link(found["target"], found["words"]))
        return found[0]

    line = TOKENS.sub(token, line)
    for start, name in reversed(list(_names(line, people))):
        person = f'<span class="mention" data-person="{people[name]}">@{html.escape(name)}</span>'
        line = line[:start] + put(person) + line[start + len(name) + 1 :]
    line = ITALIC.sub(r"<em>\1</em>", BOLD.sub(r"<strong>\1</strong>", html.escape(line)))
    return KEPT.sub(lambda found: aside[int(found[1])], line)


def _link(address: str, words: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(words)}</a>'


def _is_address(target: str) -> bool:
    """An address of ours, from the root, or one with a scheme that only leads somewhere."""
    if target.startswith("/"):
        return not target.startswith(("//", "/\\"))
    return urlsplit(target).scheme.lower() in SCHEMES


def _names(text: str, people: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """Where in the text somebody is named, the longest name first; a Latin name ends at a word's end."""
    by_length: Iterable[str] | None = None
    for found in re.finditer(r"(?<![\w@])@(?=\S)", text, re.ASCII):
        by_length = by_length or sorted(people, key=len, reverse=True)
        for name in by_length:
            after = text[found.end() + len(name) : found.end() + len(name) + 1]
            ends = not (name[-1:].isascii() and after.isascii() and after.isalnum())
            if name and text.startswith(name, found.end()) and ends:
                yield found.start(), name
                break
