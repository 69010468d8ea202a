"""The documents on an engine, which other processes may change: looked at again and again, swapped whole."""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from bot.library import Tell
from corpus import IndexAway, IndexProblem
from retrieval import Answerer, SharedDocuments, Source

_log = logging.getLogger(__name__)

_EVERY = 5.0  # seconds between two looks, each of which asks the engine for a few names
_GRACE = 1.0  # seconds that the thread has to end


class Remote:
    """Serves what is on an engine as ``Library`` does a folder; as a context manager it follows its changes.

    While the engine is away, what was there is served, and whoever asks is told; it is looked for until it is back.
    """

    def __init__(self, shared: SharedDocuments, make: Callable[[Source], Answerer], tell: Tell) -> None:
        """Serves what ``shared`` has, by what ``make`` makes of it. Raises IndexProblem if it cannot be reached."""
        self._shared = shared
        self._served = shared.index()
        self.answerer = make(self._served)
        self.make = make
        self._tell = tell
        self._trouble = ""
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="remote", daemon=True)

    @classmethod
    def patient(cls, shared: SharedDocuments, make: Callable[[Source], Answerer], tell: Tell) -> Self:
        """The same, but waits for an engine that is away, and tells that it does."""
        away = False
        while True:
            try:
                return cls(shared, make, tell)
            except IndexAway as problem:
                if not away:
                    tell(logging.WARNING, f"{problem}; it is waited for")
                away = True
                time.sleep(_EVERY)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._thread.join(_GRACE)

    def file(self, _identifier: str) -> bytes | None:
        """None: an engine has the documents as they were read, and no files."""
        return None

    def look(self) -> None:
        """Serves what is there now, and tells if that is another. Whatever goes wrong, what was served stays."""
        try:
            if not self._shared.changed(self._served):
                news = ""
            else:
                self._served = self._shared.index()
                self.answerer = self.make(self._served)
                news = "the documents were changed"
        except IndexProblem as error:
            self._in_trouble(str(error))
        except Exception as error:  # noqa: BLE001 (a thread that ends would leave the documents as they are for ever)
            _log.debug("A look failed", exc_info=True)
            self._in_trouble(f"the changes cannot be taken up ({type(error).__name__})")
        else:
            if self._trouble:
                self._tell(logging.INFO, "the index can be reached again")
            self._trouble = ""
            if news:
                self._tell(logging.INFO, news)

    def _follow(self) -> None:
        while not self._closed.wait(_EVERY):
            self.look()

    def _in_trouble(self, trouble: str) -> None:
        """Tells of trouble once, however often it is met."""
        if trouble != self._trouble:
            self._tell(logging.WARNING, trouble)
        self._trouble = trouble
