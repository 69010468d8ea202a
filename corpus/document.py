"""The records: a document as it was read, and a passage of it as two offsets.

A quote is never stored as text. It is cut from the document when it is shown, so that
``document.text[start:end] == quote`` holds by construction.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from corpus.language import ENGLISH

LINE_BREAK = re.compile(r"\r\n|\r|\n")

_HEADING_SHOWN = 48  # characters of a heading in a place


class Mark(NamedTuple):
    """What a format tells of ``document.text[start:end]``: that it is a heading, or where a person finds it.

    A place is what it is called and counted by: ``("page", "3")``, ``("paragraph", "2")`` below its heading,
    ``("row", "12")``; for a time code ``("", "00:01:23")``. A heading has a ``level`` from 1; where it is not on a
    page, it is called just that, ``("heading", "")``. What is ``whole`` is one passage however many sentences stand in
    it: the row of a table.
    """

    start: int
    end: int
    called: str
    number: str
    level: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One document, whole.

    ``id`` is its path relative to the folder, with forward slashes; ``date`` is the day it gives for itself, if it
    does; ``url`` is where it stands on the web, if it says so. ``text`` is of a plain text the file as decoded,
    unchanged, and ``marks`` are none. Of any other format it is what the format shows, each of its blocks on a line of
    its own, and ``marks`` say where each stands, in the order of the text, none over another. ``language`` is an
    ISO 639-1 code.
    """

    id: str
    title: str
    date: date | None
    text: str
    url: str | None = None
    marks: tuple[Mark, ...] = ()
    language: str = ENGLISH


class Kind(StrEnum):
    """What a passage is to a reader."""

    SENTENCE = "sentence"  # may be quoted
    HEADING = "heading"  # a title, a marked heading, a question, the date line: context for what stands below it
    LINE = "line"  # a short line that may be a heading or may say something itself: both context and quotable
    RESIDUE = "residue"  # what a web page left behind ("Post a Comment"): kept, never offered


class Passage(NamedTuple):
    """A sentence, heading or line of residue: ``document.text[start:end]``.

    ``paragraph`` is the span of the paragraph it belongs to, ``heading`` the span of the section heading above it
    (None above the first one, and for the title itself). All offsets count characters of ``document.text``.
    """

    document: Document
    start: int
    end: int
    kind: Kind
    paragraph: tuple[int, int]
    heading: tuple[int, int] | None

    @property
    def text(self) -> str:
        """The words themselves, exactly as they stand in the document."""
        return self.document.text[self.start : self.end]


def place(document: Document, start: int, end: int) -> str:
    r"""Where ``document.text[start:end]`` stands, as a person would say it.

    By the marks, if there are any: ``"page 3"``, ``"rows 4–5"``, ``"Visiting › Fees, paragraph 2"``, ``"00:01:23"``.
    Of plain text by its lines, ``"line 7"`` or ``"lines 3–4"``: counted from 1, they end at ``\\n``, ``\\r`` or
    ``\\r\\n``, as a text editor counts them.
    """
    if document.marks:
        path = " › ".join(_shortened(heading) for heading in _headings(document, start))
        return ", ".join(part for part in (path, _numbered(document, start, end)) if part)
    first = len(LINE_BREAK.findall(document.text, 0, start)) + 1
    last = first + len(LINE_BREAK.findall(document.text, start, end))
    return f"line {first}" if first == last else f"lines {first}–{last}"


def _headings(document: Document, start: int) -> list[str]:
    """The headings above a place, the highest first, without one that is the title of the document."""
    found: list[str] = []
    here = bisect_left(document.marks, start, key=attrgetter("start"))
    level = next((mark.level for mark in document.marks[here : here + 1] if mark.start == start and mark.level), 7)
    for mark in reversed(document.marks[:here]):
        if 0 < mark.level < level:
            found.append(" ".join(document.text[mark.start : mark.end].split()))
            level = mark.level
            if level == 1:
                break
    return [heading for heading in reversed(found) if heading != document.title]


def _numbered(document: Document, start: int, end: int) -> str:
    """The marks that a stretch of text reaches over, from the first to the last, without headings among others."""
    first = bisect_right(document.marks, start, key=attrgetter("end"))
    last = bisect_left(document.marks, end, key=attrgetter("start"))
    over = document.marks[first:last]
    over = tuple(mark for mark in over if not mark.level) or over
    if not over:
        return ""
    called, one, other = over[0].called, over[0].number, over[-1].number
    if one == other or over[-1].called != called:
        return f"{called} {one}".strip()
    return f"{called}s {one}–{other}" if called else f"{one}–{other}"


def _shortened(heading: str) -> str:
    return heading if len(heading) <= _HEADING_SHOWN else f"{heading[:_HEADING_SHOWN].rstrip()}…"
