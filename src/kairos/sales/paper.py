"""What a quotation says to the customer, in their language, and its PDF.

What is not gathered here stays in the house.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import numbers
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kairos.accounts.models import Workspace
from kairos.accounts.workspace import house_language, logo_of, workspace
from kairos.contacts.models import Contact
from kairos.core.fields import format as shown
from kairos.core.languages import is_chinese
from kairos.core.typesetting import typeset
from kairos.sales.models import LineKind, Quotation, QuotationLine, State
from kairos.sales.reckoning import smallest_unit
from kairos.sales.sent import unit_on
from kairos.sales.totals import reckoning_of, tax_names

TEMPLATE = Path(__file__).parent / "templates/sales/quotation.typ"
ACCENT = "#3f51b5"
LETTER = frozenset({"US", "CA", "MX", "CL", "CO", "CR", "DO", "GT", "NI", "PA", "PH", "SV", "VE"})
CHINESE, ENGLISH = "zh-hant", "en"
LOGO, DRAWING = "logo", "signature.svg"


@dataclass(slots=True)
class Paper:
    """A PDF and the name of its file; a message takes it along as it takes any file."""

    name: str | None
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    def chunks(self) -> Iterator[bytes]:
        yield self.content


@dataclass(frozen=True, slots=True)
class Signature:
    """Whose acceptance a paper bears: the typed name, and the drawing where there is one, as SVG."""

    name: str
    at: dt.datetime
    address: str
    digest: str
    language: str
    drawing: bytes = b""


def language_of(quotation: Quotation) -> str:
    """The language of the customer among ours, English where it is another; the house's where nobody knows it."""
    known = (quotation.person, quotation.organisation, quotation.opportunity)
    spoken = next((one.language for one in known if one is not None and one.language), "")
    if not spoken:
        spoken = house_language()
    return CHINESE if is_chinese(spoken) else ENGLISH


def paper_of(
    quotation: Quotation,
    *,
    language: str = "",
    lines: Sequence[Any] | None = None,
    signature: Signature | None = None,
) -> Paper:
    """The quotation, or the order it has become, as PDF in the language of the customer or the one given.

    Of other `lines` than the stored ones the quotation must hold the sums. A `signature` stands below what was signed.
    """
    house = workspace()
    said = said_by(quotation, house=house, language=language or language_of(quotation), lines=lines)
    logo = logo_of(house)
    pictures = {LOGO: logo} if logo else {}
    if signature is not None:
        pictures |= {DRAWING: signature.drawing} if signature.drawing else {}
        said |= {"signature": _signed(signature), "by_hand": []}
    layout = {
        "paper": "us-letter" if house.country in LETTER else "a4",
        "accent": house.accent or ACCENT,
        "logo": LOGO if logo else None,
    }
    content = typeset(TEMPLATE, said | layout, pictures=pictures)
    return Paper(_file_name(said, is_signed=signature is not None), content)


def _file_name(said: Mapping[str, Any], *, is_signed: bool) -> str:
    name = f"{said['title']} {said['number']}"
    return f"{name} ({said['words']['signed']}).pdf" if is_signed else f"{name}.pdf"


def lines_of(quotation: Quotation) -> list[QuotationLine]:
    """The lines in their order, with what is said and reckoned of them."""
    found = quotation.lines.select_related("product").prefetch_related("taxes")
    return list(found.order_by("position", "pk"))


def said_by(
    quotation: Any, *, house: Workspace, language: str, lines: Sequence[Any] | None = None
) -> dict[str, Any]:
    """Every word and figure that the customer is shown, ready to be set."""
    lines = lines_of(quotation) if lines is None else lines
    with translation.override(language), timezone.override(ZoneInfo(house.time_zone)):
        offered = [line for line in lines if not line.is_optional]
        # What nobody chose is no part of an order.
        options = [line for line in lines if line.is_optional and quotation.state != State.CONFIRMED]
        unit = smallest_unit(quotation.currency)
        return {
            "language": language.partition("-")[0],
            "region": "TW" if language == CHINESE else None,
            "title": pgettext("paper", "Order") if quotation.state == State.CONFIRMED else _("Quotation"),
            "mark": _mark(quotation),
            "number": quotation.number,
            "house": {"name": house.name, "lines": _house_lines(house)},
            "customer": _customer_lines(quotation),
            "facts": _facts(quotation),
            "has_discount": any(line.discount_percent for line in lines),
            "lines": [_line(line, quotation, unit) for line in offered],
            "options": [_line(line, quotation, unit) for line in options],
            "sums": _sums(quotation, lines),
            "total": money(quotation.total, quotation.currency),
            "terms": _paragraphs(quotation.terms),
            "signature": None,
            "by_hand": _by_hand() if quotation.is_offered else [],
            "words": _words(),
        }


def money(amount: Decimal, currency: str) -> str:
    """With as many decimals as the currency has in daily life, so that figures stand below each other."""
    unit = smallest_unit(currency)
    whole = shown.money(Decimal(1), currency).replace("1", "{}")
    return whole.format(figure(amount, unit)) if amount >= 0 else f"−{whole.format(figure(-amount, unit))}"


