from typing import Any, ClassVar

from kairos.core.models.custom_values import PREFIX, CustomValues
from kairos.core.models.record import Record


class CustomisableRecord(Record):
    """A record whose kind an administrator may give fields of its own (see `CustomField`).

    Their values are read, given and asked for like any other's, under the name `custom__<key>`:
    `record.custom__size`, `Model(custom__size="L")`, `Model.objects.filter(custom__size="L")`.
    Written they are by a change set alone.
    """

    custom = CustomValues(default=dict, blank=True, editable=False)

    untracked: ClassVar[frozenset[str]] = Record.untracked | {"custom"}

    class Meta(Record.Meta):
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = {name: kwargs.pop(name) for name in list(kwargs) if name.startswith(PREFIX)}
        super().__init__(*args, **kwargs)
        if given:
            from kairos.core.custom.columns import encoded

            self.custom = {**self.custom, **encoded(given)}

    def __getattr__(self, name: str) -> Any:
        if name.startswith(PREFIX):
            from kairos.core.custom.definitions import current

            column = current().columns.get(name)
            if column is not None:
                return column.value_in(self)
        raise AttributeError(f"{type(self).__name__} has no attribute {name}")
