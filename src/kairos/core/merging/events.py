from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event

MERGED = Event("core.merged", _("Merged with %(records)s"), "git-merge")
