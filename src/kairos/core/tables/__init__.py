"""Tables in and out: spreadsheets read with suspicion, columns understood, and spreadsheets written safely.

Reading: `open_table` gives a `Table`, `sniff_columns` profiles its columns, `assign_columns` proposes fields for them,
`match_value` and `name_key` find what a foreign spelling means, the `parse_…` functions turn cells into values.
Writing: `csv_stream` and `xlsx_stream`. Nothing here knows a model.
"""

from .booleans import parse_boolean
from .csv_writer import csv_stream
from .dates import DateOrder, find_orders, parse_date
from .delimiters import DELIMITERS
from .encodings import ENCODINGS
from .errors import CellError, Notice, Problem, RowProblem, TableError, restore
from .headers import Assignment, FieldHint, assign_columns, match_header
from .kinds import Kind
from .limits import DEFAULT_LIMITS, Limits
from .matching import ValueMatcher, match_value
from .moments import parse_datetime
from .names import name_key, normalise, value_key
from .neutral import neutralise
from .numbers import NumberStyle, find_styles, parse_decimal
from .opening import open_table
from .profiles import ColumnProfile, sniff_columns
from .table import Cell, Row, Table
from .values import means_nothing, plain_text
from .xlsx_writer import xlsx_stream

__all__ = [
    "DEFAULT_LIMITS",
    "DELIMITERS",
    "ENCODINGS",
    "Assignment",
    "Cell",
    "CellError",
    "ColumnProfile",
    "DateOrder",
    "FieldHint",
    "Kind",
    "Limits",
    "Notice",
    "NumberStyle",
    "Problem",
    "Row",
    "RowProblem",
    "Table",
    "TableError",
    "ValueMatcher",
    "assign_columns",
    "csv_stream",
    "find_orders",
    "find_styles",
    "match_header",
    "match_value",
    "means_nothing",
    "name_key",
    "neutralise",
    "normalise",
    "open_table",
    "parse_boolean",
    "parse_date",
    "parse_datetime",
    "parse_decimal",
    "plain_text",
    "restore",
    "sniff_columns",
    "value_key",
    "xlsx_stream",
]
