"""A file that somebody hands over: read as one of the folder is, refused in words for them, its name only a label."""

import unicodedata
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus import LIMITS, LONGEST_NAME, READERS, DocumentError, Limits, name_of, read_folder, read_upload

FILES = {
    "fees.md": b"---\ntitle: Fees\nurl: https://example.org/fees\n---\n# Fees\n\nA ticket costs *4 dollars*.\n",
    "page.HTML": b"<title>Der Turm</title><h1>Der Turm</h1><p>Der Turm wurde im Jahr 1871 gebaut.</p>",
    "plain.txt": "\ufeffA cat sat.\r\n\r\nIt ran.".encode("utf-16-le"),
    "table.csv": b"name,price\nticket,4 dollars\nguide,2 dollars\n",
    "film.srt": b"1\n00:00:01,000 --> 00:00:02,000\nThe cat sat.\n",
}


def test_it_is_read_as_a_file_of_the_folder_is(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    read = tuple(read_upload(name, data, LIMITS) for name, data in sorted(FILES.items()))
    assert read == read_folder(tmp_path).documents
    assert len(read) == len(FILES)


@pytest.mark.parametrize(
    ("name", "data", "limits", "reason"),
    [
        ("a.png", b"\x89PNG", LIMITS, f"is not one of {', '.join(READERS)}: convert it to one of these"),
        ("unnamed", b"A cat sat.", LIMITS, f"is not one of {', '.join(READERS)}: convert it to one of these"),
        ("a.txt", b" \n", LIMITS, "is empty: write something in it"),
        ("a.txt", b"\x7fELF\0", LIMITS, "is binary, or in an unknown encoding: save it as text in UTF-8"),
        ("a.html", b"<p> </p>", LIMITS, "holds no text that can be found: save it in another form"),
        ("a.pdf", b"%PDF-1.4", LIMITS, "is damaged, or no PDF: open it in a PDF viewer and save it again"),
        ("a.txt", b"a " * 500_001, Limits(max_file_mb=1), "is larger than 1 MB: split it"),
        ("a.csv", b"a," * 5_000_000, Limits(read_seconds=0.001), "is not read after 0.001 seconds: split it"),
        ("a.csv", b"a," * 5_000_000, Limits(read_memory_mb=256), "needs more than 256 MB of memory: split it"),
    ],
)
def test_who_hands_it_over_is_told_what_they_can_do(name: str, data: bytes, limits: Limits, reason: str) -> None:
    with pytest.raises(DocumentError) as error:
        read_upload(name, data, limits)
    assert str(error.value) == reason


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("Fees 2024.pdf", "Fees 2024.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\fees.txt", "fees.txt"),
        ("a/..\\b.txt", "b.txt"),
        ("a/", "unnamed"),
        ("", "unnamed"),
        ("..", "unnamed"),
        (".env.txt. ", "env.txt"),
        ("two\r\nlines\0.txt", "two lines.txt"),
        ("\x1b[31mred.txt", "[31mred.txt"),
        ("invoice\u202efdp.txt", "invoicefdp.txt"),
        ("cafe\u0301.txt", "café.txt"),
        ("e\u200d\u0301.txt", "é.txt"),
        ("قائمة الرسوم.txt", "قائمة الرسوم.txt"),
        ("🦉.txt", "🦉.txt"),
        ("\udcff.txt", "txt"),
        ("CON", "CON"),
        ("a" * 1_000 + ".pdf", "a" * (LONGEST_NAME - 4) + ".pdf"),
        ("a." + "b" * 1_000, "a." + "b" * (LONGEST_NAME - 2)),
        ("a" * (LONGEST_NAME - 1) + " b", "a" * (LONGEST_NAME - 1)),
    ],
)
def test_names(filename: str, name: str) -> None:
    assert name_of(filename) == name


def test_names_that_differ_in_case_are_two_and_in_form_are_one() -> None:
    assert name_of("Fees.txt") != name_of("fees.txt")
    assert name_of("A\u030angstro\u0308m.txt") == name_of("\u212bngström.txt") == name_of("Ångström.txt")


ODD = st.sampled_from(
    [*"/\\.. \0\n\t\x1b\u2028\u202e\u2066\u200d\ufeff\u0301\u0958\u2126\U0001d160\ud800", ".PDF", "é"]
)


@given(st.lists(ODD | st.characters(), max_size=200).map("".join))
@example("\u0958" * LONGEST_NAME)  # in NFC it is two characters each
def test_any_name_is_a_short_label_and_no_path(filename: str) -> None:
    name = name_of(filename)
    assert 0 < len(name) <= LONGEST_NAME
    assert name.isprintable()
    assert name == unicodedata.normalize("NFC", name) == name.strip(" .")
    assert PurePosixPath(name).name == name
    assert "\\" not in name
    assert name_of(name) == name


@given(st.text(st.characters(exclude_characters="/\\", exclude_categories=["Cs"])), st.sampled_from([*READERS]))
def test_however_long_a_name_is_its_format_stays(stem: str, ending: str) -> None:
    assert name_of(f"a{stem}{ending}").endswith(ending)
