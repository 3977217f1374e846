from typing import Any

from django.core.management.base import BaseCommand

from kairos.core.actions.duplicates import search_all
from kairos.core.records import type_named


class Command(BaseCommand):
    """Works out every match key anew and finds all likely duplicates, as the background worker does each night."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in search_all().items():
            self.stdout.write(f"{type_named(name).label_plural}: {count}")
