"""Document → stretches → rows: the passages that may be quoted, and the text that stands around each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple

from corpus import Document, Kind, Passage
from retrieval.context import antecedents, named_by_role, roles

QUOTABLE = (Kind.SENTENCE, Kind.LINE)
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


def stretches(passages: Sequence[Passage], leaning: Sequence[bool], offices: Sequence[bool]) -> Iterator[Stretch]:
    """The rows of one document, by the stretches of its text.

    ``leaning`` are the passages that may open with a pronoun, ``offices`` those that may name an office; others do not.
    """
    firsts = antecedents(passages, list(compress(range(len(passages)), leaning)))
    holders = roles(list(compress(passages, offices)))
    for numbers in _stretches(passages):
        document, heading = passages[numbers[0]].document, passages[numbers[0]].heading
        text, rows = document.text, []
        for number in numbers:
            passage, first = passages[number], firsts[number]
            quote, start, end = passages[first].start, passage.start, passage.end
            named = _named(text[quote:end], holders) if holders and any(offices[first : number + 1]) else ""
            rows.append(Line(quote, start, end, named, passage.kind is Kind.LINE, text[start:end]))
        lead = text[rows[0].quote : rows[0].start].strip()
        headed = text[slice(*heading)] if heading else ""
        yield Stretch(document.title, heading, headed, lead, tuple(rows))


def _named(text: str, holders: dict[str, set[str]]) -> str:
    return " ".join(word for word in named_by_role(text, holders).split() if word[0].isupper())


def _stretches(passages: Sequence[Passage]) -> list[list[int]]:
    """The numbers of the quotable passages, those together that stand around each other.

    That is a paragraph, or neighbouring paragraphs of one passage each, under one heading; of a long one a part,
    because a text pasted without line breaks is one paragraph however long it is.
    """
    sizes = Counter(passage.paragraph for passage in passages)
    found: list[list[int]] = []
    before: Passage | None = None
    for number, passage in enumerate(passages):
        if passage.kind not in QUOTABLE:
            continue
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
        before = passage
    return found
