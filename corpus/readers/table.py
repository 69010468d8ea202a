"""Comma-separated values → Document: a row is a passage that names its columns, which the first row gives."""

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
    rows = [[squeezed(cell.replace("\n", " ")) for cell in cells] for cells in read]
    names = next((cells for cells in rows if any(cells)), [])
    draft = Draft()
    for number, cells in enumerate(rows, 1):
        if cells is not names:
            draft.block([(row(names, cells), "row", str(number))], whole=True)
        elif not any(any(others) for others in rows[number:]):
            draft.block([(row([], cells), "row", str(number))], whole=True)
    return draft.document(identifier, named(identifier))


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
