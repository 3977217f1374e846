"""Record types: one declaration per noun, every screen of it from there."""

from kairos.core.records.declarations import (
    Action,
    ActionForm,
    Band,
    Board,
    DuplicateRules,
    Filter,
    MatchKeys,
    Menu,
    MergeRules,
    Reason,
    Section,
)
from kairos.core.records.import_rules import ImportRules
from kairos.core.records.record_type import RecordType
from kairos.core.records.registry import (
    all_types,
    contribute_actions,
    find_type,
    register,
    type_called,
    type_named,
    type_of,
    types_on,
)

__all__ = [
    "Action",
    "ActionForm",
    "Band",
    "Board",
    "DuplicateRules",
    "Filter",
    "ImportRules",
    "MatchKeys",
    "Menu",
    "MergeRules",
    "Reason",
    "RecordType",
    "Section",
    "all_types",
    "contribute_actions",
    "find_type",
    "register",
    "type_called",
    "type_named",
    "type_of",
    "types_on",
]
