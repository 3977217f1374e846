"""Text that a spreadsheet program would take for a formula, made harmless by a leading apostrophe, and back.

Text that already begins with apostrophes before such a sign gets one more, so that taking one away when
reading gives exactly the text that was written.
"""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NEUTRAL = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def neutralise(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet program would calculate it."""
    return "'" + text if _RISKY.match(text) else text


def restore_text(text: str) -> str:
    """The text as it was before `neutralise`."""
    return text[1:] if _NEUTRAL.match(text) else text
