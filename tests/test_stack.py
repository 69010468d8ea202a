"""The search against its formula: worked out by hand, by scikit-learn's counts, and by brute force over every row."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from corpus import ENGLISH, Document
from retrieval.index import Index
from retrieval.reading import CONTEXT, K1, PIVOT, B
from retrieval.stack import Hits, Stack
from retrieval.terms import terms

PETS = [
    Document("a.txt", "pets", None, "cat mat"),
    Document("b.txt", "pets", None, "cat"),
    Document("c.txt", "cat", None, "dog dog"),
    Document("d.txt", "pets", None, "fish"),
    Document("e.txt", "", None, ""),
]


def stack(*documents: Document) -> Stack:
    return Index.of(documents).stacks[ENGLISH]


def weight(times: int, length: int) -> float:
    """The weight of a term inside a text, as the docstring of ``Stack`` has it."""
    return times * (K1 + 1) / (times + K1 * (1 - B + B * length / PIVOT))


def found(hits: Hits) -> list[tuple[str, float]]:
    """The rows found, by their documents, and their scores, best first."""
    rows = [segment.row(row) for segment, row in hits.places()]
    totals = (hits.own + hits.around).tolist()
    return [(f"{row.document.id}:{row.start}", total) for row, total in zip(rows, totals, strict=True)]


def test_scores_worked_out_by_hand() -> None:
    pets = stack(*PETS)
    cat, mat = math.log(5 / 3) + 1, math.log(5 / 2) + 1  # of 4 rows, 2 hold "cat" and 1 holds "mat"
    assert (pets.tallies.idf("cat"), pets.tallies.idf("mat")) == pytest.approx((cat, mat))
    scores = {
        "a.txt:0": (cat + mat) * (weight(1, 2) + CONTEXT * weight(1, 3)),
        "b.txt:0": cat * (weight(1, 1) + CONTEXT * weight(1, 2)),
        "c.txt:0": cat * CONTEXT * weight(1, 3),
    }
    hits = pets.search(["cat", "mat"], 10)
    assert dict(found(hits)) == pytest.approx(scores)
    assert hits.around.tolist()[2] == pytest.approx(scores["c.txt:0"])


def test_a_term_counts_once_however_often_it_is_asked() -> None:
    pets = stack(*PETS)
    assert found(pets.search(["dog", "dog"], 10)) == found(pets.search(["dog"], 10)) != []


def test_no_term_has_a_higher_idf_than_an_unknown_one() -> None:
    pets = stack(*PETS).tallies
    assert pets.idf("unheard") > pets.idf("mat") > pets.idf("cat")
    assert "cat" in pets
    assert "unheard" not in pets


@pytest.mark.parametrize("question", [[], ["unheard"], ["unheard", "of"]])
def test_nothing_in_common(question: list[str]) -> None:
    assert found(stack(*PETS).search(question, 10)) == []
    assert found(stack().search(question, 10)) == []


def test_ties_in_the_order_of_the_documents_wherever_they_lie() -> None:
    documents = [Document(f"{number}.txt", f"Title {number}", None, f"cat {number}") for number in range(9)]
    index = Index.of(documents[5:]).changed(documents[:5])
    assert [row for row, _ in found(index.stacks[ENGLISH].search(["cat"], 5))] == [
        f"{number}.txt:0" for number in range(5)
    ]


def test_a_document_limits_the_search() -> None:
    pets = stack(*PETS)
    everything = found(pets.search(["cat"], 10))
    assert found(pets.search(["cat"], 10, "b.txt")) == [pair for pair in everything if pair[0] == "b.txt:0"]
    assert found(pets.search(["cat"], 10, "d.txt")) == found(pets.search(["cat"], 10, "none.txt")) == []
    assert found(pets.search(["cat"], 10)) == everything, "a search leaves no trace"


def test_copies_are_one_hit_but_within_a_document() -> None:
    first, second = (Document(f"{number}.txt", "Pets", None, "The cat sat.\n\nThe cat sat.") for number in range(2))
    pets = stack(first, second, Document("3.txt", "Pets", None, "A cat ran."))
    hits = pets.search(["cat"], 10)
    assert [row for row, _ in found(hits)] == ["0.txt:0", "3.txt:0"]
    assert [[(part.row(row).document.id, part.row(row).start) for part, row in same] for same in hits.copies] == [
        [("0.txt", 14), ("1.txt", 0), ("1.txt", 14)],
        [],
    ]
    assert [row for row, _ in found(pets.search(["cat"], 10, "1.txt"))] == ["1.txt:0", "1.txt:14"]


WORDS = st.lists(st.sampled_from(["cat", "dog", "fish", "mat", "sun"]), max_size=5).map(" ".join)
DOCUMENTS = st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=4)), min_size=1, max_size=8)


def scores(documents: list[Document], question: list[str]) -> dict[str, float]:
    """The score of every row that has one, by the formula and scikit-learn's counts and idf."""
    index = Index.of(documents)
    rows = [part.segment.row(number) for part in index.parts for number in range(len(part.segment))]
    vectorizer = CountVectorizer(analyzer=terms)
    texts = [*(row.text for row in rows), *(row.around for row in rows), "cat dog fish mat sun"]
    counts = vectorizer.fit_transform(texts).toarray()
    idf = TfidfTransformer().fit(counts[: len(rows)]).idf_ if rows else ()
    found = {}
    for number, row in enumerate(rows):
        own, around = counts[number], counts[len(rows) + number]
        total = sum(
            idf[at] * (weight(own[at], own.sum()) + CONTEXT * weight(around[at], around.sum()))
            for at in (vectorizer.vocabulary_[term] for term in set(question))
        )
        if total:
            found[f"{row.document.id}:{row.start}"] = float(total)
    return found


