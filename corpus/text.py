"""Plain text → Document: what the file says, decoded and otherwise untouched, and the title and date it opens with."""

import re
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

from dateutil import parser

from corpus.document import Document
from corpus.errors import DocumentError
from corpus.sentences import blocks, is_residue, looks_like_heading

_MONTH_OR_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}|(?=.*\b\d{4}\b).*\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
)
_DATED = re.compile(r"(?:published|updated|posted|last updated|date|on)?\s*:?\s*(.{6,40}?)\s*", re.IGNORECASE)
_TOP = 5  # blocks among which a title and a date line are looked for


def read_text(identifier: str, data: bytes) -> Document:
    """The document in the bytes of a plain-text file; offsets count the characters of ``data.decode("utf-8-sig")``.

    Raises DocumentError when the bytes are no text in UTF-8.
    """
    if b"\0" in data:
        raise DocumentError("is binary, not plain text: convert it to a .txt file, or take it out of the folder")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"is not UTF-8 (byte {error.start}): save it again with the encoding UTF-8") from None
    day, title = None, None
    for start, end in blocks(text)[:_TOP]:
        line = text[start:end]
        if (found := _date(line)) is not None:
            day = day or found
        elif title is None and not is_residue(line):
            title = line.lstrip("# ") if looks_like_heading(line) else ""
    return Document(identifier, title or _name(identifier), day, text)


def _date(line: str) -> date | None:
    """The day a line names, if it names a whole, unambiguous day and nothing else."""
    match = _DATED.fullmatch(" ".join(line.split()))  # as one line with single spaces, which keeps the search short
    if match is None or not _MONTH_OR_ISO.search(match[1]):
        return None
    try:
        # Parsed with two defaults: what the line leaves out (a day, a month) would come out different. They are two
        # weeks apart, for "Friday, May 2024" means the first Friday from the default day on.
        first, second = (
            parser.parse(match[1], default=default, ignoretz=True)
            for default in (datetime(2001, 1, 1, tzinfo=UTC), datetime(2002, 2, 15, tzinfo=UTC))
        )
    except (ValueError, OverflowError):
        return None
    return first.date() if first.date() == second.date() else None


def _name(identifier: str) -> str:
    """A title for a document that opens with none: its file's name, as words."""
    stem = PurePosixPath(identifier).stem
    return re.sub(r"[\s_-]+", " ", stem).strip() or identifier
