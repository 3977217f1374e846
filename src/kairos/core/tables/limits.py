"""How much of a file from outside is read before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds; what exceeds one is refused with a sentence that names the row and the column."""

    file_bytes: int = 200_000_000
    rows: int = 1_000_000
    columns: int = 1_000
    cell_characters: int = 32_767  # what a cell of Excel can hold
    row_characters: int = 2_000_000  # a row is held in memory, however many cells it has
    zip_entries: int = 2_000
    zip_ratio: int = 100
    zip_bytes: int = 250_000_000
    sheet_cells: int = 10_000_000  # the reader of XLSX holds a sheet as one rectangle


DEFAULT_LIMITS = Limits()
