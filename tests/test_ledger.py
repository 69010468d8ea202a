"""What is counted over documents adds up to what is counted over all of them at once, and comes back as it was."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import ENGLISH, Document
from retrieval.ledger import Entry, Record, about, merged, packed, summed
from retrieval.ledger import read as read_record
from retrieval.reading import read
from retrieval.segment import Counts, Lists, Tally
from retrieval.strings import Strings
from retrieval.terms import terms

SENTENCES = st.sampled_from(
    [
        "The World Health Organization (WHO) met in Geneva.",
        "WHO meets Maria Keller there.",
        "Keller said that the US and the EU agree.",
        "Nobody met keller.",
        "In May the cats slept; cats do.",
        "ALL OF IT SHOUTED AT THE EU.",
        "Zürich's Bären sleep.",
    ]
)
TEXTS = st.lists(SENTENCES, max_size=6).map(" ".join)
SEVERAL = st.lists(TEXTS, min_size=1, max_size=5)


def tally(texts: list[str], first: int = 0) -> Tally:
    return read([Document(f"{n}.txt", "T", None, text) for n, text in enumerate(texts, first)], ENGLISH).tally


def shown(tally: Tally) -> dict[str, object]:
    """All that a tally says, to be compared; of stop words nothing, for they change no answer."""

    def values(part: object) -> object:
        if isinstance(part, Strings):
            return list(part)
        if isinstance(part, Counts):
            return dict(zip(part.keys, map(tuple, part.sums.tolist()), strict=True))
        if isinstance(part, Lists):
            return {field.name: getattr(part, field.name).tolist() for field in fields(part)}
        return part if isinstance(part, int) else part.tolist()  # type: ignore[attr-defined] # an array

    known = {name: values(part) for name, part in tally._asdict().items() if name not in {"words", "capitals"}}
    ends, places, keys = tally.capitals.ends, tally.capitals.values.tolist(), list(tally.written.keys)
    return known | {
        "words": {
            word: [keys[place] for place in places[ends[number] : ends[number + 1]]]
            for number, word in enumerate(tally.words)
            if terms(word) or tally.around_ends[number] < tally.around_ends[number + 1]
        },
        "own_ends": list(dict.fromkeys(tally.own_ends.tolist())),
        "around_ends": list(dict.fromkeys(tally.around_ends.tolist())),
    }


@given(SEVERAL)
def test_a_sum_is_what_all_documents_have(texts: list[str]) -> None:
    parts = [(1, tally([text], number)) for number, text in enumerate(texts)]
    assert shown(summed(parts)) == shown(tally(texts))


@given(SEVERAL, SEVERAL)
def test_what_is_taken_off_is_gone(texts: list[str], others: list[str]) -> None:
    every, gone = tally([*texts, *others]), tally(others, len(texts))
    assert shown(summed([(1, every), (-1, gone)])) == shown(tally(texts))


@given(SEVERAL, st.sampled_from([1, -1]))
def test_a_record_comes_back_as_it_was(texts: list[str], sign: int) -> None:
    entries = (Entry(sign, "en", tally(texts)), Entry(1, "de", tally([])))
    record = Record(frozenset(["b"]), frozenset([("key", "a")]), frozenset(["r"]), entries)
    found = read_record(about(record), packed(entries))
    assert found[:3] == record[:3]
    assert [(e.sign, e.language, shown(e.tally)) for e in found.entries] == [
        (e.sign, e.language, shown(e.tally)) for e in entries
    ]


@pytest.mark.parametrize("all_of_them", [True, False])
def test_records_made_one(all_of_them: bool) -> None:
    one, other = tally(["WHO met Keller.", "Cats sleep."]), tally(["Cats sleep."], 1)
    records = {
        "first": Record(frozenset(["a"]), frozenset(), frozenset(), (Entry(1, "en", one),)),
        "second": Record(frozenset(), frozenset([("key", "a")]), frozenset(), (Entry(-1, "en", other),)),
    }
    found = merged(records, all_of_them=all_of_them)
    assert found[:3] == (frozenset(["a"]), frozenset([("key", "a")]), frozenset(records))
    assert [entry[:2] for entry in found.entries] == ([(1, "en")] if all_of_them else [(-1, "en"), (1, "en")])
    assert shown(summed((entry.sign, entry.tally) for entry in found.entries)) == shown(tally(["WHO met Keller."]))
