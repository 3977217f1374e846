"""The parts a record type is declared with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Menu:
    """Where a record type stands in the rail; `key` is its `g` shortcut.

    `area` "work" is the rail itself, "reports" stands behind Reports, and the settings have chapters of their own
    (`core.slots.CHAPTERS`), of which "settings" is the last, for what fits no other.
    """

    label: Any
    icon: str
    order: int = 100
    area: str = "work"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A named condition, offered as a chip. `condition` is the JSON form of `core.conditions`.

    One that is a place of its own stands in the rail below its kind of records, and among the places one can go to.
    """

    name: str
    label: Any
    condition: Any
    icon: str = "filter"
    is_place: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A group of properties on the record page."""

    label: Any
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class Thread:
    """That people talk about records of this kind; whoever a field named in `responsible` holds follows by rule.

    `addresses(record)` are the names and e-mail addresses of the customer's people, the likeliest first, who gets
    a message unless somebody chooses otherwise.
    """

    responsible: Sequence[str] = ()
    addresses: Callable[[Any], Sequence[tuple[str, str]]] = lambda record: ()


@dataclass(frozen=True, slots=True)
class Room(Thread):
    """A thread that is all there is to a record, such as a chat's: nobody follows it by speaking.

    `everybody(record)` are the people there, whom the words in `calls` name all at once; `addressed(record)` those of
    them who are told of every message; `check_speaker(record, by)` refuses who may not write. One message is drawn by
    the template `line` from what `lines(messages, user)` makes of it; what is done to it is answered with that line.
    """

    everybody: Callable[[Any], Sequence[Any]] = lambda record: ()
    addressed: Callable[[Any], Sequence[Any]] = lambda record: ()
    calls: Sequence[str] = ()
    check_speaker: Callable[[Any, Any], None] = lambda record, by: None
    lines: Callable[[Any, Any], Sequence[Any]] = lambda messages, user: ()
    line: str = ""


class ActionForm:
    """What an action asks in a dialog when its questions depend on the records: a template, and how its answer is read.

    `template` is laid into the dialog with what `context` returns; `read` gives the values for `run` or `run_many`, and
    the sentences about those that cannot be, by the name of their input.
    """

    template: str

    def context(self, records: Sequence[Any], user: Any, data: Any) -> dict[str, Any]:
        return {}

    def read(
        self, records: Sequence[Any], user: Any, data: Any
    ) -> tuple[dict[str, Any], dict[str, list[str]]]:
        return {}, {}


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do with a record, or with many: a button, a menu entry, a bulk action, a drop zone, a command.

    `run(record, *, by, **values)` is the app's action; `run_many(records, *, by, **values)` where a set-based one
    exists, else `run` is called for each inside one change set. `fields` are asked first, in a dialog: names of the
    record type's own fields, or `core.fields.Field` objects; a `form` asks what hangs on the records.
    `shown_to(user, record)` hides it where it makes no sense (record is None in the bulk bar); `right` is the method of
    the record type's access that must allow it. `tone` is "primary", "quiet" or "danger". Where doing needs a screen of
    its own, `page(record_type, records)` gives its address, which is opened in place of running anything. What is one
    field of one record, and edited there, may be offered for several only (`is_only_bulk`). Where `shown_to` looks at
    related records of each, `looks_at` names the relations, which are read for all at once. What makes
    another record of the same kind, to be worked on now, leads to it (`leads_on`).
    """

    name: str
    label: Any
    run: Callable[..., Any]
    icon: str = "circle"
    run_many: Callable[..., Any] | None = None
    fields: Sequence[Any] = ()
    shown_to: Callable[[Any, Any], bool] = lambda user, record: True
    tone: str = "quiet"
    is_bulk: bool = True
    is_only_bulk: bool = False
    leads_on: bool = False
    looks_at: Sequence[str] = ()
    is_button: bool = False
    key: str = ""
    form: ActionForm | None = None
    right: str = "can_edit"
    page: Callable[[Any, Sequence[Any]], str] | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """What stands above a board by one field: `context(listing)` is given to the template as `band`."""

    template: str
    context: Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Board:
    """Columns by a field, cards in them.

    `columns` is the field whose values are the columns when nothing else is asked; `fields` the others offered.
    `columns_for(user, condition_values)` returns the columns of the main field, in order (model records), where the
    related model alone does not say; `scope(queryset, column)` narrows what a column shows when the condition does not
    mention a field of `scope_fields`; on a board by another field the column is None. `totals` are money fields summed
    per column, each with the icon beside its sum (empty for none). `on_move(record, *, field, column, by)` moves a
    card; `reorder(columns, *, by)` stores a new order of columns. `drop_zones` name actions that rise while dragging.
    `card` is the template of a card's inside, with `record`, `record_type`, `now`. `bands` says what stands above the
    columns, by the field they are by.
    """

    columns: str
    card: str = "core/_card.html"
    fields: Sequence[str] = ()
    order: Sequence[str] = ("-pk",)
    totals: Mapping[str, str] = field(default_factory=dict)
    on_move: Callable[..., Any] | None = None
    reorder: Callable[..., Any] | None = None
    columns_for: Callable[..., Any] | None = None
    scope: Callable[[Any, Any], Any] | None = None
    scope_fields: Sequence[str] = ()
    drop_zones: Sequence[str] = ()
    prefetch: Sequence[str] = ()
    bands: Mapping[str, Band] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatchKeys:
    """By what a record is recognised, in an import and as a duplicate: kind ("name", "email") to the values of one.

    `values` reads no other fields than those `paths` names. Of one kind a record may have several values.
    """

    kinds: Sequence[str]
    values: Callable[[Any], Sequence[tuple[str, str]]]
    paths: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two records may be the same: they share a key of this kind, or what the field `kind` refers to.

    `weight` (1-99) is how likely that alone makes them so, in percent; a value that tells itself `is_shown`.
    """

    kind: str
    label: Any
    weight: int
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class DuplicateRules:
    """How duplicates of a kind of record are found; weights of several reasons add up as chances do.

    `links` are fields with an index whose equal values are reasons; `likened` are texts that are compared where there
    is a reason already. `same` names fields that must be equal for two records to be one. `in_queue` narrows what is
    compared in the background. `asked` are the fields of quick create that are looked up while somebody types. A key
    that more than `most` records share says nothing; pairs of less strength than `worth` are not worth a look. The
    reason "alike" stands for titles that are nearly the same, which is found out in the background only.
    """

    reasons: Sequence[Reason]
    links: Sequence[str] = ()
    likened: Sequence[str] = ()
    same: Sequence[str] = ()
    asked: Sequence[str] = ()
    in_queue: Callable[[Any], Any] = lambda records: records
    most: int = 20
    worth: int = 50


@dataclass(frozen=True, slots=True)
class MergeRules:
    """How several records of a kind become one; who may do it says `access.can_merge`.

    `rank(record)` sorts by how much a record is to be believed: the highest survives unless somebody chooses another,
    and gives the values that the others lack. `blocks` are fields that are chosen together, named by the first, also
    such as nobody edits. Lists are kept together anyway; texts of `joined` stand one after the other, of `largest` the
    greatest counts; blocks of `from_first` come from the highest also where it says less. `left_out` are fields a merge
    does not touch. `merge(records, *, into, choices, by)` does it where it has rules of its own; `warnings(records)`
    are sentences about what people should look at first. At most `most` at once.
    """

    rank: Callable[[Any], Any]
    blocks: Sequence[Sequence[str]] = ()
    joined: Sequence[str] = ()
    largest: Sequence[str] = ()
    from_first: Sequence[str] = ()
    left_out: frozenset[str] = frozenset()
    merge: Callable[..., Any] | None = None
    warnings: Callable[[Sequence[Any]], Sequence[str]] = lambda records: ()
    most: int = 50
