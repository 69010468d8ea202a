"""Which words of a sentence answer a question, and how sure that is: learned from marked answers.

Linear models score every word as the first and as the last of an answer; the likeliest pairs are the candidates. A
third linear model scores each candidate as a whole. From what the three say of it and of those beside it, from where it
stands and from what the rules make of it, boosted trees learn which of a sentence's candidates is the answer.
``retrieval/marker_training.py`` learns them; ``learned/README.md`` is their card.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.arrays import greatest, stacked
from retrieval.boundaries import (
    AND,
    CALENDAR,
    CAPITAL,
    CLOSED,
    CLUSTER,
    COMMA,
    COUNTING,
    FIRST,
    LAST,
    NAME,
    NUMBER,
    OR,
    PADDING,
    PAUSES,
    ROW,
    SMALL,
    YEAR,
    Floats,
    Ints,
    Read,
    Text,
    asked_of,
    combine,
    hashed,
    read,
    text_of,
)
from retrieval.lexis import Lexis
from retrieval.question import Question
from retrieval.spans import hints
from retrieval.trees import Table, Trees, read_trees

LONGEST = 24  # words of a candidate
KEPT = 20  # candidates of a sentence
SURE = 0.7  # worth from which words are shown as the answer
AGREED = 0.55  # the same where the rules point at nearly the same words,
NEARLY = 0.75  # that is, with this F1 of words

_VALUES = (
    "one", "n", "c1", "c2", "c-", "c+", "w1", "w2", "w-", "w+", "g-", "g+", "q", "f", "v", "shape", "inside", "p<",
    "p>", "d<", "d>", "c11", "c22", "commas", "ands", "edges", "t",
)  # fmt: skip
WHOLE = combine(
    "n n*q n*f n*t c1*c2 c1*c2*q c1*c2*f c1*c2*n c-*c+ c-*c+*c1 c-*c+*c2 c-*c1*c2*c+ c-*c1*c2 c1*c2*c+ g-*g+ g-*g+*n "
    "g-*g+*q g-*g+*c1*c2 shape shape*q shape*f shape*c- shape*c+ shape*n inside inside*q inside*f "
    "inside*n p<*p> p<*p>*q "
    "d<*d>*n d<*d>*q p<*p>*d<*d> c1*c11*c2 c2*c22*c1 commas*n commas*ands commas*ands*q ands*n*q w1*w2 "
    "w1*c2 c1*w2 w2*f "
    "w2*f*n w1*f*n w2*q*n w1*q*n edges edges*q edges*f w2*n w1*n w2*c+ w1*c- w-*w+ w-*c2*c+ w+*c1*c- w-*n "
    "w+*n v*w2 v*c2*n "
    "v*shape t*shape t*c1*c2 t*c2*n t*inside t*c-*c+ t*w1 t*w2",
    {value: number for number, value in enumerate(_VALUES)},
)
"""Features of a whole candidate: its first and last two words, those around it, how long it is, what is in it."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model over hashed features: ``weights`` of shape (2 ** BITS,), in hundredths, up to 127."""

    weights: NDArray[np.int8]

    def score(self, features: Ints) -> Floats:
        """The score of each sample, shape (n,): log-odds, of which only those in one sentence can be compared."""
        hundredths: Ints = self.weights.take(features).sum(axis=1, dtype=np.int64)
        return (hundredths / 100).astype(np.float32)


class Candidates(NamedTuple):
    """Candidates by the places of their first and last words; ``held``, how many words of some kinds each holds.

    All of shape (n,).
    """

    first: Ints
    last: Ints
    held: dict[str, Ints]


class Scores(NamedTuple):
    """What the linear models say of each word, shape (words,), and of each candidate as a whole, shape (n,)."""

    first: Floats
    last: Floats
    whole: Floats


class Hints(NamedTuple):
    """What the rules (``retrieval/spans.py``) make of a sentence, by places: (first, last, strength) of words.

    ``pointed`` are the words they point at, ``offered`` all that are of the kind wanted.
    """

    pointed: list[tuple[int, int, float]]
    offered: list[tuple[int, int, float]]


