"""A folder that changes, looked at again and again: only what changed is read anew, and nothing while it is written."""

import math
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from corpus.apart import Apart, Limits
from corpus.document import Document
from corpus.errors import DocumentError
from corpus.folder import Folder, Problem, Track, enter, find, not_empty, read_bytes, read_files, untracked
from corpus.readers import read_document

SETTLES = 0.5
"""Seconds for which a file must look the same before it counts as complete."""

Stamp = tuple[int, ...]
"""What a file looks like from outside: device, inode, size, and the times in ns at which it and its inode changed.

The last tells that it may be read now and might not before. Empty if it cannot even be looked at.
"""


class Shelf:
    """What is served of a folder, from one look at it to the next. Not for several threads at once.

    A file that changes is left as it was until it has looked the same for ``SETTLES`` seconds: it may be half written,
    or gone for the moment in which an editor puts another in its place. Only the first look takes all as it is.
    """

    def __init__(self, path: Path, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        """Looks at nothing yet. ``clock`` counts seconds."""
        self.path = path
        self._limits = limits
        self._clock = clock
        self._apart = Apart(read_document, limits)  # what reads at this look
        self._seen: dict[str, tuple[Stamp | None, float]] = {}  # how each path looked last, and since when; gone: None
        self._read: dict[str, tuple[Stamp, Document | DocumentError]] = {}  # how it looked when it was read, and what
        self.unsettled = False
        """Whether there was something at the last look that is left for a later one."""

    def first(self, track: Track = untracked) -> Folder:
        """The first look, which takes everything as it is.

        Raises FolderError if there is no such folder or not one document in it can be read.
        """
        return not_empty(self.path, self._look(-math.inf, track))

    def look(self, track: Track = untracked) -> Folder:
        """What is served now. Raises FolderError if there is no such folder; what was read of it is kept."""
        return self._look(self._clock(), track)

    def file(self, identifier: str) -> bytes:
        """What is in a file now, by its path relative to the folder. Raises DocumentError, FolderError."""
        return read_bytes(enter(self.path), identifier, self._limits)

    def close(self) -> None:
        """Ends what is read just then; no look comes after. From any thread."""
        self._apart.end()

    def _look(self, now: float, track: Track) -> Folder:
        """What is served; what is seen for the first time is as old as ``now``."""
        root = enter(self.path)
        problems: list[Problem] = []
        there = {identifier: _stamp(root / identifier) for identifier in sorted(find(root, problems))}
        before, self._seen = self._seen, {}
        for identifier, stamp in (dict.fromkeys(self._read) | there).items():
            known = before.get(identifier)
            self._seen[identifier] = known if known is not None and known[0] == stamp else (stamp, now)
        served = {identifier: stamp for identifier, (stamp, _) in self._read.items()}
        quiet = [identifier for identifier, (_, since) in self._seen.items() if since + SETTLES <= now]
        changed = [identifier for identifier in quiet if there.get(identifier) != served.get(identifier)]
        for identifier in changed:
            if identifier not in there:
                del self._read[identifier]
        wanted = [identifier for identifier in changed if identifier in there]
        self._apart = Apart(read_document, self._limits)
        for identifier, read in read_files(root, wanted, self._limits, self._apart, track):
            if _stamp(root / identifier) == there[identifier]:  # or else it changed again before it was read
                self._read[identifier] = (there[identifier], read)
        self.unsettled = {identifier: stamp for identifier, (stamp, _) in self._read.items()} != there
        return Folder.of({identifier: read for identifier, (_, read) in self._read.items()}, problems)


def _stamp(file: Path) -> Stamp:
    """What a path looks like from outside; a link that leads nowhere counts as itself."""
    for follow in (True, False):
        with suppress(OSError):
            found = file.stat(follow_symlinks=follow)
            return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    return ()
