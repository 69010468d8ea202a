"""WordNet → the thesaurus: by hand from a WordNet of four senses, then what the one that ships knows."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import GoldError
from retrieval.terms import terms
from retrieval.thesaurus import Thesaurus, thesaurus
from retrieval.thesaurus_making import main, make

# "buy" and "purchase" have one sense, "get" is the wider word; "buy" as a noun is meant a quarter of the time.
WORDNET = {
    "data.noun": "  1 This is the licence.\n00000001 21 n 02 bargain 0 buy 0 000 | an advantageous purchase  \n",
    "data.verb": (
        "00000002 40 v 02 buy 0 purchase 0 002 @ 00000003 v 0000 + 00000001 n 0102 01 + 08 00 | obtain by purchase  \n"
        "00000003 40 v 01 get 0 001 ~ 00000002 v 0000 01 + 08 00 | come into possession  \n"
    ),
    "data.adj": "",
    "data.adv": "",
    "index.noun": "bargain n 1 0 1 0 00000001  \nbuy n 1 0 1 0 00000001  \n",
    "index.verb": "buy v 1 1 @ 1 1 00000002  \nget v 1 1 ~ 1 1 00000003  \npurchase v 1 1 @ 1 0 00000002  \n",
    "index.adj": "",
    "index.adv": "",
    "cntlist.rev": "buy%1:21:00:: 1 1\nbuy%2:40:00:: 1 4\n",
    "verb.exc": "borne bear\nborn bear\nbargained bargain\n",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        (folder / name).write_text(text, "latin-1")
    return folder


def found(known: Thesaurus, word: str) -> dict[str, float]:
    """The synonyms of a word."""
    (term,) = terms(word)
    return known.synonyms(term)


def test_made_by_hand(tmp_path: Path) -> None:
    known = make(write(tmp_path, WORDNET))
    # "buy" is meant as a verb 4.5 times of 6: so often do both stand for one another, of what the relation is worth.
    assert found(known, "purchase") == {"buy": round(0.45 + 0.3 * 0.75, 2)}
    assert found(known, "bargain") == {"buy": 0.52}  # a derivation, and the same sense a quarter of the time: 0.525
    assert found(known, "buy") == {"purchas": 0.68, "bargain": 0.52}
    assert found(known, "cat") == {}
    assert (known.verb("buy"), known.verb("bargain"), known.verb("born"), known.verb("cat")) == (0.75, 0, 0.7, 0)


def test_written_and_read_again(tmp_path: Path) -> None:
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    folder = str(write(tmp_path, WORDNET))
    assert main([folder, "--output", str(first)]) == main([folder, "--output", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no WordNet database"),
        (WORDNET | {"data.verb": "00000002 40 v\n"}, "is no WordNet database, or a dam"),
    ],
)
def test_what_is_no_wordnet(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(GoldError, match=message):
        make(write(tmp_path, files))


@pytest.mark.parametrize(
    ("first", "second"), [("react", "respond"), ("gather", "assemble"), ("deep", "depth"), ("sell", "seller")]
)
def test_the_one_that_ships_knows(first: str, second: str) -> None:
    (other,) = terms(second)
    assert found(thesaurus(), first)[other] >= 0.25
    assert found(thesaurus(), second)[terms(first)[0]] >= 0.25


@pytest.mark.parametrize(
    ("word", "verb"),
    [("die", True), ("born", True), ("react", True), ("cat", False), ("deep", False), ("putin", False)],
)
def test_verbs_of_the_one_that_ships(word: str, verb: bool) -> None:
    (term,) = terms(word)
    assert (thesaurus().verb(term) > 0.5) is verb


@given(st.text())
def test_any_term(term: str) -> None:
    assert all(0.2 < credit <= 1 for credit in thesaurus().synonyms(term).values())
    assert 0 <= thesaurus().verb(term) <= 1
