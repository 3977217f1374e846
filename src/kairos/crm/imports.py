"""What is special about spreadsheets of deals, stages and products."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.fields import Field, RelationField
from kairos.core.imports.finders import Wish
from kairos.core.records import ImportRules
from kairos.core.tables import value_key
from kairos.core.tables.values import phrases
from kairos.crm.actions.imports import changed_opportunities
from kairos.crm.actions.stages import settle_first_stages
from kairos.crm.models import Opportunity, Status

WON_WORDS = phrases("""
    won, closed won, close won, win, signed, sold, ordered, success, successful,
    贏單, 成交, 已成交, 結案成功, 得標, 簽約""")
LOST_WORDS = phrases("""
    lost, closed lost, close lost, dead, cancelled, canceled, rejected, abandoned, failed, disqualified,
    輸單, 失單, 未成交, 流失, 失敗, 取消, 結案失敗, 未得標""")
WON, LOST = frozenset(map(value_key, WON_WORDS)), frozenset(map(value_key, LOST_WORDS))


# The steps of selling, in their order, as spreadsheets call them.
STEPS = """
    lead, leads, new, prospect, prospecting, identified, 新進, 新商機, 潛在客戶, 開發中
    contacted, connected, engaging, engaged, discovery, qualification, qualified, 已聯絡, 接洽, 接洽中
    needs analysis, meeting, demo, demonstration, presentation, evaluation, trial, 需求分析, 展示, 簡報, 評估, 試用
    proposal, quote, quoted, quotation, offer, price quote, proposal sent, 提案, 報價, 已報價
    negotiation, negotiating, review, decision, contract, verbal, closing, 議價, 協商, 洽談, 決策, 合約"""
STEP_OF = {
    value_key(one): step for step, line in enumerate(STEPS.strip().splitlines()) for one in phrases(line)
}


class OpportunityRules(ImportRules):
    """A stage column may say won or lost; a closing date closes or is expected; a title may come from other columns."""

    synonyms: Mapping[str, Sequence[str]] = {
        "closed_at": (
            "close date",
            "closing date",
            "won date",
            "date closed",
            "結案日期",
            "成交日期",
            "結案日",
        ),
        "created_at": ("engage date", "opened", "start date", "建立日期"),
    }

    offered: Mapping[str, Sequence[dict[str, Any]]] = {
        "stage": ({"status": Status.WON.value}, {"status": Status.LOST.value})
    }

    def __init__(self) -> None:
        super().__init__()
        stage = Opportunity._meta.get_field("stage")
        label = _("Stage before closing")
        self.extra_fields: Sequence[Field] = (
            RelationField("open_stage", model_field=stage, label=label, required=False),
        )

    def meaning(self, name: str, text: str) -> dict[str, Any] | None:
        """“Closed won” in the stage column is the status, whatever the won stage is called."""
        if name != "stage":
            return None
        key = value_key(text)
        return (
            {"status": Status.WON.value}
            if key in WON
            else {"status": Status.LOST.value}
            if key in LOST
            else None
        )

    def guess(self, mapping: Any, texts: Mapping[str, Mapping[str, int]]) -> None:
        """A title out of product and customer where no column has one, and the stage most open deals are in."""
        if "title" not in mapping.fields:
            product, customer = mapping.header_of("product"), mapping.header_of("organisation")
            customer = customer or mapping.header_of("person")
            if product and customer:
                mapping.templates["title"] = f"{{{product}}}[ – {{{customer}}}]"
            elif known := product or customer or mapping.header_of("external_id"):
                mapping.templates["title"] = f"{{{known}}}"
        stage = mapping.header_of("stage")
        counts = texts.get(stage, {})
        opened = {text: count for text, count in counts.items() if self.meaning("stage", text) is None}
        if opened and len(opened) < len(counts):
            mapping.defaults["open_stage"] = max(opened, key=lambda text: opened[text])

    def values_of_missing(self, name: str, title: str) -> dict[str, Any]:
        """The customer is an organisation, the contact a person."""
        return {"kind": name} if name in ("organisation", "person") else {}

    def complete(self, values: dict[str, Any]) -> None:
        """A person who is made on the way works for the customer of the same row."""
        person, organisation = values.get("person"), values.get("organisation")
        if isinstance(person, Wish) and person.record is None and organisation is not None:
            person.values.setdefault("parent", organisation)

    def finish(self, changes: Any, report: Any) -> None:
        """Where a file brings the first deals and stages of its own, the board begins with those."""
        if report.made["stage"] and Opportunity.objects.count() == report.created:
            settle_first_stages(changes, step_of=lambda name: STEP_OF.get(value_key(name)))

    def changes(self, pairs: Sequence[tuple[Any, dict[str, Any]]]) -> list[dict[str, Any]]:
        """As usual for plain fields; stage, status and closing date by the rules of the pipeline."""
        plain = super().changes(
            [(deal, {k: v for k, v in values.items() if k not in RULED}) for deal, values in pairs]
        )
        ruled = changed_opportunities([(deal, values) for deal, values in pairs])
        return [one | other for one, other in zip(plain, ruled, strict=True)]


RULED = frozenset({"stage", "status", "closed_at", "created_at", "open_stage", "probability", "team"})


class StageRules(ImportRules):
    """Teams have stages of the same name; the shared one stands for all, each deal goes to its own team's."""

    def choose(self, records: Sequence[Any]) -> Any:
        return next((stage for stage in records if stage.team_id is None), records[0])


class LeadRules(ImportRules):
    """Who and how to reach them stands in columns of its own; a title comes from whoever is named."""

    synonyms: Mapping[str, Sequence[str]] = {
        "contact_name": phrases("name, full name, contact, contact person, 姓名, 聯絡人, 連絡人"),
        "company_name": phrases("company, organisation, organization, account, firm, 公司, 公司名稱, 企業"),
        "email": phrases("e-mail, email address, mail, 電子郵件, 信箱, email"),
        "phone": phrases("telephone, mobile, phone number, cell, 電話, 手機, 聯絡電話"),
        "source": phrases("lead source, channel, utm source, 來源"),
        "medium": phrases("utm medium, 媒介"),
        "campaign": phrases("utm campaign, 活動, 行銷活動"),
        "created_at": phrases("created, submitted, date, received, 建立日期, 日期"),
        "description": phrases("message, comment, comments, notes, enquiry, inquiry, 留言, 備註, 需求"),
    }

    def guess(self, mapping: Any, texts: Mapping[str, Mapping[str, int]]) -> None:
        """A title out of company and contact where no column has one."""
        if "title" in mapping.fields:
            return
        company, contact = mapping.header_of("company_name"), mapping.header_of("contact_name")
        known = company or contact or mapping.header_of("email") or mapping.header_of("phone")
        if company and contact:
            mapping.templates["title"] = f"{{{company}}}[ – {{{contact}}}]"
        elif known:
            mapping.templates["title"] = f"{{{known}}}"
