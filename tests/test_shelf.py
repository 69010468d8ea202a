"""A folder that changes: what is served of it from one look to the next."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from conftest import HARBOUR, LIGHTHOUSE, nobody
from hypothesis import given
from hypothesis import strategies as st

from corpus import LIMITS, SETTLES, Document, Folder, FolderError, Problem, Shelf, look_into, read_document

EMPTY = Problem("harbour.text", "is empty: write something in it, or take it out of the folder")
CAT = Document("cat.txt", "cat", None, "A cat sat.")


class Clock:
    """Stands still until it is told how many seconds have gone by."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Serving(Shelf):
    """A shelf, and what is served by the changes that it has told."""

    documents: dict[str, Document]

    def look(self) -> Folder:
        """What is served after another look."""
        for identifier, document in self.changes():
            self.documents.pop(identifier, None)
            if document is not None:
                self.documents[identifier] = document
        return Folder(tuple(document for _, document in sorted(self.documents.items())), self.problems)


def serving(root: Path, clock: Clock) -> Serving:
    """The folder, looked at once."""
    shelf = Serving(root, LIMITS, clock)
    shelf.documents = {document.id: document for document in shelf.first().documents}
    return shelf


@pytest.fixture
def shelf(folder: Path, clock: Clock) -> Serving:
    shelf = serving(folder, clock)
    assert shelf.documents == {LIGHTHOUSE.id: LIGHTHOUSE, HARBOUR.id: HARBOUR}
    assert not shelf.unsettled
    return shelf


def looks(shelf: Serving, clock: Clock, *seconds: float) -> Iterator[Folder]:
    """What is served at looks that lie so many seconds apart."""
    for pause in seconds:
        clock.now += pause
        yield shelf.look()


def test_a_change_is_left_until_it_has_looked_the_same_for_a_while(folder: Path, shelf: Serving, clock: Clock) -> None:
    (folder / "cat.txt").write_text("A cat ")
    (folder / "harbour.text").write_text(" ")
    (folder / "coast").rename(folder.parent / "coast")
    as_it_was = Folder((LIGHTHOUSE, HARBOUR), ())
    assert list(looks(shelf, clock, 0, 0.9 * SETTLES)) == [as_it_was, as_it_was]
    assert shelf.unsettled
    (folder / "cat.txt").write_text("A cat sat.")
    assert list(looks(shelf, clock, 0.1 * SETTLES)) == [Folder((), (EMPTY,))]
    assert shelf.unsettled, "the cat went on"
    assert list(looks(shelf, clock, 0.9 * SETTLES)) == [Folder((), (EMPTY,))]
    assert list(looks(shelf, clock, 0.1 * SETTLES)) == [Folder((CAT,), (EMPTY,))]
    assert not shelf.unsettled


def test_what_is_gone_for_a_moment_was_never_gone(folder: Path, shelf: Serving, clock: Clock) -> None:
    (folder / "harbour.text").rename(folder / "harbour.text~")
    assert list(looks(shelf, clock, 1)) == [Folder((LIGHTHOUSE, HARBOUR), ())]
    (folder / "harbour.text~").unlink()
    (folder / "harbour.text").write_text("A cat sat.")
    before, after = looks(shelf, clock, 0, SETTLES)
    assert before == Folder((LIGHTHOUSE, HARBOUR), ())
    assert after == Folder((LIGHTHOUSE, Document("harbour.text", "harbour", None, "A cat sat.")), ())


def test_only_what_changed_is_read_again(folder: Path, shelf: Serving, clock: Clock) -> None:
    lighthouse, harbour = shelf.look().documents
    os.utime(folder / "harbour.text", ns=(1, 1))
    *_, folder_then = looks(shelf, clock, 0, SETTLES)
    assert folder_then.documents == (lighthouse, harbour)
    assert folder_then.documents[0] is lighthouse
    assert folder_then.documents[1] is not harbour


def test_another_file_of_the_same_size_and_time_is_another_file(folder: Path, shelf: Serving, clock: Clock) -> None:
    found = (folder / "harbour.text").stat()
    other = HARBOUR.text.replace("40", "50")
    (folder / ".new").write_text(other)
    os.utime(folder / ".new", ns=(found.st_atime_ns, found.st_mtime_ns))
    (folder / ".new").rename(folder / "harbour.text")
    *_, after = looks(shelf, clock, 0, SETTLES)
    assert after.documents[1].text == other


