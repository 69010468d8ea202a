"""Document → stretches → rows: the passages that may be quoted, and the text that stands around each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus import Document, Kind, Passage
from retrieval.context import antecedents, named_by_role, roles

AROUND = 12  # passages of one paragraph that count as standing around each other

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A passage that may be quoted, ``document.text[start:end]``, as it is shown.

    A quote that can be understood begins at ``quote``. ``named`` are the names that offices in it stand for ("the
    Russian president"); ``heading`` is the span of the one above it, ``stretch`` that of the text around it.
    """

    document: Document
    quote: int
    start: int
    end: int
    named: str
    heading: Span | None
    stretch: Span

    @property
    def text(self) -> str:
        """The words themselves."""
        return self.document.text[self.start : self.end]

    @property
    def lead(self) -> str:
        """What a quote has before it."""
        return self.document.text[self.quote : self.start].strip()

    @property
    def headed(self) -> str:
        """The words of its heading."""
        return self.document.text[slice(*self.heading)] if self.heading else ""

    @property
    def around(self) -> str:
        """The title of its document, and the text around it."""
        return f"{self.document.title} {self.document.text[slice(*self.stretch)]}"


class Line(NamedTuple):
    """A row as it is read; ``short`` marks a line that may only be a heading. The rest is as in ``Row``."""

    quote: int
    start: int
    end: int
    named: str
    short: bool
    text: str


class Stretch(NamedTuple):
    """Rows of one document that stand around each other: all that they are found by, and nothing of the rest of it.

    ``title`` is the document's; ``heading`` the span of the one above, ``headed`` its words; ``lead`` what a quote of
    the first row has before it.
    """

    title: str
    heading: Span | None
    headed: str
    lead: str
    rows: tuple[Line, ...]


def stretches(passages: Sequence[Passage]) -> Iterator[Stretch]:
    """The rows of one document, by the stretches of its text."""
    firsts, holders = antecedents(passages), roles(passages)
    for numbers in _stretches(passages):
        document, heading = passages[numbers[0]].document, passages[numbers[0]].heading
        rows = []
        for number in numbers:
            passage, quote = passages[number], passages[firsts[number]].start
            read = document.text[quote : passage.end]
            named = " ".join(word for word in named_by_role(read, holders).split() if word[0].isupper())
            short = passage.kind is Kind.LINE
            rows.append(Line(quote, passage.start, passage.end, named, short, passage.text))
        lead = document.text[rows[0].quote : rows[0].start].strip()
        headed = document.text[slice(*heading)] if heading else ""
        yield Stretch(document.title, heading, headed, lead, tuple(rows))


def _stretches(passages: Sequence[Passage]) -> list[list[int]]:
    """The numbers of the quotable passages, those together that stand around each other.

    That is a paragraph, or neighbouring paragraphs of one passage each, under one heading; of a long one a part,
    because a text pasted without line breaks is one paragraph however long it is.
    """
    sizes = Counter(passage.paragraph for passage in passages)
    found: list[list[int]] = []
    for number, passage in enumerate(passages):
        if passage.kind not in {Kind.SENTENCE, Kind.LINE}:
            continue
        before = passages[found[-1][-1]] if found else None
        joins = (
            before is not None
            and before.heading == passage.heading
            and (before.paragraph == passage.paragraph or sizes[before.paragraph] == sizes[passage.paragraph] == 1)
            and len(found[-1]) < AROUND
        )
        if joins:
            found[-1].append(number)
        else:
            found.append([number])
    return found
