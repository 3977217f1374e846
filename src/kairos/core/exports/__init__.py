"""Records out of the house: any listing as a spreadsheet."""

from kairos.core.exports.rows import header_of, rows_of

__all__ = ["header_of", "rows_of"]
