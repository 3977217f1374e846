from typing import Any

from django.http import HttpRequest

from kairos.accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` receives: the person is one of ours. For type checking only."""

    user: User
    htmx: Any
