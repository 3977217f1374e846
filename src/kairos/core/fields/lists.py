from typing import Any, ClassVar

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from kairos.core.fields.base import EMPTINESS, Field, one

MOST = 10


class ListField(Field):
    """Several texts in order, the first being the one to use; stored as a JSON list."""

    operators = ("contains", *EMPTINESS)
    input_type: ClassVar[str] = "text"

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, sortable=False, **options)

    def format(self, value: Any) -> str:
        return ", ".join(value or ())

    def raw(self, value: Any) -> list[str]:
        return list(value or ())

    def clean(self, raw: Any, *, user: Any) -> list[str]:
        items = raw if isinstance(raw, list | tuple) else [raw]
        cleaned = [self.clean_one(text) for item in items if (text := one(item).strip())]
        if len(cleaned) > MOST:
            raise ValidationError(_("At most %(most)s entries."), code="most", params={"most": MOST})
        return list(dict.fromkeys(cleaned))

    def clean_one(self, text: str) -> str:
        return text


class EmailsField(ListField):
    kind = "emails"
    input_type = "email"

    def clean_one(self, text: str) -> str:
        validate_email(text)
        return text


class PhonesField(ListField):
    """Kept in E.164 where the number can be read, in the workspace's country when it has no country code."""

    kind = "phones"
    input_type = "tel"

    def format(self, value: Any) -> str:
        return ", ".join(phone_text(phone) for phone in value or ())

    def clean_one(self, text: str) -> str:
        return e164(text)


class PhoneField(Field):
    """One phone number, kept as those of a list are."""

    kind = "phone"

    def format(self, value: Any) -> str:
        return phone_text(value) if value else ""

    def clean(self, raw: Any, *, user: Any) -> str:
        text = super().clean(raw, user=user)
        return e164(text) if text else ""


def e164(text: str, country: str = "TW") -> str:
    """+886223456789 for “(02) 2345-6789”. Raises `ValidationError` for what is no phone number."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise ValidationError(
            _("“%(text)s” is not a phone number."), code="invalid", params={"text": text}
        ) from error
    if not phonenumbers.is_possible_number(number):
        raise ValidationError(_("“%(text)s” is not a phone number."), code="invalid", params={"text": text})
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{written};ext={number.extension}" if number.extension else written


def phone_text(phone: str) -> str:
    """+886 2 2345 6789: the way people read it."""
    try:
        number = phonenumbers.parse(phone.replace(";ext=", " ext. "), None)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
