from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What protects somebody's sign-in besides the password."""

    has_app: bool
    keys: int

    @property
    def is_on(self) -> bool:
        return self.has_app or self.keys > 0


def second_factor(user: Any) -> SecondFactor:
    kinds = list(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    return SecondFactor(Authenticator.Type.TOTP in kinds, kinds.count(Authenticator.Type.WEBAUTHN))
