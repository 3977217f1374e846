"""What conversation adds to the kinds of record."""

from django.utils.translation import gettext_lazy as _

from kairos.core.records import Filter, Menu, RecordType, Section, register
from kairos.discuss.access import TemplatesAccess
from kairos.discuss.actions import templates
from kairos.discuss.models import MessageTemplate


@register
class MessageTemplates(RecordType):
    model = MessageTemplate
    plural = "message-templates"
    icon = "file-text"
    menu = Menu(_("Message templates"), icon="file-text", order=30, area="conversation")
    access = TemplatesAccess()
    columns = ("name", "subject", "language", "is_shared", "created_by")
    search = ("name", "subject")
    filters = (
        Filter("shared", _("For everybody"), ["is_shared", "is", "true"], "users"),
        Filter("mine", _("Mine"), ["created_by", "is", "me"], "user-check"),
    )
    groups = ("language", "is_shared", "created_by")
    default_sort = "name"
    sections = (Section(_("Message template"), ("name", "subject", "text", "language", "is_shared")),)
    quick_create = ("name", "subject", "text", "language", "is_shared")
    create = staticmethod(templates.create_template)
    update = staticmethod(templates.update_template)
    update_many = staticmethod(templates.update_templates)
