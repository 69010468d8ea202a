"""The index on disk, opened by memory map; swapped whole, so that whoever is killed while writing has changed nothing.

    manifest.json             what is served: the versions, the parts, and where it all comes from
    segment-0123456789abcdef  one segment, a folder that never changes: arrays.json, and an .npy file an array
    unfinished-…              what is just being written, or was left by one who was killed: the next to write clears it
    lock                      held by the one process that writes; whoever reads needs none

What is wrong with an index is found at three times. At opening: a file that is missing or has another size or header
than was written, and any change in the manifest, in a list of arrays and in the arrays of up to 64 KiB, by their
CRC-32. At ``verify``, which reads it all: any change in the others. Never: a file that is changed while it is mapped.
"""

import errno
import json
import os
import platform
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple
from zlib import crc32

import Stemmer

from corpus import IndexProblem, IndexUnusable, printable
from retrieval import npy
from retrieval.archive import Archive
from retrieval.fields import Field, layout, made, taken
from retrieval.merging import fields
from retrieval.reading import CONTEXT, K1, PIVOT, B
from retrieval.segment import Part, Segment

MANIFEST = "manifest.json"
FORMAT = 4
"""Of the files: one more at any change of what they are or hold."""

READING = 1
"""Of what is read of a text: one more at any change by which an index would come out otherwise."""

# What words and weights depend on. A question is read by the same, or it would miss what the index holds.
_READ_BY = {
    "version": READING,
    "k1": K1,
    "b": B,
    "pivot": PIVOT,
    "context": CONTEXT,
    "stemmer": Stemmer.version(),
    "unicode": unicodedata.unidata_version,
}
_ARRAYS = "arrays.json"
_BEGINS = b'{"crc32": "'  # as each manifest of any version does
_LOCK = "verbatim.lock"
_WANTING = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES, errno.EPERM))  # not the file's fault
_WRITERS = 2  # threads that write arrays while the next are made
_DOCUMENTS = "documents."  # what the names of their arrays begin with
_SEGMENT = re.compile(r"segment-[0-9a-f]{16}")
_UNFINISHED = re.compile(r"unfinished-[0-9a-f]{16}")


class Stored(NamedTuple):
    """An index as it is on disk; ``source`` is whatever who saved it wrote there."""

    parts: tuple[Part, ...]
    source: str


def load(folder: Path) -> Stored:
    """Opens the index in a folder; its pages are read when they are needed, and shared with other processes.

    It stays as it was opened, whoever writes another meanwhile. Raises IndexProblem if there is none, or one that is
    damaged, foreign, or made by another version.
    """
    folder = folder.resolve()
    data = _read(folder)
    while True:
        try:
            return _opened(folder, _manifest(folder, data))
        except IndexProblem as error:
            data = _read_anew(folder, data, error)


