"""Tables in and out: spreadsheets read with suspicion, columns understood, and spreadsheets written safely.

Reading: `open_table` gives a `Table`, `sniff_columns` profiles its columns, `assign_columns` proposes fields
for them, `match_value` and `name_key` find what a foreign spelling means, the `parse_…` functions turn cells
into values. Writing: `csv_stream` and `xlsx_stream`. Nothing here knows a model.
"""

from kairos.core.tables.booleans import parse_boolean
from kairos.core.tables.csv_writer import csv_stream
from kairos.core.tables.dates import DateOrder, find_orders, parse_date
from kairos.core.tables.delimiters import DELIMITERS
from kairos.core.tables.encodings import ENCODINGS
from kairos.core.tables.errors import CellError, Notice, Problem, RowProblem, TableError, restore
from kairos.core.tables.headers import Assignment, FieldHint, assign_columns, match_header
from kairos.core.tables.kinds import Kind
from kairos.core.tables.limits import DEFAULT_LIMITS, Limits
from kairos.core.tables.matching import ValueMatcher, match_value
from kairos.core.tables.moments import parse_datetime
from kairos.core.tables.names import name_key, normalise, value_key
from kairos.core.tables.neutral import neutralise
from kairos.core.tables.numbers import NumberStyle, find_styles, parse_decimal
from kairos.core.tables.opening import open_table
from kairos.core.tables.profiles import ColumnProfile, sniff_columns
from kairos.core.tables.table import Cell, Row, Table
from kairos.core.tables.values import means_nothing, plain_text
from kairos.core.tables.xlsx_writer import xlsx_stream

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
