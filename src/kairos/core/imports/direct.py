"""A file imported at once, without a stay on the screens: for the command line and for tests."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from kairos.core.history import change_set, door
from kairos.core.imports.engine import Importer
from kairos.core.imports.guessing import guess_mapping
from kairos.core.imports.mapping import mapping_from
from kairos.core.imports.zones import in_zone
from kairos.core.models import Source
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
    with open_table(path, **read_as) as table, in_zone(meaning.time_zone if meaning else ""):
        guess = None if meaning else guess_mapping(record_type, table, user=user)
        meaning = meaning or guess.mapping  # type: ignore[union-attr]
        change_set_id = None
        if dry_run:
            report = Importer(record_type, meaning, table, user=user).run()
        else:
            params = {"filename": path.name}
            with (
                door(Source.IMPORT),
                change_set(by=user, summary=_("Imported “%(filename)s”"), params=params) as changes,
            ):
                changes.about(record_type.model)
                report = Importer(record_type, meaning, table, user=user, changes=changes).run()
                change_set_id = changes.row.pk if report.has_written else None
        if guess:
            report.notices = [*guess.report.notices, *report.notices]
            report.notice_count += guess.report.notice_count
    return {**report.as_json(), "dry_run": dry_run, "change_set": change_set_id, "mapping": meaning.as_json()}
