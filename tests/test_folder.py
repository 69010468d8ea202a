"""A folder → its documents, and one clear line for each file in it that cannot be served."""

import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from conftest import HARBOUR, LIGHTHOUSE, nobody

from corpus import (
    LIMITS,
    READERS,
    DocumentError,
    Folder,
    FolderError,
    Limits,
    Problem,
    printable,
    read_document,
    read_folder,
    split,
)
from corpus.apart import Apart
from corpus.folder import read_file


def test_documents_in_the_order_of_their_ids(folder: Path) -> None:
    assert read_folder(folder) == Folder((LIGHTHOUSE, HARBOUR), ())


def test_the_folder_may_be_a_link_and_its_path_relative(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "link").symlink_to(folder)
    monkeypatch.chdir(folder.parent)
    assert read_folder(Path("link")) == read_folder(Path("documents")) == Folder((LIGHTHOUSE, HARBOUR), ())


def test_a_link_within_the_folder_is_served(folder: Path) -> None:
    (folder / "again.txt").symlink_to(folder / "harbour.text")
    assert [document.id for document in read_folder(folder).documents] == [
        "again.txt",
        "coast/lighthouse.txt",
        "harbour.text",
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
        "binary.txt": "is binary, or in an unknown encoding: save it as text in UTF-8, or take it out of the folder",
        "broken.txt": "cannot be opened (No such file or directory): check that it exists and may be read",
        "empty.txt": "is empty: write something in it, or take it out of the folder",
        "odd\\nname\\x1b.txt": "has a name that cannot be written down: rename it",
        "outside": "is a link to a folder, and such links are not followed: put the folder itself there",
        "outside.txt": "is a link that leads out of the folder: put the file itself there",
        "picture.png": f"is not one of {', '.join(READERS)}: convert it to one of these, or take it out",
        "pipe.txt": "is not a regular file: take it out of the folder",
        "\\udcff.txt": "has a name that cannot be written down: rename it",
    }
    assert [problem.path for problem in found.problems] == sorted(problem.path for problem in found.problems)


def test_a_folder_named_like_a_file_is_looked_into(folder: Path) -> None:
    (folder / "more.txt").mkdir()
    (folder / "more.txt" / "cat.txt").write_text("A cat sat.")
    assert [document.id for document in read_folder(folder).documents] == [
        "coast/lighthouse.txt",
        "harbour.text",
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


def test_folders_within_folders_are_looked_into_however_deep(folder: Path) -> None:
    below = folder
    for _ in range(1100):  # more than a function may call itself
        below /= "d"
        below.mkdir()
    (below / "cat.txt").write_text("A cat sat.")
    try:
        assert [document.text for document in read_folder(folder).documents] == [
            LIGHTHOUSE.text,
            "A cat sat.",
            HARBOUR.text,
        ]
    finally:  # those who clean up after the tests do call themselves
        (below / "cat.txt").unlink()
        os.removedirs(below)


def test_what_may_not_be_read_has_its_line(folder: Path) -> None:
    (folder / "harbour.text").chmod(0)
    (folder / "shut").mkdir(mode=0)
    with nobody(folder):
        assert read_folder(folder) == Folder(
            (LIGHTHOUSE,),
            (
                Problem("harbour.text", "cannot be opened (Permission denied): check that it exists and may be read"),
                Problem("shut", "cannot be opened (Permission denied): check its permissions"),
            ),
        )
    (folder / "shut").chmod(0o700)


def test_a_folder_that_may_not_be_looked_into(folder: Path) -> None:
    folder.chmod(0o300)
    with nobody(folder.parent):
        line = f"{folder}: cannot be opened (Permission denied): check the name and its permissions"
        assert refusal(folder) == line
    folder.chmod(0o700)


def reason_of(folder: Path, limits: Limits = LIMITS) -> str:
    """Why the only bad file of a folder is not served, while all others are."""
    found = read_folder(folder, limits)
    assert set(found.documents) >= {LIGHTHOUSE, HARBOUR}
    (problem,) = found.problems
    return problem.reason


def test_a_file_of_a_gigabyte_is_not_even_read(folder: Path) -> None:
    with (folder / "line.txt").open("wb") as file:
        file.truncate(1_000_000_000)
    assert reason_of(folder) == "is larger than 50 MB: split it, or raise MAX_FILE_MB"


def test_how_large_a_file_may_be_is_a_setting(folder: Path) -> None:
    (folder / "line.txt").write_bytes(b"a " * 500_000)
    assert read_folder(folder, Limits(max_file_mb=1)).problems == ()
    (folder / "line.txt").write_bytes(b"a " * 500_000 + b"b")
    assert reason_of(folder, Limits(max_file_mb=1)) == "is larger than 1 MB: split it, or raise MAX_FILE_MB"


def test_a_long_line_is_served(folder: Path) -> None:
    (folder / "line.txt").write_bytes(b"The cat sat on the mat. " * 100_000)
    document = next(document for document in read_folder(folder).documents if document.id == "line.txt")
    assert len(split(document)) == 100_000


def test_a_file_that_vanishes_has_its_line(folder: Path) -> None:
    with Apart(read_document, LIMITS) as apart, pytest.raises(DocumentError) as error:
        read_file(folder, "gone.txt", LIMITS, apart)
    assert str(error.value) == "cannot be opened (No such file or directory): check that it exists and may be read"


@pytest.mark.parametrize("change", [b"and more", b""])
def test_a_file_that_is_written_while_it_is_read_has_its_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, change: bytes
) -> None:
    (folder / "log.txt").write_bytes(b"It rained.")

    def fstat(descriptor: int, fstat: Callable[[int], os.stat_result] = os.fstat) -> os.stat_result:
        found = fstat(descriptor)
        if found.st_ino == (folder / "log.txt").stat().st_ino:
            (folder / "log.txt").write_bytes(change)
            os.utime(folder / "log.txt", ns=(0, 0))
        return found

    monkeypatch.setattr(os, "fstat", fstat)
    assert reason_of(folder) == "was changed while it was read: start again when it is complete"


