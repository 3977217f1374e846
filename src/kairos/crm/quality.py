"""Whether an e-mail address can be one, and a phone number, and the form each is kept in."""

from functools import lru_cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from kairos.core.fields.lists import e164
from kairos.crm.models import Quality


@lru_cache(maxsize=8192)
def email_quality(email: str) -> Quality:
    """By its form alone: nobody is written to."""
    if not email.strip():
        return Quality.EMPTY
    try:
        validate_email(email.strip())
    except ValidationError:
        return Quality.INCORRECT
    return Quality.CORRECT


@lru_cache(maxsize=8192)
def phone_quality(phone: str, country: str = "") -> Quality:
    """Whether such a number can be given out in its country."""
    if not phone.strip():
        return Quality.EMPTY
    try:
        number = phonenumbers.parse(phone.replace(";ext=", " ext. "), country or "TW")
    except phonenumbers.NumberParseException:
        return Quality.INCORRECT
    return Quality.CORRECT if phonenumbers.is_valid_number(number) else Quality.INCORRECT


def kept_email(email: str) -> str:
    """Without spaces around it, in lower case; what cannot be an address is kept as it was written."""
    return email.strip().lower()


@lru_cache(maxsize=8192)
def kept_phone(phone: str, country: str = "") -> str:
    """E.164 where it can be read as a number, else as it was written."""
    try:
        return e164(phone.strip(), country or "TW") if phone.strip() else ""
    except ValidationError:
        return phone.strip()
