"""The documents in the repository are the user's: whole, unchanged, and read as they should be."""

import hashlib
from datetime import date

from bot.settings import Settings
from corpus import Folder, Kind, read_text, split

NORTH_KOREA = "putin-threatens-to-arm-north-korea.txt"
UKRAINE = "western-weapons-flow-to-ukraine.txt"


def test_titles_and_dates(shipped: Folder) -> None:
    assert shipped.problems == ()
    assert {document.id: (document.title, document.date) for document in shipped.documents} == {
        NORTH_KOREA: (
            "Putin Threatens to Arm North Korea if South Korea Supplies Weapons to Ukraine",
            date(2024, 6, 21),
        ),
        UKRAINE: ("Western Weapons Flow to Ukraine… and Russia Responds via North Korea", None),
    }


def test_the_files_are_unchanged() -> None:
    folder = Settings().documents
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()} == {
        NORTH_KOREA: "94b239186fe094fe6a83f4136829db358d533f53385846de8b5bace127d4b594",
        UKRAINE: "24acd4dfa9c3f61374bd9e3b984aeef7ef65ccb04103704e7aa501cf5213fdb9",
    }


def test_offsets_count_the_characters_of_the_file(shipped: Folder) -> None:
    for document in shipped.documents:
        data = (Settings().documents / document.id).read_bytes()
        assert document.text == data.decode("utf-8")
        assert read_text(document.id, data) == document
        assert all(document.text[p.start : p.end] == p.text for p in split(document))


def test_what_is_no_sentence(shipped: Folder) -> None:
    others = {
        (p.kind, p.text) for document in shipped.documents for p in split(document) if p.kind is not Kind.SENTENCE
    }
    assert others == {
        (Kind.HEADING, "Friday, June 21, 2024"),
        *((Kind.HEADING, document.title) for document in shipped.documents),
        (Kind.LINE, "Multiple Threats"),
        (Kind.LINE, "Washington “Very Concerned”"),
        (Kind.RESIDUE, "No comments:"),
        (Kind.RESIDUE, "Post a Comment"),
    }


def test_a_quotation_and_an_abbreviation_stay_whole(shipped: Folder) -> None:
    sentences = {p.text for document in shipped.documents for p in split(document)}
    assert (
        "“It is incredibly concerning,” said State Department spokesperson Matthew Miller in a news conference on "
        "Thursday."
    ) in sentences
    assert (
        "Putin's comments are likely to increase tensions among key U.S. allies South Korea and Japan, and North Korea."
        in sentences
    )
