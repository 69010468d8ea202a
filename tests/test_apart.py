"""Reading in processes apart: what hangs, dies or takes all memory has its line, and the next file is read."""

import ctypes
import logging
import multiprocessing
import os
import signal
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import resource_tracker
from threading import Event
from typing import NoReturn

import pytest

from corpus import Document, DocumentError, Limits
from corpus.apart import PROCESSES, Apart

LIMITS = Limits(max_file_mb=1, read_seconds=20.0, read_memory_mb=512)
HASTY = Limits(max_file_mb=1, read_seconds=0.5, read_memory_mb=512)


def misbehave(identifier: str, data: bytes) -> Document:
    """A reader that does what a file says."""
    match data:
        case b"hang":
            Event().wait()
        case b"exit":
            os._exit(3)
        case b"crash":
            ctypes.string_at(0)
        case b"swallow":
            bytearray(1 << 40)
        case b"recurse":
            return misbehave(identifier, data)
        case b"refuse":
            raise DocumentError("is refused: mend it")
        case b"fail":
            raise ValueError("what a library says\nin two lines")
        case b"speak":
            print("to standard output")
            print("to standard error", file=sys.stderr)
            logging.getLogger("library").error("to the log")
            warnings.warn("to whom it may concern", stacklevel=1)
        case b"blocked signals":
            return Document(identifier, "", None, " ".join(map(str, signal.pthread_sigmask(signal.SIG_BLOCK, []))))
        case b"seconds left":
            return Document(identifier, "", None, str(signal.getitimer(signal.ITIMER_REAL)[0]))
        case b"swell":
            return Document(identifier, "", None, "x" * 1_000_001)
    return Document(identifier, "A title", None, data.decode())


def hang(_: str, data: bytes) -> NoReturn:
    """A reader that opens the pipe whose path a file holds, and never comes back."""
    os.close(os.open(data, os.O_WRONLY))
    while True:
        Event().wait()


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("exit", "broke its reader (status 3): it may be damaged; save it again, or as .txt"),
        ("crash", "broke its reader (SIGSEGV): it may be damaged; save it again, or as .txt"),
        ("swallow", "needs more than 512 MB of memory: split it, or raise READ_MEMORY_MB"),
        ("recurse", "is nested too deeply: save it in a simpler form, or as .txt"),
        ("refuse", "is refused: mend it"),
        ("fail", "cannot be read (ValueError): it may be damaged; save it again, or as .txt"),
        ("swell", "holds more than 1 million characters: split it, or raise MAX_FILE_MB"),
    ],
)
def test_whatever_a_reader_does_has_one_line_and_the_next_file_is_read(deed: str, reason: str) -> None:
    with Apart(misbehave, LIMITS) as apart:
        for _ in range(2):
            with pytest.raises(DocumentError) as error:
                apart.read("a.pdf", deed.encode())
            assert str(error.value) == reason
        assert apart.read("b.pdf", b"A cat sat.") == Document("b.pdf", "A title", None, "A cat sat.")


def test_a_reader_that_hangs_is_ended() -> None:
    with Apart(misbehave, HASTY) as apart, pytest.raises(DocumentError) as error:
        apart.read("a.pdf", b"hang")
    assert str(error.value) == "is not read after 0.5 seconds: split it, or raise READ_SECONDS"


def test_many_at_a_time(capfd: pytest.CaptureFixture[str]) -> None:
    files = [(f"{number}.pdf", b"speak" if number % 7 else b"exit") for number in range(8 * PROCESSES)]

    def read(file: tuple[str, bytes]) -> str:
        try:
            return apart.read(*file).id
        except DocumentError:
            return "broken"

    with Apart(misbehave, LIMITS) as apart, ThreadPoolExecutor(2 * PROCESSES) as threads:
        assert list(threads.map(read, files)) == [name if data == b"speak" else "broken" for name, data in files]
    assert capfd.readouterr() == ("", ""), "what a library has to say is nobody's line"


@pytest.mark.skipif(sys.platform == "win32", reason="needs Unix signals")
def test_ctrl_c_is_not_for_readers_from_their_first_moment() -> None:
    with Apart(misbehave, LIMITS) as apart:
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]  # noqa: SLF001 (as for the very first)
        assert apart.read("a.pdf", b"blocked signals").text == str(signal.SIGINT.value)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_nothing_is_read_after_the_end() -> None:
    with Apart(misbehave, LIMITS) as apart:
        apart.end()
        with pytest.raises(DocumentError):
            apart.read("a.pdf", b"A cat sat.")
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs Unix signals")
def test_the_system_ends_a_reader_that_hangs_when_nobody_else_is_left_to() -> None:
    with Apart(misbehave, LIMITS) as apart:
        for _ in range(2):
            left = float(apart.read("a.pdf", b"seconds left").text)
            assert 0 < left - LIMITS.read_seconds <= 1