@given(DOCUMENTS, WORDS.map(str.split), st.integers(1, 9))
@settings(deadline=None)
def test_the_same_as_brute_force(texts: list[tuple[str, list[str]]], question: list[str], limit: int) -> None:
    documents = [
        Document(f"{number}.txt", title, None, "".join(f"The {words}.\n\n" for words in paragraphs))
        for number, (title, paragraphs) in enumerate(texts)
    ]
    pets = stack(*documents)
    hits = pets.search(question, 100)
    pairs = found(hits)
    every = dict(pairs)
    for (_, score), same in zip(pairs, hits.copies, strict=True):
        every |= {f"{part.row(row).document.id}:{part.row(row).start}": score for part, row in same}
    assert every == pytest.approx(scores(documents, question), rel=1e-5)
    assert [score for _, score in pairs] == sorted((score for _, score in pairs), reverse=True)
    assert found(pets.search(question, limit)) == pairs[:limit]


STEPS = st.lists(st.tuples(st.integers(0, 5), WORDS, st.lists(WORDS, max_size=3), st.booleans()), max_size=12)


@given(STEPS, WORDS.map(str.split), st.integers(1, 5))
@settings(deadline=None)
def test_documents_that_come_and_go_leave_what_a_full_rebuild_has(
    steps: list[tuple[int, str, list[str], bool]], question: list[str], limit: int
) -> None:
    index, held = Index(()), dict[str, Document]()
    for number, title, paragraphs, stays in steps:
        document = Document(f"{number}.txt", title, None, "".join(f"A {words}.\n\n" for words in paragraphs))
        if stays:
            index, held[document.id] = index.changed([document]), document
        else:
            index = index.changed((), [document.id])
            held.pop(document.id, None)
        if number % 2:
            index = index.tidied()
    rebuilt = Index.of(held.values())
    assert index.documents == rebuilt.documents
    ours, theirs = index.stacks[ENGLISH].search(question, limit), rebuilt.stacks[ENGLISH].search(question, limit)
    assert found(ours) == found(theirs)
    assert [len(same) for same in ours.copies] == [len(same) for same in theirs.copies]
    vocabulary = [*["cat", "dog", "fish", "mat", "sun"], "unheard"]
    assert [index.stacks[ENGLISH].tallies.idf(term) for term in vocabulary] == [
        rebuilt.stacks[ENGLISH].tallies.idf(term) for term in vocabulary
    ]


@pytest.mark.parametrize("size", [1, 64, 65, 5_000])
def test_many_stretches(size: int) -> None:
    """More than are opened at once, and more groups of them: the best are found wherever they stand."""
    documents = [
        Document(f"{number:04}.txt", "", None, "cat " + "dog " * (number % 53) + "sun " * (number % 11))
        for number in range(size)
    ]
    best: dict[str, float] = {}
    every = scores(documents, ["cat", "sun"])
    for document in documents:  # of copies the first
        best.setdefault(document.text, every[f"{document.id}:0"])
    hits = stack(*documents).search(["cat", "sun"], 40)
    assert [score for _, score in found(hits)] == pytest.approx(sorted(best.values(), reverse=True)[:40], rel=1e-5)
    assert dict(found(hits)) == pytest.approx({row: every[row] for row, _ in found(hits)}, rel=1e-5)
