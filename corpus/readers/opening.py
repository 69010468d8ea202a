"""What a text opens with: its title and its date."""

import re
from datetime import date
from pathlib import PurePosixPath

from corpus.dates import read_date
from corpus.sentences import TOP, blocks, is_residue, looks_like_heading


def opening(text: str) -> tuple[str, date | None]:
    """The title and the date among the first blocks of a text; empty and None where there is none."""
    day, title = None, None
    for start, end in blocks(text)[:TOP]:
        line = text[start:end]
        if (found := read_date(line)) is not None:
            day = day or found
        elif title is None and not is_residue(line):
            title = line.lstrip("# ") if looks_like_heading(line) else ""
    return title or "", day


def named(identifier: str) -> str:
    """A title for a document that opens with none: its file's name, as words."""
    stem = PurePosixPath(identifier).stem
    return re.sub(r"[\s_-]+", " ", stem).strip() or identifier
