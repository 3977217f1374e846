"""What the pages of an import show, by its state."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from kairos.core.actions import imports as acts
from kairos.core.imports import files
from kairos.core.imports.form import SCALES, column_rows, default_rows, mapping_from_form
from kairos.core.imports.guessing import match_by
from kairos.core.imports.layout import targets_of
from kairos.core.imports.mapping import Mapping, mapping_from
from kairos.core.imports.preview import Preview, preview_of
from kairos.core.imports.report import Report, reason, sentence
from kairos.core.models import ImportRun
from kairos.core.records import find_type, type_called, type_named
from kairos.core.tables import DELIMITERS, ENCODINGS, Problem

signed_in = login_required
State = ImportRun.State
SHOWN = 200
LISTED = 100


def runs_visible_to(user: Any) -> QuerySet[ImportRun]:
    """One's own imports; an administrator sees all. Only of kinds of record that are still here."""
    runs = ImportRun.objects.select_related("by", "change_set")
    if not user.is_active:
        return runs.none()
    return runs if user.is_administrator else runs.filter(by=user)


def runs_of(user: Any, record_type: Any = None) -> list[dict[str, Any]]:
    """The latest imports, newest first."""
    runs = runs_visible_to(user).order_by("-pk")
    if record_type is not None:
        runs = runs.filter(record_type=record_type.plural)
    return [
        {"run": run, "label": _label(run), **_badge(run)}
        for run in runs[: LISTED if record_type is None else 5]
    ]


def _label(run: ImportRun) -> str:
    try:
        return str(type_called(run.record_type).label_plural)
    except KeyError:
        return run.record_type


def _badge(run: ImportRun) -> dict[str, str]:
    """The state in a word, with its tone and icon."""
    if acts.is_interrupted(run):
        return {"state": _("Interrupted"), "tone": "amber", "icon": "triangle-alert"}
    if run.change_set is not None and run.change_set.is_undone:
        return {"state": _("Undone"), "tone": "grey", "icon": "undo-2"}
    tones = {
        State.DONE: ("green", "circle-check"),
        State.FAILED: ("red", "circle-alert"),
        State.CANCELLED: ("grey", "circle-x"),
        State.CHECKING: ("accent", "loader"),
        State.APPLYING: ("accent", "loader"),
    }
    tone, icon = tones.get(State(run.state), ("amber", "table"))
    return {"state": run.get_state_display(), "tone": tone, "icon": icon}


def need_import(record_type: Any, user: Any) -> None:
    """404 for somebody who may not import this kind of record."""
    if not record_type.access.can_import(user):
        raise Http404


def take_upload(record_type: Any, request: HttpRequest) -> tuple[ImportRun | None, str]:
    """The import begun with the uploaded file, or a sentence that says why not."""
    upload: Any = request.FILES.get("file")
    if upload is None:
        return None, _("Choose a file first.")
    try:
        run = acts.start_import(
            plural=record_type.plural, pieces=upload.chunks(), filename=upload.name or "", by=request.user
        )
    except Problem as error:
        return None, str(error)
    return run, ""


def is_running(run: ImportRun) -> bool:
    return run.state in acts.BUSY and not acts.is_interrupted(run)


def page_of(run: ImportRun, *, step: str, user: Any) -> tuple[str, dict[str, Any]]:
    """The template and the context for the state the import is in."""
    context: dict[str, Any] = {"run": run, "record_type": type_called(run.record_type), "badge": _badge(run)}
    if is_running(run):
        return "core/import_progress.html", context | {"progress": progress(run)}
    wants_mapping = step == "mapping" and run.state in acts.RESTING
    if (run.state == State.MAPPING or wants_mapping) and not acts.is_interrupted(run):
        return "core/import_mapping.html", context | mapping_context(run)
    return "core/import_report.html", context | report_context(run)


def progress(run: ImportRun) -> dict[str, Any]:
    """Rows done, rows in all, and seconds that are left, as far as is known."""
    told = files.progress_of(run.path)
    done, seconds = int(told.get("done", 0)), float(told.get("seconds", 0))
    total = max(run.rows_total, done)
    left = round(seconds / done * (total - done)) if done and seconds else None
    return {
        "done": done,
        "total": total,
        "errors": told.get("errors", 0),
        "left": left,
        "is_waiting": not told,
    }


# -- mapping


def take_mapping(run: ImportRun, data: Any) -> None:
    """Keep the answers of the mapping form."""
    with acts.open_run(run) as table:
        old = mapping_from(run.mapping)
        new = mapping_from_form(data, type_called(run.record_type), old, table.header)
    acts.save_mapping(run, mapping=new)


