"""What is similar to a record that somebody is just about to make."""

from typing import Any

from django.http import QueryDict

from kairos.core.duplicates.matching import Similar, similar_to
from kairos.core.editing.inputs import parsed
from kairos.core.records import RecordType

WORTH_TELLING = 40


def asked_fields(record_type: RecordType) -> list[str]:
    """The fields of the short form that are looked up while they are filled in."""
    rules = record_type.duplicates
    return [name for name in rules.asked if name in record_type.quick_create] if rules else []


def similar_to_typed(record_type: RecordType, data: QueryDict, *, user: Any) -> Similar:
    """Records similar to what stands in the form; what cannot be read yet is left out."""
    names = [*asked_fields(record_type), *(record_type.duplicates.same if record_type.duplicates else ())]
    fields = [record_type.field(name) for name in dict.fromkeys(names) if name in data]
    values, _errors = parsed(fields, data, user=user)
    return similar_to(record_type, values, user, least=WORTH_TELLING)
