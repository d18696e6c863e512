"""Tables as files, with cells that are only text."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

# What spreadsheet programs take for the start of a formula, wherever a person opens the file.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What no XLSX file holds; the library that writes them raises an error.
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
Row = Iterable[Any]


def harmless(value: Any) -> Any:
    """Return text that starts like a formula with an apostrophe before it; anything else as it is."""
    if isinstance(value, str) and value.lstrip(" ").startswith(STARTS):
        return f"'{value}"
    return value


def as_csv(heading: Row, rows: Iterable[Row]) -> str:
    """Return a table as CSV in which no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def as_xlsx(heading: Row, rows: Iterable[Row]) -> bytes:
    """Return a table as a workbook of one sheet; text is written as text, whatever it starts with."""
    from openpyxl import Workbook  # noqa: PLC0415  # takes a while; only whoever asks for a workbook waits for it

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(heading))
    for row in rows:
        sheet.append([ILLEGAL.sub("", harmless(cell)) if isinstance(cell, str) else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
