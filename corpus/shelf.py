"""A folder that changes, looked at again and again: only what changed is read anew, and nothing while it is written."""

import json
import math
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from corpus.apart import Apart, Limits
from corpus.document import Document
from corpus.errors import DocumentError
from corpus.folder import Folder, Problem, Track, enter, find, not_empty, read_bytes, read_files, untracked
from corpus.readers import read_document

SETTLES = 0.5
"""Seconds for which a file must look the same before it counts as complete."""

Stamp = tuple[int, ...]
"""What a file looks like from outside: device, inode, size, and the times in ns at which it and its inode changed.

The last tells that it may be read now and might not before. Empty if it cannot even be looked at. Of a file that was
read by another process only the size and the first time are known.
"""


class Change(NamedTuple):
    """A file that is new or changed, by its path relative to the folder: its document; None if there is none now."""

    id: str
    document: Document | None


class Shelf:
    """What of a folder was read, from one look to the next. Not for several threads at once.

    A file that changes is left as it was until it has looked the same for ``SETTLES`` seconds: it may be half written,
    or gone for the moment in which an editor puts another in its place. Only the first look takes all as it is.
    """

    def __init__(
        self, path: Path, limits: Limits, clock: Callable[[], float] = time.monotonic, state: str | None = None
    ) -> None:
        """Looks at nothing yet; goes on from the ``state`` that another shelf had. ``clock`` counts seconds."""
        self.path = path
        self._limits = limits
        self._clock = clock
        self._apart = Apart(read_document, limits)  # what reads at this look
        self._seen: dict[str, tuple[Stamp | None, float]] = {}  # how each path looked last, and since when; gone: None
        self._read: dict[str, tuple[Stamp, str | None]] = {}  # how it looked when it was read; why it is not served
        if state is not None:
            known = json.loads(state)["files"]
            self._read = {path: ((size, changed), None) for path, (size, changed) in known.items()}
        self.problems: tuple[Problem, ...] = ()
        """The files that were not served at the last look, and why."""
        self.unsettled = False
        """Whether there was something at the last look that is left for a later one."""

    @property
    def state(self) -> str:
        """What was read, for another shelf to go on from; what could not be read is not in it, and tried again."""
        served = {path: _lasting(stamp) for path, (stamp, reason) in self._read.items() if stamp and reason is None}
        return json.dumps({"folder": str(self.path.resolve()), "files": served})

    @staticmethod
    def folder_of(state: str) -> Path | None:
        """The folder that the shelf with this state looked at, as it was called then; None if this is no such state."""
        try:
            return Path(json.loads(state)["folder"])
        except (ValueError, TypeError, KeyError):
            return None

    def first(self, track: Track = untracked) -> Folder:
        """The first look, which takes everything as it is.

        Raises FolderError if there is no such folder or not one document in it can be read.
        """
        documents = [change.document for change in self.changes(track, settled=False) if change.document]
        return not_empty(self.path, Folder(tuple(documents), self.problems))

    def changes(self, track: Track = untracked, *, settled: bool = True) -> Generator[Change]:
        """A look: what has changed since the last, read as it is taken. It ends when all is taken.

        What is seen for the first time must settle; or all is taken as it is. Raises FolderError if there is no such
        folder: what was read of it stays.
        """
        now = self._clock() if settled else -math.inf
        root = enter(self.path)
        problems: list[Problem] = []
        there = {identifier: _stamp(root / identifier) for identifier in sorted(find(root, problems))}
        before, self._seen = self._seen, {}
        for identifier, stamp in (dict.fromkeys(self._read) | there).items():
            known = before.get(identifier)
            self._seen[identifier] = known if known is not None and known[0] == stamp else (stamp, now)
        wanted = []
        for identifier, (stamp, since) in self._seen.items():
            if since + SETTLES <= now and not self._is_read(identifier, stamp):
                if stamp is None:
                    del self._read[identifier]
                    yield Change(identifier, None)
                else:
                    wanted.append(identifier)
        self._apart = Apart(read_document, self._limits)
        for identifier, read in read_files(root, wanted, self._limits, self._apart, track):
            if _stamp(root / identifier) == there[identifier]:  # or else it changed again before it was read
                failed = isinstance(read, DocumentError)
                self._read[identifier] = (there[identifier], str(read) if failed else None)
                yield Change(identifier, None if isinstance(read, DocumentError) else read)
        self.unsettled = not all(self._is_read(identifier, stamp) for identifier, (stamp, _) in self._seen.items())
        unread = [Problem(path, reason) for path, (_, reason) in self._read.items() if reason is not None]
        self.problems = tuple(sorted([*problems, *unread], key=lambda problem: problem.path))

    def file(self, identifier: str) -> bytes:
        """What is in a file now, by its path relative to the folder. Raises DocumentError, FolderError."""
        return read_bytes(enter(self.path), identifier, self._limits)

    def close(self) -> None:
        """Ends what is read just then; no look comes after. From any thread."""
        self._apart.end()

    def _is_read(self, identifier: str, stamp: Stamp | None) -> bool:
        """Whether a file was read as it looks."""
        known, _ = self._read.get(identifier, (None, None))
        return known == (_lasting(stamp) if stamp and known and len(known) < len(stamp) else stamp)


def _lasting(stamp: Stamp) -> Stamp:
    """What of a stamp another process sees as well, perhaps on another machine: the size, and when it changed."""
    return stamp if len(stamp) <= len(("size", "changed")) else stamp[2:4]


def _stamp(file: Path) -> Stamp:
    """What a path looks like from outside; a link that leads nowhere counts as itself."""
    for follow in (True, False):
        with suppress(OSError):
            found = file.stat(follow_symlinks=follow)
            return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    return ()
