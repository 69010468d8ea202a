"""Document → rows: the passages that may be quoted, each with what it is found by and where it stands."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus import Kind, Passage
from retrieval.context import antecedents, named_by_role, roles

AROUND = 12  # passages of one paragraph that count as standing around each other


@dataclass(frozen=True, slots=True)
class Row:
    """A passage that may be quoted, and ``start``, where a quote of it begins so that it can be understood.

    ``named`` are the names that offices in it stand for ("the Russian president"); ``heading`` is the one above it,
    ``lead`` what a quote has before it, ``around`` the title and all of the stretch of text it stands in. That stretch
    has the number ``stretch`` and ``length`` passages, of which this is ``place``, from 0. ``short`` marks a line that
    may only be a heading.
    """

    passage: Passage
    start: int
    named: str
    heading: str
    lead: str
    around: str
    stretch: int
    place: int
    length: int
    short: bool


def rows(passages: Sequence[Passage], stretches: Iterator[int]) -> Iterator[Row]:
    """The passages of one document that may be quoted; each stretch takes its number from ``stretches``."""
    firsts, holders = antecedents(passages), roles(passages)
    for stretch, numbers in zip(stretches, _stretches(passages), strict=False):
        document, heading = passages[numbers[0]].document, passages[numbers[0]].heading
        title = document.text[slice(*heading)] if heading else ""
        around = " ".join((document.title, *(passages[number].text for number in numbers)))
        for place, number in enumerate(numbers):
            passage, start = passages[number], passages[firsts[number]].start
            lead = document.text[start : passage.start]
            named = " ".join(word for word in named_by_role(lead + passage.text, holders).split() if word[0].isupper())
            short = passage.kind is Kind.LINE
            yield Row(passage, start, named, title, lead.strip(), around, stretch, place, len(numbers), short)


def copies(rows: Sequence[Row]) -> dict[int, list[int]]:
    """For each row the later ones that say the same in the same surroundings: copies of a document."""
    first: dict[tuple[str, str], int] = {}
    found: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        original = first.setdefault((row.passage.text, row.around), number)
        if original != number:
            found.setdefault(original, []).append(number)
    return found


def _stretches(passages: Sequence[Passage]) -> list[list[int]]:
    """The numbers of the quotable passages, those together that stand around each other.

    That is a paragraph, or neighbouring paragraphs of one passage each, under one heading; of a long one a part,
    because a text pasted without line breaks is one paragraph however long it is.
    """
    sizes = Counter(passage.paragraph for passage in passages)
    stretches: list[list[int]] = []
    for number, passage in enumerate(passages):
        if passage.kind not in {Kind.SENTENCE, Kind.LINE}:
            continue
        before = passages[stretches[-1][-1]] if stretches else None
        joins = (
            before is not None
            and before.heading == passage.heading
            and (before.paragraph == passage.paragraph or sizes[before.paragraph] == sizes[passage.paragraph] == 1)
            and len(stretches[-1]) < AROUND
        )
        if joins:
            stretches[-1].append(number)
        else:
            stretches.append([number])
    return stretches
