"""Which words of a sentence answer a question, and how sure that is: learned from marked answers.

Linear models score every word as the first and as the last of an answer; the likeliest pairs are the candidates. What a
third linear model says of each whole candidate, where it stands and what the rules make of it, boosted trees weigh into
how much of a right answer it is expected to be. ``retrieval/marker_training.py`` learns them; ``learned/README.md`` is
their card.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.boundaries import (
    AND,
    CALENDAR,
    CAPITAL,
    CLUSTER,
    COMMA,
    COUNTING,
    FIRST,
    LAST,
    NAME,
    NUMBER,
    ODD,
    OR,
    PADDING,
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
WEIGHED = 6  # of those, the ones that the trees weigh: the likeliest by the linear models
BOUNDS = 0.5  # what the scores of the first and last word count there, beside that of the whole
SURE = 0.6  # worth from which words are shown as the answer
AGREED = 0.4  # the same where the rules point at nearly the same words,
NEARLY = 0.75  # that is, with this F1 of words
CLOSED = 60  # the class from which words are of the closed classes, up to CLUSTER

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
    """A linear model over hashed features: ``weights`` of shape (2 ** BITS,), and the bias."""

    weights: NDArray[np.float32]
    bias: float

    def score(self, features: Ints, parts: Floats) -> Floats:
        """The log-odds of each sample in three parts, shape (n, 3); the bias stands in the first."""
        scores: Floats = self.weights[features] @ parts
        scores[:, 0] += np.float32(self.bias)
        return scores


class Candidates(NamedTuple):
    """Candidates by the places of their first and last words, shape (n,), those of each sentence together."""

    first: Ints
    last: Ints


class Hints(NamedTuple):
    """What the rules (``retrieval/spans.py``) make of sentences, by places: (first, last, strength) of words.

    ``pointed`` are the words they point at, ``offered`` all that are of the kind wanted.
    """

    pointed: list[tuple[int, int, float]]
    offered: list[tuple[int, int, float]]


class Mark(NamedTuple):
    """The likeliest words of a sentence, ``text[start:end]``, and what they are expected to be worth.

    ``worth``, from 0 to 1, is the mean of EM and F1 against the right answer; ``agreed`` says that the rules point at
    nearly the same words.
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

    def mark(self, question: Question, sentences: Sequence[str], words: Lexis) -> list[Mark | None]:
        """The likeliest words of each sentence; None for one without words."""
        texts = [text_of(sentence, question.language) for sentence in sentences]
        if not any(text.starts for text in texts):
            return [None] * len(sentences)
        seen = read(asked_of(question, words.idf), texts, self.known, self.cluster)
        first, last = self.bounds(seen)
        found = candidates(seen, first, last)
        entire = self.whole.score(whole(seen, found), WHOLE[1])
        hinted = hints_of(question, sentences, texts, words.names)
        samples = weigh(seen, found, first, last, entire, hinted)
        plausible = entire.sum(axis=1) + np.float32(BOUNDS) * (samples[:, 0] + samples[:, 1])
        kept = _best(seen.sentence[found.first], plausible, WEIGHED)
        found = Candidates(found.first[kept], found.last[kept])
        worth = self.trees.score(Table(NAMES, samples[kept]))
        marks: list[Mark | None] = [None] * len(sentences)
        of = seen.sentence[found.first]
        for number, (sentence, text) in enumerate(zip(sentences, texts, strict=True)):
            here = np.flatnonzero(of == number)
            if len(here):
                best = here[int(np.argmax(worth[here]))]
                start = text.starts[seen.token[found.first[best]]]
                end = text.ends[seen.token[found.last[best]]]
                agreed = bool(samples[kept[best], _AGREES] >= NEARLY)
                marks[number] = Mark(*_widen(sentence, start, end), float(worth[best]), agreed)
        return marks

    def bounds(self, seen: Read) -> tuple[Floats, Floats]:
        """How likely each word is the first of an answer, and the last, in three parts: shape (words, 3) each."""
        first, last = boundaries(seen)
        return self.first.score(first, FIRST[1]), self.last.score(last, LAST[1])

    def write(self, path: Path) -> None:
        """Writes two files, ``path`` and its trees; the same marker gives the same bytes."""
        models = {name: getattr(self, name) for name in _MODELS}
        np.savez_compressed(
            path.with_suffix(".npz"),
            known=self.known.astype(np.uint32),
            cluster=self.cluster.astype(np.uint8),
            bias=np.array([model.bias for model in models.values()]),
            **{name: model.weights.astype(np.float16) for name, model in models.items()},
        )
        self.trees.write(_trees_beside(path))


_MODELS = ("first", "last", "whole")


