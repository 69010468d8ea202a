"""Building: documents, however many, become an index on disk, or nothing is left of it but a line."""

import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import LIGHTHOUSE

from corpus import Document, IndexProblem
from retrieval import building
from retrieval.archive import Archive
from retrieval.fields import taken
from retrieval.reading import read
from retrieval.segment import Part, Segment
from retrieval.storage import MANIFEST, load, writing

ROOT = Path(__file__).parents[1]

unix = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix signals")

TEXTS = {
    "en": "The lighthouse of Gull Point was built in {}. Mary Hale chose granite for the tower.",
    "de": "Der Leuchtturm von Gull Point wurde {} gebaut. Maria Hale wählte Granit für den Turm.",
}
DOCUMENTS = [
    Document(f"{year}.{language}.txt", f"{year}", None, text.format(year) * 3, language=language)
    for year in range(1871, 1877)
    for language, text in TEXTS.items()
]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of one document or two."""
    monkeypatch.setattr(building, "_BATCH", 400)


def arrays(segment: Segment) -> dict[str, Any]:
    """The arrays of a segment and its documents."""
    documents = segment.documents
    every = [*taken(segment), *taken(Archive.of(documents[number] for number in range(len(documents))), "documents.")]
    return {name: (dtype.str, next(iter(blocks)).tolist()) for name, dtype, _, blocks in every}


def whole(documents: Iterable[Document], language: str) -> dict[str, Any]:
    """The arrays of all documents in a language, read at once."""
    return arrays(read([document for document in documents if document.language == language], language))


def build(documents: Iterable[Document], folder: Path) -> list[Segment]:
    """The segments of an index built of documents, opened again."""
    with writing(folder) as writer:
        writer.save([Part(segment) for segment in building.segments(documents, writer)], "")
    return [part.segment for part in load(folder).parts]


def names(folder: Path) -> list[str]:
    """What is in a folder, segments without their numbers."""
    return sorted(path.name.partition("-")[0] for path in folder.iterdir())


@pytest.mark.parametrize("batch", [100, 400, 10_000])
def test_it_is_as_if_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    """In batches of a document each, of several, and without any other process."""
    monkeypatch.setattr(building, "_BATCH", batch)
    built = build(iter(DOCUMENTS), tmp_path)
    assert {segment.language: arrays(segment) for segment in built} == {
        language: whole(DOCUMENTS, language) for language in TEXTS
    }
    assert names(tmp_path) == [MANIFEST, "segment", "segment", "verbatim.lock"]
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("small")
def test_a_segment_has_no_more_rows_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_ROWS", 20)
    built = build(DOCUMENTS, tmp_path)
    assert max(map(len, built)) <= 20
    found = [segment.documents[number] for segment in built for number in range(len(segment.documents))]
    for language in TEXTS:
        assert [document for document in found if document.language == language] == [
            document for document in DOCUMENTS if document.language == language
        ]


def test_no_documents(tmp_path: Path) -> None:
    assert build([], tmp_path) == []


@pytest.mark.usefixtures("small")
def test_no_more_is_held_than_is_read(tmp_path: Path) -> None:
    """A document is asked for only when those before it are written, or just being read."""
    ahead: list[int] = []

    def documents() -> Iterator[Document]:
        for number in range(40):
            ahead.append(number - len(list(tmp_path.glob("unfinished-*/*/arrays.json"))))
            yield Document(f"{number}.txt", "", None, TEXTS["en"].format(number) * 5)

    build(documents(), tmp_path)
    assert max(ahead) <= building._READERS + 1  # noqa: SLF001 (those being read, and the one that waits for them)


@pytest.mark.usefixtures("small")
def test_a_reader_that_dies(tmp_path: Path) -> None:
    def documents() -> Iterator[Document]:
        for document in DOCUMENTS:
            for child in multiprocessing.active_children():
                child.kill()
            yield document

    with pytest.raises(IndexProblem) as error:
        build(documents(), tmp_path)
    line = f"{tmp_path}: what reads documents for the index died (SIGKILL): free some memory and try again"
    assert str(error.value) == line
    assert names(tmp_path) == ["verbatim.lock"]
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("small")
def test_one_who_is_interrupted_leaves_what_was_there(tmp_path: Path) -> None:
    build([LIGHTHOUSE], tmp_path)

    def documents() -> Iterator[Document]:
        yield from DOCUMENTS
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(documents(), tmp_path)
    assert names(tmp_path) == [MANIFEST, "segment", "verbatim.lock"]
    assert load(tmp_path).parts[0].segment.documents[0] == LIGHTHOUSE
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("small")
def test_what_cannot_be_written(tmp_path: Path) -> None:
    """Here because somebody took the folder away."""

    def documents() -> Iterator[Document]:
        for document in DOCUMENTS:
            for unfinished in tmp_path.glob("unfinished-*"):
                shutil.rmtree(unfinished, ignore_errors=True)
            yield document

    with pytest.raises(IndexProblem, match=r"the index cannot be written \(No such file or directory\)"):
        build(documents(), tmp_path)


BUILD_AND_DIE = """
import os, signal, sys
from pathlib import Path
from corpus import Document
from retrieval import building
from retrieval.storage import writing

building._BATCH = 100

def documents():
    for number in range(8):
        yield Document(f"{number}.txt", "", None, "The lighthouse was built by Mary Hale. " * 9)
    KILL

if __name__ == "__main__":
    try:
        with writing(Path(sys.argv[1])) as writer:
            list(building.segments(documents(), writer))
    except KeyboardInterrupt:
        print("interrupted")
"""


def run(folder: Path, kill: str) -> "subprocess.CompletedProcess[str]":
    """A process of its own that builds, and kills amid it; it and all it started have ended."""
    script = folder / "script.py"
    script.write_text(BUILD_AND_DIE.replace("KILL", kill))
    return subprocess.run(  # noqa: S603 (this Python, and code of our own)
        [sys.executable, str(script), str(folder / "index")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )


@unix
def test_ctrl_c_ends_all_without_a_word_of_the_readers(tmp_path: Path) -> None:
    done = run(tmp_path, "os.killpg(0, signal.SIGINT)")
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")
    assert names(tmp_path / "index") == ["verbatim.lock"]


@unix
def test_the_readers_of_one_who_was_killed_end_and_the_next_clears(tmp_path: Path) -> None:
    done = run(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    assert (done.returncode, done.stdout, done.stderr) == (-9, "", "")
    assert names(tmp_path / "index") == ["unfinished", "verbatim.lock"]
    build([LIGHTHOUSE], tmp_path / "index")
    assert names(tmp_path / "index") == [MANIFEST, "segment", "verbatim.lock"]
