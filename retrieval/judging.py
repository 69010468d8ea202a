"""How well a passage fits a question by what is known of answers: a few features weighed by hand.

What is learned from one kind of question alone is least sure of small folders and near misses; these rules hold there
as well, and are added to it (``ranking``).
"""

from collections.abc import Container, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.question import Question, Want
from retrieval.spans import offers
from retrieval.stack import Place
from retrieval.trees import Table

Floats = NDArray[np.float32]
Share = float | NDArray[np.generic]


class Facts(NamedTuple):
    """What is judged of a passage; each a share from 0 to 1 unless said otherwise."""

    coverage: Share  # of the question's weight, met anywhere
    near: Share  # of it, met in the passage, its heading or before it
    own: Share  # of it, met in the passage itself
    facts: Share  # of the weight of what is no name, met near: the right person is not yet the right fact
    barren: Share  # 1 where none of that is met
    together: Share  # of the question's neighbours, those that stand together in the passage
    apart: Share  # the rest of them, where the question asks what something is; 1 for any, where it asks who
    # Names of the question met nowhere, a count; half for one that is met only around the passage. In Chinese and
    # Japanese, runs of characters.
    lost: Share
    offered: Share  # how plainly the passage holds something of the kind wanted
    missing: Share  # 1 where it holds nothing of that kind
    silent: Share  # 1 where the passage says nothing that the question does not, though more is wanted than yes or no
    settles: Share  # how much more than half is met in the passage itself, where yes or no is wanted: what settles it
    short: Share  # 1 for a line that may only be a heading
    verbatim: Share  # of the question's pairs of words, stop words too, those side by side in the passage


WEIGHTS = Facts(1.3, 1.9, 1.4, 1.1, -0.8, 0.9, -3.0, -2.2, 2.5, -2.5, -4.0, 3.0, -0.5, 1.0)
BIAS = -3.7


class Met(NamedTuple):
    """How far words of the candidates stand for the question's terms, from 0 to 1, shape (n, terms) each.

    ``own``: words of the passage; ``near``: or of its heading, or of what a quote has before it; ``titled``: or of the
    document's title; ``anywhere``: or of its stretch of text. ``together``, shape (n,), is the share of the question's
    neighbouring terms for which words stand together in the passage; ``weights``, shape (terms,), is how much each term
    matters.
    """

    weights: Floats
    own: Floats
    near: Floats
    titled: Floats
    anywhere: Floats
    together: Floats

    def share(self, met: Floats, of: NDArray[np.bool_] | slice = slice(None)) -> Floats:
        """The share of the weight ``of`` some terms that is met, shape (n,); 1 where they weigh nothing."""
        total = float(self.weights[of].sum())
        weighed: Floats = met[:, of] @ (self.weights[of] / np.float32(total or 1))
        return weighed if total else np.ones_like(weighed)


class Meeting(NamedTuple):
    """A question and its candidates in the order of the index, ``n`` of them: their features, places, what they meet.

    ``names`` are the words that the documents write as names.
    """

    question: Question
    table: Table
    places: Sequence[Place]
    met: Met
    names: Container[str]

    def said(self, number: int) -> tuple[str, str, str]:
        """The lead of a candidate, its text, and whom it names by their offices."""
        segment, row = self.places[number]
        return segment.said(row)


@np.errstate(invalid="ignore")  # as in ranking.py
def judge(meeting: Meeting, places: NDArray[np.int64]) -> Floats:
    """The log-odds that the candidates at ``places`` answer, by the rules; shape (places,)."""
    question, table, _, met, names = meeting

    def column(name: str) -> Floats:
        values: Floats = table.values[places, table.names.index(name)]
        return values

    said = map(meeting.said, places.tolist())
    offered = np.array(
        [offers(question, text, f"{lead} {named}".strip(), names) for lead, text, named in said], np.float32
    )
    who_is = question.copular and question.want is Want.PERSON
    together = met.together[places]
    named = np.array([term in question.names for term in question.terms], bool)
    fact = met.share(met.near, ~named)[places]
    own = met.share(met.own)[places]
    facts = Facts(
        coverage=met.share(met.anywhere)[places],
        near=met.share(met.near)[places],
        own=own,
        facts=fact,
        barren=fact == 0,
        together=together,
        apart=together < 1 if who_is else (1 - together) * question.copular,
        lost=(((met.anywhere == 0) / 2 + (met.titled == 0) / 2) @ named + _runs_lost(question, met))[places],
        offered=offered,
        missing=offered == 0,
        silent=(column("new words") == 0) & (question.want is not Want.YES_NO),
        settles=(own - 0.5) * (question.want is Want.YES_NO),
        short=column("short"),
        verbatim=column("verbatim"),
    )
    judged: Floats = np.array(facts, np.float32).T @ np.array(WEIGHTS, np.float32) + np.float32(BIAS)
    return judged


def _runs_lost(question: Question, met: Met) -> NDArray[np.int64]:
    """How many of the question's runs of characters have no term that is met anywhere, shape (n,)."""
    number = {term: place for place, term in enumerate(question.terms)}
    lost = np.zeros(len(met.anywhere), np.int64)
    for run in question.runs:
        lost += (met.anywhere[:, [number[term] for term in run]] == 0).all(axis=1)
    return lost
