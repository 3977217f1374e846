from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kairos.core.models import Record, RecordQuerySet

LANGUAGES = [("en", "English"), ("zh-hant", "繁體中文")]


class MessageTemplateQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What is for everybody, and one's own."""
        return super().visible_to(user).filter(Q(is_shared=True) | Q(created_by=user.pk))


class MessageTemplate(Record):
    """A message to customers that is written again and again, with places that `discuss.filling` fills in.

    `language` is that of its words, in which dates and amounts are written; "" follows whoever uses it.
    """

    name = models.CharField(_("Name"), max_length=120)
    subject = models.CharField(
        _("Subject"), max_length=300, blank=True, default="", help_text=_("Empty keeps the usual one.")
    )
    text = models.TextField(
        _("Text"),
        max_length=20_000,
        help_text=_("Places to fill in: {{ record.title }}, {{ author.name }}, {{ house.name }}."),
    )
    language = models.CharField(_("Language"), max_length=10, blank=True, default="", choices=LANGUAGES)
    is_shared = models.BooleanField(_("For everybody"), default=False)

    objects: ClassVar[Any] = MessageTemplateQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("Message template")
        verbose_name_plural = _("Message templates")

    def __str__(self) -> str:
        return self.name
