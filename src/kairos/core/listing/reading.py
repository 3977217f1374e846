"""From the parameters of an address to a `Listing`; what makes no sense is left out with a notice."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kairos.core.conditions import EVERYTHING, BadCondition, from_query
from kairos.core.listing.listing import PARAMETERS, Listing
from kairos.core.models import SavedView
from kairos.core.records import RecordType

LONGEST_SEARCH = 200
MANY_KINDS = {"relations", "people", "tags", "choices"}


def read_listing(
    record_type: RecordType,
    params: Mapping[str, str],
    *,
    user: Any,
    views: list[SavedView] | None = None,
) -> Listing:
    """The listing an address means. `views` are the saved views this person sees; the address may start from one.

    A bare address opens the person's default view. Parameters that mean nothing are ignored, and told in `notices`.
    """
    reader = _Reader(record_type, user)
    given = {name: _plain(params[name]) for name in PARAMETERS if name in params}
    saved = reader.saved_view(_plain(params.get("saved", "")), bool(given), views or [])
    basis = {k: str(v) for k, v in saved.query.items() if k in PARAMETERS} if saved else {}
    return reader.read(
        {**basis, **given},
        saved=saved,
        after=_plain(params.get("after", "")),
        before=_plain(params.get("before", "")),
        has_default=_default(views or [], user) is not None,
    )


def _plain(text: str) -> str:
    """What no database keeps is taken out."""
    return "".join(char for char in text if char != "\x00" and not "\ud800" <= char <= "\udfff")


def _default(views: list[SavedView], user: Any) -> SavedView | None:
    return next((view for view in views if view.is_default and view.owner_id == user.pk), None)


class _Reader:
    def __init__(self, record_type: RecordType, user: Any) -> None:
        self.record_type = record_type
        self.user = user
        self.notices: list[str] = []

    def saved_view(self, wanted: str, has_params: bool, views: list[SavedView]) -> SavedView | None:
        if not wanted:
            return None if has_params else _default(views, self.user)
        found = next((view for view in views if str(view.pk) == wanted), None)
        if found is None and wanted != "0":
            self.notices.append(_("This saved view is no longer there. You see everything."))
        return found

    def read(self, params: dict[str, str], **rest: Any) -> Listing:
        view = (
            self._one_of(params.get("view", ""), self.record_type.views, _("view"))
            or self.record_type.views[0]
        )
        where = self._where(params.get("where", ""))
        q = params.get("q", "").strip()[:LONGEST_SEARCH]
        filters = params.get("filter")
        if filters is None and not q and where == EVERYTHING:
            filters = ",".join(self.record_type.default_filters)
        return Listing(
            record_type=self.record_type,
            user=self.user,
            view=view,
            filters=self._filters(filters or ""),
            q=q,
            where=where,
            group=self._group(params.get("group", ""), view),
            sort=self._sort(params.get("sort", "")),
            columns=self._columns(params.get("columns", "")),
            is_archived=params.get("archived") == "1",
            as_of=self._day(params.get("as_of", "")),
            notices=tuple(self.notices),
            **rest,
        )

    def _ignored(self, what: str, value: str) -> None:
        self.notices.append(
            _("“%(value)s” is no %(what)s here and was left out.") % {"what": what, "value": value[:60]}
        )

    def _one_of(self, value: str, allowed: Any, what: str) -> str:
        if value and value not in allowed:
            self._ignored(what, value)
            return ""
        return value

    def _where(self, text: str) -> Any:
        try:
            return from_query(text, self.record_type)
        except BadCondition as error:
            reason = {"reason": error.message}
            self.notices.append(
                _("The filter of this address cannot be read and was left out: %(reason)s") % reason
            )
            return EVERYTHING

    def _filters(self, text: str) -> Any:
        known = {one.name: one for one in self.record_type.filters}
        names = dict.fromkeys(name for name in text.split(",") if name)
        return tuple(known[name] for name in names if self._one_of(name, known, _("filter")))

    def _group(self, name: str, view: str) -> str:
        board = self.record_type.board
        if view == "board" and board is not None:
            name = self._one_of(name, self.record_type.board_axes, _("grouping"))
            return "" if name == board.columns else name
        return self._one_of(name, groupable_names(self.record_type), _("grouping"))

    def _sort(self, text: str) -> str:
        allowed = [f.name for f in self.record_type.fields.values() if is_sortable(f)]
        name = self._one_of(text.removeprefix("-"), allowed, _("order"))
        if not name or text == self.record_type.default_sort:
            return ""
        return text

    def _columns(self, text: str) -> tuple[str, ...]:
        names = dict.fromkeys(name for name in text.split(",") if name)
        found = tuple(name for name in names if self._one_of(name, self.record_type.fields, _("column")))
        return () if list(found) == self.record_type.all_columns else found

    def _day(self, text: str) -> dt.date | None:
        return self._checked(text, self._past_day, _("past day")) if text else None

    def _past_day(self, text: str) -> dt.date:
        day = dt.date.fromisoformat(text)
        if not day.year >= 1900 or day > timezone.localdate():
            raise ValueError(text)
        return day

    def _checked(self, text: str, read: Callable[[str], Any], what: str) -> Any:
        try:
            return read(text)
        except ValueError:
            self._ignored(what, text)
            return None


def is_sortable(field: Any) -> bool:
    return bool(field.sortable and field.model_field is not None and field.kind not in MANY_KINDS)


def groupable_names(record_type: RecordType) -> list[str]:
    return [f.name for f in record_type.groupable_fields if f.kind not in MANY_KINDS]