def test_a_file_that_changes_while_it_is_read_is_left(
    folder: Path, shelf: Serving, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_amid(identifier: str, data: bytes) -> Document:
        with (folder / identifier).open("a") as file:
            file.write(" It ran.")
        return read_document(identifier, data)

    (folder / "cat.txt").write_text("A cat sat.")
    with monkeypatch.context() as patch:
        patch.setattr("corpus.folder.read_document", read_amid)
        assert list(looks(shelf, clock, 0, SETTLES)) == [Folder((LIGHTHOUSE, HARBOUR), ())] * 2
    assert shelf.unsettled
    *_, after = looks(shelf, clock, 0, SETTLES)
    assert after.documents[0] == Document("cat.txt", "cat", None, "A cat sat. It ran.")


def test_what_was_read_is_kept_while_the_folder_is_away(folder: Path, shelf: Serving, clock: Clock) -> None:
    lighthouse, harbour = shelf.look().documents
    folder.rename(folder.parent / "away")
    for _ in range(2):
        clock.now += SETTLES
        with pytest.raises(FolderError) as error:
            shelf.look()
        assert str(error.value) == f"{folder}: there is no such folder; give the folder that holds your documents"
    (folder.parent / "away").rename(folder)
    (again,) = looks(shelf, clock, 0)
    assert again == Folder((lighthouse, harbour), ())
    assert again.documents[0] is lighthouse


def test_what_was_read_is_kept_while_the_folder_may_not_be_looked_into(
    folder: Path, shelf: Serving, clock: Clock
) -> None:
    folder.chmod(0o300)
    with nobody(folder.parent):
        for _ in range(2):
            clock.now += SETTLES
            with pytest.raises(FolderError):
                shelf.look()
    folder.chmod(0o700)
    assert list(looks(shelf, clock, 0, SETTLES)) == [Folder((LIGHTHOUSE, HARBOUR), ())] * 2


def test_a_folder_that_is_emptied_serves_nothing(folder: Path, shelf: Serving, clock: Clock) -> None:
    (folder / "coast").rename(folder.parent / "coast")
    (folder / "harbour.text").unlink()
    assert list(looks(shelf, clock, 0, SETTLES)) == [Folder((LIGHTHOUSE, HARBOUR), ()), Folder((), ())]


def test_at_first_there_must_be_something_to_serve(tmp_path: Path) -> None:
    with pytest.raises(FolderError) as error:
        Shelf(tmp_path, LIMITS).first()
    assert str(error.value) == f"{tmp_path}: holds no document that can be read; put your documents there"


PATHS = st.sampled_from(["a.txt", "b.text", "c/a.txt", "c/d/a.txt", "c/d/e.png", ".f.txt", "g\n.txt"])
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), PATHS, st.sampled_from([" ", "A cat sat.", "A dog sat.", "It rained. It ran."])),
        st.tuples(st.just("replace"), PATHS, st.sampled_from(["A cat sat.", "It rained."])),
        st.tuples(st.just("link"), PATHS, st.sampled_from(["a.txt", "../b.text", "c"])),
        st.tuples(st.just("move"), st.one_of(PATHS, st.just("c")), st.one_of(PATHS, st.just("h"))),
        st.tuples(st.just("remove"), PATHS, st.just("")),
        st.tuples(st.just("look"), st.just(""), st.sampled_from(["", " "])),
    )
)


@given(DEEDS)
def test_after_whatever_happened_it_serves_what_a_fresh_look_finds(deeds: list[tuple[str, str, str]]) -> None:
    clock, times = Clock(), count(1)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "documents")
        root.mkdir()
        (root / "first.txt").write_text("A cat sat.")
        shelf = serving(root, clock)
        for deed, path, more in deeds:
            file = root / path
            try:
                if deed == "look":
                    clock.now += SETTLES * len(more)
                    shelf.look()
                elif deed == "remove":
                    file.unlink()
                elif deed == "move":
                    file.rename(root / more)
                else:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    if deed == "link":
                        file.symlink_to(more)
                    elif deed == "write":
                        file.write_text(more)
                    else:
                        Path(name, "new").write_text(more)
                        Path(name, "new").replace(file)
                    if deed != "link":  # two files within one tick of the clock of the file system look the same
                        os.utime(file, ns=(0, next(times)))
            except OSError:
                continue  # there is no such file, or another in its way
        shelf.look()
        clock.now += SETTLES
        assert shelf.look() == look_into(root)
        assert not shelf.unsettled


def test_another_shelf_goes_on_from_what_was_read(folder: Path, clock: Clock) -> None:
    (folder / "empty.txt").write_text(" ")
    first = Shelf(folder, LIMITS, clock)
    first.first()
    (folder / "harbour.text").unlink()
    (folder / "cat.txt").write_text(CAT.text)
    other = Shelf(folder, LIMITS, clock, first.state)
    assert list(other.changes()) == []
    assert other.unsettled
    clock.now += SETTLES
    assert list(other.changes()) == [("harbour.text", None), ("cat.txt", CAT), ("empty.txt", None)]
    assert other.problems == (Problem("empty.txt", EMPTY.reason),)
    third = Shelf(folder, LIMITS, clock, other.state)
    assert list(third.changes(settled=False)) == [("empty.txt", None)]
    assert third.problems == other.problems


def test_what_could_not_be_read_is_tried_again_by_another_shelf(folder: Path, clock: Clock) -> None:
    """Its limits may be others, or the file may be let read, and look as it did."""
    first = Shelf(folder, replace(LIMITS, max_file_mb=0), clock)
    assert [change.document for change in first.changes(settled=False)] == [None, None]
    other = Shelf(folder, LIMITS, clock, first.state)
    assert [change.id for change in other.changes(settled=False) if change.document] == [
        "coast/lighthouse.txt",
        "harbour.text",
    ]
    assert other.problems == ()


def test_what_is_not_taken_of_a_look_is_found_at_the_next(folder: Path, shelf: Serving, clock: Clock) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(CAT.text)
    assert list(shelf.changes()) == []
    clock.now += SETTLES
    changes = shelf.changes()
    assert next(changes).id == "a.txt"
    changes.close()
    assert [change.id for change in shelf.changes()] == ["b.txt"]
