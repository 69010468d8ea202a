"""Reading in processes of its own: a reader that hangs, swallows all memory or dies takes nothing else with it.

A file from anywhere goes through parsers written in C, and some file breaks each of them. So each is read in a process
that has a limit of memory and a time for every file; one that is late or dead is replaced by a new one.
"""

import logging
import multiprocessing
import os
import queue
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from threading import Lock
from types import TracebackType
from typing import Self

from corpus.document import Document
from corpus.errors import DocumentError

PROCESSES = min(4, os.cpu_count() or 1)
"""How many files are read at the same time."""

_GRACE = 1.0  # seconds after the time for a file is up: by then whoever asked has ended the process, if alive

Read = Callable[[str, bytes], Document]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: its size in MB (millions of bytes), seconds to read it, MB of memory to read it in."""

    max_file_mb: int = 50
    read_seconds: float = 60.0
    read_memory_mb: int = 1024

    def check_size(self, size: int) -> None:
        """Raises DocumentError for a file that has more bytes than it may."""
        if size > self.max_file_mb * 1_000_000:
            raise DocumentError(f"is larger than {self.max_file_mb} MB: split it", "raise MAX_FILE_MB")


class Apart:
    """A few processes, started when they are first needed, that each call ``read`` for one file at a time."""

    def __init__(self, read: Read, limits: Limits) -> None:
        """Calls ``read``, a function of a module, within the limits."""
        self._idle: queue.LifoQueue[_Process] = queue.LifoQueue()
        self._all = [_Process(read, limits) for _ in range(PROCESSES)]
        for process in self._all:
            self._idle.put(process)

    def read(self, identifier: str, data: bytes) -> Document:
        """The document that ``read`` makes of a file. May be called from many threads. Raises DocumentError."""
        process = self._idle.get()
        try:
            return process.read(identifier, data)
        finally:
            self._idle.put(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Ends the processes and whatever they read; no more are started. May be called from any thread."""
        for process in self._all:
            process.end(for_good=True)


class _Process:
    """One process and the pipe to it."""

    def __init__(self, read: Read, limits: Limits) -> None:
        self._read, self._limits = read, limits
        self._changing = Lock()  # held by who starts the process, or takes it away to end it
        self._over = False
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def read(self, identifier: str, data: bytes) -> Document:
        try:
            pipe = self._pipe or self._start()
            pipe.send((identifier, data))
            if not pipe.poll(self._limits.read_seconds):
                self.end()
                seconds = f"{self._limits.read_seconds:g} seconds"
                raise DocumentError(f"is not read after {seconds}: split it", "raise READ_SECONDS")
            answer: Document | DocumentError = pipe.recv()
        except (EOFError, OSError):
            status = self.end()
            raise DocumentError(f"broke its reader ({status}): it may be damaged; save it again, or as .txt") from None
        if isinstance(answer, DocumentError):
            raise answer
        return answer

    def end(self, *, for_good: bool = False) -> str:
        """Ends the process if it runs, and says how it ended."""
        with self._changing:
            process, pipe = self._process, self._pipe
            self._process = self._pipe = None
            self._over |= for_good
        if process is None or pipe is None:
            return ""
        pipe.close()  # at which it ends by itself, unless it hangs
        process.join(timeout=0.2)
        process.kill()
        process.join()
        code = process.exitcode or 0
        process.close()
        return signal.Signals(-code).name if code < 0 else f"status {code}"

    def _start(self) -> Connection:
        # Spawned, not forked: the threads of the bot do not live on in a fork, but the locks they held do.
        context = multiprocessing.get_context("spawn")
        with self._changing:
            if self._over:
                raise EOFError
            ours, theirs = context.Pipe()
            arguments = (theirs, self._read, self._limits)
            process = context.Process(target=_serve, args=arguments, name="reader", daemon=True)
            with undisturbed():
                process.start()
            theirs.close()
            self._process, self._pipe = process, ours
        return ours


@contextmanager
def undisturbed() -> Iterator[None]:
    """A process started meanwhile is not interrupted by Ctrl-C, not even while it starts: that is for who asks."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # or the first process starts it, and with that lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, read: Read, limits: Limits) -> None:
    """Reads one file after another, in the process apart, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be blocked
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # what a library has to say is no line of ours
        os.dup2(silent, stream)
    logging.disable()
    warnings.simplefilter("ignore")
    _limit_memory(limits.read_memory_mb)
    with suppress(EOFError, BrokenPipeError):
        while True:
            identifier, data = pipe.recv()
            _end_after(limits.read_seconds + _GRACE)
            answer = _answer(read, identifier, data, limits)
            _end_after(0)
            pipe.send(answer)


def _answer(read: Read, identifier: str, data: bytes, limits: Limits) -> Document | DocumentError:
    """The document, or the error that says why there is none."""
    try:
        document = read(identifier, data)
    except DocumentError as error:
        return error
    except MemoryError:
        return DocumentError(f"needs more than {limits.read_memory_mb} MB of memory: split it", "raise READ_MEMORY_MB")
    except RecursionError:
        return DocumentError("is nested too deeply: save it in a simpler form, or as .txt")
    except Exception as error:  # noqa: BLE001 (whatever a library raises for a file that it cannot make sense of)
        return DocumentError(f"cannot be read ({type(error).__name__}): it may be damaged; save it again, or as .txt")
    if len(document.text) > limits.max_file_mb * 1_000_000:
        return DocumentError(f"holds more than {limits.max_file_mb} million characters: split it", "raise MAX_FILE_MB")
    return document


def _end_after(seconds: float) -> None:
    """Has the system end this process after so long (0: not): who asked may be gone, and nobody else would."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(megabytes: int) -> None:
    """From here on this process gets no more memory than that, where the system can hold it to a limit."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (not there on Windows)

        with suppress(ValueError, OSError):  # macOS does not have this limit
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
