"""Signs and codes of currencies as people write them beside an amount."""

import re

# "$" and "¥" alone are left open: they belong to several countries.
SIGNS: dict[str, str | None] = {
    "nt$": "TWD",
    "ntd": "TWD",
    "twd": "TWD",
    "新台幣": "TWD",
    "新臺幣": "TWD",
    "台幣": "TWD",
    "臺幣": "TWD",
    "us$": "USD",
    "usd": "USD",
    "美金": "USD",
    "美元": "USD",
    "hk$": "HKD",
    "hkd": "HKD",
    "港幣": "HKD",
    "rmb": "CNY",
    "cny": "CNY",
    "人民幣": "CNY",
    "cn¥": "CNY",
    "jp¥": "JPY",
    "jpy": "JPY",
    "日圓": "JPY",
    "日幣": "JPY",
    "歐元": "EUR",
    "€": "EUR",
    "eur": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "a$": "AUD",
    "aud": "AUD",
    "c$": "CAD",
    "cad": "CAD",
    "s$": "SGD",
    "sgd": "SGD",
    "chf": "CHF",
    "fr.": "CHF",
    "sek": "SEK",
    "nok": "NOK",
    "dkk": "DKK",
    "pln": "PLN",
    "zł": "PLN",
    "kr": None,
    "₩": "KRW",
    "krw": "KRW",
    "₹": "INR",
    "inr": "INR",
    "฿": "THB",
    "thb": "THB",
    "₫": "VND",
    "vnd": "VND",
    "₱": "PHP",
    "myr": "MYR",
    "rm": "MYR",
    "$": None,
    "¥": None,
    "元": None,
    "圓": None,
    "塊": None,
}
_ANY = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
_BEFORE = re.compile(rf"([-+(]? ?)({_ANY}) ?")
_AFTER = re.compile(rf" ?({_ANY})整?(\)?)$")
_ENDS_NUMBER = re.compile(r"[\d.,千百萬万億亿]$")


def strip_currency(text: str) -> tuple[str, str | None, bool]:
    """The lower-case text without its sign or code, the ISO code if it is certain, and whether there was
    one.
    """
    if match := _BEFORE.match(text):
        return match[1] + text[match.end() :], SIGNS[match[2]], True
    match = _AFTER.search(text)
    if match and (match[0].startswith(" ") or _ENDS_NUMBER.search(text, 0, match.start())):
        return text[: match.start()] + match[2], SIGNS[match[1]], True
    return text, None, False
