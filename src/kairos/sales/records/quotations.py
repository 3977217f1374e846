from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kairos.core.fields import DateField, Field, RelationField, TextField
from kairos.core.records import Action, Filter, Menu, RecordType, Section, Thread, register
from kairos.sales.access import QuotationsAccess
from kairos.sales.actions import approvals, filling, numbers, orders, quotations, states, templates, versions
from kairos.sales.actions.offering import offer_quotation
from kairos.sales.measures import DIMENSIONS, MEASURES, READY_REPORTS
from kairos.sales.models import Approval, Invoicing, Quotation, QuotationTemplate, State
from kairos.sales.offer_form import OfferForm, customers_of
from kairos.sales.template_forms import TemplateForm


def is_in(*states: State) -> Callable[[Any, Any], bool]:
    return lambda user, record: record is None or record.state in states


def is_invoiced(invoicing: Invoicing) -> Callable[[Any, Any], bool]:
    return lambda user, record: record is None or record.invoicing == invoicing


def is_asked(user: Any, record: Any) -> bool:
    return record is not None and record.is_draft and record.approval == Approval.ASKED


DELIVERY = Quotation._meta.get_field("delivery_on")
REFERENCE = Quotation._meta.get_field("invoice_reference")
TEMPLATE_NAME = QuotationTemplate._meta.get_field("name")
NOTE = Quotation._meta.get_field("approval_note")


def in_currency(lists: Any, quotation: Quotation | None) -> Any:
    """The price lists a quotation can have."""
    return lists.filter(currency=quotation.currency) if quotation is not None else lists


