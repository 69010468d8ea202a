"""The index of documents on an engine, shared by any number of processes.

A stretch of text (``rows.py``) is one entity there, found by a sparse vector: for each term the most that a row of the
stretch scores by it beside its idf, which stands on the question's side as in ``stack.py``. So the inner product that
the engine computes bounds each row of the stretch from above. The stretches it finds best are read into a small
segment, which is searched as any other; and more are fetched as long as one not yet seen might hold a row as good. The
ranking is that of the built-in index, however the engine rounds.

Documents are loaded when they are cited. What is counted over them is summed once, and again when they change.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from threading import Lock
from typing import NamedTuple

import numpy as np

from corpus import ENGLISH, Document
from retrieval.engine import MOST, Engine, EngineChanged, Near
from retrieval.index import Index
from retrieval.ledger import Record
from retrieval.lexis import Lexis, Those
from retrieval.packing import Found, Head, body_of, dimension, key_of, read_document, read_head, read_stretch, whole
from retrieval.reading import assemble, read
from retrieval.rows import Row
from retrieval.segment import Entry, Part, Segment, Tally
from retrieval.stack import Hits, Stack
from retrieval.tallies import Tallies

STRETCHES, DOCUMENTS, TEXTS, RECORDS = PARTITIONS = ("stretches", "documents", "texts", "records")

_FIRST = 64  # stretches that are fetched first
_MORE = 4  # times as many, if these are not enough
_SLACK = 1 + 1e-4  # for what the engine rounds when it adds up
_KEPT = 50_000_000  # characters of documents that are kept


class View(NamedTuple):
    """The documents of an engine as they were at one moment: a collection, and its records by their names."""

    engine: Engine
    collection: str
    records: Mapping[str, Record]

    @property
    def batches(self) -> frozenset[str]:
        """The names of what was added."""
        return frozenset().union(*(record.batches for record in self.records.values()))

    @property
    def removed(self) -> frozenset[tuple[str, str]]:
        """The keys of what was taken out and may still be found, with the batch that each was of."""
        return frozenset().union(*(record.removed for record in self.records.values()))


class MilvusIndex:
    """The documents as they were when it was made, for questions; another takes its place when they change.

    What asks the engine raises EngineError.
    """

    def __init__(self, view: View, own: Index | None = None, bodies: "_Bodies | None" = None) -> None:
        """Of what ``view`` shows, and ``own`` beside it; nothing is asked of the engine yet.

        ``bodies`` are documents of the view that were loaded before.
        """
        self.view = view
        self._own = own or Index([])
        self._batches, self._removed = view.batches, view.removed
        self._bodies = bodies or _Bodies(self._texts)
        self.stacks = self._stacks()

    def beside(self, own: Index) -> "MilvusIndex":
        """The documents of the engine and those of another index, no two of them with one id."""
        return MilvusIndex(self.view, own, self._bodies)

    def __contains__(self, identifier: object) -> bool:
        return isinstance(identifier, str) and (identifier in self._own or self._head(key_of(identifier)) is not None)

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """What there is to know of each document on the engine beside its text, in the order of their ids."""
        engine, collection, _ = self.view
        heads = whole(dict(engine.every(collection, DOCUMENTS)), self._texts)
        living = ((key, read_head(text)) for key, text in heads.items())
        found = (head for key, head in living if self.holds(key, head.batch))
        return tuple(sorted(found, key=attrgetter("id")))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What a list shows of the documents, in the order of their ids."""
        return tuple(sorted([*(head.entry for head in self.heads), *self._own.entries], key=attrgetter("id")))

    def get(self, identifier: str) -> Document | None:
        """The document with an id, whole, if there is one."""
        key = key_of(identifier)
        found = self._head(key)
        return self._bodies.get(key, found.batch) if found else self._own.get(identifier)

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self.entries)

    def holds(self, key: str, batch: str) -> bool:
        """Whether it has what was added of a document with some batch."""
        return batch in self._batches and (key, batch) not in self._removed

    def near(self, found: Iterable[Near], language: str) -> list[Found]:
        """The stretches in one language that the engine found, by document and place; only what the index has."""
        texts = whole({near.key: near.text for near in found}, self._texts)
        stretches = (read_stretch(key, text) for key, text in texts.items())
        living = [it for it in stretches if it.language == language and self.holds(it.document, it.batch)]
        return sorted(living, key=attrgetter("id", "number"))

    def load(self, documents: Sequence[tuple[str, str]]) -> None:
        """Loads documents, each by its key and batch, unless they are long; they may be cited soon."""
        self._bodies.load(documents)

    def document(self, key: str, batch: str) -> Document:
        """A document, whole. Raises EngineChanged if it is another by now."""
        return self._bodies.get(key, batch)

    def _head(self, key: str) -> Head | None:
        found = whole(self._texts([key]), self._texts).get(key)
        head = read_head(found) if found else None
        return head if head and self.holds(key, head.batch) else None

    def _stacks(self) -> dict[str, "MilvusStack"]:
        """By the language of the documents, English always."""
        sides: defaultdict[str, tuple[list[Tally], list[Tally]]] = defaultdict(lambda: ([], []))
        for record in self.view.records.values():
            for sign, language, tally in record.entries:
                sides[language][sign < 0].append(tally)
        parts: defaultdict[str, list[Part]] = defaultdict(list)
        for part in self._own.parts:
            added, gone = sides[part.segment.language]
            added.append(part.segment.tally)
            gone += [segment.tally for segment in part.gone]
            parts[part.segment.language].append(part)
        tallies = {
            language: Tallies(*sides[language], language) for language in (ENGLISH, *sorted(sides.keys() - {ENGLISH}))
        }
        return {
            language: MilvusStack(self, language, tally, parts[language])
            for language, tally in tallies.items()
            if language == ENGLISH or tally.rows
        }

    def _texts(self, keys: Iterable[str]) -> dict[str, str]:
        return self.view.engine.texts(self.view.collection, keys)


