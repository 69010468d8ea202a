"""The documents being served while their folder changes: real files, and watchfiles."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

import pytest
from conftest import HARBOUR, LIGHTHOUSE
from test_apart import hang

from bot import library as module
from bot.library import Library
from corpus import LIMITS, Document, IndexProblem, Limits, Shelf, read_document, read_folder
from corpus.folder import untracked
from retrieval import Answerer, Index, Kept, Source

CAT = Document("cat.txt", "cat", None, "A cat sat.")
PATIENCE = 60.0  # seconds in which all that is waited for comes, however busy the machine


class Served:
    """A library that is followed, and what it tells."""

    def __init__(self) -> None:
        self.told = SimpleQueue[tuple[int, str]]()
        self.making = SimpleQueue[tuple[Document, ...]]()
        self.go_on = threading.Event()
        self.go_on.set()
        self.failure: Exception | None = None

    def make(self, index: Source) -> Answerer:
        """An answerer of the documents; before that, says of which, and waits until it may go on."""
        self.making.put(Answerer(index).documents)
        assert self.go_on.wait(PATIENCE)
        if self.failure is not None:
            raise self.failure
        return Answerer(index)

    @contextmanager
    def of(self, path: Path) -> Iterator[Library]:
        shelf = Shelf(path, LIMITS)
        index = Index.of(shelf.first().documents)
        with Library(shelf, index, self.make, lambda level, line: self.told.put((level, line))) as library:
            self.making.get(timeout=PATIENCE)
            yield library

    def news(self) -> tuple[int, str]:
        """What is told next."""
        return self.told.get(timeout=PATIENCE)


@pytest.fixture
def served() -> Served:
    return Served()


def info(line: str) -> tuple[int, str]:
    return logging.INFO, line


def warning(line: str) -> tuple[int, str]:
    return logging.WARNING, line


def test_what_is_added_changed_and_removed_is_served(folder: Path, served: Served) -> None:
    with served.of(folder) as library:
        (folder / "cat.txt").write_text(CAT.text)
        assert served.news() == info("read anew: 1 added")
        assert library.answerer.documents == (CAT, LIGHTHOUSE, HARBOUR)

        (folder / ".new").write_text("A dog barked.")
        (folder / ".new").replace(folder / "cat.txt")
        assert served.news() == info("read anew: 1 changed")
        assert library.answerer.documents[0].text == "A dog barked."

        (folder / "coast").rename(folder / "shore")
        assert served.news() == info("read anew: 1 added, 1 removed")
        (folder / "shore" / "lighthouse.txt").write_text("It fell.")
        assert served.news() == info("read anew: 1 changed")
        (folder / "shore").rename(folder.parent / "shore")
        assert served.news() == info("read anew: 1 removed")
        assert library.answerer.documents == read_folder(folder).documents
    assert library.answerer.ask("ferry").answered


def test_a_file_that_cannot_be_served_any_more_is_told(folder: Path, served: Served) -> None:
    with served.of(folder) as library:
        (folder / "harbour.text").write_bytes(b"")
        assert served.news() == warning("harbour.text: is empty: write something in it, or take it out of the folder")
        assert library.answerer.documents == (LIGHTHOUSE,)
        (folder / "harbour.text").write_bytes(HARBOUR.text.encode())
        assert served.news() == info("read anew: 1 added")


def test_who_took_an_answerer_keeps_it_as_it_was(folder: Path, served: Served) -> None:
    with served.of(folder) as library:
        taken = library.answerer
        before = taken.ask("ferry")
        (folder / "harbour.text").unlink()
        assert served.news() == info("read anew: 1 removed")
        assert taken.ask("ferry") == before
        assert not library.answerer.ask("ferry").answered


def test_what_changes_while_an_answerer_is_made_is_served_next(folder: Path, served: Served) -> None:
    with served.of(folder) as library:
        served.go_on.clear()
        (folder / "cat.txt").write_text(CAT.text)
        assert served.making.get(timeout=PATIENCE) == (CAT, LIGHTHOUSE, HARBOUR)
        assert library.answerer.documents == (LIGHTHOUSE, HARBOUR)
        (folder / "harbour.text").unlink()
        (folder / "cat.txt").write_text("A dog barked.")
        served.go_on.set()
        assert served.news() == info("read anew: 1 added")
        assert served.news() == info("read anew: 1 changed, 1 removed")
        assert library.answerer.documents == read_folder(folder).documents


def test_the_folder_may_go_away_and_come_back(folder: Path, served: Served) -> None:
    with served.of(folder) as library:
        folder.rename(folder.parent / "away")
        assert served.news() == warning(
            f"{folder}: there is no such folder; give the folder that holds your documents; "
            "what was read before is still served"
        )
        assert library.answerer.documents == (LIGHTHOUSE, HARBOUR)
        (folder.parent / "away" / "cat.txt").write_text(CAT.text)
        (folder.parent / "away").rename(folder)
        assert served.news() == info("the documents can be read again")
        assert served.news() == info("read anew: 1 added")
        (folder / "cat.txt").unlink()
        assert served.news() == info("read anew: 1 removed")


def test_a_link_to_the_folder_may_lead_to_another(folder: Path, served: Served) -> None:
    link, other = folder.parent / "current", folder.parent / "other"
    link.symlink_to(folder)
    other.mkdir()
    (other / "harbour.text").write_bytes(HARBOUR.text.encode())
    with served.of(link) as library:
        (folder.parent / "next").symlink_to(other)
        (folder.parent / "next").replace(link)
        assert served.news() == info("read anew: 1 removed")
        (other / "cat.txt").write_text(CAT.text)
        assert served.news() == info("read anew: 1 added")
        assert library.answerer.documents == (CAT, HARBOUR)


def test_whatever_goes_wrong_what_was_served_stays_and_the_next_change_is_taken_up(
    folder: Path, served: Served
) -> None:
    with served.of(folder) as library:
        served.failure = MemoryError()
        (folder / "cat.txt").write_text(CAT.text)
        assert served.news() == warning(
            "the changes cannot be taken up (MemoryError); what was read before is still served"
        )
        assert library.answerer.documents == (LIGHTHOUSE, HARBOUR)
        served.failure = None
        (folder / "coast" / "lighthouse.txt").unlink()
        assert served.news() == info("the documents can be read again")
        assert served.news() == info("read anew: 1 added"), "what could not be taken up is not lost"
        assert served.news() == info("read anew: 1 removed")
        assert library.answerer.documents == (CAT, HARBOUR)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("limit")])
def test_where_the_system_watches_nothing_it_is_looked_at_all_the_same(
    folder: Path, served: Served, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def watch(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(module, "watch", watch)
    with served.of(folder):
        (folder / "cat.txt").write_text(CAT.text)
        assert served.news() == info("read anew: 1 added")


def test_it_can_be_made_to_poll(folder: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "true")
    with served.of(folder):
        (folder / "cat.txt").write_text(CAT.text)
        assert served.news() == info("read anew: 1 added")


def test_nobody_follows_when_it_is_left(folder: Path, served: Served) -> None:
    before = set(threading.enumerate())
    with served.of(folder):
        (thread,) = set(threading.enumerate()) - before
        assert thread.name == "library"
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_who_leaves_does_not_wait_for_all_that_is_read_just_then(
    folder: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.0)
    before = set(threading.enumerate())
    begun, permits = SimpleQueue[str](), threading.Semaphore(0)

    def read_slowly(identifier: str, data: bytes) -> Document:
        begun.put(identifier)
        assert permits.acquire(timeout=PATIENCE)
        return read_document(identifier, data)

    with served.of(folder) as library:
        (follower,) = set(threading.enumerate()) - before
        monkeypatch.setattr("corpus.folder.read_document", read_slowly)
        for number in range(100):
            (folder / f"{number}.txt").write_text("A cat sat.")
        begun.get(timeout=PATIENCE)
    while follower.is_alive():
        permits.release()
        follower.join(0.1)
    assert begun.qsize() < 50
    assert library.answerer.documents == (LIGHTHOUSE, HARBOUR)
    assert served.told.empty()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_who_leaves_does_not_wait_for_a_reader_that_hangs(
    folder: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", PATIENCE)
    monkeypatch.setattr("corpus.shelf.read_document", hang)
    pipe = folder.parent / "pipe"
    os.mkfifo(pipe)
    shelf = Shelf(folder, Limits(read_seconds=2 * PATIENCE))
    before = set(threading.enumerate())
    index = Index.of(shelf.first().documents)
    with Library(shelf, index, served.make, lambda level, line: served.told.put((level, line))):
        (folder / "a.csv").write_bytes(os.fsencode(pipe))
        os.close(os.open(pipe, os.O_RDONLY))  # opens when the reader does
    assert set(threading.enumerate()) == before
    assert served.told.empty()


def test_what_changes_is_kept(folder: Path, served: Served) -> None:
    kept = Kept(folder.parent / "index")
    shelf = Shelf(folder, LIMITS)
    index = kept.update(Index(()), shelf, untracked)
    with Library(shelf, index, served.make, lambda level, line: served.told.put((level, line)), kept.save):
        served.making.get(timeout=PATIENCE)
        (folder / "cat.txt").write_text(CAT.text)
        assert served.news() == info("read anew: 1 added")
        assert served.making.get(timeout=PATIENCE) == (CAT, LIGHTHOUSE, HARBOUR)
        assert served.making.get(timeout=PATIENCE) == (CAT, LIGHTHOUSE, HARBOUR), "now as it is kept"
    again, state = kept.open()
    assert again.documents == (CAT, LIGHTHOUSE, HARBOUR)
    assert list(Shelf(folder, LIMITS, state=state).changes(settled=False)) == []


def test_what_cannot_be_kept_is_served_all_the_same(folder: Path, served: Served) -> None:
    def keep(_index: Index, _state: str) -> Index:
        raise IndexProblem("the disk is full")

    shelf = Shelf(folder, LIMITS)
    index = Index.of(shelf.first().documents)
    with Library(shelf, index, served.make, lambda level, line: served.told.put((level, line)), keep) as library:
        (folder / "cat.txt").write_text(CAT.text)
        assert served.news() == info("read anew: 1 added")
        assert served.news() == warning("the disk is full; what changed is served all the same")
        assert library.answerer.documents == (CAT, LIGHTHOUSE, HARBOUR)
        for number in range(8):
            (folder / f"cat{number}.txt").write_text(CAT.text)
            assert served.news() == info("read anew: 1 added")
            assert served.news() == warning("the disk is full; what changed is served all the same")
        (folder / "cat.txt").unlink()
        assert served.news() == info("read anew: 1 removed")
    served_now = library.answerer.index
    assert isinstance(served_now, Index)
    assert len(served_now.parts) < 5, "put together all the same"
