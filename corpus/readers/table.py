"""Comma-separated values → Document: a row is a passage that names its columns, if the first row gives their names."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from statistics import StatisticsError, median_low

from corpus.document import Document
from corpus.encoding import decode
from corpus.errors import DocumentError
from corpus.readers.draft import Draft, row, squeezed
from corpus.readers.opening import named

_DELIMITERS = ",;\t|"
_SAMPLE = 50  # rows by which the delimiter is told


def read(identifier: str, data: bytes) -> Document:
    """The document in the bytes of a table; rows are numbered from 1 as a spreadsheet does. Raises DocumentError."""
    text = decode(data)
    csv.field_size_limit(len(text) + 1)
    try:
        read = list(_rows(text, max(_DELIMITERS, key=lambda delimiter: _fit(text, delimiter))))
    except csv.Error as error:
        raise DocumentError(f"is no table ({error}): rename it to .txt if it is text") from None
    rows = [[squeezed(cell.replace("\n", " ")) for cell in cells] for cells in read] or [[]]
    top = _top(rows)
    names = rows[top] if _names_columns(rows[top]) and any(map(any, rows[top + 1 :])) else []
    draft = Draft()
    for number, cells in enumerate(rows):
        if not names or number != top:
            draft.block([(row(names if number > top else [], cells), "row", str(number + 1))], whole=True)
    return draft.document(identifier, named(identifier))


def _top(rows: list[list[str]]) -> int:
    """Where the table itself begins: in many, one cell alone says above it what the table is about."""
    filled = [sum(map(bool, cells)) for cells in rows]
    return next((number for number, cells in enumerate(filled) if cells >= min(2, max(filled))), 0)


def _names_columns(cells: list[str]) -> bool:
    """Whether a row may name columns: there are no figures in it, or after a first name only such, as of years."""
    figures = [any(map(str.isdigit, cell)) and not any(map(str.isalpha, cell)) for cell in cells if cell]
    return not any(figures) or (not figures[0] and all(figures[1:]))


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _fit(text: str, delimiter: str) -> tuple[bool, float, int]:
    """How well a delimiter cuts the first rows: into cells at all, into as many in each row, into many.

    The standard library's own guess (csv.Sniffer) takes time without bound on some tables.
    """
    try:
        columns = [len(cells) for cells in islice(_rows(text, delimiter), _SAMPLE) if cells]
        usual = median_low(columns)
    except (csv.Error, StatisticsError):
        return False, 0.0, 0
    return usual > 1, columns.count(usual) / len(columns), usual