class Mark(NamedTuple):
    """The likeliest words of a sentence, ``text[start:end]``, and what they are expected to be worth.

    ``worth``, from 0 to 1, is the F1 expected against the right answer; ``agreed`` says that the rules point at nearly
    the same words.
    """

    start: int
    end: int
    worth: float
    agreed: bool

    @property
    def sure(self) -> bool:
        """Whether people should be shown the words as the answer: the card says how often that is right."""
        return self.worth >= (AGREED if self.agreed else SURE)


@dataclass(frozen=True, slots=True)
class Marker:
    """Marks the words that answer. ``known`` are words' numbers, sorted, and ``cluster`` what each is used like."""

    known: Ints
    cluster: Ints
    first: Linear
    last: Linear
    whole: Linear
    trees: Trees

    def mark(self, question: Question, sentence: str, words: Lexis) -> Mark | None:
        """The likeliest words of a sentence: the best by the mean of the EM and the F1 expected. None without words."""
        text = text_of(sentence, question.language)
        if not text.starts:
            return None
        seen = read(asked_of(question, words.idf), text, words.idf, self.known, self.cluster)
        found, scores = self.find(seen)
        samples = weigh(seen, found, scores, hints_of(question, sentence, text, words.names))
        right = softmax(self.trees.score(Table(NAMES, samples)))
        expected = overlaps(found) @ right
        best = int(np.argmax(right + expected))
        start, end = text.starts[found.first[best] - PADDING], text.ends[found.last[best] - PADDING]
        return Mark(*_widen(sentence, start, end), float(expected[best]), bool(samples[best, _AGREES] >= NEARLY))

    def find(self, seen: Read) -> tuple[Candidates, Scores]:
        """The candidates of a sentence, likeliest first by their first and last words, and what the models say."""
        begins, ends = boundaries(seen)
        first, last = self.first.score(begins), self.last.score(ends)
        found = candidates(seen, first, last)
        return found, Scores(first, last, self.whole.score(whole(seen, found)))

    def write(self, path: Path) -> None:
        """Writes two files, ``path`` and its trees; the same marker gives the same bytes."""
        np.savez_compressed(
            path.with_suffix(".npz"),
            known=self.known.astype(np.uint32),
            cluster=self.cluster.astype(np.uint8),
            **{name: getattr(self, name).weights for name in _MODELS},
        )
        self.trees.write(_trees_beside(path))


_MODELS = ("first", "last", "whole")


def read_marker(path: Path) -> Marker:
    """The marker in the files that ``write`` made; what numpy raises if one is missing or damaged passes through."""
    with np.load(path, allow_pickle=False) as arrays:
        known, cluster = arrays["known"].astype(np.int64), arrays["cluster"].astype(np.int64)
        first, last, entire = (Linear(arrays[name]) for name in _MODELS)
    return Marker(known, cluster, first, last, entire, read_trees(_trees_beside(path)))


def _trees_beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}_trees.npz")


def softmax(scores: Floats) -> Floats:
    """The probability of each candidate of a sentence, given that one of them is right; shape (n,)."""
    raised = np.exp(scores - scores.max())
    shares: Floats = raised / raised.sum()
    return shares


def boundaries(seen: Read) -> tuple[Ints, Ints]:
    """The features of each word as the first of an answer, and as the last: shape (size, features) each."""
    base = seen.base[:, PADDING : PADDING + seen.size]
    return hashed(base, FIRST, 1), hashed(base, LAST, 2)


def candidates(seen: Read, first: Floats, last: Floats) -> Candidates:
    """The likeliest pairs of a first and a last word, at most ``KEPT``, from the scores of each word."""
    size = len(first)
    ends = np.full(size + LONGEST - 1, -np.inf, np.float32)
    ends[:size] = last
    scores = (first[:, None] + ends[np.arange(size)[:, None] + np.arange(LONGEST)]).ravel()
    likely = greatest(scores, KEPT)
    likely = likely[scores[likely] > -np.inf]
    begin = PADDING + likely // LONGEST
    end = begin + likely % LONGEST
    return Candidates(begin, end, _held(seen, begin, end))


