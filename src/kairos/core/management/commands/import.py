"""`kairos import TYPE FILE`: a spreadsheet from the command line, by the same steps as on screen."""

import json
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kairos.core.actions.house import furnish_new_house
from kairos.core.history import ActionRefused
from kairos.core.history.undo import undo
from kairos.core.imports.direct import import_file
from kairos.core.imports.report import sentence
from kairos.core.models import ChangeSet
from kairos.core.records import all_types, type_called
from kairos.core.tables import Problem

SHOWN = 20


class Command(BaseCommand):
    """Import a CSV or XLSX file. Exit code 0: all rows fine; 1: some rows refused, the rest done; 2: nothing done."""

    help = "Import a CSV or XLSX file as records; see docs/how-to/import-a-spreadsheet.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type", metavar="TYPE", nargs="?", help="kind of record, such as opportunities")
        parser.add_argument("file", metavar="FILE", nargs="?", help="CSV or XLSX file")
        parser.add_argument("--mapping", metavar="FILE.json", help="what the columns mean (default: guessed)")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, report what would be")
        parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
        parser.add_argument("--by", metavar="EMAIL", help="who imports (default: an administrator)")
        parser.add_argument("--show-mapping", action="store_true", help="print the guessed mapping and stop")
        parser.add_argument("--undo", metavar="ID", type=int, help="undo the import with this change set ID")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, report, and end with a code that says how it went."""
        if not options["dry_run"] and not options["show_mapping"]:
            furnish_new_house()
        user = person(options["by"])
        try:
            if options["undo"]:
                self.undo(options["undo"], user)
                return
            result = self.run_import(user, options)
        except (Problem, ActionRefused) as error:
            raise CommandError(str(error), returncode=2) from error
        if options["show_mapping"]:
            self.stdout.write(json.dumps(result["mapping"], ensure_ascii=False, indent=2))
            return
        self.tell(result, as_json=options["json"])
        if result["errors"]:
            raise SystemExit(1)

    def run_import(self, user: Any, options: dict[str, Any]) -> dict[str, Any]:
        """The report of one file, with sentences instead of codes."""
        try:
            record_type = type_called(options["type"] or "")
        except KeyError:
            known = ", ".join(sorted(t.plural for t in all_types()))
            raise CommandError(f"TYPE is one of {known}.", returncode=2) from None
        path = Path(options["file"] or "")
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        mapping = read_mapping(options["mapping"]) if options["mapping"] else None
        dry_run = options["dry_run"] or options["show_mapping"]
        found = import_file(record_type, path, mapping=mapping, user=user, dry_run=dry_run)
        for part in ("problems", "notices"):
            found[part] = [
                {
                    "row": kept["params"].get("row"),
                    "column": kept["params"].get("column"),
                    "sentence": sentence(kept),
                }
                for kept in found[part]
            ]
        return found

    def tell(self, result: dict[str, Any], *, as_json: bool) -> None:
        """Counts first, then what was read into texts, then the first rows that were refused."""
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        counts = "{created} created, {updated} updated, {skipped} unchanged, {errors} refused, {seconds} s"
        self.stdout.write(("Dry run: " if result["dry_run"] else "") + counts.format(**result))
        for name, count in result["made"].items():
            self.stdout.write(f"  also made: {count} {name}")
        for note in [*result["notices"][:SHOWN], *result["problems"][:SHOWN]]:
            self.stdout.write(f"  {note['sentence']}")
        if result.get("change_set"):
            self.stdout.write(f"Undo it with: kairos import --undo {result['change_set']}")

    def undo(self, pk: int, user: Any) -> None:
        """Take an import back, from its change set."""
        target = ChangeSet.objects.filter(pk=pk).first()
        if target is None:
            raise CommandError(f"There is no change set {pk}.", returncode=2)
        report = undo(target, by=user)
        self.stdout.write(f"{report.restored} values restored, {len(report.conflicts)} left as they are.")


def person(email: str | None) -> Any:
    """Who imports: the named person, else the first administrator, else the operator of this machine."""
    users = get_user_model().objects
    if email:
        found = users.filter(email__iexact=email, archived_at=None).first()
        if found is None:
            raise CommandError(f"Nobody with the address {email} works here.", returncode=2)
        return found
    active = users.filter(archived_at=None, role="administrator").order_by("pk")
    return active.first() or get_user_model()(name="Operator", role="administrator")


def read_mapping(path: str) -> Any:
    """The JSON of a mapping file."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CommandError(f"The mapping file {path} cannot be read: {error}", returncode=2) from None
