"""A folder → its documents, and one clear line for each file in it that cannot be served."""

import os
import re
from pathlib import Path

import pytest
from conftest import HARBOUR, LIGHTHOUSE

from corpus import Folder, FolderError, Problem, printable, read_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small corpus in files."""
    root = tmp_path / "documents"
    for document in (LIGHTHOUSE, HARBOUR):
        (root / document.id).parent.mkdir(parents=True, exist_ok=True)
        (root / document.id).write_bytes(document.text.encode())
    return root


def test_documents_in_the_order_of_their_ids(folder: Path) -> None:
    assert read_folder(folder) == Folder((LIGHTHOUSE, HARBOUR), ())


def test_the_folder_may_be_a_link_and_its_path_relative(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "link").symlink_to(folder)
    monkeypatch.chdir(folder.parent)
    assert read_folder(Path("link")) == read_folder(Path("documents")) == Folder((LIGHTHOUSE, HARBOUR), ())


def test_a_link_within_the_folder_is_served(folder: Path) -> None:
    (folder / "again.txt").symlink_to(folder / "harbour.md")
    assert [document.id for document in read_folder(folder).documents] == [
        "again.txt",
        "coast/lighthouse.txt",
        "harbour.md",
    ]


def test_hidden_files_and_folders_are_left_out(folder: Path) -> None:
    (folder / ".hidden.txt").write_text("A secret.")
    (folder / ".git").mkdir()
    (folder / ".git" / "config.txt").write_text("A secret.")
    assert read_folder(folder) == Folder((LIGHTHOUSE, HARBOUR), ())


def test_every_bad_file_has_its_line_and_the_others_are_served(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text("A secret.")
    (folder / "binary.txt").write_bytes(b"\x7fELF\0")
    (folder / "broken.txt").symlink_to(folder / "nowhere.txt")
    (folder / "empty.txt").write_text(" \n")
    (folder / "latin.txt").write_bytes(b"caf\xe9")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "outside").symlink_to(folder.parent, target_is_directory=True)
    (folder / "outside.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    os.mkfifo(folder / "pipe.txt")
    (folder / "folder.txt").mkdir()
    (folder / "odd\nname\x1b.txt").write_text("A cat sat.")
    (folder / os.fsdecode(b"\xff.txt")).write_text("A cat sat.")

    found = read_folder(folder)

    assert found.documents == (LIGHTHOUSE, HARBOUR)
    lines = dict(line.split(": ", 1) for line in map(str, found.problems))
    loop = lines.pop("loop.txt")
    assert re.fullmatch(r"cannot be opened \(.+\): check that it exists and may be read", loop)  # each Python words it
    assert lines == {
        "binary.txt": "is binary, not plain text: convert it to a .txt file, or take it out of the folder",
        "broken.txt": "cannot be opened (No such file or directory): check that it exists and may be read",
        "empty.txt": "is empty: write something in it, or take it out of the folder",
        "latin.txt": "is not UTF-8 (byte 3): save it again with the encoding UTF-8",
        "odd\\nname\\x1b.txt": "has a name that cannot be written down: rename it",
        "outside": "is a link to a folder, and such links are not followed: put the folder itself there",
        "outside.txt": "is a link that leads out of the folder: put the file itself there",
        "picture.png": "is not one of .txt, .text, .md: convert it to plain text in UTF-8",
        "pipe.txt": "is not a regular file: take it out of the folder",
        "\\udcff.txt": "has a name that cannot be written down: rename it",
    }
    assert [problem.path for problem in found.problems] == sorted(problem.path for problem in found.problems)


def test_a_folder_named_like_a_file_is_looked_into(folder: Path) -> None:
    (folder / "more.txt").mkdir()
    (folder / "more.txt" / "cat.txt").write_text("A cat sat.")
    assert [document.id for document in read_folder(folder).documents] == [
        "coast/lighthouse.txt",
        "harbour.md",
        "more.txt/cat.txt",
    ]


def test_a_folder_that_cannot_be_opened_has_its_line(folder: Path) -> None:
    # Deeper than the system can name: that stops everybody, also root, whom no permission stops.
    at = os.open(folder, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=at)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)

    found = read_folder(folder)

    assert found.documents == (LIGHTHOUSE, HARBOUR)
    (problem,) = found.problems
    assert problem.reason == "cannot be opened (File name too long): check its permissions"
    assert set(problem.path.split("/")) == {"d" * 250}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_has_its_line(folder: Path) -> None:
    (folder / "harbour.md").chmod(0)
    reason = "cannot be opened (Permission denied): check that it exists and may be read"
    assert read_folder(folder) == Folder((LIGHTHOUSE,), (Problem("harbour.md", reason),))


def refusal(path: Path) -> str:
    """The one line with which a folder is refused."""
    with pytest.raises(FolderError) as error:
        read_folder(path)
    assert str(error.value).isprintable()
    return str(error.value)


def test_a_missing_folder(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert refusal(missing) == f"{missing}: there is no such folder; give the folder that holds your documents"


def test_a_missing_folder_with_an_odd_name_still_has_one_line() -> None:
    assert refusal(Path("odd\n\x1bname")) == (
        "odd\\n\\x1bname: there is no such folder; give the folder that holds your documents"
    )


def test_a_name_too_long_for_a_folder() -> None:
    assert refusal(Path("d" * 300)) == (
        f"{'d' * 300}: cannot be opened (File name too long): check the name and its permissions"
    )


def test_a_file_for_a_folder(folder: Path) -> None:
    file = folder / "harbour.md"
    assert refusal(file) == f"{file}: is a file, not a folder; give the folder that holds it"


def test_an_empty_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path}: holds no document that can be read; put .txt files there"


def test_a_folder_of_bad_files_only(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"\0")
    (tmp_path / "a.txt").write_bytes(b"\xff")
    assert refusal(tmp_path) == (
        f"{tmp_path}: holds no document that can be read; put .txt files there (the first of 2 problems: "
        "a.txt: is not UTF-8 (byte 0): save it again with the encoding UTF-8)"
    )


@pytest.mark.parametrize(
    ("path", "shown"),
    [("a b/ç.txt", "a b/ç.txt"), ("a\nb\x1b[0m", "a\\nb\\x1b[0m"), ("\udcff", "\\udcff"), ("\u202ea", "\\u202ea")],
)
def test_printable(path: str, shown: str) -> None:
    assert printable(path) == shown
