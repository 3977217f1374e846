"""What can be done with a spreadsheet on its way in: from the upload to undoing what it brought."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kairos.core.history import ActionRefused, Changes
from kairos.core.history.undo import UndoReport, undo
from kairos.core.imports import files
from kairos.core.imports.engine import Importer, Tell, write_table
from kairos.core.imports.guessing import Guess, guess_mapping
from kairos.core.imports.mapping import Mapping as Meaning
from kairos.core.imports.mapping import mapping_from
from kairos.core.imports.problems import ImportForbidden, ImportStumbled
from kairos.core.imports.report import Report, stored
from kairos.core.imports.zones import in_zone
from kairos.core.models import ImportRun
from kairos.core.records import type_called
from kairos.core.tables import Problem, Table, open_table

log = logging.getLogger(__name__)
State = ImportRun.State
RESTING = (State.MAPPING, State.CHECKED, State.CANCELLED, State.FAILED)
BUSY = (State.CHECKING, State.APPLYING)
KEPT = dt.timedelta(days=30)


class ImportBusy(ActionRefused):
    message = _("This import is being worked on. Wait for it, or cancel it.")


class NotChecked(ActionRefused):
    message = _("Check the import before it is applied.")


class NothingToUndo(ActionRefused):
    message = _("This import has written nothing that could be undone.")


class Stopped(Exception):
    """Somebody cancelled the import."""


def open_run(run: ImportRun) -> Table:
    """The table of an import, read as its options say. Raises `TableError`."""
    options = {
        name: run.options[name] for name in ("encoding", "delimiter", "sheet") if run.options.get(name)
    }
    return open_table(files.path_of(run.path), filename=run.filename, **options)


def start_import(*, plural: str, pieces: Iterable[bytes], filename: str, by: Any) -> ImportRun:
    """Keep the file and guess what its columns mean. Raises `TableError` for a file that cannot be used."""
    record_type = type_called(plural)
    if not record_type.access.can_import(by):
        raise ImportForbidden()
    run = ImportRun(record_type=record_type.plural, filename=filename[-255:], by=by)
    run.options = {"time_zone": timezone.get_current_timezone_name()}
    run.path = files.store_file(pieces)
    try:
        guess_run(run)
    except BaseException:
        files.remove_files(run.path)
        raise
    run.save()
    return run


def guess_run(run: ImportRun) -> Guess:
    """Guess the mapping anew; kept with the run by whoever called. Raises `TableError`."""
    with open_run(run) as table:
        guess = guess_mapping(type_called(run.record_type), table, user=run.by)
        run.rows_total = table.row_count_estimate
    run.mapping = guess.mapping.as_json()
    run.report = guess.report.as_json()
    return guess


def read_differently(run: ImportRun, *, options: Mapping[str, str]) -> None:
    """Read the file in another encoding, with another delimiter, from another sheet. Raises `TableError`."""
    _rest(run)
    run.options = {
        **run.options,
        **{name: options.get(name, "") for name in ("encoding", "delimiter", "sheet")},
    }
    guess_run(run)
    run.fixes, run.state = {}, State.MAPPING
    run.save()


def save_mapping(run: ImportRun, *, mapping: Meaning) -> None:
    """Keep what the columns mean; what was checked must be checked again."""
    _rest(run)
    run.mapping, run.state = mapping.as_json(), State.MAPPING
    run.save(update_fields=["mapping", "state"])


def fix_cells(run: ImportRun, *, row: int, cells: Mapping[str, str]) -> None:
    """Correct cells of one row by hand; the file stays as it is."""
    _rest(run)
    run.fixes = {**run.fixes, str(row): {**run.fixes.get(str(row), {}), **cells}}
    run.save(update_fields=["fixes"])


def _rest(run: ImportRun) -> None:
    if run.state not in RESTING:
        raise ImportBusy()


def request_check(run: ImportRun) -> None:
    """Try the import in the background: nothing is written, everything is counted."""
    from kairos.core.tasks import check_import as task

    _begin(run, RESTING, State.CHECKING, task)


def request_apply(run: ImportRun) -> None:
    """Write the import in the background, whole or not at all. Raises `NotChecked`."""
    from kairos.core.tasks import apply_import as task

    if run.state != State.APPLYING and run.state not in RESTING:
        raise ImportBusy()
    if run.state == State.MAPPING:
        raise NotChecked()
    _begin(run, (State.CHECKED, State.CANCELLED, State.FAILED), State.APPLYING, task)


def _begin(run: ImportRun, before: Iterable[str], state: str, task: Any) -> None:
    """Into a busy state, once; an import whose process died may be begun again."""
    states = [*before, run.state] if is_interrupted(run) else [*before]
    files.forget_progress(run.path)
    with transaction.atomic():
        fresh = {"state": state, "started_at": None, "finished_at": None, "rows_done": 0}
        if not ImportRun.objects.filter(pk=run.pk, state__in=states).update(**fresh):
            raise ImportBusy()
        task.enqueue(run.pk)
    run.refresh_from_db()


def is_interrupted(run: ImportRun) -> bool:
    """Whether the process that worked on the import has died; nothing of it was written."""
    return run.state in BUSY and run.started_at is not None and not files.is_worked_on(run.path)


def check_import(run_id: int) -> None:
    """Try all rows and keep the report. Done again, it does the same."""

    def check(run: ImportRun, tell: Tell) -> None:
        with open_run(run) as table:
            record_type, mapping = type_called(run.record_type), mapping_from(run.mapping)
            report = Importer(record_type, mapping, table, user=run.by, fixes=run.fixes).run(tell)
        _finish(run, State.CHECKED, report)

    _work(run_id, State.CHECKING, check)


def apply_import(run_id: int) -> None:
    """Write all good rows as one change set, in one transaction with the run's own end. Done again, it does nothing."""

    def apply(run: ImportRun, tell: Tell) -> None:
        def finish(changes: Changes, report: Report) -> None:
            if report.has_written:
                run.change_set = changes.row
            _finish(run, State.DONE, report)

        record_type, mapping = type_called(run.record_type), mapping_from(run.mapping)
        more: dict[str, Any] = {"user": run.by, "filename": run.filename, "fixes": run.fixes}
        with open_run(run) as table:
            write_table(record_type, mapping, table, tell=tell, finish=finish, **more)

    _work(run_id, State.APPLYING, apply)


