"""The documents that are searched: segments of all languages, which never change; another index takes their place.

``Index.of`` reads documents; ``changed`` makes an index with some added and others removed, and reads no more than
these. ``Stack`` searches those in one language.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from corpus import ENGLISH, Document
from retrieval.merging import merged
from retrieval.reading import read
from retrieval.segment import Entry, Part, Segment
from retrieval.stack import Stack


class Index:
    """Documents of any language, each with another id."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Of ``parts``; no two of their living documents may have one id."""
        self.parts = tuple(parts)
        languages = sorted({part.segment.language for part in parts} - {ENGLISH})
        self.stacks = {
            language: Stack([part for part in parts if part.segment.language == language], language)
            for language in (ENGLISH, *languages)
        }

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "Index":
        """The index of ``documents``."""
        return cls([Part(segment) for segment in _segments(documents)])

    def changed(self, added: Iterable[Document], removed: Collection[str] = ()) -> "Index":
        """The index with some documents ``added`` and those with the ids ``removed`` taken out; itself if it has it so.

        What is added takes the place of what has its id. No other documents are read.
        """
        new = [document for document in added if self.get(document.id) != document]
        without = {identifier for identifier in removed if identifier in self}
        if not new and not without:
            return self
        return self.without({*without, *(document.id for document in new)}).beside(Index.of(new))

    def without(self, removed: Collection[str]) -> "Index":
        """The index without the documents that have some ids."""
        left = (_less(part, removed) for part in self.parts)
        return Index([part for part in left if part.living])

    def serving(self, documents: Sequence[Document]) -> "Index":
        """The index of just these documents; only those are read that it does not hold as they are."""
        return self.changed(documents, set(self.identifiers()) - {document.id for document in documents})

    def tidied(self, merge: Callable[[Sequence[Part]], Segment] = merged) -> "Index":
        """The same documents in few segments: ``merge`` makes one of some parts; itself where they are few.

        In each language a segment then has more rows than all smaller ones together, so that a row is merged no oftener
        than the logarithm of their number (Bentley & Saxe, 1980); and at least as many that live as are dead.
        """
        parts: list[Part] = []
        for stack in self.stacks.values():
            parts += _tidied(stack.parts, merge)
        return self if parts == list(self.parts) else Index(parts)

    def beside(self, other: "Index") -> "Index":
        """The documents of both, no two of them with one id."""
        return Index([*self.parts, *other.parts]) if other.parts else self

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What a list shows of the documents, in the order of their ids; none is loaded for it."""
        found = (
            segment.documents.entry(number)
            for segment, dead, _ in self.parts
            for number in range(len(segment.documents))
            if number not in dead
        )
        return tuple(sorted(found, key=attrgetter("id")))

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents, whole, in the order of their ids."""
        return tuple(sorted(self._living(), key=lambda document: document.id))

    def identifiers(self) -> Iterator[str]:
        """The ids of all documents."""
        for segment, dead, _ in self.parts:
            documents = segment.documents
            yield from (documents.identifier(number) for number in range(len(documents)) if number not in dead)

    def get(self, identifier: str) -> Document | None:
        """The document with an id, if there is one."""
        for segment, dead, _ in self.parts:
            number = segment.documents.find(identifier)
            if number >= 0 and number not in dead:
                return segment.documents[number]
        return None

    def __contains__(self, identifier: object) -> bool:
        return isinstance(identifier, str) and any(
            (number := part.segment.documents.find(identifier)) >= 0 and number not in part.dead for part in self.parts
        )

    def __len__(self) -> int:
        """How many documents there are."""
        return sum(part.living for part in self.parts)

    def _living(self) -> Iterator[Document]:
        for segment, dead, _ in self.parts:
            yield from (segment.documents[number] for number in range(len(segment.documents)) if number not in dead)


def _segments(documents: Iterable[Document]) -> Iterator[Segment]:
    ordered = sorted(documents, key=lambda document: (document.language, document.id))
    for language, group in groupby(ordered, key=lambda document: document.language):
        yield read(tuple(group), language)


def _less(part: Part, removed: Collection[str]) -> Part:
    """What is left of a part without the documents that have some ids; no others are read."""
    segment, dead, gone = part
    found = {segment.documents.find(identifier) for identifier in removed} - dead - {-1}
    if not found:
        return part
    new = Part(read([segment.documents[number] for number in sorted(found)], segment.language))
    return Part(segment, dead | found, tuple(one.segment for one in _tidied([*map(Part, gone), new], merged)))


def _tidied(parts: Sequence[Part], merge: Callable[[Sequence[Part]], Segment]) -> list[Part]:
    """Some parts in one language, the largest first, with those merged that are too many."""
    ordered = sorted(parts, key=lambda part: -part.rows)
    left, rows = len(ordered), 0
    for number in range(len(ordered) - 1, -1, -1):
        part = ordered[number]
        if part.rows <= rows or part.living < len(part.dead):
            left = number
        rows += part.rows
    if left == len(ordered):
        return ordered
    return [*ordered[:left], Part(merge(ordered[left:]))]
