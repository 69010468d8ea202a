"""Bytes in the encodings that people's files have → their text, to the character."""

import codecs
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, DocumentError, read_text, split

ENGLISH = "The café’s “menu” – it costs £4 for naïve guests. Zoë asks for more."
GERMAN = "Die Gäste müssen über die Straße gehen. Die Größe zählt nicht für sie."
JAPANESE = "灯台は1871年に建てられました。入場料は四ドルです。"
RUSSIAN = "Маяк построили в 1871 году из гранита. Билет стоит четыре доллара."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *(
            (ENGLISH, encoding)
            for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "utf-16-le", "utf-16-be")
        ),
        *((GERMAN, encoding) for encoding in ("cp1252", "latin-1")),
        *((JAPANESE, encoding) for encoding in ("utf-8", "utf-16", "shift_jis", "cp932", "euc_jp", "iso2022_jp")),
        *((RUSSIAN, encoding) for encoding in ("utf-8", "cp1251", "koi8_r")),
        ("café", "cp1252"),
        ("plain", "ascii"),
    ],
)
def test_offsets_and_quotes_are_exact(text: str, encoding: str) -> None:
    document = read_text("a.txt", text.encode(encoding))
    assert document.text == text
    assert [document.text[p.start : p.end] for p in split(document)] == [p.text for p in split(document)]


def test_big_endian_with_its_mark() -> None:
    assert read_text("a.txt", codecs.BOM_UTF16_BE + ENGLISH.encode("utf-16-be")).text == ENGLISH


LANGUAGES = {
    "es": ["cp1252"],
    "de": ["cp1252"],
    "fr": ["cp1252"],
    "ru": ["cp1251", "koi8_r"],
    "ar": ["cp1256"],
    "zh": ["gb18030"],
    "ja": ["shift_jis", "euc_jp", "iso2022_jp"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_in_its_encodings(language: str) -> None:
    """The documents of ``tests/languages``, in UTF-16 without a byte order mark as well."""
    for file in sorted((Path(__file__).parent / "languages" / language).iterdir()):
        text = file.read_text("utf-8")
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", *LANGUAGES[language]):
            with suppress(UnicodeEncodeError):  # a dash, say, which KOI8-R lacks
                assert (encoding, read_text("a.txt", text.encode(encoding)).text) == (encoding, text)


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "gb18030"])
@pytest.mark.parametrize("before", ["", "a"])
def test_a_text_too_long_to_be_looked_at_whole(before: str, encoding: str) -> None:
    """Where it is cut is no middle of a character, wherever its characters begin."""
    text = before + f"{JAPANESE}\n" * 25_000
    assert read_text("a.txt", text.encode(encoding)).text == text


def test_line_ends_are_characters_of_the_text() -> None:
    text = "Übung\r\n\r\nGrößer\rist es."
    assert read_text("a.txt", text.encode("cp1252")).text == text


BINARY = "is binary, or in an unknown encoding: save it as text in UTF-8, or take it out of the folder"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01", BINARY),
        (b"A cat\0sat on the mat.", BINARY),
        (b"A cat\0sat on the mat!!", BINARY),  # an even number of bytes
        (bytes(range(256)) * 9, BINARY),
        (
            codecs.BOM_UTF8 + b"caf\xe9",
            "is damaged: it begins as UTF-8 and is not (byte 3): save it again in UTF-8",
        ),
        (
            codecs.BOM_UTF16_LE + b"a",
            "is damaged: it begins as UTF-16 and is not (byte 2): save it again in UTF-8",
        ),
    ],
    ids=range(6),
)
def test_what_is_no_text(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as error:
        read_text("a.txt", data)
    assert str(error.value) == reason


@given(st.binary())
def test_any_bytes_are_a_text_or_have_their_line(data: bytes) -> None:
    with suppress(DocumentError):
        document = read_text("a.txt", data)
        assert isinstance(document, Document)
        assert "\0" not in document.text
