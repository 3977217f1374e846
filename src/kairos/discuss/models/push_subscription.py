from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone


class PushSubscriptionQuerySet(models.QuerySet[Any]):
    def of(self, user: Any) -> Self:
        """One person's browsers, the newest first: nobody sees another's."""
        return self.filter(user=user.pk).order_by("-created_at", "-pk")


class PushSubscription(models.Model):
    """A browser that a person wants to be told by, also while no page is open.

    `endpoint` is where its push service takes what is meant for it; `browser_key` and `secret`, in base64 without
    padding, are what only the browser can open it with. `name` says which browser it is.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.CharField(max_length=1000, unique=True)
    browser_key = models.CharField(max_length=100)
    secret = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = PushSubscriptionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
