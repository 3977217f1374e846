from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kairos.core.models import Record


class CannedAnswer(Record):
    """Words that are written again and again: two colons and the shortcut put them into what one writes."""

    shortcut = models.CharField(
        _("Shortcut"),
        max_length=40,
        help_text=_("Write it behind two colons, as in ::thanks."),
    )
    text = models.TextField(_("Text"), max_length=2000)

    class Meta(Record.Meta):
        verbose_name = _("Canned answer")
        verbose_name_plural = _("Canned answers")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            *Record.Meta.constraints,
            models.UniqueConstraint(
                Lower("shortcut"), condition=models.Q(archived_at=None), name="chat_answer_shortcut_once"
            ),
        )

    def __str__(self) -> str:
        return f"::{self.shortcut}"
