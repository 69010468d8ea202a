"""The documents being served now: swapped whole, never half, while their folder changes.

One thread does it all in turn: watchfiles says that something changed, the shelf reads what did, an answerer is made
with it, and takes the place of the one before; then another, of fewer segments, which answers the same. What changes
meanwhile is found at the next turn, so that the last to be served is always the newest state.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self, TypeVar

from watchfiles import watch

from bot import wording
from corpus import SETTLES, Document, DocumentError, FolderError, IndexProblem, Shelf
from retrieval import Answerer, Index, Source

_log = logging.getLogger(__name__)

Item = TypeVar("Item")


class Serving(Protocol):
    """The documents being served now, wherever they are.

    ``answerer`` never changes, another takes its place; it is what ``make`` makes.
    """

    answerer: Answerer
    make: Callable[[Source], Answerer]

    def file(self, identifier: str, /) -> bytes | None:
        """The file of a document as it is now; None where it cannot be read."""


Keep = Callable[[Index, str], Index]
"""Keeps an index, and the state of the shelf it is of; gives the same index as it is kept. Raises IndexProblem."""

Tell = Callable[[int, str], None]
"""Takes what happened to the documents: a level of ``logging``, and a line."""

_GROUPED_MS = 500  # changes for no longer than this are taken together
_GRACE = 1.0  # seconds that the thread has to end, if it is just making an answerer


class _Closed(Exception):  # noqa: N818 (no error)
    """The library was left amid a look."""


class Library:
    """Serves a folder; as a context manager it follows its changes.

    ``answerer`` never changes, another takes its place: who takes it once has one view of the documents to the end.
    It is what ``make`` makes of an index.
    """

    def __init__(
        self, shelf: Shelf, index: Index, make: Callable[[Source], Answerer], tell: Tell, keep: Keep | None = None
    ) -> None:
        """Serves ``index``, what ``shelf`` told of its folder so far, by what ``make`` makes of it.

        If it is kept, ``keep`` keeps what becomes of it.
        """
        self._index = index
        self.answerer = make(index)
        self._shelf = shelf
        self._keep = keep
        self._waiting: dict[str, Document | None] = {}  # changes that are not served yet
        self._problems = shelf.problems
        self.make = make
        self._tell = tell
        self._trouble = ""
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="library", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._shelf.close()  # or leaving would wait for what is read, up to the time that one file may take
        self._thread.join(_GRACE)

    def file(self, identifier: str) -> bytes | None:
        """The file of a document as it is now; None where it cannot be read."""
        try:
            return self._shelf.file(identifier)
        except (DocumentError, FolderError):
            return None

    def _follow(self) -> None:
        """Looks at the folder whenever it may have changed."""
        while not self._closed.is_set():
            try:
                for _ in self._changes():
                    self._look()
            except (OSError, RuntimeError):  # the folder is gone, or the system watches no more: looked at all the same
                self._look()
                self._closed.wait(SETTLES)

    def _changes(self) -> Iterator[None]:
        """Comes back when something may have changed, until the path leads to another folder.

        Raises OSError where there is no folder; of what watchfiles raises, RuntimeError too.
        """
        watched = self._inode()
        begun = False
        for changes in watch(
            self._shelf.path,
            watch_filter=None,  # what is served is for the shelf to say
            debounce=_GROUPED_MS,
            rust_timeout=int(SETTLES * 1000),
            yield_on_timeout=True,
            stop_event=self._closed,
            ignore_permission_denied=True,
        ):
            if self._inode() != watched:
                return
            if changes or self._shelf.unsettled or not begun:  # at first: what changed before it was watched
                yield
            begun = True

    def _inode(self) -> tuple[int, int]:
        found = self._shelf.path.stat()
        return found.st_dev, found.st_ino

    def _look(self) -> None:
        """Serves what is there now, and tells what is new in it. Whatever goes wrong, what was served stays."""
        try:
            self._waiting |= self._shelf.changes(self._while_open)
            if self._closed.is_set():  # what was being read was cut short
                return
            before, changes = self._index, self._waiting
            new = [document for document in changes.values() if document is not None]
            index = before.changed(new, [path for path, document in changes.items() if document is None])
            if index is not before:
                self.answerer = self.make(index)
                self._index = index
        except _Closed:
            return
        except FolderError as error:
            self._in_trouble(str(error))
        except Exception as error:  # noqa: BLE001 (a thread that ends would leave the documents as they are for ever)
            _log.debug("A look failed", exc_info=True)
            self._in_trouble(f"the changes cannot be taken up ({type(error).__name__})")
        else:
            self._waiting = {}
            if self._trouble:
                self._tell(logging.INFO, "the documents can be read again")
            self._trouble = ""
            known, self._problems = set(self._problems), self._shelf.problems
            if news := wording.news(before, changes, self._problems):
                self._tell(logging.INFO, news)
            for line in wording.unserved([problem for problem in self._problems if problem not in known]):
                self._tell(logging.WARNING, line)
            if index is not before:
                self._tidy()

    def _tidy(self) -> None:
        """Puts the same documents into fewer segments, and keeps them if they are to be kept."""
        index = self._index
        try:
            tidied = self._kept(index) or index.tidied()
            if tidied is not index:
                self.answerer = self.make(tidied)
                self._index = tidied
        except Exception as error:  # noqa: BLE001 (as above)
            _log.debug("Tidying failed", exc_info=True)
            self._tell(logging.WARNING, f"the index cannot be tidied ({type(error).__name__}); it is served as it is")

    def _kept(self, index: Index) -> Index | None:
        """The same as it is kept; None where it is not to be, or cannot."""
        try:
            return self._keep(index, self._shelf.state) if self._keep else None
        except IndexProblem as error:
            self._tell(logging.WARNING, f"{error}; what changed is served all the same")
            return None

    def _while_open(self, items: Sequence[Item], _what: str, /) -> Iterator[Item]:
        """A ``Track`` that ends the reading of many files when the library is left."""
        for item in items:
            if self._closed.is_set():
                raise _Closed
            yield item

    def _in_trouble(self, trouble: str) -> None:
        """Tells of trouble once, however often it is met."""
        if trouble != self._trouble:
            self._tell(logging.WARNING, f"{trouble}; what was read before is still served")
        self._trouble = trouble
