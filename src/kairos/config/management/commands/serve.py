"""`kairos serve`: everything between an empty directory and an answering server."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.utils import DatabaseError

from kairos.config.home import make_home
from kairos.config.preparation import fill_demo, first_link, migrate, one_at_a_time
from kairos.config.server import open_port, serve

EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104
HERE = {*EVERYWHERE, "127.0.0.1", "::1", "localhost"}


class Command(BaseCommand):
    """Prepare the database, then answer requests until told to stop."""

    help = "Run Kairos. The first start makes the database and prints a link for the first administrator."
    # The checks need no second run; migrating comes first and says what is wrong.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
        parser.add_argument("--workers", type=int, help="server processes (default: KAIROS_WORKERS)")
        parser.add_argument("--demo", action="store_true", help="fill in an example company")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse early, prepare, then serve."""
        workers = settings.WORKERS if options["workers"] is None else options["workers"]
        self.refuse_what_cannot_work(workers)
        port = open_port(options["host"], options["port"])
        self.name_the_address(options["host"], options["port"])
        # What the program writes is for its own user only.
        os.umask(0o077)
        make_home(settings.HOME)
        try:
            connection.ensure_connection()
        except DatabaseError as fault:
            raise CommandError(f"The database does not answer: {str(fault).strip()}") from fault
        with one_at_a_time():
            migrate(say=self.say)
            if options["demo"]:
                fill_demo(say=self.say)
            link = first_link()
        if link:
            self.say(f"Sign in as the first administrator, once, within two days:\n\n    {link}\n\n")
        serve(port, workers=workers, say=self.say)

    def say(self, sentence: str) -> None:
        """Write a sentence at once, also into a pipe."""
        self.stdout.write(sentence)
        self.stdout.flush()

    def refuse_what_cannot_work(self, workers: int) -> None:
        """Several processes must share the database and what they tell each other."""
        if workers < 1:
            raise CommandError("--workers must be 1 or more.", returncode=2)
        if workers > 1 and settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
            raise CommandError("Several workers need PostgreSQL; set KAIROS_DATABASE_URL.", returncode=2)
        if workers > 1 and not settings.REDIS_URL:
            raise CommandError("Several workers need Redis; set KAIROS_REDIS_URL.", returncode=2)

    def name_the_address(self, host: str, port: int) -> None:
        """Where no public address is set, links name the host and port that this server listens on."""
        if os.environ.get("KAIROS_URL"):
            return
        name = "localhost" if host in HERE else host
        settings.PUBLIC_URL = f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, name]
        # For further server processes, and for the worker beside them.
        os.environ["KAIROS_URL"] = settings.PUBLIC_URL
        if host in EVERYWHERE and not os.environ.get("KAIROS_HOSTS"):
            self.say("Others can reach this server by the names in KAIROS_HOSTS; none are set.")
