from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """The address under which other calendars read a person's activities; whoever knows the token reads them.

    Only the token's digest is kept: the address is shown once, when it is made, and a new one ends the old one.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
