"""What a record's page shows, made from its declaration."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from kairos.core.editing.once import new_key
from kairos.core.editing.timeline import timeline
from kairos.core.fields import Field
from kairos.core.records import Action, RecordType
from kairos.core.slots import RECORD_MENU, RECORD_PANELS


@dataclass(frozen=True, slots=True)
class Prop:
    """One property: where it is edited (nowhere when empty), where its history is, the id of its region."""

    field: Field
    id: str
    edit_url: str
    history_url: str
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Group:
    label: Any
    id: str
    props: list[Prop]
    is_open: bool = True


def prop_of(record_type: RecordType, record: Any, name: str, *, user: Any, read_only: bool = False) -> Prop:
    field = record_type.field(name)
    url = record_type.field_url(record, name)
    can_edit = field.editable and not read_only and record_type.access.can_edit_field(user, record, name)
    value = field.value(record)
    return Prop(
        field,
        record_type.region(record, f"prop-{name}"),
        url if can_edit else "",
        f"{url}/history" if field.model_field is not None else "",
        value in (None, "", []) and field.kind not in ("boolean", "rating", "colour"),
    )


def groups_of(record_type: RecordType, record: Any, *, user: Any, read_only: bool = False) -> list[Group]:
    """The declared sections, or one of every column; fields that are gone from the type are left out."""
    sections = [(section.label, section.fields) for section in record_type.all_sections]
    fields = record_type.fields
    sections = sections or [
        (record_type.label, [n for n in record_type.all_columns if n != record_type.title_field])
    ]
    return [
        Group(
            label,
            f"{record_type.name}-section-{number}",
            [
                prop_of(record_type, record, name, user=user, read_only=read_only)
                for name in names
                if name in fields and name != record_type.title_field and fields[name].is_there_for(record)
            ],
        )
        for number, (label, names) in enumerate(sections)
    ]


def actions_for(record_type: RecordType, record: Any, user: Any) -> tuple[list[Action], list[Action]]:
    """What this person may do with it now: the buttons, and the rest behind the menu.

    Actions of the type ask for the right to edit; archive and delete ask for their own.
    """
    can_edit = record_type.access.can_edit(user, record)
    shown = [
        action
        for action in record_type.all_actions
        if not action.is_only_bulk and may_do(record_type, action, record, user, can_edit)
    ]
    return [a for a in shown if a.is_button], [a for a in shown if not a.is_button]


def menu_entries_of(record_type: RecordType, record: Any, user: Any) -> list[SafeString]:
    """What upper apps put into the menu of this record, drawn."""
    drawn = []
    for entry in RECORD_MENU.contributions(record_type.name):
        context = entry.context(user, record_type, record)
        if context is not None:
            given = {**context, "record_type": record_type, "record": record}
            drawn.append(mark_safe(render_to_string(entry.template_name, given)))
    return drawn


OWN_RIGHTS = {"archive", "restore", "delete"}


def may_do(
    record_type: RecordType, action: Action, record: Any, user: Any, can_edit: bool | None = None
) -> bool:
    if action.name not in OWN_RIGHTS:
        if not (record_type.access.can_edit(user, record) if can_edit is None else can_edit):
            return False
        if action.right != "can_edit" and not getattr(record_type.access, action.right)(user, record):
            return False
        if getattr(record, "is_archived", False):
            return False
    return bool(action.shown_to(user, record))


def record_context(
    record_type: RecordType, record: Any, *, user: Any, list_query: str = ""
) -> dict[str, Any]:
    """Everything the page and the peek panel show of one record."""
    title_field = record_type.field(record_type.title_field)
    buttons, more = actions_for(record_type, record, user)
    can_rename = title_field.editable and record_type.access.can_edit_field(user, record, title_field.name)
    header = record_type.header_context(record, user) if record_type.header else {}
    return {
        **header,
        "record_type": record_type,
        "record": record,
        "user": user,
        "read_only": not record_type.access.can_edit(user, record),
        "title": record_type.title(record),
        "subtitle": record_type.subtitle(record),
        "rename_url": f"{record_type.field_url(record, title_field.name)}?in=title" if can_rename else "",
        "groups": groups_of(record_type, record, user=user),
        "buttons": buttons,
        "more": more,
        "menu_entries": menu_entries_of(record_type, record, user),
        "do_attrs": partial(do_attrs, record_type),
        "panels": panels_of(record_type, record, user),
        "wide_panels": panels_of(record_type, record, user, are_wide=True),
        "timeline": timeline(record_type, record, user=user),
        "list_query": list_query,
    }


def do_attrs(record_type: RecordType, action: Action, record: Any) -> dict[str, str]:
    """The attributes of a button that does an action: asks first in the dialog, or does it once per click."""
    url = f"{record_type.url_of(record)}/do/{action.name}"
    asked = {"hx-get": url, "hx-target": "#dialog"}
    done = {"hx-post": url, "hx-swap": "none", "hx-vals": json.dumps({"key": new_key()})}
    shortcut = {"data-shortcut": action.key} if action.key else {}
    return (asked if must_ask(action) else done) | shortcut | {"hx-sync": "this:drop"}


def must_ask(action: Action) -> bool:
    """Whether a dialog comes before it: to give values, or because there is no going on working afterwards."""
    return bool(action.fields) or action.form is not None or action.tone == "danger"


def panels_of(record_type: RecordType, record: Any, user: Any, *, are_wide: bool = False) -> list[SafeString]:
    """The cards other apps lay on this page, rendered: their templates escape what they show."""
    return [
        mark_safe(
            render_to_string(
                panel.template_name, {"record": record, "user": user, **panel.context(user, record)}
            )
        )
        for panel in RECORD_PANELS.contributions(record_type.name)
        if panel.is_wide == are_wide and panel.shown_to(user, record)
    ]