def test_ten_thousand_tiny_files(folder: Path) -> None:
    for number in range(10_000):
        (folder / f"{number}.txt").write_bytes(b"A cat sat.")
    assert len(read_folder(folder).documents) == 10_002


def test_links_in_a_circle_are_not_followed(folder: Path) -> None:
    (folder / "coast" / "up").symlink_to(folder, target_is_directory=True)
    assert reason_of(folder) == "is a link to a folder, and such links are not followed: put the folder itself there"


def parts_of_word(change: Callable[[bytes], bytes]) -> bytes:
    """A Word document whose text is changed."""
    made, stream = io.BytesIO(), io.BytesIO()
    document = docx.Document()
    document.add_paragraph("HERE")
    document.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in parts.namelist():
            new.writestr(name, change(parts.read(name)) if name == "word/document.xml" else parts.read(name))
    return stream.getvalue()


def with_entities(declared: bytes, used: bytes) -> bytes:
    """A Word document that declares entities and uses one."""
    return parts_of_word(
        lambda xml: xml.replace(b"<w:document", b"<!DOCTYPE w:document [" + declared + b"]><w:document", 1).replace(
            b"HERE", used
        )
    )


LAUGHS = b'<!ENTITY a "ha">' + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
ENTITIES = "declares entities, which no word processor does: save it again as .docx"
NO_TEXT = "holds no text that can be found: save it in another form, or take it out of the folder"


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        (
            "bomb.docx",
            lambda: parts_of_word(lambda _: bytes(150_000_000)),
            "would unpack to 150 MB: split it, or take it out of the folder",
        ),
        ("laughs.docx", lambda: with_entities(LAUGHS, b"&j;"), ENTITIES),
        ("secrets.docx", lambda: with_entities(b'<!ENTITY x SYSTEM "file:///etc/passwd">', b"&x;"), ENTITIES),
        (
            "deep.docx",
            lambda: parts_of_word(
                lambda xml: xml.replace(b"<w:p>", b"<w:sdt><w:sdtContent>" * 9999 + b"<w:p>", 1).replace(
                    b"</w:p>", b"</w:p>" + b"</w:sdtContent></w:sdt>" * 9999, 1
                )
            ),
            "is nested too deeply: save it in a simpler form, or as .txt",
        ),
        ("deep.html", lambda: b"<div>" * 100_000 + b"The cat sat on the mat.", NO_TEXT),
        ("list.html", lambda: b"<ul><li>" * 50_000 + b"The cat sat on the mat.", NO_TEXT),
        ("table.html", lambda: b"<table><tr><td>" * 30_000 + b"The cat sat on the mat.", NO_TEXT),
        ("quoted.md", lambda: b"> " * 50_000 + b"The cat sat on the mat.", NO_TEXT),
    ],
    ids=range(8),
)
def test_a_hostile_file_has_its_line(folder: Path, name: str, make: Callable[[], bytes], reason: str) -> None:
    (folder / name).write_bytes(make())
    assert reason_of(folder) == reason


def test_a_web_page_brings_in_no_other_file(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text("The safe opens with 4711.")
    secret = (folder.parent / "secret.txt").as_uri()
    declared = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret}">]>'
    (folder / "page.html").write_text(f"{declared}<p>The cat sat on the mat.</p><p>It said &x; twice.</p>")
    (document,) = (found for found in read_folder(folder).documents if found.id == "page.html")
    assert "The cat sat on the mat." in document.text
    assert "4711" not in document.text


def test_a_reader_out_of_memory_or_time_has_its_line(folder: Path) -> None:
    (folder / "many.csv").write_bytes(b"a," * 5_000_000)
    lean, hasty = Limits(read_memory_mb=256), Limits(read_seconds=0.001)
    assert reason_of(folder, lean) == "needs more than 256 MB of memory: split it, or raise READ_MEMORY_MB"
    assert reason_of(folder, hasty) == "is not read after 0.001 seconds: split it, or raise READ_SECONDS"


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
    file = folder / "harbour.text"
    assert refusal(file) == f"{file}: is a file, not a folder; give the folder that holds it"


def test_an_empty_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path}: holds no document that can be read; put your documents there"


def test_a_folder_of_bad_files_only(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"\0")
    (tmp_path / "a.txt").write_bytes(b" ")
    assert refusal(tmp_path) == (
        f"{tmp_path}: holds no document that can be read; put your documents there (the first of 2 problems: "
        "a.txt: is empty: write something in it, or take it out of the folder)"
    )


@pytest.mark.parametrize(
    ("path", "shown"),
    [("a b/ç.txt", "a b/ç.txt"), ("a\nb\x1b[0m", "a\\nb\\x1b[0m"), ("\udcff", "\\udcff"), ("\u202ea", "\\u202ea")],
)
def test_printable(path: str, shown: str) -> None:
    assert printable(path) == shown