def _finish(run: ImportRun, state: str, report: Report) -> None:
    run.state, run.report, run.finished_at = state, report.as_json(), timezone.now()
    run.rows_done = run.rows_total = report.rows
    run.save()


def _work(run_id: int, state: str, work: Callable[[ImportRun, Tell], None]) -> None:
    """Work on a run that waits in this state, alone; whatever happens, it ends in a state with a sentence."""
    run = ImportRun.objects.select_related("by").filter(pk=run_id, state=state).first()
    if run is None or run.by is None:
        return
    try:
        with files.working_on(run.path):
            # Read again under the lock: another process may just have finished it.
            if ImportRun.objects.filter(pk=run_id, state=state).update(started_at=timezone.now()):
                run.refresh_from_db(fields=["started_at"])
                with _mishaps_kept(run), in_zone(run.options.get("time_zone", "")):
                    work(run, _teller(run))
    except files.Busy:
        log.info("import %s is being worked on by another process", run_id)


def _teller(run: ImportRun) -> Tell:
    def tell(done: int, report: Report) -> None:
        files.tell_progress(run.path, done=done, errors=report.errors, seconds=report.seconds)
        if files.shall_stop(run.path):
            raise Stopped

    return tell


@contextmanager
def _mishaps_kept(run: ImportRun) -> Iterator[None]:
    """Turn what stops an import into its state and a sentence; its transaction is rolled back by then."""
    try:
        yield
    except Stopped:
        _end(run, State.CANCELLED, None)
    except (Problem, ActionRefused) as error:
        problem = error if isinstance(error, Problem) else ImportStumbled(reason=str(error))
        _end(run, State.FAILED, problem)
    except Exception:
        log.exception("import %s failed", run.pk)
        _end(run, State.FAILED, ImportStumbled(reason=""))


def _end(run: ImportRun, state: str, problem: Problem | None) -> None:
    report = Report()
    if problem is not None:
        report.problems.append({**stored(problem), "value": ""})
    values = {"state": state, "report": report.as_json(), "finished_at": timezone.now(), "change_set": None}
    ImportRun.objects.filter(pk=run.pk).update(**values)
    run.refresh_from_db()


def cancel_import(run: ImportRun) -> None:
    """Stop between two chunks; nothing stays written. What waits or was interrupted is cancelled at once."""
    files.ask_to_stop(run.path)
    if run.state in BUSY and not files.is_worked_on(run.path):
        ImportRun.objects.filter(pk=run.pk, state=run.state).update(
            state=State.CANCELLED, finished_at=timezone.now(), report=Report().as_json()
        )


def undo_import(run: ImportRun, *, by: Any) -> UndoReport:
    """Take back everything an import wrote, as far as nobody has built on it since. Raises `NothingToUndo`."""
    if run.change_set is None:
        raise NothingToUndo()
    return undo(run.change_set, by=by)


def forget_old_imports(*, now: dt.datetime) -> int:
    """Delete imports and their files 30 days after they came; what they wrote and its history stay."""
    old = ImportRun.objects.filter(created_at__lt=now - KEPT).exclude(state__in=BUSY)
    for run in old:
        files.remove_files(run.path)
        run.delete()
    known = set(ImportRun.objects.values_list("path", flat=True))
    for path in files.folder().glob("*.table"):
        if path.name not in known and path.stat().st_mtime < (now - KEPT).timestamp():
            files.remove_files(path.name)
    return len(old)