def whole(seen: Read, found: Candidates) -> Ints:
    """The features of each whole candidate, shape (candidates, features)."""
    base, asked = seen.base, seen.asked
    first, last, held = found
    n = last - first + 1
    c, w = base[ROW["c"]], base[ROW["w"]]
    closed = (c >= CLOSED) & (c < CLUSTER)
    others = n - held["names"] - held["numbers"] - held["closed"]
    shape = (
        np.minimum(held["names"], 3) + 4 * np.minimum(held["numbers"], 2) + 12 * np.minimum(held["closed"], 3)
        + 48 * np.minimum(others, 3)
    )  # fmt: skip
    rows = (
        1, np.minimum(n, 10) + (n > 13) + (n > 18), c[first], c[last],
        base[ROW["c-1"]][first], base[ROW["c+1"]][last], w[first], w[last],
        base[ROW["w-1"]][first], base[ROW["w+1"]][last], base[ROW["g"]][first], base[ROW["g+1"]][last],
        asked.opening, asked.focus, asked.after, shape,
        np.minimum(held["met"], 2) + 3 * np.minimum(held["alike"], 1), base[ROW["p<"]][first], base[ROW["p>"]][last],
        base[ROW["d<"]][first], base[ROW["d>"]][last], base[ROW["c+1"]][first], base[ROW["c-1"]][last],
        np.minimum(held["commas"], 3), np.minimum(held["ands"], 2),
        np.where(closed[first], w[first], 0) * 31 + np.where(closed[last], w[last], 0), asked.kind,
    )  # fmt: skip
    return hashed(stacked(rows, len(n), np.int64), WHOLE, 3)


def _held(seen: Read, first: Ints, last: Ints) -> dict[str, Ints]:
    """How many words of some kinds stand from each first to its last word."""
    c, g, m = (seen.base[ROW[name]] for name in ("c", "g", "m"))
    small = (c >= SMALL[0]) & (c <= SMALL[1])
    kinds = {
        "names": (c == NAME) | (c == CAPITAL),
        "numbers": (c == YEAR) | (c == NUMBER) | (c == COUNTING) | (c == CALENDAR) | small,
        "closed": (c >= CLOSED) & (c < CLUSTER),
        "ands": (c == AND) | (c == OR),
        "met": m == 2,
        "alike": m == 1,
        "commas": g == COMMA,
        "pauses": PAUSES[g],
    }
    which = np.array(list(kinds.values()))
    sums = np.zeros((len(which), which.shape[1] + 1), np.int64)
    np.cumsum(which, axis=1, out=sums[:, 1:])
    counts = sums[:, last + 1] - sums[:, first]
    counts[-2:] -= which[-2:, first]  # what stands before the first word is outside
    return dict(zip(kinds, counts, strict=True))


def hints_of(question: Question, sentence: str, text: Text, names: Container[str]) -> Hints:
    """What the rules make of a sentence."""
    found = Hints([], [])
    for number, hint in enumerate(hints(question, sentence, names)):
        first, last = bisect_right(text.ends, hint.start), bisect_left(text.starts, hint.end) - 1
        if hint.start < hint.end and first <= last:
            (found.offered if number else found.pointed).append((PADDING + first, PADDING + last, hint.strength))
    return found


def _alike(found: Candidates, spans: Sequence[tuple[int, int, float]]) -> Floats:
    """How nearly each candidate is one of the spans: the greatest F1 of their words, times its strength."""
    best = np.zeros(len(found.first), np.float32)
    for first, last, strength in spans:
        shared = np.minimum(found.last, last) - np.maximum(found.first, first) + 1
        both = found.last - found.first + last - first + 2
        best = np.maximum(best, np.float32(2 * strength) * np.maximum(shared, 0) / both)
    return best.astype(np.float32)


