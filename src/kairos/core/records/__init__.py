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
    Thread,
)
from kairos.core.records.import_rules import ImportRules
from kairos.core.records.measures import Elapsed, Measure, Now, Part
from kairos.core.records.record_type import RecordType
from kairos.core.records.registry import (
    all_types,
    contribute_actions,
    contribute_fields,
    contribute_measures,
    contribute_reports,
    find_type,
    register,
    type_called,
    type_named,
    type_of,
    types_on,
)
from kairos.core.records.reports import ReadyReport, Told

__all__ = [
    "Action",
    "ActionForm",
    "Band",
    "Board",
    "DuplicateRules",
    "Elapsed",
    "Filter",
    "ImportRules",
    "MatchKeys",
    "Measure",
    "Menu",
    "MergeRules",
    "Now",
    "Part",
    "ReadyReport",
    "Reason",
    "RecordType",
    "Section",
    "Thread",
    "Told",
    "all_types",
    "contribute_actions",
    "contribute_fields",
    "contribute_measures",
    "contribute_reports",
    "find_type",
    "register",
    "type_called",
    "type_named",
    "type_of",
    "types_on",
]
