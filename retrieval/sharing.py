"""Who writes to the documents on an engine: adds, takes out, builds anew beside what is served.

Whatever ends it, nothing is half served. Documents are written first, by batches, and the record that a batch is there
comes last; one that lacks its record is not seen, and written again when its turn comes. What is taken out is recorded
first, and not seen from then on. Only one may write at a time.
"""

import json
import os
import re
import socket
import time
from array import array
from base64 import urlsafe_b64decode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from itertools import groupby
from operator import attrgetter
from secrets import token_hex
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus import Document
from retrieval.engine import Engine, EngineChanged, EngineError, Entity
from retrieval.ledger import Entry, Record, about, merged, packed
from retrieval.ledger import read as read_record
from retrieval.milvus import DOCUMENTS, PARTITIONS, RECORDS, STRETCHES, TEXTS, MilvusIndex, View
from retrieval.packing import (
    Head,
    body_of,
    digest,
    document_entities,
    key_of,
    pieces,
    read_document,
    read_head,
    stretch_entities,
    whole,
)
from retrieval.reading import K1, PIVOT, B, read

Item = TypeVar("Item")

FORMAT = {"format": 1, "weights": [K1, B, PIVOT]}
"""What everything stored depends on; another needs another collection."""

_RECORD, _SETTINGS, _WRITER = "record.", "settings", "writer"
_RECORDS = 8  # that are added up whenever the documents are opened; of more some are made one
_BATCH = 2_000_000  # characters that are read and written at once
_AT_ONCE = 500  # documents that are looked up at once
_TRIES = 3  # of reading records while they are being added up
_LEASE = 90.0  # seconds for which a writer need not say that it still writes


