"""The index on disk: whole whatever happens, and honest about what it finds."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from mmap import mmap
from pathlib import Path
from typing import Any

import pytest
from conftest import HARBOUR, LIGHTHOUSE, nobody
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, IndexProblem, IndexUnusable
from retrieval import npy, storage
from retrieval.fields import taken
from retrieval.reading import read
from retrieval.segment import Part, Segment
from retrieval.storage import MANIFEST, load, save, verify, writing

ROOT = Path(__file__).parents[1]
FIRST, SECOND = read([LIGHTHOUSE], "en"), read([HARBOUR], "en")
LONG = Document("long.txt", "Long", None, "The lighthouse keeper wrote down the weather. " * 2_000)

unix = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix permissions and signals")


def arrays(segment: Segment | None) -> dict[str, tuple[str, list[Any]]]:
    """All that a segment holds."""
    if segment is None:
        return {}
    found = {name: (dtype.str, next(iter(blocks)).tolist()) for name, dtype, _, blocks in taken(segment)}
    some = range(len(segment.documents))
    return found | {"language": (segment.language, []), "documents": ("", [segment.documents[n] for n in some])}


def contents(parts: tuple[Part, ...]) -> list[tuple[dict[str, Any], frozenset[int], list[dict[str, Any]]]]:
    """All that parts of an index hold."""
    return [(arrays(part.segment), part.dead, list(map(arrays, part.gone))) for part in parts]


def names(folder: Path) -> list[str]:
    """What is in a folder, the segments as they were written."""
    return sorted(re.sub("-[0-9a-f]{16}$", "", path.name) for path in folder.iterdir())


def segments(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("segment-*"))


def refusal(folder: Path) -> str:
    """The line that says why an index cannot be opened, without the folder."""
    with pytest.raises(IndexProblem) as error:
        load(folder)
    assert str(error.value).startswith(f"{folder}: ")
    return str(error.value).removeprefix(f"{folder}: ")


def test_what_is_saved_is_what_is_opened(tmp_path: Path) -> None:
    several = Part(read([LIGHTHOUSE, HARBOUR, LONG], "en"), frozenset([1]), (SECOND,))
    parts = (several, Part(read([], "de")), Part(FIRST))
    saved = save(tmp_path, parts, '{"of": ["ä", "\udc80"]}')
    opened = load(tmp_path)
    assert contents(saved.parts) == contents(opened.parts) == contents(parts)
    assert saved.source == opened.source == '{"of": ["ä", "\udc80"]}'
    assert names(tmp_path) == [MANIFEST, *["segment"] * 4, "verbatim.lock"]
    verify(tmp_path)


def test_nothing_is_read_before_it_is_needed(tmp_path: Path) -> None:
    (part,) = save(tmp_path, [Part(FIRST)], "").parts
    mapped = [field.name for field in taken(part.segment) if not isinstance(next(iter(field.blocks)).base, mmap)]
    assert mapped == []
    assert not part.segment.own.places.flags.writeable


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    first = save(tmp_path, [Part(FIRST)], "first")
    before = segments(tmp_path)
    second = save(tmp_path, [*first.parts, Part(SECOND)], "second")
    assert second.parts[0] == first.parts[0]
    assert set(before) < set(segments(tmp_path))
    assert contents(load(tmp_path).parts) == contents((Part(FIRST), Part(SECOND)))


def test_what_is_no_part_any_more_is_removed_and_stays_readable_to_who_has_it(tmp_path: Path) -> None:
    first = save(tmp_path, [Part(FIRST)], "")
    before = segments(tmp_path)
    save(tmp_path, [Part(SECOND)], "")
    assert len(segments(tmp_path)) == 1
    assert segments(tmp_path) != before
    assert contents(first.parts) == contents((Part(FIRST),))


def test_an_index_of_another_folder_is_copied(tmp_path: Path) -> None:
    one = save(tmp_path / "one", [Part(FIRST)], "")
    save(tmp_path / "other", one.parts, "")
    shutil.rmtree(tmp_path / "one")
    assert contents(load(tmp_path / "other").parts) == contents((Part(FIRST),))


def test_a_segment_added_is_served_only_once_it_is_saved(tmp_path: Path) -> None:
    with writing(tmp_path) as writer:
        added = writer.add(FIRST)
        assert refusal(tmp_path).startswith("there is no index")
        writer.save([Part(added)], "")
        left = writer.add(SECOND)
    assert contents(load(tmp_path).parts) == contents((Part(FIRST),))
    assert names(tmp_path) == [MANIFEST, "segment", "verbatim.lock"], "what was not saved is gone"
    assert arrays(left) == arrays(SECOND)


def test_no_index(tmp_path: Path) -> None:
    line = "there is no index"
    assert refusal(tmp_path) == refusal(tmp_path / "none") == line
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file") == line


@pytest.mark.parametrize("data", ["", "{}", "[1]", '{"name": "something", "version": 2}', "\n" * 99])
def test_what_others_wrote(tmp_path: Path, data: str) -> None:
    (tmp_path / MANIFEST).write_text(data)
    assert refusal(tmp_path) == "manifest.json is no index of Verbatim; give another folder, or empty this one"


@pytest.mark.parametrize("setting", ["FORMAT", "_READ_BY"])
def test_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(storage, setting, {"FORMAT": 0, "_READ_BY": {"k1": 1.2}}[setting])
        save(tmp_path, [Part(FIRST)], "")
    assert refusal(tmp_path) == "the index was made by another version of Verbatim"
    save(tmp_path, [Part(SECOND)], "")
    assert contents(load(tmp_path).parts) == contents((Part(SECOND),))
    assert names(tmp_path) == [MANIFEST, "segment", "verbatim.lock"]


@given(st.data())
def test_a_manifest_that_has_changed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("index")
    save(folder, [Part(FIRST)], "of what")
    manifest = folder / MANIFEST
    whole = manifest.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    manifest.write_bytes(data.draw(st.sampled_from([whole[:at], whole[:at] + b"7" + whole[at + 1 :]])))
    if manifest.read_bytes() != whole:
        assert refusal(folder)


def damaged(folder: Path, file: str, why: str) -> str:
    return f"the index is damaged ({segments(folder)[0]}/{file}{why})"


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """An index in which arrays of more than 64 KiB stand."""
    save(tmp_path, [Part(read([LONG], "en"))], "")
    return tmp_path


@pytest.mark.parametrize("file", ["arrays.json", "own.places.npy", "words.text.npy", "documents.text.npy"])
def test_a_file_that_is_gone_or_cut_short(long: Path, file: str) -> None:
    (path,) = long.glob(f"segment-*/{file}")
    with path.open("r+b") as opened:
        opened.truncate(path.stat().st_size - 1)
    assert refusal(long) == damaged(long, file, " has changed" if file == "arrays.json" else " has another size")
    path.write_bytes(b"")
    assert refusal(long) == damaged(long, file, " has changed" if file == "arrays.json" else " has another size")
    path.unlink()
    assert refusal(long) == damaged(long, file, ": No such file or directory")


@pytest.mark.parametrize("place", [20, -1])
@pytest.mark.parametrize("file", ["arrays.json", "words.text.npy", "row_short.npy"])
def test_a_small_file_that_has_changed(long: Path, file: str, place: int) -> None:
    change(long, file, place)
    assert refusal(long) == damaged(long, file, " has changed")


def test_a_large_file_that_has_changed(long: Path) -> None:
    """Its header is looked at when it is opened, the rest when all is."""
    verify(long)
    change(long, "documents.text.npy", -1)
    load(long)
    with pytest.raises(IndexProblem, match=re.escape(damaged(long, "documents.text.npy", " has changed"))):
        verify(long)
    change(long, "documents.text.npy", 20)
    assert refusal(long) == damaged(long, "documents.text.npy", " has changed")


def change(folder: Path, file: str, place: int) -> None:
    (path,) = folder.glob(f"segment-*/{file}")
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_a_segment_of_another_layout(tmp_path: Path) -> None:
    """As one who changed the records would find it who forgot the version."""
    save(tmp_path, [Part(FIRST)], "")
    (listed,) = tmp_path.glob("segment-*/arrays.json")
    changed = json.loads(listed.read_text())
    changed["arrays"]["peaks"][0] = "<f8"
    listed.write_text(json.dumps(changed))
    with pytest.raises(IndexProblem, match="made by another version"):
        storage.open_segment(listed.parent)


def test_an_index_that_is_swapped_while_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, [Part(FIRST)], "old")
    opened, swaps = storage.open_segment, [SECOND]

    def swapped(place: Path, checksum: int | None = None) -> Segment:
        if swaps:
            save(tmp_path, [Part(swaps.pop())], "new")
        return opened(place, checksum)

    monkeypatch.setattr(storage, "open_segment", swapped)
    found = load(tmp_path)
    assert (contents(found.parts), found.source) == (contents((Part(SECOND),)), "new")


def test_one_writes_at_a_time(tmp_path: Path) -> None:
    save(tmp_path, [Part(FIRST)], "")
    with writing(tmp_path), pytest.raises(IndexProblem) as error:
        save(tmp_path, [Part(SECOND)], "")
    assert str(error.value).startswith(f"{tmp_path}: the index is being written by process {os.getpid()} on ")
    assert str(error.value).endswith("; try again when it is done")
    save(tmp_path, [Part(SECOND)], "")


@unix
def test_a_folder_that_must_not_be_written(tmp_path: Path) -> None:
    with nobody(tmp_path), pytest.raises(IndexProblem, match=r"cannot be written \(Permission denied\)"):
        save(tmp_path / "index", [Part(FIRST)], "")


def test_too_many_open_files_are_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    save(tmp_path, [Part(FIRST)], "")
    monkeypatch.setattr(npy, "opened", opened)
    with pytest.raises(IndexProblem, match=r"cannot be opened .*: end what else is open, or raise the limit") as error:
        load(tmp_path)
    assert not isinstance(error.value, IndexUnusable)


def test_a_file_of_somebody_else_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("{}")
    (tmp_path / "lock").write_text("precious")
    with pytest.raises(IndexProblem, match="no index of Verbatim"):
        save(tmp_path, [Part(FIRST)], "")
    (tmp_path / MANIFEST).unlink()
    save(tmp_path, [Part(FIRST)], "")
    assert (tmp_path / "lock").read_text() == "precious"


@unix
def test_an_index_that_must_not_be_read(tmp_path: Path) -> None:
    save(tmp_path, [Part(FIRST)], "")
    (tmp_path / MANIFEST).chmod(0)
    with nobody(tmp_path):
        assert refusal(tmp_path) == "the index cannot be opened (Permission denied): check its permissions"


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    for name in ("notes.txt", "segment-1.txt", "unfinished-business"):
        (tmp_path / name).touch()
    save(tmp_path, [Part(FIRST)], "")
    save(tmp_path, [Part(SECOND)], "")
    assert names(tmp_path) == [
        MANIFEST,
        "notes.txt",
        "segment",
        "segment-1.txt",
        "unfinished-business",
        "verbatim.lock",
    ]


# A process that has an index of one document writes one of another in its place, and is killed before a call of the
# system: each of the n-th in turn, until it gets through.
DIE_AT_EACH_STEP = """
import os, signal, sys, threading
from pathlib import Path
from corpus import Document
from retrieval.reading import read
from retrieval.segment import Part
from retrieval.storage import MANIFEST, load, save, verify, writing