def source(folder: Path) -> str | None:
    """What whoever saved the index in a folder wrote there, of whatever version it is; None where that is not seen."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    found = manifest.get("source") if isinstance(manifest, dict) else None
    return found if isinstance(found, str) else None


def verify(folder: Path) -> None:
    """Reads every file of the index in a folder; raises IndexProblem, as ``load`` does, if any has changed."""
    folder = folder.resolve()
    data = _read(folder)
    while True:
        try:
            manifest = _manifest(folder, data)
            _opened(folder, manifest)
            for segment in manifest["segments"]:
                for name, (_, _, checksum) in _listed(folder / segment)["arrays"].items():
                    with _damage(folder / segment / f"{name}.npy") as path:
                        npy.verify(path, checksum)
        except IndexProblem as error:
            data = _read_anew(folder, data, error)
        else:
            return


def save(folder: Path, parts: Sequence[Part], source: str) -> Stored:
    """Makes ``parts`` the index in a folder, which is made if there is none; the same, opened. Raises IndexProblem."""
    with writing(folder) as writer:
        return writer.save(parts, source)


class Writer:
    """One who may write the index in ``folder``; ``writing`` makes it."""

    def __init__(self, folder: Path) -> None:
        """Writes in ``folder``, which is there and nobody else's."""
        self.folder = folder

    def apart(self) -> Path:
        """A new folder for what is needed only until all is written. Raises IndexProblem."""
        with trouble(self.folder):
            unfinished = _unfinished(self.folder)
            unfinished.mkdir()
            return unfinished

    def add(self, segment: Segment) -> Segment:
        """Writes a segment into the folder; the same, opened. It is served once it is saved. Raises IndexProblem."""
        return self._kept(segment.language, contents(segment))

    def merge(self, parts: Sequence[Part]) -> Segment:
        """Writes one segment of the living documents of some parts, in one language; the same, opened.

        It is served once it is saved in their place. Raises IndexProblem.
        """
        return self._kept(parts[0].segment.language, fields(parts, _DOCUMENTS))

    def save(self, parts: Sequence[Part], source: str) -> Stored:
        """Makes ``parts`` what is served, at one moment; the same, opened. Raises IndexProblem.

        Segments that are in the folder stay there. Those that were served and are no part any more are removed.
        """
        parts = [Part(self._here(segment), dead, tuple(map(self._here, gone))) for segment, dead, gone in parts]
        with trouble(self.folder):
            before = _names(self.folder)
            named = {
                name: crc32((self.folder / name / _ARRAYS).read_bytes())
                for part in parts
                for segment in (part.segment, *part.gone)
                if (name := _name(segment)) is not None
            }
            manifest = {
                "verbatim": FORMAT,
                "reading": _READ_BY,
                "parts": [
                    {"segment": _name(part.segment), "dead": sorted(part.dead), "gone": list(map(_name, part.gone))}
                    for part in parts
                ],
                "segments": named,
                "source": source,
            }
            unfinished = _unfinished(self.folder)
            _write(unfinished, _sealed(manifest), lasting=True)
            unfinished.replace(self.folder / MANIFEST)
            _sync(self.folder)
            for name in (before or frozenset()) - named.keys():
                _remove(self.folder / name)
        return Stored(tuple(parts), source)

    def _here(self, segment: Segment) -> Segment:
        place = _place(segment)
        there = place and place.parent == self.folder and (place / _ARRAYS).exists()  # or another has removed it
        return segment if there else self.add(segment)

    def _kept(self, language: str, fields: Iterable[Field]) -> Segment:
        with trouble(self.folder):
            unfinished = _unfinished(self.folder)
            write_segment(unfinished, language, fields, lasting=True)
            place = self.folder / unfinished.name.replace("unfinished", "segment")
            unfinished.rename(place)
            _sync(self.folder)
        return open_segment(place)


@contextmanager
def writing(folder: Path) -> Iterator[Writer]:
    """Holds the right to write the index in a folder, which is made if there is none.

    What others left unfinished is cleared at first, what this one does not save at last. Raises IndexProblem if another
    process, or another of this one, is writing.
    """
    with trouble(folder):
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        _ours(folder)
        lock = (folder / _LOCK).open("a+", encoding="utf-8")
    with lock:
        with trouble(folder):
            try:
                _hold(lock.fileno())
            except BlockingIOError:
                lock.seek(0)
                holder = printable(lock.read()) or "another process"
                raise _problem(folder, f"the index is being written by {holder}; try again when it is done") from None
            _ours(folder)
            lock.truncate(0)
            lock.write(f"process {os.getpid()} on {platform.node()}")
            lock.flush()
        _clear(folder)
        try:
            yield Writer(folder)
        finally:
            _clear(folder)
            lock.truncate(0)


def _ours(folder: Path) -> None:
    """Raises IndexProblem for a folder with a manifest that is not of Verbatim."""
    with suppress(FileNotFoundError):
        if not (folder / MANIFEST).read_bytes().startswith(_BEGINS):
            raise _foreign(folder)


