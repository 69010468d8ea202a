"""Documents, however many → an index on disk: read in batches by processes of their own, then merged.

Who reads a batch writes its segment to disk and hands nothing on, and no batch is begun before another is done, so that
the memory all this takes hardly grows with the documents.
"""

import multiprocessing
import signal
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, starmap
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from corpus import Document, IndexProblem, printable, undisturbed
from retrieval.reading import read
from retrieval.segment import Part, Segment
from retrieval.storage import Writer, contents, open_segment, trouble, write_segment

_READERS = 2  # processes
_BATCH = 6_000_000  # characters that are read at once: some 50,000 sentences
_ROWS = 4_000_000  # that a segment has at the most, unless one batch has more


class _Batch(NamedTuple):
    """Documents in one language, to be read together."""

    language: str
    documents: Sequence[Document]


def segments(documents: Iterable[Document], writer: Writer) -> Iterator[Segment]:
    """Writes ``documents``, no two of them with one id, as few segments, which are served once they are saved."""
    left, first, characters = iter(documents), list[Document](), 0
    for document in left:
        first.append(document)
        characters += len(document.text)
        if characters >= _BATCH:
            break
    else:  # too few to be worth a process
        for language, some in _batches(first):
            yield writer.add(read(some, language))
        return
    with _Readers(writer) as readers:
        for batch in _batches(chain(first, left)):
            readers.give(batch)
        written = readers.finish()
    for places in written:
        yield from map(writer.merge, _groups(map(open_segment, places)))


def _batches(documents: Iterable[Document]) -> Iterator[_Batch]:
    """The documents; no more are held than a batch has."""
    held: defaultdict[str, list[Document]] = defaultdict(list)
    characters: Counter[str] = Counter()
    for document in documents:
        held[document.language].append(document)
        characters[document.language] += len(document.text)
        if characters.total() >= _BATCH:
            ((language, _),) = characters.most_common(1)
            del characters[language]
            yield _Batch(language, held.pop(language))
    yield from starmap(_Batch, held.items())


def _groups(segments: Iterable[Segment]) -> Iterator[list[Part]]:
    """Neighbours that together have no more rows than a segment may have."""
    group: list[Part] = []
    rows = 0
    for segment in segments:
        if group and rows + len(segment) > _ROWS:
            yield group
            group, rows = [], 0
        group.append(Part(segment))
        rows += len(segment)
    yield group


class _Readers:
    """A few processes, started when they are first needed, that each read a batch at a time and write its segment."""

    def __init__(self, writer: Writer) -> None:
        """Has them write where ``writer`` may."""
        self._index, self._folder = writer.folder, writer.apart()
        self._processes: dict[Connection, BaseProcess] = {}
        self._idle: list[Connection] = []
        self._busy: list[Connection] = []
        self._written: defaultdict[str, list[Path]] = defaultdict(list)

    def give(self, batch: _Batch) -> None:
        """Has a batch read, when one of them is free. Raises IndexProblem."""
        if not self._idle and len(self._processes) < _READERS:
            self._start()
        while not self._idle:
            self._wait()
        pipe = self._idle.pop()
        self._busy.append(pipe)
        places = self._written[batch.language]
        places.append(self._folder / f"{batch.language}-{len(places)}")
        try:
            pipe.send((places[-1], batch))
        except OSError:
            raise self._death(pipe) from None

    def finish(self) -> Iterable[Sequence[Path]]:
        """Waits until all is read; for each language where the segments of its batches are. Raises IndexProblem."""
        while self._busy:
            self._wait()
        return self._written.values()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe, process in self._processes.items():
            pipe.close()
            process.kill()
            process.join()
            process.close()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would not have the threads that hold its locks
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), name="reader", daemon=True)
        with undisturbed():
            process.start()
        theirs.close()
        self._processes[ours] = process
        self._idle.append(ours)

    def _wait(self) -> None:
        """Waits until some are free."""
        ready = wait(self._busy)
        for pipe in [pipe for pipe in self._busy if pipe in ready]:
            try:
                trouble_met: OSError | None = pipe.recv()
            except (EOFError, OSError):
                raise self._death(pipe) from None
            if trouble_met is not None:
                with trouble(self._index):
                    raise trouble_met
            self._busy.remove(pipe)
            self._idle.append(pipe)

    def _death(self, pipe: Connection) -> IndexProblem:
        process = self._processes[pipe]
        process.join()
        code = process.exitcode or 0
        how = signal.Signals(-code).name if code < 0 else f"status {code}"
        shown = printable(str(self._index))
        return IndexProblem(f"{shown}: what reads documents for the index died ({how}): free some memory and try again")


def _serve(pipe: Connection) -> None:
    """Reads batches for as long as somebody hands them over."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it cannot be blocked
    with suppress(EOFError, OSError):
        while True:
            place, (language, documents) = pipe.recv()
            try:
                write_segment(place, language, contents(read(documents, language)), lasting=False)
            except OSError as error:
                pipe.send(error)
            else:
                pipe.send(None)
