"""The core's own noun."""

from django.utils.translation import gettext_lazy as _

from kairos.core.models import Tag
from kairos.core.records.declarations import MatchKeys, Menu, Section
from kairos.core.records.record_type import RecordType
from kairos.core.records.registry import register


def _keys(tag: Tag) -> list[tuple[str, str]]:
    return [("name", tag.name.casefold())]


@register
class Tags(RecordType):
    model = Tag
    plural = "tags"
    icon = "tag"
    menu = Menu(_("Tags"), icon="tag", order=60, area="settings")
    columns = ("name", "colour")
    default_sort = "name"
    match_keys = MatchKeys(("name",), _keys, ("name",))
    sections = (Section(_("Tag"), ("name", "colour", "external_id")),)
    quick_create = ("name", "colour")