def figure(amount: Decimal, unit: Decimal) -> str:
    """A number with the decimals of `unit`, or with its own where it has more."""
    places = max(-int(unit.as_tuple().exponent), -int(amount.normalize().as_tuple().exponent))
    return numbers.format_decimal(
        amount, format=f"#,##0.{'0' * places}" if places > 0 else "#,##0", locale=shown.locale()
    )


def _line(line: Any, quotation: Any, unit: Decimal) -> dict[str, str]:
    said = {"kind": line.kind, "words": line.description, "line": str(line.pk)}
    if line.kind != LineKind.ITEM:
        return said
    off = line.discount_percent
    return said | {
        "quantity": " ".join(_filled(figure(line.quantity, Decimal(1)), unit_on(line, quotation))),
        "price": figure(line.unit_price, unit),
        "discount": f"{figure(off, Decimal(1))}%" if off else "",
        "amount": figure(line.amount, unit),
    }


def _sums(quotation: Any, lines: Sequence[QuotationLine]) -> list[list[str]]:
    """The discount on all lines, when there is one; the untaxed sum and each tax, when there is any."""
    names, found = tax_names(lines, quotation), reckoning_of(lines, quotation)
    currency = quotation.currency
    said = []
    if quotation.discount_percent:
        percent = figure(quotation.discount_percent, Decimal(1))
        said.append([_("Sum of the lines"), money(found.subtotal, currency)])
        said.append(
            [_("Discount of %(percent)s %%") % {"percent": percent}, money(-found.discount, currency)]
        )
    if found.taxes:
        said.append([_("Untaxed"), money(quotation.untaxed, currency)])
    return said + [[names[key], money(amount, currency)] for key, amount in found.taxes.items()]


def _facts(quotation: Quotation) -> list[list[str]]:
    made = quotation.confirmed_at or quotation.sent_at or quotation.created_at
    given = (
        (_("Number"), quotation.number),
        (_("Date"), shown.date(timezone.localdate(made), "long")),
        (_("Valid until"), _day(quotation.valid_until) if quotation.is_offered else ""),
        (_("Your reference"), quotation.customer_reference),
        (_("Delivery"), _day(quotation.delivery_on) if quotation.state == State.CONFIRMED else ""),
        (_("Your contact"), str(quotation.salesperson or "")),
    )
    return [[label, value] for label, value in given if value]


def _day(day: dt.date | None) -> str:
    return shown.date(day, "long")


def _mark(quotation: Quotation) -> str:
    """What must not be overlooked about a paper that binds nobody."""
    marks = {State.DRAFT: _("Draft"), State.CANCELLED: _("Cancelled"), State.REPLACED: _("Replaced")}
    return marks.get(State(quotation.state), "")


def _house_lines(house: Workspace) -> list[str]:
    number = _("Tax ID %(number)s") % {"number": house.tax_id} if house.tax_id else ""
    return _filled(*house.address.splitlines(), number, house.phone, house.website)


def _customer_lines(quotation: Quotation) -> list[str]:
    """The organisation with its address and the person there, or the person with theirs."""
    whole, person = quotation.organisation or quotation.person, quotation.person
    if whole is None:
        return _filled(quotation.opportunity.contact_name)
    name = person.name if person is not None and person != whole else ""
    number = _("Tax ID %(number)s") % {"number": whole.tax_id} if whole.tax_id else ""
    return _filled(whole.name, name, *_address_lines(whole), number)


def _address_lines(contact: Contact) -> list[str]:
    """An address as it is written in the language of the paper; the country where it is another."""
    abroad = contact.country and contact.country != workspace().country
    country = shown.country_name(contact.country) if abroad else ""
    if shown.locale().language == "zh":
        return _filled(country, f"{contact.postcode} {contact.region}{contact.city}{contact.street}")
    town = " ".join(_filled(contact.city, contact.region, contact.postcode))
    return _filled(contact.street, town, country)


def _paragraphs(text: str) -> list[list[str]]:
    """Paragraphs of lines."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    return [lines for part in parts if (lines := _filled(*part.split("\n")))]


def _filled(*lines: str) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _by_hand() -> list[str]:
    """What somebody fills in who accepts on paper."""
    return [_("Place and date"), pgettext("paper", "Name"), pgettext("paper", "Signature")]


def _signed(signature: Signature) -> dict[str, Any]:
    """The words below what was signed: by whom, when, from where, and which paper it was."""
    with translation.override(signature.language), timezone.override(ZoneInfo(workspace().time_zone)):
        facts = [
            [_("Name"), signature.name],
            [_("Date"), shown.datetime(signature.at, "long")],
            [_("Network address"), signature.address],
            [_("SHA-256 of what was signed"), signature.digest],
        ]
        title = pgettext("paper", "Accepted")
    return {
        "title": title,
        "name": signature.name,
        "drawing": DRAWING if signature.drawing else None,
        "facts": [[label, value] for label, value in facts if value],
    }


def _words() -> dict[str, str]:
    return {
        "customer": pgettext("paper", "For"),
        "description": _("Description"),
        "quantity": _("Quantity"),
        "price": _("Unit price"),
        "discount": _("Discount"),
        "amount": _("Amount"),
        "total": _("Total"),
        "options": _("Optional"),
        "options_note": _("Offered beside the others, and in no total."),
        "terms": _("Terms"),
        "signed": pgettext("paper", "signed"),
        # Translators: {page} and {pages} stand for numbers.
        "page": _("Page {page} of {pages}"),
    }