class MilvusStack:
    """The documents in one language, searched as ``Stack`` searches them."""

    def __init__(self, index: MilvusIndex, language: str, tallies: Tallies, parts: Sequence[Part]) -> None:
        """Of the documents of ``index``, and ``parts`` beside them; ``tallies`` is what is counted over all of them."""
        self.tallies = tallies
        self.lexis = Lexis(tallies.idf, Those(tallies.names), Those(tallies.names_term))
        self._index, self._language, self._parts = index, language, parts

    def search(self, question: Sequence[str], limit: int, document: str | None = None) -> Hits:
        """The best ``limit`` rows for the terms of a question, as ``Stack.search`` gives them."""
        asked: defaultdict[int, float] = defaultdict(float)
        for term in set(question):
            asked[dimension(term, self._language)] += self.tallies.idf(term)
        size = _FIRST
        while True:
            found = self._nearest(asked, size, document)
            segment = self._segment(self._index.near(found, self._language))
            stack = Stack([Part(segment), *self._parts], self._language, self.tallies)
            hits = stack.search(question, limit, document)
            least = float(hits.own[-1] + hits.around[-1]) if len(hits.rows) == limit else 0.0
            if len(found) < size or size == MOST or found[-1].score * _SLACK < least:
                break
            size = min(_MORE * size, MOST)
        segment.documents.load(segment.row_document[hits.rows[hits.segment == 0]].tolist())
        return hits

    def _nearest(self, asked: Mapping[int, float], size: int, document: str | None) -> list[Near]:
        engine, collection, _ = self._index.view
        if not asked:
            return []
        return engine.nearest(collection, STRETCHES, asked, size, None if document is None else key_of(document))

    def _segment(self, found: Sequence[Found]) -> "_Fetched":
        """Some stretches as a segment."""
        groups = [list(group) for _, group in groupby(found, key=attrgetter("id"))]
        documents = _Cited(self._index, [group[0] for group in groups])
        stretches = [[it.stretch for it in group] for group in groups]
        segment = assemble(documents, stretches, self._language)
        return _Fetched(*(getattr(segment, field.name) for field in fields(segment)))


class _Cited:
    """The documents that some stretches are of, as the documents of a segment."""

    def __init__(self, index: MilvusIndex, documents: Sequence[Found]) -> None:
        """Given by a stretch of each."""
        self._index, self._documents = index, documents

    def __len__(self) -> int:
        return len(self._documents)

    def __getitem__(self, number: int, /) -> Document:
        found = self._documents[number]
        return self._index.document(found.document, found.batch)

    def cut(self, number: int, start: int, end: int) -> str:
        """As in ``Documents``."""
        return self[number].text[start:end]

    def identifier(self, number: int) -> str:
        """The id of a document."""
        return self._documents[number].id

    def find(self, identifier: str) -> int:
        """The number of the document with an id, or −1."""
        return next((number for number, found in enumerate(self._documents) if found.id == identifier), -1)

    def entry(self, number: int) -> Entry:
        """What a list shows of a document."""
        return Entry.of(self[number])

    def load(self, numbers: Iterable[int]) -> None:
        """Loads some, for they may be cited soon."""
        found = (self._documents[number] for number in dict.fromkeys(numbers))
        self._index.load([(it.document, it.batch) for it in found])


@dataclass(frozen=True, slots=True, eq=False)
class _Fetched(Segment):
    """A segment that has some stretches of its documents only."""

    documents: _Cited

    def section(self, number: int) -> Iterator[Row]:
        """The rows under the same heading as a row, in order: all of them, out of the whole document."""
        segment = read([self.documents[int(self.row_document[number])]], self.language)
        [there] = np.flatnonzero((segment.row_spans == self.row_spans[number]).all(axis=1))
        return segment.section(int(there))


class _Bodies:
    """Documents by their keys and batches; the most recent are kept, up to so many characters."""

    def __init__(self, look_up: Callable[[Iterable[str]], dict[str, str]]) -> None:
        """``look_up`` gives texts by their keys."""
        self._look_up, self._lock = look_up, Lock()
        self._kept: OrderedDict[tuple[str, str], Document] = OrderedDict()
        self._characters = 0

    def get(self, key: str, batch: str) -> Document:
        """A document. Raises EngineChanged if it is there no more."""
        with self._lock:
            if (key, batch) in self._kept:
                self._kept.move_to_end((key, batch))
                return self._kept[key, batch]
        name = body_of(key)
        found = whole(self._look_up([name]), self._look_up)
        there, document = read_document(found[name]) if name in found else ("", None)
        if document is None or there != batch:
            raise EngineChanged("the documents have just changed: ask again")
        self._keep(key, batch, document)
        return document

    def load(self, documents: Iterable[tuple[str, str]]) -> None:
        """Loads those that are not kept and not long, all in one request."""
        with self._lock:
            missing = {body_of(key): (key, batch) for key, batch in documents if (key, batch) not in self._kept}
        texts = self._look_up(missing) if missing else {}
        for name, text in whole(texts, lambda _: {}).items():
            batch, document = read_document(text)
            self._keep(missing[name][0], batch, document)

    def _keep(self, key: str, batch: str, document: Document) -> None:
        with self._lock:
            if (key, batch) not in self._kept:
                self._kept[key, batch] = document
                self._characters += len(document.text)
            while self._characters > _KEPT and len(self._kept) > 1:
                _, last = self._kept.popitem(last=False)
                self._characters -= len(last.text)
