"""The short lists that deals refer to."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kairos.core.access import LeadersArrange
from kairos.core.fields import ChoiceTextField, Field
from kairos.core.records import MatchKeys, Menu, RecordType, Section, register
from kairos.core.tables import name_key
from kairos.crm.actions import recurring
from kairos.crm.models import (
    Campaign,
    Competitor,
    LostReason,
    Medium,
    RecurringPlan,
    Source,
)


def _named(record: Any) -> list[tuple[str, str]]:
    return [("name", name_key(record.name))]


BY_NAME = MatchKeys(("name",), _named, ("name",))


@register
class LostReasons(RecordType):
    model = LostReason
    plural = "lost-reasons"
    icon = "thumbs-down"
    menu = Menu(_("Lost reasons"), icon="thumbs-down", order=20, area="pipeline")
    access = LeadersArrange()
    match_keys = BY_NAME
    columns = ("name", "group", "loses")
    field_options: ClassVar[list[Field]] = [ChoiceTextField("group")]
    groups = ("group", "loses")
    sections = (Section(_("Lost reason"), ("name", "group", "loses", "external_id")),)
    quick_create = ("name", "group", "loses")

    def subtitle(self, record: Any) -> str:
        return str(record.group)


@register
class Sources(RecordType):
    model = Source
    plural = "sources"
    icon = "radio"
    menu = Menu(_("Sources"), icon="radio", order=40, area="pipeline")
    match_keys = BY_NAME


@register
class Media(RecordType):
    model = Medium
    plural = "media"
    icon = "route"
    menu = Menu(_("Media"), icon="route", order=41, area="pipeline")
    match_keys = BY_NAME


@register
class Campaigns(RecordType):
    model = Campaign
    plural = "campaigns"
    icon = "megaphone"
    menu = Menu(_("Campaigns"), icon="megaphone", order=42, area="pipeline")
    match_keys = BY_NAME
    columns = ("name", "starts_on", "ends_on", "cost")
    sections = (Section(_("Campaign"), ("name", "starts_on", "ends_on", "cost", "currency", "external_id")),)
    quick_create = ("name", "starts_on", "ends_on")


@register
class Competitors(RecordType):
    model = Competitor
    plural = "competitors"
    icon = "swords"
    menu = Menu(_("Competitors"), icon="swords", order=30, area="pipeline")
    match_keys = BY_NAME
    columns = ("name", "website")
    sections = (Section(_("Competitor"), ("name", "website", "notes", "external_id")),)


@register
class RecurringPlans(RecordType):
    model = RecurringPlan
    plural = "recurring-plans"
    icon = "repeat"
    menu = Menu(_("Recurring plans"), icon="repeat", order=50, area="pipeline")
    access = LeadersArrange()
    match_keys = BY_NAME
    columns = ("name", "months")
    update = staticmethod(recurring.update_plan)
    update_many = staticmethod(recurring.update_plans)
    sections = (Section(_("Recurring plan"), ("name", "months", "external_id")),)
    quick_create = ("name", "months")
