from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kairos.core.models.record import Record

TAG_COLOURS = 12


class Tag(Record):
    """A word people put on records. One list for the whole house, so that a tag means the same everywhere."""

    name = models.CharField(_("Name"), max_length=60)
    colour = models.PositiveSmallIntegerField(_("Colour"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("Tag")
        verbose_name_plural = _("Tags")
        constraints = (
            *Record.Meta.constraints,
            models.UniqueConstraint(Lower("name"), name="core_tag_name_unique"),
            models.CheckConstraint(condition=models.Q(colour__lt=TAG_COLOURS), name="core_tag_colour_known"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.name
