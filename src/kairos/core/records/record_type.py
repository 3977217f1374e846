from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kairos.core.access import Access
from kairos.core.actions.records import create_record, update_record, update_records
from kairos.core.custom import definitions
from kairos.core.custom.columns import model_field as field_of_model
from kairos.core.fields import Field, derive
from kairos.core.history import Changes
from kairos.core.history.canonical import type_name
from kairos.core.models import CustomField, CustomisableRecord, MergedRecord
from kairos.core.models.custom_values import PREFIX
from kairos.core.records.declarations import (
    Action,
    Board,
    DuplicateRules,
    Filter,
    MatchKeys,
    Menu,
    MergeRules,
    Section,
    Thread,
)
from kairos.core.records.import_rules import ImportRules
from kairos.core.records.measures import Measure, plain_measures, sums_of
from kairos.core.records.reports import ReadyReport, Told


class RecordType:
    """One declaration per noun; every screen of it comes from here.

    Subclasses are declared in `<app>/records.py` and set the class attributes below; nothing else is needed for list,
    board, record page, quick create, inline and bulk edit, search, saved views, import, export and live updates.
    Names of fields are the model's; `field_options` lays a `core.fields.Field` over the derived one.
    `thread` lets people talk about each record on its page, where the app for that is installed.
    `completed` names fields that may be left empty in quick create, because `create` gives them a value.
    Where record types share a table, each has a proxy model, and `scope` the values by which its records differ.
    """

    model: ClassVar[type[Any]]
    plural: ClassVar[str]
    icon: ClassVar[str] = "circle"
    menu: ClassVar[Menu | None] = None
    title_field: ClassVar[str] = "name"
    access: ClassVar[Access] = Access()

    field_options: ClassVar[Sequence[Field]] = ()
    hidden: ClassVar[frozenset[str]] = frozenset()
    columns: ClassVar[Sequence[str]] = ("name",)
    search: ClassVar[Sequence[str]] = ("name",)
    match_keys: ClassVar[MatchKeys | None] = None
    duplicates: ClassVar[DuplicateRules | None] = None
    merge_rules: ClassVar[MergeRules | None] = None
    filters: ClassVar[Sequence[Filter]] = ()
    default_filters: ClassVar[Sequence[str]] = ()
    groups: ClassVar[Sequence[str]] = ()
    default_sort: ClassVar[str] = "-pk"
    views: ClassVar[Sequence[str]] = ("list",)
    board: ClassVar[Board | None] = None
    tally: ClassVar[type[Any] | None] = None
    scope: ClassVar[Mapping[str, Any]] = {}
    sections: ClassVar[Sequence[Section]] = ()
    quick_create: ClassVar[Sequence[str]] = ("name",)
    completed: ClassVar[frozenset[str]] = frozenset()
    actions: ClassVar[Sequence[Action]] = ()
    import_fields: ClassVar[Sequence[str]] = ()
    import_rules: ClassVar[ImportRules] = ImportRules()
    header: ClassVar[str] = ""
    thread: ClassVar[Thread | None] = None
    page_template: ClassVar[str] = "core/record.html"
    list_prefetch: ClassVar[Sequence[str]] = ()
    measures: ClassVar[Sequence[Measure]] = ()
    dimensions: ClassVar[Sequence[str]] = ()
    reports: ClassVar[Sequence[ReadyReport]] = ()
    changes_told: ClassVar[Sequence[Told]] = ()

    create: ClassVar[Callable[..., Any]] = staticmethod(create_record)
    update: ClassVar[Callable[..., Any]] = staticmethod(update_record)
    update_many: ClassVar[Callable[..., int]] = staticmethod(update_records)

    # -- words

    @cached_property
    def name(self) -> str:
        """Singular, lower case: in regions, saved views and addresses. Unique among record types."""
        return str(self.model._meta.model_name)

    @cached_property
    def stored_name(self) -> str:
        """What history and search call the records; the same for every record type on one table."""
        return type_name(self.model)

    @property
    def label(self) -> Any:
        return self.model._meta.verbose_name

    @property
    def label_plural(self) -> Any:
        return self.model._meta.verbose_name_plural

    # -- fields

    @cached_property
    def is_customisable(self) -> bool:
        """Whether an administrator may give these records fields of their own."""
        return issubclass(self.model, CustomisableRecord)

    @property
    def fields(self) -> dict[str, Field]:
        """Every field people may see, by name: in the order of the model, then the custom ones."""
        return definitions.current().fields_of(self) if self.is_customisable else self.own_fields

    @cached_property
    def own_fields(self) -> dict[str, Field]:
        """The fields the model has, and the columns that upper apps contribute."""
        from kairos.core.records.registry import contributed_fields

        given = {field.name: field for field in self.field_options}
        found: dict[str, Field] = {}
        for model_field in [*self.model._meta.concrete_fields, *self.model._meta.many_to_many]:
            name = model_field.name
            if name in NEVER_SHOWN or name in self.hidden:
                continue
            found[name] = given.pop(name) if name in given else derive(model_field)
            if found[name].model_field is None:
                self._attach(found[name], model_field)
        found.update(given)
        found.update({field.name: field for field in contributed_fields(self.model)})
        return found

    @staticmethod
    def _attach(field: Field, model_field: Any) -> None:
        """Complete a field that its declaration gave only a name."""
        fresh = type(field)(field.name, model_field=model_field)
        for key, value in vars(fresh).items():
            present = vars(field).get(key)
            if key in ("required", "editable", "model_field") or present in (None, "", field.name):
                setattr(field, key, value)

    def field(self, name: str) -> Field:
        """The field of this name. Raises `KeyError`."""
        return self.fields[name]

    @property
    def custom_fields(self) -> dict[str, CustomField]:
        """The definitions of the custom fields among `fields`, by name."""
        if not self.is_customisable:
            return {}
        return {PREFIX + one.key: one for one in definitions.current().of(self)}

    @property
    def editable_fields(self) -> list[Field]:
        return [field for field in self.fields.values() if field.editable]

    @property
    def fields_to_import(self) -> list[Field]:
        names = [*self.import_fields, *self.custom_fields] if self.import_fields else list(self.fields)
        found = [one for name in names if (one := self.fields[name]).editable or self.import_fields]
        return [*found, *self.import_rules.extra_fields]

    @property
    def groupable_fields(self) -> list[Field]:
        """Declared in `groups`, or all that can be; of custom fields always all that can be."""
        names = [*self.groups, *self.custom_fields] if self.groups else list(self.fields)
        return [one for name in names if (one := self.fields[name]).is_groupable or name in self.groups]

    def choice_fields(self) -> list[Field]:
        """The fields whose values are one, or several, of a list: own and custom, not those that name records."""
        return [one for one in self.fields.values() if hasattr(one, "choices")]

    # -- where custom fields join what is declared

    @property
    def all_columns(self) -> list[str]:
        """The columns of a list nobody has arranged."""
        return [*self.columns, *(name for name, one in self.custom_fields.items() if one.is_in_list)]

    @property
    def all_sections(self) -> list[Section]:
        """The sections of the page: a custom field stands in the one it names, or in one of its own at the end."""
        given: dict[str, list[str]] = defaultdict(list)
        for name, one in self.custom_fields.items():
            given[one.section].append(name)
        found = [
            Section(one.label, [*one.fields, *given.pop(section_name(one), ())]) for one in self.sections
        ]
        return [*found, *(Section(title or _("Further details"), names) for title, names in given.items())]

    @property
    def asked_on_creation(self) -> list[str]:
        """The fields of the short form; a record is not made without what is required of every one."""
        required = [n for n, one in self.custom_fields.items() if one.is_required and not one.team_id]
        return [*self.quick_create, *required]

    @property
    def board_axes(self) -> list[str]:
        """The fields whose values a board's columns may be."""
        if self.board is None:
            return []
        fields = self.fields
        own = [n for n in self.custom_fields if fields[n].is_groupable and fields[n].kind != "date"]
        return [*dict.fromkeys([self.board.columns, *self.board.fields, *own])]

    @property
    def card_fields(self) -> list[Field]:
        """The custom fields that an administrator wants on cards."""
        return [self.fields[name] for name, one in self.custom_fields.items() if one.is_on_card]

    @property
    def named_on_cards(self) -> list[str]:
        """What cards name of other records."""
        declared = self.board.prefetch if self.board else ()
        return [*declared, *self.relation_names(field.name for field in self.card_fields)]

    # -- figures

    @property
    def all_measures(self) -> dict[str, Measure]:
        """What can be counted and summed up, by name: the type's own, custom ones, what upper apps contribute."""
        from kairos.core.records.registry import contributed_measures

        own = self.measures or plain_measures(self.own_fields.values())
        fields = self.fields
        custom = sums_of([fields[name] for name in self.custom_fields])
        return {one.name: one for one in (*own, *custom, *contributed_measures(self.model))}

    @property
    def all_dimensions(self) -> list[str]:
        """By what figures can be split up: what lists group by, and the paths through a relation in `dimensions`."""
        return list(dict.fromkeys([*(one.name for one in self.groupable_fields), *self.dimensions]))

    @cached_property
    def all_reports(self) -> list[ReadyReport]:
        """The ready-made reports, own and contributed, in their order."""
        from kairos.core.records.registry import contributed_reports

        return sorted([*self.reports, *contributed_reports(self.model)], key=lambda one: one.order)

    # -- records

    def visible_to(self, user: Any) -> models.QuerySet[Any]:
        """The one door to this kind of record."""
        return self.model.objects.visible_to(user)

    def in_menu(self, user: Any) -> bool:
        """Whether the rail shows this kind to a person who may list it; its address is there in any case."""
        return True

    def known_to(self, user: Any) -> models.QuerySet[Any]:
        """What this person may see of the whole table, also what is, or was, of another record type on it."""
        return self.visible_to(user)

    def untallied(self, user: Any) -> models.QuerySet[Any] | None:
        """The few records this person sees although the `tally` does not count them for this person; None for none."""
        return None

    def elsewhere(self, pk: int, user: Any) -> str | None:
        """Where the record of this number is now, if this person may see it there: its old address leads on."""
        into = MergedRecord.objects.filter(record_type=self.stored_name, record_id=pk)
        found = self.known_to(user).filter(pk__in=into.values("into_id")).first() if pk < 2**63 else None
        return self.own_type(found).url_of(found) if found else None

    def own_type(self, record: Any) -> "RecordType":
        """Of the record types on one table, the one this record is of now."""
        return self

    def title(self, record: Any) -> str:
        return str(getattr(record, self.title_field)) or f"#{record.pk}"

    def subtitle(self, record: Any) -> str:
        """A second line in search results and pickers."""
        return ""

    def header_context(self, record: Any, user: Any) -> dict[str, Any]:
        """What the `header` template needs beyond `record`, `record_type`, `user` and `read_only`."""
        return {}

    def relation_names(self, names: Iterable[str]) -> list[str]:
        """Those of the fields that must be prefetched to be shown without a query per row."""
        every = [
            one for n in names if n in self.fields for one in (n, *getattr(self.fields[n], "sources", ()))
        ]
        return [n for n in dict.fromkeys(every) if n in self.fields and self.fields[n].kind in RELATION_KINDS]

    def applause(self, record: Any) -> str:
        """A sentence when what a person just did with one record on screen deserves a moment; empty as a rule."""
        return ""

    def check_after_undo(self) -> None:
        """What must hold whatever is undone; raise an `ActionRefused`, and nothing is undone."""

    # -- addresses

    @cached_property
    def url(self) -> str:
        return reverse("records", args=[self.plural])

    def filter_url(self, chosen: Filter) -> str:
        """The list of what a named condition lets through."""
        return f"{self.url}?filter={chosen.name}"

    def url_of(self, record: Any) -> str:
        """The page of a record, or of an id. A list writes hundreds, so the address is not worked out each time."""
        return f"{self.url}/{getattr(record, 'pk', record)}"

    def field_url(self, record: Any, name: str) -> str:
        """Where a field of a record is changed in its place; a page writes this for each, as `url_of` for a list."""
        return f"{self.url_of(record)}/field/{name}"

    def region(self, record: Any, part: str = "") -> str:
        """The id of a record's region on screens: opportunity-42, opportunity-42-card."""
        return "-".join(filter(None, [self.name, str(getattr(record, "pk", record)), part]))

    # -- actions

    def action(self, name: str) -> Action | None:
        return next((action for action in self.all_actions if action.name == name), None)

    def asked_field(self, name: str) -> Field | None:
        """The field of this name: the type's own, or what one of its actions asks."""
        asked = (field for action in self.all_actions for field in action.fields if isinstance(field, Field))
        return self.fields.get(name) or next((field for field in asked if field.name == name), None)

    @cached_property
    def all_actions(self) -> list[Action]:
        """The type's own actions, what upper apps contribute, and those every record has: archive, restore, delete.

        One of the type's own of the same name stands in place of what every record has.
        """
        from kairos.core.records.common_actions import COMMON_ACTIONS, MERGE, tagging
        from kairos.core.records.registry import contributed_actions

        merging = [MERGE] if self.merge_rules else []
        tags = self.own_fields.get("tags")
        tags_too = tagging(tags) if tags is not None and tags.kind == "tags" else []
        own = [*self.actions, *contributed_actions(self.model), *tags_too, *merging]
        names = {one.name for one in own}
        return [*own, *(one for one in COMMON_ACTIONS if one.name not in names)]

    # -- import

    def import_new(self, changes: Changes, rows: list[dict[str, Any]]) -> list[Any]:
        """Insert checked rows of field values, set-based, inside an import's change set; returns the records.

        A row may carry `created_at`. Types whose creation has rules of its own override this.
        """
        many = {name for row in rows for name in row if field_of_model(self.model, name).many_to_many}
        at = changes.at
        records = [
            self.model(**{"created_at": at, **{k: v for k, v in row.items() if k not in many}})
            for row in rows
        ]
        changes.create_many(self.model, records)
        related = {
            r.pk: {k: row[k] for k in many if row.get(k)} for r, row in zip(records, rows, strict=True)
        }
        changes.update_many(self.model, {pk: values for pk, values in related.items() if values})
        return records

    def import_existing(self, changes: Changes, values_by_id: dict[int, dict[str, Any]]) -> int:
        """Write checked rows over records that were there already; returns how many changed."""
        return changes.update_many(self.model, values_by_id)


RELATION_KINDS = {"relation", "person", "relations", "tags", "people"}


def section_name(section: Section) -> str:
    """A declared section's title in English, by which a custom field asks to stand in it."""
    with override(None):
        return str(section.label)


NEVER_SHOWN = {"id", "custom", "version", "password", "last_login", "is_superuser"}
