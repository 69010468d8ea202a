"""A line → the day it names, if it is a date line and nothing else."""

import re
from datetime import UTC, date, datetime

from dateutil import parser

_MONTH_OR_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}|(?=.*\b\d{4}\b).*\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
)
_YEAR = re.compile(r"\d{4}")
_DATED = re.compile(r"(?:published|updated|posted|last updated|date|on)?\s*:?\s*(.{6,40}?)\s*", re.IGNORECASE)


def read_date(line: str) -> date | None:
    """The day a line names, if it names a whole, unambiguous day and nothing else."""
    if not _YEAR.search(line):  # soon told of most lines
        return None
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
