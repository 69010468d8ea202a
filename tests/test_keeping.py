"""The index of a folder, kept on disk: made, opened, brought up to date."""

import gc
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from conftest import HARBOUR, LIGHTHOUSE
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import LIMITS, Change, Document, FolderError, IndexProblem, Shelf, read_folder
from corpus.folder import untracked
from retrieval import Answerer, Index, Kept, building
from retrieval.segment import Segment
from retrieval.storage import Writer

CAT = Document("cat.txt", "cat", None, "A cat sat.")


def updated(kept: Kept, folder: Path) -> Index:
    """The index of a folder, brought up to date by a process of its own."""
    try:
        index, state = kept.open()
    except IndexProblem:
        index, state = Index(()), None
    return kept.update(index, Shelf(folder, LIMITS, state=state), untracked)


def test_it_is_made_and_opened(folder: Path, tmp_path: Path) -> None:
    kept = Kept(tmp_path / "index")
    made = updated(kept, folder)
    opened, state = kept.open()
    assert made.documents == opened.documents == (LIGHTHOUSE, HARBOUR)
    assert list(Shelf(folder, LIMITS, state=state).changes(settled=False)) == []
    assert Answerer(opened).ask("Who built the lighthouse?") == Answerer([LIGHTHOUSE, HARBOUR]).ask(
        "Who built the lighthouse?"
    )
    kept.check()


def test_only_what_changed_is_read(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(tmp_path / "index")
    updated(kept, folder)
    (folder / "cat.txt").write_text(CAT.text)
    (folder / "harbour.text").unlink()
    (folder / "coast" / "lighthouse.txt").touch()  # and stays as it is
    given_: list[Document] = []

    def segments(documents: Iterable[Document], writer: Writer) -> Iterator[Segment]:
        given_.extend(documents)
        return building.segments(given_, writer)

    monkeypatch.setattr("retrieval.keeping.segments", segments)
    assert updated(kept, folder).documents == (CAT, LIGHTHOUSE)
    assert given_ == [CAT]
    assert kept.open()[0].documents == (CAT, LIGHTHOUSE)


def test_what_cannot_be_served_any_more_is_not(folder: Path, tmp_path: Path) -> None:
    kept = Kept(tmp_path / "index")
    updated(kept, folder)
    (folder / "harbour.text").write_text(" ")
    assert updated(kept, folder).documents == (LIGHTHOUSE,)
    index, state = kept.open()
    assert index.documents == (LIGHTHOUSE,)
    shelf = Shelf(folder, LIMITS, state=state)
    assert list(shelf.changes(settled=False)) == [("harbour.text", None)], "tried again"
    assert [problem.path for problem in shelf.problems] == ["harbour.text"]


def test_of_an_empty_folder_nothing_is_kept(folder: Path, tmp_path: Path) -> None:
    kept = Kept(tmp_path / "index")
    updated(kept, folder)
    shutil.rmtree(folder)
    with pytest.raises(FolderError):
        updated(kept, folder)
    folder.mkdir()
    with pytest.raises(FolderError) as error:
        updated(kept, folder)
    assert str(error.value) == f"{folder}: holds no document that can be read; put your documents there"
    assert kept.open()[0].documents == (LIGHTHOUSE, HARBOUR), "what was kept stays"


def test_many_changes_leave_few_segments(tmp_path: Path) -> None:
    kept, index = Kept(tmp_path / "index"), Index(())
    for number in range(20):
        index = kept.save(index.changed([Document(f"{number:02}.txt", "", None, f"Cat {number} sat.")]), "")
    assert len(index.parts) <= 5
    assert [document.id for document in kept.open()[0].documents] == [f"{number:02}.txt" for number in range(20)]
    for number in range(19):
        index = kept.save(index.changed((), [f"{number:02}.txt"]), "")
    assert len(index.parts) == 1
    assert [document.text for document in kept.open()[0].documents] == ["Cat 19 sat."]


WORDS = st.lists(
    st.sampled_from(["A", "cat", "Ada Stone", "sat.", "It", "dogs", "(UN)", "in 1999.", "\n\n"]), max_size=8
)
STEPS = st.lists(st.tuples(st.integers(0, 4), WORDS.map(" ".join), st.booleans()), max_size=6)


@given(STEPS, WORDS.map(" ".join))
@settings(deadline=None, max_examples=25)
def test_answers_equal_those_of_a_full_rebuild(steps: list[tuple[int, str, bool]], question: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        kept, index, held = Kept(Path(name, "index")), Index(()), dict[str, Document]()
        for number, text, stays in steps:
            document = Document(f"{number}.txt", text[:7], None, text)
            change = Change(document.id, document if stays else None)
            index = index.changed([document], ()) if stays else index.changed((), [change.id])
            held |= {document.id: document}
            if not stays:
                del held[document.id]
            index = kept.save(index, "")
        if question.strip() and steps:
            ours, theirs = Answerer(kept.open()[0]), Answerer(held.values())
            assert ours.documents == theirs.documents
            assert ours.ask(question) == theirs.ask(question)
            assert ours.search(question, limit=20) == theirs.search(question, limit=20)


def test_one_that_nobody_uses_any_more_is_let_go_at_once(folder: Path, tmp_path: Path) -> None:
    """Not when cycles are looked for: until then its files would stay open."""
    kept = Kept(tmp_path / "index")
    updated(kept, folder)
    index, _ = kept.open()
    answerer = Answerer(index)
    answerer.ask("Who biult the NATO lighthouse in Spain?")
    answerers = weakref.ref(answerer)
    gc.disable()
    try:
        del answerer
        assert answerers() is None
    finally:
        gc.enable()


def test_a_foreign_folder_is_left_alone(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(IndexProblem) as error:
        updated(Kept(tmp_path), folder)
    line = "manifest.json is no index of Verbatim; give another folder, or empty this one"
    assert str(error.value) == f"{tmp_path}: {line}"
    assert (tmp_path / "manifest.json").read_text() == "{}"
    assert read_folder(folder).documents == (LIGHTHOUSE, HARBOUR)