def write_segment(place: Path, language: str, fields: Iterable[Field], *, lasting: bool) -> None:
    """Writes the arrays of a segment into a new folder, to the disk itself if it is ``lasting``. Raises OSError."""
    place.mkdir()

    def written(field: Field) -> tuple[str, object]:
        name, dtype, shape, blocks = field
        return name, (dtype.str, shape, npy.write(place / f"{name}.npy", dtype, shape, blocks, lasting=lasting))

    with ThreadPoolExecutor(_WRITERS) as threads:
        arrays = dict(threads.map(written, fields))
    _write(place / _ARRAYS, json.dumps({"language": language, "arrays": arrays}).encode(), lasting=lasting)
    if lasting:
        _sync(place)


def contents(segment: Segment) -> Iterator[Field]:
    """All arrays of a segment, those of its documents too."""
    yield from taken(segment)
    documents = segment.documents
    some = (
        documents if isinstance(documents, Archive) else Archive.of(map(documents.__getitem__, range(len(documents))))
    )
    yield from taken(some, _DOCUMENTS)


def open_segment(place: Path, checksum: int | None = None) -> Segment:
    """The segment in a folder, mapped into memory; ``checksum`` is that of its list of arrays. Raises IndexProblem."""
    listed = _listed(place, checksum)
    dtypes = {**layout(Segment)} | {_DOCUMENTS + name: dtype for name, dtype in layout(Archive).items()}
    if {name: dtype for name, (dtype, _, _) in listed["arrays"].items()} != {n: of.str for n, of in dtypes.items()}:
        raise _of_another_version(place.parent)
    arrays = {}
    for name, (_, shape, known) in listed["arrays"].items():
        with _damage(place / f"{name}.npy") as path:
            arrays[name] = npy.opened(path, dtypes[name], tuple(shape), known)
    documents = made(Archive, arrays, _DOCUMENTS, place=place)
    return made(Segment, arrays, language=listed["language"], documents=documents)


def _listed(place: Path, checksum: int | None = None) -> Any:  # noqa: ANN401 (JSON)
    """The language of a segment, and what arrays it has: of each the dtype, the shape and the checksum of its file."""
    with _damage(place / _ARRAYS) as path:
        data = path.read_bytes()
        if checksum is not None and crc32(data) != checksum:
            raise ValueError("has changed")
        return json.loads(data)


def _opened(folder: Path, manifest: Mapping[str, Any]) -> Stored:
    segments = {name: open_segment(folder / name, checksum) for name, checksum in manifest["segments"].items()}
    parts = (
        Part(segments[part["segment"]], frozenset(part["dead"]), tuple(map(segments.__getitem__, part["gone"])))
        for part in manifest["parts"]
    )
    return Stored(tuple(parts), manifest["source"])


