"""The two languages that texts for customers are kept in."""


def is_chinese(language: str) -> bool:
    """Whether a language code ("zh", "zh-Hant", "ZH_TW") is Chinese; everything else gets English."""
    return language.lower().startswith("zh")
