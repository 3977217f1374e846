"""Where a lower app leaves room and an upper app puts something."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext_lazy as _

T = TypeVar("T")


class RecordPanel:
    """A card on a record page, contributed by an upper app.

    `template_name` is rendered with `record`, `user` and what `context` returns; `shown_to` may leave it out. A wide
    one is what the record is about: it stands across the page, above all others.
    """

    template_name: str
    title: Any = ""
    icon: str = "square"
    is_wide: bool = False

    def shown_to(self, user: Any, record: Any) -> bool:
        return True

    def context(self, user: Any, record: Any) -> dict[str, Any]:
        return {}


class Slot(Generic[T]):
    """A named place that takes contributions of one class, in order.

    >>> panels = Slot("core.record_panels", accepts=RecordPanel)
    >>> @panels.register(order=20, for_type="opportunity")
    ... class Quotations(RecordPanel): ...
    """

    def __init__(self, name: str, *, accepts: type[T]) -> None:
        self.name = name
        self.accepts = accepts
        self._filled: list[tuple[int, str, T]] = []

    def register(self, *, order: int = 100, for_type: str = "") -> Callable[[type[T]], type[T]]:
        """Class decorator. Raises `TypeError` for a class this slot does not accept."""

        def fill(contribution: type[T]) -> type[T]:
            if not issubclass(contribution, self.accepts):
                raise TypeError(
                    f"slot {self.name} takes {self.accepts.__name__}, not {contribution.__name__}"
                )
            self._filled.append((order, for_type, contribution()))
            self._filled.sort(key=lambda entry: entry[0])
            return contribution

        return fill

    def contributions(self, for_type: str = "") -> Iterator[T]:
        """What fills the slot, for one record type or for all, in order."""
        for _order, type_name, contribution in self._filled:
            if type_name in ("", for_type):
                yield contribution


RECORD_PANELS: Slot[RecordPanel] = Slot("core.record_panels", accepts=RecordPanel)


class CardLine:
    """A line at the foot of cards, contributed by an upper app: the same for everybody who sees the record."""

    def lines(self, records: Sequence[Any], *, now: Any, past: Any = None) -> Mapping[int, str]:
        """The words by number of the record, for a whole board in one query; those that have none are left out.

        `past` is the moment at which a past day ended that the board shows; who cannot say what held then says nothing.
        """
        return {}


CARD_LINES: Slot[CardLine] = Slot("core.card_lines", accepts=CardLine)


class RecordMenuEntry:
    """An entry of a record's menu that is no action, contributed by an upper app: a template of `menu_item`s.

    `template_name` is rendered with `record`, `record_type` and what `context` returns; None leaves it out.
    """

    template_name: str

    def context(self, user: Any, record_type: Any, record: Any) -> dict[str, Any] | None:
        return {}


RECORD_MENU: Slot[RecordMenuEntry] = Slot("core.record_menu", accepts=RecordMenuEntry)


class TimelineSource:
    """What an upper app lays between what happened to a record, such as what people said of it.

    `template_name` renders one `told` of `entries`; `head` stands above the timeline, with what `context` returns.
    `shows` are further choices of what to see, by name: with one of its own the timeline holds nothing else.
    """

    template_name: str
    head: str = ""
    shows: Mapping[str, Any] = {}

    def shown_to(self, user: Any, record_type: Any, record: Any) -> bool:
        return True

    def context(self, user: Any, record_type: Any, record: Any) -> dict[str, Any]:
        return {}

    def entries(self, user: Any, record_type: Any, record: Any, look: Any) -> list[Any]:
        """Up to `look.most` entries, newest first, each with `at` and `pk`, of those `look.before` lets through."""
        return []


TIMELINE: Slot[TimelineSource] = Slot("core.timeline", accepts=TimelineSource)


class TodayPanel:
    """A card on the start page, contributed by an upper app. `width` is "full" or "half"."""

    template_name: str
    width: str = "half"

    def shown_to(self, user: Any) -> bool:
        return True

    def context(self, user: Any, now: Any) -> dict[str, Any]:
        return {}


TODAY_PANELS: Slot[TodayPanel] = Slot("core.today_panels", accepts=TodayPanel)


class Furnisher:
    """What a new house starts with, contributed by the app that needs it, such as the first stages."""

    def furnish(self, changes: Any) -> None:
        """Create it through the change set, in the language of the house."""


NEW_HOUSE: Slot[Furnisher] = Slot("core.new_house", accepts=Furnisher)


class Follower:
    """What must follow from a change of some kind of record, whoever makes it: a screen, an import, an undo.

    `follow` is called once at the end of a change set that has touched such records, inside its transaction, with the
    names of the touched fields by record ("" for one that is new or gone) and the numbers of those that are gone. What
    it writes through `changes` is part of the change set; records in hand are told by `changes.settle`.
    """

    def follow(self, changes: Any, fields_by_id: Mapping[int, set[str]], deleted: Set[int]) -> None:
        """Write what follows."""


FOLLOWERS: Slot[Follower] = Slot("core.followers", accepts=Follower)


class LeftByUndo:
    """Says of records of one kind (`for_type`) that undo left as they are what they are called, and why they stay."""

    def words(self, ids: Set[int], user: Any) -> Mapping[int, tuple[str, Any]]:
        """Title and reason of those of which there is more to say than that they have been changed since."""
        raise NotImplementedError


LEFT_BY_UNDO: Slot[LeftByUndo] = Slot("core.left_by_undo", accepts=LeftByUndo)


class FileKeeper:
    """What refers to contents of files (`core.files`), so that they are not taken for forgotten ones."""

    def digests(self) -> Iterable[str]:
        """Every content that a row, or the history by which a row could come back, refers to."""
        raise NotImplementedError


FILE_KEEPERS: Slot[FileKeeper] = Slot("core.file_keepers", accepts=FileKeeper)


# The chapters of the settings, in their order; each may be the `area` of a `Menu` or a `Place`.
CHAPTERS: dict[str, Any] = {
    "company": _("Company"),
    "people": _("People"),
    "pipeline": _("Pipeline"),
    "products": _("Products and prices"),
    "conversation": _("Conversation"),
    "data": _("Data"),
    "settings": _("More"),
}


class Place:
    """A page of its own in the rail, beside the kinds of records: a forecast, the reports.

    `name` is that of its address, and what `render_page(active=…)` is told; `area` is as in `Menu`, and `key` is its
    `g` shortcut. `audience` is "everybody", "leaders" or "administrators". What stands among the reports says in
    `sentence` what it answers. With `count_name`, the name of an address that answers with `core/_rail_count.html`, the
    rail shows its `count` and keeps it fresh; `on_phone` puts it into the phone's bar.
    """

    name: str
    label: Any
    icon: str = "square"
    order: int = 100
    area: str = "work"
    audience: str = "everybody"
    sentence: Any = ""
    key: str = ""
    count_name: str = ""
    on_phone: bool = False

    def shown_to(self, user: Any) -> bool:
        if self.audience == "administrators":
            return bool(user.is_administrator)
        return self.audience == "everybody" or bool(user.is_leader)

    def count(self, user: Any) -> int:
        """What waits there for this person."""
        return 0


PLACES: Slot[Place] = Slot("core.places", accepts=Place)


class News:
    """Notices a person should see wherever they are, contributed by an upper app.

    `name` is that of an address, asked with `after` (seconds since 1970) whenever something happens whose audience they
    are. It answers with `core/_news_place.html` and the notices.
    """

    name: str


NEWS: Slot[News] = Slot("core.news", accepts=News)


class ListView:
    """Another way of looking at a list, contributed by an upper app, beside list and board; a page of its own.

    `name` is that of its address, which takes the plural, and what the list was asked for.
    """

    name: str
    label: Any
    icon: str = "table"
    key: str = ""

    def shown_for(self, record_type: Any) -> bool:
        return True


LIST_VIEWS: Slot[ListView] = Slot("core.list_views", accepts=ListView)


class Favourites:
    """What people have starred of an upper app, for the rail.

    `rows(user)` is the queryset of what this person has starred and may open, whose model has a `name` and the
    `record_type` it is about; `url(number)` is where one of them stands. The rail reads all of them in one query.
    """

    icon: str = "star"

    def rows(self, user: Any) -> Any:
        """The starred ones, in no order."""

    def url(self, number: int) -> str:
        return ""


FAVOURITES: Slot[Favourites] = Slot("core.favourites", accepts=Favourites)