def overlaps(found: Candidates) -> Floats:
    """The F1 of the words of each candidate and each other, by where they stand: shape (n, n)."""
    first, last, _ = found
    shared = np.minimum(last[:, None], last) - np.maximum(first[:, None], first) + 1
    size = last - first + 1
    f1: Floats = (2 * np.maximum(shared, 0) / (size[:, None] + size)).astype(np.float32)
    return f1


def weigh(seen: Read, found: Candidates, scores: Scores, hinted: Hints) -> Floats:
    """What the trees learn from: shape (candidates, len(NAMES)), in their order."""
    base = seen.base
    begin, end, held = found
    first, last = scores.first[begin - PADDING], scores.last[end - PADDING]
    odds = first + last + scores.whole
    right = softmax(odds)
    n, total, size = len(begin), base.shape[1], end - begin + 1
    gains = np.where(base[ROW["m"]] > 0, seen.gain, np.float32(0))
    gained, rarity = np.zeros((2, total + 1), np.float32)
    np.cumsum(gains, out=gained[1:])
    np.cumsum(seen.idf, out=rarity[1:])
    clause = np.cumsum(PAUSES[base[ROW["g"]]])
    opens, closes = clause[begin], clause[end]
    words = np.bincount(clause)
    starts = np.cumsum(words) - words
    in_clause = np.bincount(clause, gains)
    first_words, last_words = base[:, begin], base[:, end]
    columns = (
        first, last, scores.whole, odds, np.argsort(np.argsort(-odds, kind="stable")), right,
        softmax(scores.first)[begin - PADDING], softmax(scores.last)[end - PADDING], overlaps(found) @ right,
        size, *held.values(),
        *np.minimum(first_words[_BEGIN], CLUSTER), *np.minimum(last_words[_END], CLUSTER),
        first_words[ROW["g"]], last_words[ROW["g+1"]],
        first_words[ROW["d<"]], last_words[ROW["d>"]], first_words[ROW["p<"]], last_words[ROW["p>"]],
        begin - PADDING, PADDING + seen.size - end, seen.size, seen.cover,
        gained[end + 1] - gained[begin], gained[begin], gained[-1] - gained[end + 1],
        in_clause[opens], in_clause[closes], closes - opens, words[opens],
        begin - starts[opens], starts[closes] + words[closes] - 1 - end,
        (rarity[end + 1] - rarity[begin]) / size, rarity[end + 1] - rarity[begin],
        seen.idf[begin], seen.idf[end], seen.idf[begin - 1], seen.idf[end + 1],
        seen.asked.opening, seen.asked.want, seen.asked.kind % 10, len(seen.asked.terms),
        _alike(found, hinted.pointed), len(hinted.pointed), _alike(found, hinted.offered),
        max((strength for _, _, strength in hinted.offered), default=0.0),
    )  # fmt: skip
    return stacked(columns, n, np.float32).T


_BEGIN, _END = ([ROW[name] for name in names] for names in (("c", "c-1", "c-2"), ("c", "c+1", "c+2")))
NAMES = (
    "first", "last", "whole", "odds", "rank", "right", "right first", "right last", "overlap",
    "words", "names", "numbers", "closed", "ands", "met", "alike", "commas", "pauses",
    *("first word c", "first word c-1", "first word c-2", "last word c", "last word c+1", "last word c+2"),
    "gap before", "gap after",
    "distance before", "distance after", "place before", "place after", "token", "tokens after", "size", "cover",
    "gain inside", "gain before", "gain after",
    "gain of first clause", "gain of last clause", "clauses", "words of clause", "words from clause", "words to clause",
    "idf", "sum of idf", "idf of first", "idf of last", "idf before", "idf after",
    "opening", "want", "type", "terms", "as pointed at", "pointed at", "as offered", "offered",
)  # fmt: skip
"""The names of what the trees learn from."""

_AGREES = NAMES.index("as pointed at")


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """With the currency sign before a number, and the per cent sign after it."""
    start -= text[start - 1 : start] in ("$", "£", "€", "¥") and text[start].isdigit()
    end += text[end : end + 1] == "%" and text[end - 1].isdigit()
    return start, end