STEPS = {"open", "write", "fsync", "close", "mkdir", "rename", "replace", "unlink", "rmdir", "flock", "truncate"}
folder = Path(sys.argv[1])
old, new = (Document(f"{text}.txt", text, None, f"The {text} index.") for text in ("old", "new"))
first, second = [Part(read([old], "en"))], [Part(read([new], "en"))]
save(folder, first, "old")
seen, n = set(), 0
os.fsync = int  # to the disk itself is of no matter where only a process dies, and takes time

def dying(frame, event, called):
    global left
    if event == "c_call" and called.__name__ in STEPS:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

while True:
    child = os.fork()
    if child == 0:
        left = n
        threading.setprofile(dying)
        sys.setprofile(dying)
        save(folder, second, "new")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    found = load(folder)
    verify(folder)
    (part,) = found.parts
    here = {path.name.partition("-")[0] for path in folder.iterdir()}
    assert here <= {"verbatim.lock", MANIFEST, "segment", "unfinished"}, here
    assert (found.source, part.segment.documents[0]) in [("old", old), ("new", new)]
    seen.add(found.source)
    with writing(folder):
        assert len(list(folder.iterdir())) == 3
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL
    if found.source == "new":
        save(folder, first, "old")
    n += 1
assert seen == {"old", "new"}
print(n)
"""


def run(code: str, folder: Path) -> str:
    """What some code writes that is run in a process of its own."""
    command = [sys.executable, "-c", code, str(folder)]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603 (ours)


@unix
def test_whoever_is_killed_at_any_step_has_changed_nothing(tmp_path: Path) -> None:
    assert int(run(DIE_AT_EACH_STEP, tmp_path)) > 50


# Processes that swap one index for another again and again, and say so each time, are killed amid it. Who opens the
# index meanwhile finds the one or the other, and has a little more time in each round than in the one before.
DIE_AT_ANY_MOMENT = """
import os, signal, sys
from pathlib import Path
from corpus import Document
from retrieval.reading import read
from retrieval.segment import Part
from retrieval.storage import MANIFEST, load, save, verify, writing

folder = Path(sys.argv[1])
documents = {text: Document(f"{text}.txt", text, None, f"The {text} index.") for text in ("old", "new")}
indexes = {text: [Part(read([document], "en"))] for text, document in documents.items()}

def whole():
    found = load(folder)
    (part,) = found.parts
    assert part.segment.documents[0] == documents[found.source]
    assert part.segment.words[0] == indexes[found.source][0].segment.words[0]

for turn in range(12):
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        while True:
            for source, parts in indexes.items():
                save(folder, parts, source)
                os.write(theirs, b".")
    for _ in range(1 + turn % 3):
        assert os.read(ours, 1) == b"."
    for _ in range(2 * turn):
        whole()
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    whole()
    verify(folder)
    with writing(folder):
        assert len(list(folder.iterdir())) == 3
print("whole")
"""


@unix
def test_whoever_is_killed_at_any_moment_has_changed_nothing(tmp_path: Path) -> None:
    assert run(DIE_AT_ANY_MOMENT, tmp_path) == "whole\n"