def read_marker(path: Path) -> Marker:
    """The marker in the files that ``write`` made; what numpy raises if one is missing or damaged passes through."""
    with np.load(path, allow_pickle=False) as arrays:
        known, cluster = arrays["known"].astype(np.int64), arrays["cluster"].astype(np.int64)
        first, last, entire = (
            Linear(arrays[name].astype(np.float32), float(bias))
            for name, bias in zip(_MODELS, arrays["bias"], strict=True)
        )
    return Marker(known, cluster, first, last, entire, read_trees(_trees_beside(path)))


def _trees_beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}_trees.npz")


def _best(groups: Ints, scores: Floats, most: int) -> Ints:
    """The rows of the ``most`` best of each group, best first; ``groups`` are numbers in ascending order."""
    order = np.lexsort((-scores, groups))
    rank = np.arange(len(groups)) - np.searchsorted(groups, groups)
    return order[rank < most]


def boundaries(seen: Read) -> tuple[Ints, Ints]:
    """The features of each word as the first of an answer, and as the last: shape (words, features) each."""
    base = seen.base[:, seen.words]
    return hashed(base, FIRST[0], 1), hashed(base, LAST[0], 2)


def candidates(seen: Read, first: Floats, last: Floats) -> Candidates:
    """The likeliest pairs of a first and a last word of one sentence, at most ``KEPT`` a sentence."""
    total = seen.base.shape[1]
    begins, ends = np.full(total, -np.inf, np.float32), np.full(total + LONGEST, -np.inf, np.float32)
    begins[seen.words], ends[seen.words] = first.sum(axis=1), last.sum(axis=1)
    found: list[tuple[Ints, Ints]] = []
    for number in range(len(seen.cover)):
        places = np.flatnonzero(seen.sentence == number)
        if not len(places):
            continue
        at, size = int(places[0]), len(places)
        within = np.lib.stride_tricks.sliding_window_view(ends[at : at + size + LONGEST], LONGEST)[:size].copy()
        within[np.arange(LONGEST) >= np.arange(size, 0, -1)[:, None]] = -np.inf
        scores = (begins[at : at + size, None] + within).ravel()
        best = np.argsort(-scores, kind="stable")[:KEPT]
        best = best[scores[best] > -np.inf]
        found.append((at + best // LONGEST, at + best // LONGEST + best % LONGEST))
    return Candidates(np.concatenate([f for f, _ in found]), np.concatenate([e for _, e in found]))


def whole(seen: Read, found: Candidates) -> Ints:
    """The features of each whole candidate, shape (candidates, features)."""
    base, first, last, asked = seen.base, found.first, found.last, seen.asked
    held = _held(seen, found)
    n = last - first + 1
    c, w, one = base[ROW["c"]], base[ROW["w"]], np.ones_like(first)
    closed = (c >= CLOSED) & (c < CLUSTER)
    others = n - held["names"] - held["numbers"] - held["closed"]
    shape = (
        np.minimum(held["names"], 3) + 4 * np.minimum(held["numbers"], 2) + 12 * np.minimum(held["closed"], 3)
        + 48 * np.minimum(others, 3)
    )  # fmt: skip
    rows = (
        one, np.minimum(n, 10) + (n > 13) + (n > 18), c[first], c[last],
        base[ROW["c-1"]][first], base[ROW["c+1"]][last], w[first], w[last],
        base[ROW["w-1"]][first], base[ROW["w+1"]][last], base[ROW["g"]][first], base[ROW["g+1"]][last],
        one * asked.opening, one * asked.focus, one * asked.after, shape,
        np.minimum(held["met"], 2) + 3 * np.minimum(held["alike"], 1), base[ROW["p<"]][first], base[ROW["p>"]][last],
        base[ROW["d<"]][first], base[ROW["d>"]][last], base[ROW["c+1"]][first], base[ROW["c-1"]][last],
        np.minimum(held["commas"], 3), np.minimum(held["ands"], 2),
        np.where(closed[first], w[first], 0) * 31 + np.where(closed[last], w[last], 0), one * asked.kind,
    )  # fmt: skip
    return hashed(np.stack(rows), WHOLE[0], 3)


def _held(seen: Read, found: Candidates) -> dict[str, Ints]:
    """How many words of some kinds each candidate holds."""
    c, g, m = (seen.base[ROW[name]] for name in ("c", "g", "m"))
    small = (c >= SMALL[0]) & (c <= SMALL[1])
    kinds = {
        "names": (c == NAME) | (c == CAPITAL),
        "numbers": (c == YEAR) | (c == NUMBER) | (c == COUNTING) | (c == CALENDAR) | small,
        "closed": (c >= CLOSED) & (c < CLUSTER),
        "commas": g == COMMA,
        "marks": g > ODD,
        "ands": (c == AND) | (c == OR),
        "met": m == 2,
        "alike": m == 1,
    }
    which = np.array(list(kinds.values()))
    sums = np.zeros((len(which), which.shape[1] + 1), np.int64)
    np.cumsum(which, axis=1, out=sums[:, 1:])
    counts = sums[:, found.last + 1] - sums[:, found.first]
    counts[3:5] -= which[3:5, found.first]  # what stands before the first word is outside
    return dict(zip(kinds, counts, strict=True))


def hints_of(question: Question, sentences: Sequence[str], texts: Sequence[Text], names: frozenset[str]) -> Hints:
    """What the rules make of the sentences."""
    pointed: list[tuple[int, int, float]] = []
    offered: list[tuple[int, int, float]] = []
    at = PADDING
    for sentence, text in zip(sentences, texts, strict=True):
        for number, hint in enumerate(hints(question, sentence, names)):
            first, last = bisect_right(text.ends, hint.start), bisect_left(text.starts, hint.end) - 1
            if hint.start < hint.end and first <= last:
                (offered if number else pointed).append((at + first, at + last, hint.strength))
        at += len(text.starts) + PADDING
    return Hints(pointed, offered)


def _alike(found: Candidates, spans: Sequence[tuple[int, int, float]]) -> Floats:
    """How nearly each candidate is one of the spans: the greatest F1 of their words, times its strength."""
    best = np.zeros(len(found.first), np.float32)
    for first, last, strength in spans:
        shared = np.minimum(found.last, last) - np.maximum(found.first, first) + 1
        both = found.last - found.first + last - first + 2
        best = np.maximum(best, np.float32(2 * strength) * np.maximum(shared, 0) / both)
    return best.astype(np.float32)


def weigh(seen: Read, found: Candidates, first: Floats, last: Floats, entire: Floats, hinted: Hints) -> Floats:
    """What the trees learn from: shape (candidates, len(NAMES)), in their order."""
    base, begin, end, token = seen.base, found.first, found.last, seen.token
    of = seen.sentence[begin]
    word = np.cumsum(seen.sentence >= 0) - 1  # the number of the word at each place
    parts = np.concatenate([first[word[begin]], last[word[end]], entire], axis=1)
    scores = parts.reshape(-1, 3, 3).sum(axis=2)
    both = scores[:, 0] + scores[:, 1]
    leading = np.column_stack([scores, both])
    best = np.full((len(seen.cover), 4), -np.inf, np.float32)
    np.maximum.at(best, of, leading)

    held = _held(seen, found)
    size = np.bincount(seen.sentence[seen.words], minlength=len(seen.cover))[of]
    opens = begin - token[begin]
    closes = opens + size
    gained = np.r_[0, np.cumsum(np.where(base[ROW["m"]] > 0, seen.gain, 0))].astype(np.float32)

    def gain(start: Ints, stop: Ints) -> Floats:
        within: Floats = gained[np.clip(stop, opens, closes)] - gained[np.clip(start, opens, closes)]
        return within

    one = np.ones(len(begin), np.int64)
    pointed = np.zeros(len(seen.cover), np.float32)
    pointed[[seen.sentence[start] for start, _, _ in hinted.pointed]] = 1
    strength = np.zeros(len(seen.cover), np.float32)
    for start, _, strong in hinted.offered:
        strength[seen.sentence[start]] = max(strength[seen.sentence[start]], strong)
    columns = (
        *leading.T, *(leading - best[of]).T, *parts.T, end - begin + 1, *held.values(),
        base[ROW["g"]][begin], base[ROW["g+1"]][end],
        base[ROW["d<"]][begin], base[ROW["d>"]][end], base[ROW["p<"]][begin], base[ROW["p>"]][end],
        token[begin], size - token[end], size, seen.cover[of],
        gain(begin, end + 1), gain(opens, begin), gain(end + 1, closes),
        gain(begin - 3, begin), gain(end + 1, end + 4), gain(begin - 7, begin), gain(end + 1, end + 8),
        one * seen.asked.opening, one * seen.asked.want, one * len(seen.asked.terms),
        _alike(found, hinted.pointed), pointed[of], _alike(found, hinted.offered), strength[of],
    )  # fmt: skip
    return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)


_SCORED = ("first", "last", "whole", "both")
NAMES = (
    *_SCORED, *(f"{name} against best" for name in _SCORED),
    *(f"{name}: {part}" for name in _MODELS for part in ("look", "kind", "meeting")),
    "words", "names", "numbers", "closed", "commas", "marks", "ands", "met", "alike", "gap before", "gap after",
    "distance before", "distance after", "place before", "place after", "token", "tokens after", "size", "cover",
    "gain inside", "gain before", "gain after", "gain 3 before", "gain 3 after", "gain 7 before", "gain 7 after",
    "opening", "want", "terms", "as pointed at", "pointed at", "as offered", "offered",
)  # fmt: skip
"""The names of what the trees learn from."""

_AGREES = NAMES.index("as pointed at")


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """With the currency sign before a number, and the per cent sign after it."""
    start -= text[start - 1 : start] in ("$", "£", "€", "¥") and text[start].isdigit()
    end += text[end : end + 1] == "%" and text[end - 1].isdigit()
    return start, end
