"""A file imported at once, without a stay on the screens: for the command line and for tests."""

from pathlib import Path
from time import monotonic
from typing import Any

from kairos.core.history import Changes
from kairos.core.imports.engine import Importer, write_table
from kairos.core.imports.guessing import guess_mapping
from kairos.core.imports.mapping import mapping_from
from kairos.core.imports.report import Report
from kairos.core.imports.zones import in_zone
from kairos.core.tables import open_table


def import_file(
    record_type: Any, path: Path, *, mapping: Any = None, user: Any, dry_run: bool = False
) -> dict[str, Any]:
    """Import a file by a mapping (its JSON), or by a guessed one; returns the report with the ID of the change set.

    Raises a `TableError` for a file or a mapping that cannot be used; then nothing is written.
    """
    meaning = mapping_from(mapping) if mapping is not None else None
    options: dict[str, Any] = meaning.file if meaning else {}
    read_as = {name: options[name] for name in ("encoding", "delimiter", "sheet") if options.get(name)}
    began = monotonic()
    with open_table(path, **read_as) as table, in_zone(meaning.time_zone if meaning else ""):
        guess = None if meaning else guess_mapping(record_type, table, user=user)
        meaning = meaning or guess.mapping  # type: ignore[union-attr]
        change_set_id: int | None = None
        if dry_run:
            report = Importer(record_type, meaning, table, user=user).run()
        else:
            written: list[int] = []

            def finish(changes: Changes, report: Report) -> None:
                written.extend([changes.row.pk] if report.has_written else [])

            report = write_table(record_type, meaning, table, user=user, filename=path.name, finish=finish)
            change_set_id = written[0] if written else None
        if guess:
            report.notices = [*guess.report.notices, *report.notices]
            report.notice_count += guess.report.notice_count
    report.seconds = monotonic() - began
    return {**report.as_json(), "dry_run": dry_run, "change_set": change_set_id, "mapping": meaning.as_json()}
