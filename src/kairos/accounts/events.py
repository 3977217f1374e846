from django.utils.translation import gettext_lazy as _

from kairos.core.events import Event

PERSON_INVITED = Event("accounts.person_invited", _("%(person)s was sent a sign-in link"), "mail-plus")
PERSON_JOINED = Event(
    "accounts.person_joined", _("%(person)s chose a password and signed in"), "circle-check"
)
SHARED = Event("accounts.shared", _("Shared with %(people)s"), "share-2")
UNSHARED = Event("accounts.unshared", _("No longer shared with %(people)s"), "user-minus")
