"""One condition language: filters, saved views, rules and reports all speak it."""

from kairos.core.conditions.chips import Chip, chips
from kairos.core.conditions.compile import Context, compile
from kairos.core.conditions.parse import parse
from kairos.core.conditions.query import SAFE, from_query, to_query
from kairos.core.conditions.sentence import sentence
from kairos.core.conditions.tree import (
    EVERYTHING,
    All,
    BadCondition,
    Condition,
    Leaf,
    Not,
    Some,
    combine,
    mentions,
    to_json,
)

__all__ = [
    "EVERYTHING",
    "SAFE",
    "All",
    "BadCondition",
    "Chip",
    "Condition",
    "Context",
    "Leaf",
    "Not",
    "Some",
    "chips",
    "combine",
    "compile",
    "from_query",
    "mentions",
    "parse",
    "sentence",
    "to_json",
    "to_query",
]
