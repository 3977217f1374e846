from typing import Any

from django.utils.translation import gettext_lazy as _


class ActionRefused(Exception):
    """An action that the rules of the house do not allow. `str()` is a sentence for the person who asked.

    Subclasses name the rule and set `message`, whose placeholders are filled from the keyword arguments.
    """

    message: Any = _("This is not possible.")

    def __init__(self, **params: Any) -> None:
        super().__init__()
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params


class RecordGone(ActionRefused):
    message = _("This record no longer exists.")


class RecordInUse(ActionRefused):
    message = _("“%(record)s” cannot be deleted while %(count)s other records need it.")