class Shared:
    """Documents on an engine that any number of processes share, under the name of its address."""

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.time) -> None:
        """Of ``engine``. ``clock`` gives seconds that all who write must agree on, roughly."""
        self.engine = engine
        self._clock = clock
        self._name = engine.address.name
        self._me = f"{socket.gethostname()}, process {os.getpid()}, {token_hex(4)}"
        self._known: dict[str, Record] = {}

    def index(self) -> MilvusIndex:
        """What is there now. Raises EngineError if there is nothing, or nothing that can be read."""
        collection = self.engine.current(self._name)
        if collection is None:
            raise EngineError(
                f"INDEX: {self.engine.address.shown} holds no documents yet: `python -m bot index` adds them"
            )
        if not self._ours(collection):
            raise EngineError(
                f"INDEX: {self.engine.address.shown} was made by another version of Verbatim: "
                "make it anew with `python -m bot index`"
            )
        return MilvusIndex(View(self.engine, collection, self._records(collection)))

    def changed(self, index: MilvusIndex) -> bool:
        """Whether there is something else by now than in ``index``."""
        collection = self.engine.current(self._name)
        return collection != index.view.collection or _names(self.engine.few(collection, RECORDS)) != set(
            index.view.records
        )

    def add(self, documents: Iterable[Document]) -> None:
        """Adds documents, each in the place of what has its id; those that are there already are left as they are."""
        with self._writing(self._current()) as collection:
            self._add(collection, documents)

    def remove(self, identifiers: Iterable[str]) -> None:
        """Takes out the documents with some ids, of those that are there."""
        with self._writing(self._current()) as collection:
            for keys in _runs(map(key_of, identifiers), _AT_ONCE):
                self._take_out(collection, self._living(collection, self._heads(collection, keys)))

    def build(self, documents: Iterable[Document], *, anew: bool = False) -> None:
        """Brings what is there to these documents and no others; what was cut short before is taken up again.

        What an earlier version of Verbatim made, and all if ``anew``, is built beside what is served, and takes its
        place at one moment; ``tidy`` then removes that.
        """
        collection = self.engine.current(self._name)
        if collection is None or anew or not self._ours(collection):
            collection = self._beside(collection)
        with self._writing(collection):
            there = array("Q")
            self._add(collection, documents, there)
            self._only(collection, np.sort(np.frombuffer(there, np.uint64)))
            self._compact(collection, 1)
            self.engine.settle(collection)
        if self.engine.current(self._name) != collection:
            self.engine.point(self._name, collection)

    def tidy(self) -> None:
        """Removes what was built before and is not served any more."""
        current = self.engine.current(self._name)
        for collection in self._versions():
            if current and _version(collection) < _version(current):
                self.engine.drop(collection)

    def _current(self) -> str:
        return self.index().view.collection

    def _ours(self, collection: str) -> bool:
        """Whether a collection is whole and made by the same rules."""
        found = self.engine.texts(collection, [_SETTINGS], fresh=True).get(_SETTINGS)
        return found is not None and json.loads(found) == FORMAT

    def _versions(self) -> list[str]:
        named = re.compile(rf"{re.escape(self._name)}_\d+")
        return sorted(filter(named.fullmatch, self.engine.collections()), key=_version)

    def _beside(self, current: str | None) -> str:
        """A collection beside the one that is served: the one begun before, or a new one."""
        versions = self._versions()
        least = _version(current) if current else 0
        for collection in reversed(versions):
            if _version(collection) > least and self._ours(collection):
                return collection
        collection = f"{self._name}_{max(map(_version, versions), default=0) + 1}"
        self.engine.create(collection, PARTITIONS)
        self.engine.put(collection, RECORDS, [Entity(_SETTINGS, _SETTINGS, json.dumps(FORMAT))])
        return collection

    def _add(self, collection: str, documents: Iterable[Document], there: "array[int] | None" = None) -> None:
        """Adds documents batch by batch, and notes in ``there`` which there are."""
        for batch in _runs(documents, _BATCH, lambda document: len(document.text)):
            by_key = {key_of(document.id): document for document in batch}
            if there is not None:
                there.extend(map(_number, by_key))
            heads = self._heads(collection, by_key)
            living = self._living(collection, heads)
            same = {key for key, head in living.items() if head.digest == digest(by_key[key])}
            self._take_out(collection, {key: head for key, head in living.items() if key not in same})
            # What was cut short may have more entities than what takes its place.
            self.engine.remove(collection, heads.keys() - living.keys())
            if new := [document for key, document in by_key.items() if key not in same]:
                self._put(collection, new)

    def _put(self, collection: str, documents: Collection[Document]) -> None:
        """Adds documents that are not there, as one batch."""
        self._claim(collection)  # before anything of another's is written over: reading them may have taken long
        batch, entries = token_hex(6), []
        heads, bodies = zip(*(document_entities(document, batch) for document in documents), strict=True)
        self._spread(collection, DOCUMENTS, heads)  # first, so that what is cut short is found
        self._spread(collection, TEXTS, bodies)
        for language, some in _by_language(documents):
            segment = read(some, language)
            self._spread(collection, STRETCHES, stretch_entities(segment, batch))
            entries.append(Entry(1, language, segment.tally))
        self._record(collection, Record(frozenset([batch]), frozenset(), frozenset(), tuple(entries)))

    def _take_out(self, collection: str, heads: Mapping[str, Head]) -> None:
        """Removes documents that are there, given by their keys and heads."""
        for keys in _runs(heads, _BATCH, lambda key: heads[key].characters):
            self._claim(collection)
            look_up = partial(self.engine.texts, collection, fresh=True)
            bodies = whole(look_up(map(body_of, keys)), look_up)
            documents = [read_document(body)[1] for body in bodies.values()]
            entries = [Entry(-1, language, read(some, language).tally) for language, some in _by_language(documents)]
            removed = frozenset((key, heads[key].batch) for key in keys)
            record = Record(frozenset(), removed, frozenset(), tuple(entries))
            name = self._record(collection, record)
            self._finish(collection, {name: record})

    def _only(self, collection: str, there: NDArray[np.uint64]) -> None:
        """Removes all documents but some, whose ``_number`` is ``there``, ascending."""
        for run in _runs(self.engine.every(collection, DOCUMENTS), _AT_ONCE):
            numbers = np.array([_number(key) for key, _ in run], np.uint64)
            other = [pair for pair, known in zip(run, np.isin(numbers, there).tolist(), strict=True) if not known]
            heads = self._heads_of(collection, dict(other))
            living = self._living(collection, heads)
            self._take_out(collection, living)
            self.engine.remove(collection, heads.keys() - living.keys())

    def _heads(self, collection: str, keys: Iterable[str]) -> dict[str, Head]:
        """The heads of documents, of those there are, by their keys."""
        return self._heads_of(collection, self.engine.texts(collection, keys, fresh=True))

    def _heads_of(self, collection: str, texts: Mapping[str, str]) -> dict[str, Head]:
        found = whole(texts, partial(self.engine.texts, collection, fresh=True))
        return {key: read_head(text) for key, text in found.items()}

    def _living(self, collection: str, heads: Mapping[str, Head]) -> dict[str, Head]:
        """Those of some documents whose record is there."""
        view = View(self.engine, collection, self._records(collection, fresh=True))
        batches, removed = view.batches, view.removed
        return {key: head for key, head in heads.items() if head.batch in batches and (key, head.batch) not in removed}

    def _spread(self, collection: str, partition: str, entities: Iterable[list[Entity]]) -> None:
        """Adds entities to a partition, each after those it goes on in."""
        every = list(entities)
        self.engine.put(collection, TEXTS, (entity for _, *rest in every for entity in rest))
        self.engine.put(collection, partition, (first for first, *_ in every))

    def _record(self, collection: str, record: Record) -> str:
        """Adds a record, and gives its name: with it, what it tells of is done."""
        self._claim(collection)
        name = f"{_RECORD}{token_hex(8)}"
        self._spread(collection, TEXTS, [pieces(body_of(name), name, packed(record.entries))])
        self._spread(collection, RECORDS, [pieces(name, name, about(record))])
        return name

    def _records(self, collection: str, *, fresh: bool = False) -> dict[str, Record]:
        """The records of a collection by their names, without those that another is the sum of."""
        look_up = partial(self.engine.texts, collection, fresh=fresh)
        for _ in range(_TRIES):
            firsts = self.engine.few(collection, RECORDS, fresh=fresh)
            names = _names(firsts)
            known = {name: record for name, record in self._known.items() if name in names}
            new = names - known.keys()
            abouts = whole({name: firsts[name] for name in new}, look_up)
            bodies = whole(look_up(map(body_of, new)), look_up)
            whole_ones = (name for name in abouts if body_of(name) in bodies)
            known |= {name: read_record(abouts[name], bodies[body_of(name)]) for name in whole_ones}
            if known.keys() == names:
                self._known = known
                replaced = frozenset().union(*(record.replaces for record in known.values()))
                return {name: record for name, record in known.items() if name not in replaced}
        raise EngineChanged("the documents are just being changed: ask again")

    def _compact(self, collection: str, most: int = _RECORDS) -> None:
        """Makes one record of several if there are more than ``most``: of all, or all but one that is far larger."""
        records = self._records(collection, fresh=True)
        if len(records) <= most:
            return
        largest = max(records, key=lambda name: records[name].size)
        rest = {name: record for name, record in records.items() if name != largest}
        every = most == 1 or 2 * sum(record.size for record in rest.values()) >= records[largest].size
        some = records if every else rest
        self._record(collection, merged(some, all_of_them=every))
        self.engine.remove(collection, some)

    def _finish(self, collection: str, records: Mapping[str, Record]) -> None:
        """Removes what records say was taken out, and then has them say so no more."""
        for name, record in records.items():
            if record.removed:
                there = self._heads(collection, (key for key, _ in record.removed))
                self.engine.remove(
                    collection, (key for key, batch in record.removed if key in there and there[key].batch == batch)
                )
                self._spread(collection, RECORDS, [pieces(name, name, about(record._replace(removed=frozenset())))])

    @contextmanager
    def _writing(self, collection: str) -> Iterator[str]:
        """For a while as the only one who writes; first, what another one left unfinished is brought to its end."""
        self._claim(collection)
        try:
            records = self._records(collection, fresh=True)
            self.engine.remove(collection, self._known.keys() - records.keys())  # while what replaces them is there
            self._finish(collection, records)
            yield collection
            self._compact(collection)
        finally:
            with suppress(EngineError):  # then it ends by itself
                if self._writer(collection)[0] == self._me:
                    self.engine.forget(collection, [_WRITER])

    def _claim(self, collection: str) -> None:
        """Says who writes, and for how long at least. Raises EngineError if somebody else does."""
        who, until = self._writer(collection)
        if who != self._me and until > self._clock():
            raise EngineError(
                f"INDEX: the documents are being changed by another process ({who}), or were until it was cut short: "
                f"try again in {until - self._clock():.0f} seconds"
            )
        claim = json.dumps([self._me, self._clock() + _LEASE])
        self.engine.put(collection, RECORDS, [Entity(_WRITER, _WRITER, claim)])

    def _writer(self, collection: str) -> tuple[str, float]:
        """Who said last that they write, and until when; this one, and not any more, if nobody does."""
        found = self.engine.texts(collection, [_WRITER], fresh=True).get(_WRITER)
        who, until = json.loads(found) if found else (self._me, 0.0)
        return who, until


def _names(firsts: Iterable[str]) -> set[str]:
    return {key for key in firsts if key.startswith(_RECORD)}


def _version(collection: str) -> int:
    return int(collection.rpartition("_")[2])


def _number(key: str) -> int:
    """64 bits of a document's key."""
    return int.from_bytes(urlsafe_b64decode(key)[:8])


def _by_language(documents: Iterable[Document]) -> Iterator[tuple[str, list[Document]]]:
    ordered = sorted(documents, key=attrgetter("language", "id"))
    for language, group in groupby(ordered, key=attrgetter("language")):
        yield language, list(group)


def _runs(items: Iterable[Item], size: int, weight: Callable[[Item], int] = lambda _: 1) -> Iterator[list[Item]]:
    """Items in runs that weigh ``size`` together, or a little more."""
    run: list[Item] = []
    total = 0
    for item in items:
        run.append(item)
        total += weight(item)
        if total >= size:
            yield run
            run, total = [], 0
    if run:
        yield run
