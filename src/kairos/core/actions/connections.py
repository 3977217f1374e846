"""What is refused to those who connect something with a server."""

from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused


class PasswordMissing(ActionRefused):
    message = _("Enter the password: it is not given to another server or user by itself.")


class NotConnected(ActionRefused):
    message = _("%(record)s is not connected yet.")
