"""What is special about spreadsheets of people and companies."""

from collections.abc import Mapping, Sequence
from typing import Any

from kairos.contacts.models import Contact
from kairos.core.records import ImportRules
from kairos.core.tables import normalise
from kairos.core.tables.values import phrases

ABOUT_COMPANIES = frozenset({"industry", "employees", "founded_in", "annual_revenue"})
COMPANY_WORDS = phrases("""
    account, account name, company, company name, customer, customer name, client, client name, organisation,
    organization, organisation name, firm, 公司, 公司名稱, 客戶, 客戶名稱, 廠商, 企業""")
PERSON_WORDS = phrases(
    "contact, contact name, contact person, person, full name, 聯絡人, 連絡人, 姓名, 聯絡人姓名"
)


class ContactRules(ImportRules):
    """A file that tells staff and turnover is about organisations; who is named as a parent is one, too."""

    synonyms: Mapping[str, Sequence[str]] = {
        "name": (*COMPANY_WORDS, *PERSON_WORDS),
        "country": ("office location", "location", "headquarters", "hq", "所在地"),
        "annual_revenue": ("revenue", "revenue (millions)"),
    }

    def guess(self, mapping: Any, texts: Mapping[str, Mapping[str, int]]) -> None:
        """Say what the rows are about where no column does."""
        if "kind" in mapping.fields:
            return
        header = normalise(mapping.header_of("name"))
        is_company = bool(ABOUT_COMPANIES & mapping.fields) or header in COMPANY_WORDS
        mapping.defaults["kind"] = (Contact.Kind.ORGANISATION if is_company else Contact.Kind.PERSON).value

    def values_of_missing(self, name: str, title: str) -> dict[str, Any]:
        return {"kind": Contact.Kind.ORGANISATION.value} if name == "parent" else {}
