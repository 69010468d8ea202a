"""Questions → a file that a spreadsheet opens, and in which it finds nothing to compute."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.asked import Unanswered
from bot.wording import shown

_FORMULA = "=+-@"  # as the first of a cell; https://owasp.org/www-community/attacks/CSV_Injection


def as_csv(questions: Iterable[Unanswered]) -> bytes:
    """The questions, and the days (UTC) on which they were asked; UTF-8 with the mark by which Excel knows it.

    Every cell is quoted, and the question is the first of its row: so it stays one cell also where a spreadsheet takes
    another sign than the comma to part cells.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(("question", "asked on (UTC)"))
    for question in questions:
        writer.writerow((_harmless(question.question), datetime.fromtimestamp(question.at, UTC).date().isoformat()))
    return text.getvalue().encode("utf-8-sig", "replace")


def _harmless(text: str) -> str:
    """A text as one line; where a spreadsheet would take it for a formula, with an apostrophe before it."""
    line = shown(text).strip()
    return f"'{line}" if unicodedata.normalize("NFKC", line[:1]) in tuple(_FORMULA) else line
