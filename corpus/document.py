"""The records: a document as it was read, and a passage of it as two offsets.

A quote is never stored as text. It is cut from the document when it is shown, so that
``document.text[start:end] == quote`` holds by construction.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Document:
    """One document, whole.

    ``id`` is its path relative to the folder, with forward slashes; ``text`` is the file as decoded, unchanged;
    ``date`` is the day the text itself gives near its top, if it gives one.
    """

    id: str
    title: str
    date: date | None
    text: str


class Kind(StrEnum):
    """What a passage is to a reader."""

    SENTENCE = "sentence"  # may be quoted
    HEADING = "heading"  # a title, a marked heading, a question, the date line: context for what stands below it
    LINE = "line"  # a short line that may be a heading or may say something itself: both context and quotable
    RESIDUE = "residue"  # what a web page left behind ("Post a Comment"): kept, never offered


@dataclass(frozen=True, slots=True)
class Passage:
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
    r"""Where ``document.text[start:end]`` stands, as a person would say it: ``"line 7"`` or ``"lines 3–4"``.

    Lines are counted from 1 and end at ``\\n``, ``\\r`` or ``\\r\\n``, as a text editor counts them.
    """
    first = len(LINE_BREAK.findall(document.text, 0, start)) + 1
    last = first + len(LINE_BREAK.findall(document.text, start, end))
    return f"line {first}" if first == last else f"lines {first}–{last}"
