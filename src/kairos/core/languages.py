"""The two languages that texts for customers are kept in."""


def is_chinese(language: str) -> bool:
    """Whether a language code ("zh", "zh-Hant", "ZH_TW") is Chinese; everything else gets English."""
    return language.lower().startswith("zh")


def in_language(english: str, chinese: str, language: str) -> str:
    """The text of this language, or the other one where it is empty."""
    return (chinese or english) if is_chinese(language) else (english or chinese)
