from django.db import models


class DuplicateSearch(models.Model):
    """How far the search for duplicates of one kind is, or what the last one came to."""

    record_type = models.CharField(max_length=40, unique=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.record_type}: {self.done} of {self.total}"