def mapping_context(run: ImportRun) -> dict[str, Any]:
    """Everything the mapping page asks and shows. A file that cannot be read any more says so."""
    record_type, user = type_called(run.record_type), run.by
    mapping = mapping_from(run.mapping)
    with acts.open_run(run) as table:
        columns = column_rows(record_type, mapping, table, user=user)
        preview, error = _preview(run, record_type, mapping, table)
        source = _source(table)
    targets = targets_of(record_type)
    return {
        "run": run,
        "record_type": record_type,
        "columns": columns,
        "fields": [(name, str(target.label)) for name, target in targets.items()],
        "defaults": default_rows(record_type, mapping),
        "template": mapping.templates.get(record_type.title_field, ""),
        "asks_template": record_type.title_field not in mapping.fields,
        "title_label": targets[record_type.title_field].label,
        "match_by": ",".join(mapping.match_by),
        "match_options": _match_options(mapping),
        "source": source,
        "scales": [(scale, f"× {int(scale):,}") for scale in SCALES],
        "preview": preview,
        "error": error,
        "notices": [sentence(notice) for notice in run.report.get("notices", ())],
    }


def _source(table: Any) -> dict[str, Any]:
    """How the file is read, and how else it could be."""
    return {
        "kind": table.kind,
        "encoding": table.encoding,
        "encodings": [(name, name) for name in ENCODINGS],
        "delimiter": table.delimiter,
        "delimiters": _delimiters(),
        "sheet": table.sheet,
        "sheets": [(name, name) for name in table.sheets],
        "notices": [str(notice) for notice in table.notices],
    }


def _preview(run: ImportRun, record_type: Any, mapping: Mapping, table: Any) -> tuple[Preview, str]:
    try:
        return preview_of(record_type, mapping, table, user=run.by, fixes=run.fixes), ""
    except Problem as error:
        return Preview(), str(error)


def _delimiters() -> list[tuple[str, str]]:
    names = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Vertical bar")}
    return [(sign, names.get(sign, sign)) for sign in DELIMITERS]


def _match_options(mapping: Mapping) -> list[tuple[str, str]]:
    labels = {"external_id": _("External ID"), "email": _("E-mail"), "name": _("Name")}
    wanted = [match_by(mapping), ["external_id"], ["email"], ["email", "name"], ["name"]]
    fields = mapping.fields
    has = {
        "external_id": "external_id" in fields,
        "email": bool(fields & {"email", "emails"}),
        "name": "name" in fields,
    }
    found = {",".join(kinds): kinds for kinds in wanted if kinds and all(has.get(kind) for kind in kinds)}
    options = [(key, _(", else ").join(labels[kind] for kind in kinds)) for key, kinds in found.items()]
    return [*options, ("", _("Nothing: every row becomes a new record"))]


# -- report


def report_context(run: ImportRun) -> dict[str, Any]:
    """Counts, what is made on the way, the rows that are refused, and what may be done next."""
    kept = {**Report().as_json(), **run.report}
    problems = [_problem_row(run, problem) for problem in kept["problems"][:SHOWN]]
    made = [(type_named(name), count) for name, count in kept["made"].items() if _is_known(name)]
    record_type = type_called(run.record_type)
    return {
        "report": kept,
        "made": made,
        "problems": problems,
        "failure": problems[0]["reason"] if run.state == State.FAILED and problems else "",
        "notices": [sentence(notice) for notice in kept["notices"][:SHOWN]],
        "is_interrupted": acts.is_interrupted(run),
        "is_undone": run.change_set is not None and run.change_set.is_undone,
        "can_undo": run.state == State.DONE and run.change_set is not None and not run.change_set.is_undone,
        "records_url": f"{record_type.url}?view=list",
        "has_fixes": any(problem["column"] for problem in problems),
    }


def _is_known(name: str) -> bool:
    try:
        return find_type(type_named(name).model) is not None
    except KeyError:
        return False


def _problem_row(run: ImportRun, kept: dict[str, Any]) -> dict[str, Any]:
    params = kept["params"]
    column = params.get("column") or params.get("field") or ""
    is_mapped = column in (run.mapping.get("columns") or {})
    return {
        "row": params.get("row"),
        "column": column if is_mapped and params.get("row") else "",
        "value": kept.get("value", ""),
        "reason": reason(kept),
        "fixed": run.fixes.get(str(params.get("row")), {}).get(column),
    }


def fixes_in(run: ImportRun, data: Any) -> dict[int, dict[str, str]]:
    """The corrected cells of the problem grid: only of rows and columns that were shown as wrong."""
    found: dict[int, dict[str, str]] = {}
    for number, kept in enumerate(run.report.get("problems", ())[:SHOWN]):
        row = _problem_row(run, kept)
        text = data.get(f"fix-{number}")
        if row["column"] and text is not None and text != row["value"]:
            found.setdefault(row["row"], {})[row["column"]] = text[:2000]
    return found