@register
class Quotations(RecordType):
    model = Quotation
    plural = "quotations"
    icon = "file-text"
    menu = Menu(_("Quotations"), icon="file-text", order=14, key="q")
    title_field = "number"
    access = QuotationsAccess()
    thread = Thread(responsible=("salesperson",), addresses=customers_of)
    hidden = frozenset(
        {"year", "sequence", "edits", "rounding", "as_sent", "asked_margin", "approved_margin"}
    )
    field_options: ClassVar[list[Field]] = [RelationField("price_list", limit=in_currency)]
    columns = ("number", "organisation", "opportunity", "total", "state", "valid_until", "salesperson")
    search = ("number", "customer_reference", "organisation.name", "opportunity.title")
    filters = (
        Filter("mine", _("Mine"), ["salesperson", "is", "me"]),
        Filter("drafts", _("Drafts"), ["state", "is", "draft"]),
        Filter("waiting", _("Sent, no answer yet"), ["state", "is", "sent"]),
        Filter("approvals", _("Waiting for approval"), ["approval", "is", "asked"]),
        Filter("orders", _("Orders"), ["state", "is", "confirmed"], "package-check", is_place=True),
        Filter("to-invoice", _("To invoice"), ["invoicing", "is", "due"]),
    )
    groups = ("state", "invoicing", "salesperson", "organisation", "opportunity")
    measures = MEASURES
    dimensions = DIMENSIONS
    reports = READY_REPORTS
    sections = (
        Section(
            _("Quotation"),
            ("state", "total", "untaxed", "tax", "price_list", "valid_until", "customer_reference"),
        ),
        Section(_("Customer"), ("opportunity", "organisation", "person", "salesperson")),
        Section(
            pgettext_lazy("paper", "Order"), ("confirmed_at", "delivery_on", "invoicing", "invoice_reference")
        ),
        Section(_("Terms"), ("terms",)),
        Section(
            _("Result"),
            (
                "approval",
                "approval_note",
                "sent_at",
                "cancelled_at",
                "cancel_reason",
                "revision",
                "external_id",
            ),
        ),
    )
    quick_create = ("opportunity",)
    actions = (
        Action(
            "offer",
            _("Send to the customer"),
            offer_quotation,
            icon="send",
            form=OfferForm(),
            shown_to=is_in(State.DRAFT, State.SENT, State.CONFIRMED),
            is_button=True,
            is_bulk=False,
        ),
        Action(
            "send",
            _("Mark as sent"),
            states.send_quotation,
            icon="check-check",
            shown_to=is_in(State.DRAFT),
        ),
        Action(
            "confirm",
            _("Confirm"),
            states.confirm_quotation,
            icon="check",
            shown_to=is_in(State.DRAFT, State.SENT),
            tone="primary",
            is_button=True,
        ),
        Action(
            "revise",
            _("Revise"),
            versions.revise_quotation,
            icon="pencil",
            shown_to=is_in(State.SENT),
            is_button=True,
            is_bulk=False,
            leads_on=True,
        ),
        Action(
            "ask-approval",
            _("Ask for approval"),
            approvals.ask_approval,
            icon="badge-check",
            fields=(TextField("note", label=_("Note"), model_field=NOTE, required=False),),
            shown_to=lambda user, record: (
                record is not None
                and record.is_draft
                and record.approval != Approval.ASKED
                and approvals.needs_approval(record)
            ),
            is_bulk=False,
        ),
        Action(
            "approve",
            _("Approve"),
            approvals.grant_approval,
            icon="badge-check",
            right="can_approve",
            shown_to=is_asked,
            is_button=True,
            is_bulk=False,
        ),
        Action(
            "refuse",
            pgettext_lazy("approval", "Refuse"),
            approvals.refuse_approval,
            icon="x",
            fields=(TextField("note", label=_("Why"), model_field=NOTE, required=False),),
            right="can_approve",
            shown_to=is_asked,
            is_bulk=False,
        ),
        Action(
            "deliver",
            _("Set the delivery"),
            orders.set_delivery,
            icon="truck",
            fields=(DateField("delivery_on", model_field=DELIVERY, required=False),),
            shown_to=is_in(State.CONFIRMED),
        ),
        Action(
            "invoiced",
            _("Mark as invoiced"),
            orders.mark_invoiced,
            icon="receipt",
            fields=(TextField("invoice_reference", model_field=REFERENCE, required=False),),
            shown_to=is_invoiced(Invoicing.DUE),
            is_button=True,
        ),
        Action(
            "to-invoice",
            _("Not invoiced yet"),
            orders.mark_due,
            icon="rotate-ccw",
            shown_to=is_invoiced(Invoicing.INVOICED),
        ),
        Action(
            "from-template",
            _("Fill from a template"),
            filling.use_template,
            icon="files",
            form=TemplateForm(),
            shown_to=is_in(State.DRAFT),
            is_bulk=False,
        ),
        Action(
            "save-as-template",
            _("Save as a template"),
            templates.save_as_template,
            icon="files",
            fields=(TextField("name", model_field=TEMPLATE_NAME, required=True),),
            shown_to=lambda user, record: bool(user.is_leader),
            right="can_make_template",
            is_bulk=False,
        ),
        Action(
            "duplicate",
            _("Duplicate"),
            versions.duplicate_quotation,
            icon="copy",
            is_bulk=False,
            leads_on=True,
        ),
        Action(
            "cancel",
            _("Cancel it"),
            states.cancel_quotation,
            icon="x",
            fields=(TextField("cancel_reason", label=_("Why")),),
            shown_to=is_in(State.DRAFT, State.SENT, State.CONFIRMED),
        ),
        Action(
            "reopen",
            _("Reopen"),
            states.reopen_quotation,
            icon="rotate-ccw",
            shown_to=is_in(State.CANCELLED),
            is_button=True,
        ),
    )
    create = staticmethod(quotations.create_quotation)
    update = staticmethod(quotations.update_quotation)
    update_many = staticmethod(quotations.update_quotations)

    def subtitle(self, record: Any) -> str:
        return str(record.organisation or record.person or "")

    def check_after_undo(self) -> None:
        numbers.check_numbers()
