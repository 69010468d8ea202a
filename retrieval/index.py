"""The documents that are searched: segments of all languages, which never change; another index takes their place.

``Index.of`` reads documents; ``changed`` makes an index with some added and others removed, and reads no more than
these. ``Stack`` searches those in one language.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby

from corpus import ENGLISH, Document
from retrieval.reading import read
from retrieval.segment import Part, Segment
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
        """The index with those documents ``added`` and those with the ids ``removed`` taken out.

        What is added takes the place of what has its id. No other documents are read.
        """
        added = tuple(added)
        without = {*removed, *(document.id for document in added)}
        left = (_less(part, without) for part in self.parts)
        return Index([*(part for part in left if part.living), *map(Part, _segments(added))])

    def serving(self, documents: Sequence[Document]) -> "Index":
        """The index of just these documents; only those are read that it does not hold as they are."""
        known = {document.id: document for document in self.documents}
        added = [document for document in documents if known.get(document.id) != document]
        gone = known.keys() - {document.id for document in documents}
        return self.changed(added, gone) if added or gone else self

    def beside(self, other: "Index") -> "Index":
        """The documents of both, no two of them with one id."""
        return Index([*self.parts, *other.parts]) if other.parts else self

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """All documents, in the order of their ids."""
        return tuple(sorted(self._living(), key=lambda document: document.id))

    def __contains__(self, identifier: str) -> bool:
        for part in self.parts:
            number = part.segment.documents.find(identifier)
            if number >= 0 and number not in part.dead:
                return True
        return False

    def _living(self) -> Iterator[Document]:
        for segment, dead, _ in self.parts:
            yield from (segment.documents[number] for number in range(len(segment.documents)) if number not in dead)


def _segments(documents: Iterable[Document]) -> Iterator[Segment]:
    ordered = sorted(documents, key=lambda document: (document.language, document.id))
    for language, group in groupby(ordered, key=lambda document: document.language):
        yield read(tuple(group), language)


def _less(part: Part, removed: Collection[str]) -> Part:
    """What is left of a part without the documents that have some ids."""
    found = {part.segment.documents.find(identifier) for identifier in removed}
    dead = part.dead | (found - {-1})
    if dead == part.dead:
        return part
    documents = [part.segment.documents[number] for number in sorted(dead)]
    return Part(part.segment, dead, read(documents, part.segment.language))
