"""A folder → its documents, and a line for each file in it that cannot be served.

``find`` walks the folder; ``read_file`` reads one file, and what comes of it depends on that file alone; plain text
is read here, anything else in a process apart (``corpus/apart.py``). ``corpus/shelf.py`` does this again and again.
"""

import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol, Self, TypeVar

from corpus.apart import PROCESSES, Apart, Limits
from corpus.document import Document
from corpus.errors import DocumentError, FolderError
from corpus.readers import read_document, reader_of

LIMITS = Limits()
AHEAD = 4 * PROCESSES  # files that are read before anybody takes them

Item = TypeVar("Item")


class Track(Protocol):
    """Hands on what it is given, one by one, and may show how far it is and with what."""

    def __call__(self, items: Sequence[Item], what: str, /) -> Iterable[Item]:
        """The items, in order."""


def untracked(items: Sequence[Item], _what: str, /) -> Sequence[Item]:
    """A ``Track`` that shows nothing."""
    return items


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that is not served: its path relative to the folder, why, and what to do about it."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{printable(self.path)}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Folder:
    """What was found in a folder: documents in the order of their ids, and the files that could not be read."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, read: Mapping[str, Document | DocumentError], problems: Iterable[Problem]) -> Self:
        """What came of reading each file, by its path, and what else was in the way."""
        documents = [document for _, document in sorted(read.items()) if isinstance(document, Document)]
        unread = [Problem(path, str(error)) for path, error in read.items() if isinstance(error, DocumentError)]
        return cls(tuple(documents), tuple(sorted([*problems, *unread], key=lambda problem: problem.path)))


def read_folder(path: Path, limits: Limits = LIMITS, track: Track = untracked) -> Folder:
    """Reads every document below ``path``; hidden files and folders are left out.

    Raises FolderError, in one line, if there is no such folder or not one document in it can be read.
    """
    return not_empty(path, look_into(path, limits, track))


def not_empty(path: Path, folder: Folder) -> Folder:
    """The folder found at a path; raises FolderError, in one line, if not one document in it can be read."""
    if not folder.documents:
        problems = folder.problems
        first = f" (the first of {len(problems)} problems: {min(problems, key=str)})" if problems else ""
        raise FolderError(
            f"{printable(str(path))}: holds no document that can be read; put your documents there{first}"
        )
    return folder


def look_into(path: Path, limits: Limits = LIMITS, track: Track = untracked) -> Folder:
    """What ``read_folder`` returns, of a folder that may hold nothing. Raises FolderError if there is none."""
    root = enter(path)
    problems: list[Problem] = []
    identifiers = sorted(find(root, problems))
    return Folder.of(dict(read_files(root, identifiers, limits, Apart(read_document, limits), track)), problems)


def enter(path: Path) -> Path:
    """Where a folder is, without links. Raises FolderError if there is no such folder."""
    shown = printable(str(path))
    try:
        if not path.exists():
            raise FolderError(f"{shown}: there is no such folder; give the folder that holds your documents")
        if not path.is_dir():
            raise FolderError(f"{shown}: is a file, not a folder; give the folder that holds it")
        with os.scandir(path):
            return path.resolve()
    except OSError as error:  # a name too long, or a folder that may not be looked into, or one above it
        raise FolderError(f"{shown}: cannot be opened ({error.strerror}): check the name and its permissions") from None


def read_file(root: Path, identifier: str, limits: Limits, apart: Apart) -> Document:
    """The document in one file below ``root``, by its path relative to it. Raises DocumentError."""
    if printable(identifier) != identifier:
        raise DocumentError("has a name that cannot be written down: rename it")
    data = read_bytes(root, identifier, limits)
    return (read_document if reader_of(identifier) == "text" else apart.read)(identifier, data)


def read_bytes(root: Path, identifier: str, limits: Limits) -> bytes:
    """What is in one file below ``root`` that may be read, as it was at one moment. Raises DocumentError."""
    file = root / identifier
    try:
        # A link may lead out of the folder, to what nobody meant to serve; a pipe would never end.
        if not file.resolve().is_relative_to(root):
            raise DocumentError("is a link that leads out of the folder: put the file itself there")
        if not stat.S_ISREG(file.stat().st_mode):
            raise DocumentError("is not a regular file: take it out of the folder")
        reader_of(identifier)
        return _bytes(file, limits)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"cannot be opened ({reason}): check that it exists and may be read") from None


def find(root: Path, problems: list[Problem]) -> Iterator[str]:
    """The paths of the files below a folder, relative to it; what cannot be looked into becomes a problem."""

    def unreadable(error: OSError) -> None:
        relative = Path(error.filename).relative_to(root).as_posix()
        problems.append(Problem(relative, f"cannot be opened ({error.strerror}): check its permissions"))

    pending = [root]
    while pending:
        for folder, folders, files in os.walk(pending.pop(), onerror=unreadable):
            for path_below in (Path(folder, name) for name in folders if not name.startswith(".")):
                if os.path.islink(path_below):  # noqa: PTH114 (Path.is_symlink may raise, before Python 3.13)
                    reason = "is a link to a folder, and such links are not followed: put the folder itself there"
                    problems.append(Problem(path_below.relative_to(root).as_posix(), reason))
                else:
                    pending.append(path_below)
            folders.clear()  # os.walk calls itself for each, before Python 3.12: too deep in a thousand
            yield from (Path(folder, name).relative_to(root).as_posix() for name in files if not name.startswith("."))


def read_files(
    root: Path, identifiers: Sequence[str], limits: Limits, apart: Apart, track: Track
) -> Iterator[tuple[str, Document | DocumentError]]:
    """Each of the files by its path and read, in their order, or the error that says why it cannot be.

    Ends ``apart`` when it is done or left.
    """
    # In this order, for the threads wait for the processes: these are ended first, and Ctrl-C waits for no file.
    with ThreadPoolExecutor(PROCESSES) as threads, apart:

        def read(identifier: str) -> Document | DocumentError:
            try:
                return read_file(root, identifier, limits, apart)
            except DocumentError as error:
                return error

        ahead = deque[Future[Document | DocumentError]]()  # no more than a few, for who takes them may be slower
        waiting = iter(identifiers)
        try:
            for identifier in track(identifiers, "reading"):
                ahead.extend(threads.submit(read, other) for other in islice(waiting, AHEAD - len(ahead)))
                yield identifier, ahead.popleft().result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)  # who does not want the rest does not wait for it


def _bytes(file: Path, limits: Limits) -> bytes:
    """All of a file, as it was at one moment. Raises DocumentError, OSError."""
    most = limits.max_file_mb * 1_000_000
    with file.open("rb") as opened:
        before = os.fstat(opened.fileno())
        data = opened.read(most + 1) if before.st_size <= most else b""
        after = os.fstat(opened.fileno())
    limits.check_size(max(before.st_size, len(data)))
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise DocumentError("was changed while it was read: start again when it is complete")
    return data


def printable(path: str) -> str:
    """A path fit to be shown on one line: characters that cannot be shown stand as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in path)