def _read(folder: Path) -> bytes:
    """The manifest as it is now."""
    try:
        return (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexUnusable(f"{printable(str(folder))}: there is no index") from None
    except OSError as error:
        raise _unopened(folder, error) from None


def _read_anew(folder: Path, data: bytes, problem: IndexProblem) -> bytes:
    """The manifest, if the index was swapped since it was ``data``; or else raises the ``problem`` that there was."""
    again = _read(folder)
    if again == data:
        raise problem
    return again


def _sealed(manifest: Mapping[str, Any]) -> bytes:
    """A manifest as it is written: as JSON, the first line the checksum of all that follows."""
    rest = json.dumps(manifest).removeprefix("{").encode()
    return _seal(rest) + rest


def _seal(rest: bytes) -> bytes:
    return b'{"crc32": "%08x",\n' % crc32(rest)


def _manifest(folder: Path, data: bytes) -> Mapping[str, Any]:
    """What a manifest says, if it is whole and of this version."""
    try:
        manifest = json.loads(data)
    except ValueError:
        manifest = None
    first, _, rest = data.partition(b"\n")
    whole = first + b"\n" == _seal(rest)
    if isinstance(manifest, dict) and "verbatim" in manifest and (manifest["verbatim"] != FORMAT or whole):
        if manifest["verbatim"] != FORMAT or manifest["reading"] != _READ_BY:
            raise _of_another_version(folder)
        return manifest
    if not first.startswith(_BEGINS):
        raise _foreign(folder)
    raise _damaged(folder, f"{MANIFEST} has changed")


def _names(folder: Path) -> frozenset[str] | None:
    """The segments that the index in a folder has; None where that cannot be told."""
    try:
        return frozenset(_manifest(folder, _read(folder))["segments"])
    except IndexProblem:
        return None


def _place(segment: Segment) -> Path | None:
    """The folder that a segment was opened from; None of one in memory."""
    documents = segment.documents
    return documents.place if isinstance(documents, Archive) else None


def _name(segment: Segment | None) -> str | None:
    """What the folder of an opened segment is called."""
    place = None if segment is None else _place(segment)
    return place.name if place else None


def _unfinished(folder: Path) -> Path:
    """A path for what is being written."""
    return folder / f"unfinished-{token_hex(8)}"


def _clear(folder: Path) -> None:
    """Removes what is no part of the index in a folder; where that cannot be told, only what is unfinished."""
    named = _names(folder)
    for path in folder.iterdir():
        stale = named is not None and path.name not in named and _SEGMENT.fullmatch(path.name)
        if stale or _UNFINISHED.fullmatch(path.name):
            _remove(path)


def _remove(path: Path) -> None:
    """Removes a file or folder, so far as that can be done: Windows keeps what is mapped, and it is left for later."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _write(path: Path, data: bytes, *, lasting: bool) -> None:
    with path.open("xb") as file:
        file.write(data)
        if lasting:
            file.flush()
            os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Has the names in a folder written to the disk itself, where the system can do so."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _hold(descriptor: int) -> None:
    """Locks a file until it is closed, or its process ends. Raises BlockingIOError if it is locked."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 (only there)

        os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # far behind what it says, which others may read
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            raise BlockingIOError from None
    else:
        import fcntl  # noqa: PLC0415 (not there on Windows)

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def _damage(path: Path) -> Iterator[Path]:
    """Has a file of a segment read that may not be what was written."""
    shown = f"{path.parent.name}/{path.name}"
    try:
        yield path
    except OSError as error:
        if error.errno in _WANTING:
            raise _unopened(path.parent.parent, error) from None
        raise _damaged(path.parent.parent, f"{shown}: {error.strerror}") from None
    except ValueError as error:
        raise _damaged(path.parent.parent, f"{shown} {error}") from None


@contextmanager
def trouble(folder: Path) -> Iterator[None]:
    """Has something written, for which the disk may be full or the permission be wanting."""
    try:
        yield
    except OSError as error:
        raise _problem(
            folder, f"the index cannot be written ({error.strerror}): check the folder, and the room"
        ) from None


def _of_another_version(folder: Path) -> IndexProblem:
    return IndexUnusable(f"{printable(str(folder))}: the index was made by another version of Verbatim")


def _unopened(folder: Path, error: OSError) -> IndexProblem:
    refused = error.errno in {errno.EACCES, errno.EPERM}
    mend = "check its permissions" if refused else "end what else is open, or raise the limit (ulimit -n)"
    return _problem(folder, f"the index cannot be opened ({error.strerror}): {mend}")


def _foreign(folder: Path) -> IndexProblem:
    return _problem(folder, f"{MANIFEST} is no index of Verbatim; give another folder, or empty this one")


def _damaged(folder: Path, what: str) -> IndexProblem:
    return IndexUnusable(f"{printable(str(folder))}: the index is damaged ({what})")


def _problem(folder: Path, what: str) -> IndexProblem:
    return IndexProblem(f"{printable(str(folder))}: {what}")
