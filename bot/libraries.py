"""Who answers in which server: from the documents that all share, and from its own.

A server's own documents stand in its own index and in no other; what answers there searches both. It is made when the
server first asks, and again when its own or the shared documents have changed. Everything here blocks, and may be
called from any thread.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import NamedTuple
from weakref import WeakValueDictionary

from bot.library import Serving
from bot.uploads import Uploads
from corpus import Document, Limits, name_of, read_upload
from retrieval import Answerer, Index, Source

ADDED = "added//"
"""What the id of a server's own document begins with: no path in a folder has two slashes in a row."""

_AT_ONCE = 2  # servers whose documents are read at the same time: each takes memory, and time from all others
_MOST = 32  # answerers of servers that are kept
_CHARACTERS = 20_000_000  # of the documents of these servers; one is kept however large it is


class Libraries:
    """The answerers of the servers; those used least recently are let go."""

    def __init__(self, shared: Serving, uploads: Uploads, make: Callable[[Source], Answerer], limits: Limits) -> None:
        """``make`` makes an answerer of an index; a file that a server adds is read within ``limits``."""
        self._shared, self._uploads, self._make, self._limits = shared, uploads, make, limits
        self._turns = threading.Semaphore(_AT_ONCE)
        self._lock = threading.Lock()  # for the two below, and ``making`` of each, never for long
        self._kept: OrderedDict[int, _Own] = OrderedDict()  # the one used last at the end
        self._used: WeakValueDictionary[int, _Own] = WeakValueDictionary()  # also those let go amid being made

    def of(self, guild: int | None) -> Answerer:
        """Who answers in a server, or to a person outside of any. It never changes; another may take its place.

        It has the documents as they are now. Of a server's own, only those that are new since it was asked last are
        read; meanwhile the others who ask it wait.
        """
        shared = self._shared.answerer
        version = self._uploads.version(guild) if guild is not None else 0
        if guild is None or not version:
            return shared
        own = self._own(guild)
        if made := own.good(version, shared):
            return made.answerer
        with own.lock:
            shared, version = self._shared.answerer, self._uploads.version(guild)  # before what they are the state of
            made = own.good(version, shared)
            if made is None:
                if version != own.version:
                    own.index, own.version = own.index.serving(self._uploads.documents(guild)).tidied(), version
                both = shared.index.beside(own.index)
                made = own.made = _Made(shared, version, self._make(both) if both is not shared.index else shared)
            return made.answerer

    def prepare(self, guild: int) -> "Future[_Own | None]":
        """Has an answerer made, in a thread of its own that ends with the process; done once ``of`` need not wait.

        While its result is held, what was made is not let go. For those who would else wait in threads that others
        need: making one can take minutes.
        """
        version = self._uploads.version(guild)
        own = self._own(guild) if version else None
        prepared: Future[_Own | None] = Future()
        if own is None or own.good(version, self._shared.answerer):
            prepared.set_result(own)
            return prepared
        with self._lock:
            if own.making is not None:
                return own.making
            own.making = prepared
        prepared.set_running_or_notify_cancel()  # one who does not wait any longer ends it for nobody else
        threading.Thread(target=self._make_apart, args=(guild, own, prepared), name="answerer", daemon=True).start()
        return prepared

    def _make_apart(self, guild: int, own: "_Own", prepared: "Future[_Own | None]") -> None:
        failure: BaseException | None = None
        try:
            with self._turns:
                self.of(guild)
        except BaseException as error:  # noqa: BLE001 (whatever it is, those who wait are told)
            failure = error
        with self._lock:
            own.making = None
        if failure is None:
            prepared.set_result(own)
        else:
            prepared.set_exception(failure)

    def add(self, guild: int, filename: str, data: bytes, person: int) -> Document:
        """Adds a file that somebody handed over to a server's documents, in the place of the one of that name.

        Raises UserError, in one line for them and without the name, if it cannot be read or there is no room for it.
        """
        name = name_of(filename)
        document = read_upload(ADDED + name, data, self._limits)
        self._uploads.put(guild, name, data, document, person)
        return document

    def _own(self, guild: int) -> "_Own":
        """A server's own, the same to all who use it at the same time."""
        with self._lock:
            own = self._kept[guild] = self._used.setdefault(guild, _Own())
            self._kept.move_to_end(guild)
            while len(self._kept) > 1 and (
                len(self._kept) > _MOST or sum(kept.characters for kept in self._kept.values()) > _CHARACTERS
            ):
                self._kept.popitem(last=False)
        return own


class _Made(NamedTuple):
    """An answerer, and what it was made of: the shared one, and which state of the server's own documents."""

    shared: Answerer
    version: int
    answerer: Answerer


class _Own:
    """What there is of one server: its own documents, and who answers. The lock is held while these change."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.index = Index(())
        self.version = 0
        self.made: _Made | None = None
        self.making: Future[_Own | None] | None = None

    @property
    def characters(self) -> int:
        """How much its own documents hold."""
        return sum(len(document.text) for document in self.index.documents)

    def good(self, version: int, shared: Answerer) -> _Made | None:
        """What was made, if it is of these documents."""
        made = self.made
        return made if made and made.version == version and made.shared is shared else None
