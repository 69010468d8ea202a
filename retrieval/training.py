"""Questions with marked answers → the models: ``python -m retrieval.training FOLDER`` writes them beside the code.

The ranker learns which candidate answers. The confidence learns whether the likeliest does, from how it stands beside
the others under rankers that have not seen its article, and is then calibrated. The same files give the same models, to
the bit.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier

from corpus import GoldError, UserError
from retrieval.answerer import Answerer
from retrieval.fitted import trees_of
from retrieval.gold import Squad, read_squads
from retrieval.judging import Meeting, judge
from retrieval.lessons import Lesson, Situation, lessons
from retrieval.marker_training import train_marker
from retrieval.models import FOLDER, Models
from retrieval.ranking import JUDGED, RULES, hopes
from retrieval.rows import Row
from retrieval.standing import standing
from retrieval.trees import Trees

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

RANKER = {
    "max_iter": 200,
    "max_leaf_nodes": 15,
    "max_depth": 6,
    "learning_rate": 0.07,
    "l2_regularization": 5.0,
    "min_samples_leaf": 40,
    "early_stopping": False,
    "random_state": 0,
}
"""scikit-learn's HistGradientBoostingClassifier (Ke et al., 2017); chosen on New-Wikipedia and Reddit, each tested on
the other."""

CONFIDENCE = {**RANKER, "max_leaf_nodes": 12, "learning_rate": 0.06, "min_samples_leaf": 60}

RANKED = frozenset((Situation.ALL, Situation.PARAGRAPH, Situation.PART))
"""The situations that the ranker learns from, where there is an answer."""

CALIBRATED = RANKED | {Situation.HALF}
"""Those in which the confidence is to be a probability: people mostly ask what is there, or about something else."""

WEIGHTS = {Situation.FOREIGN: 0.7, Situation.CUT: 0.3, Situation.ALTERED: 0.3}
"""How much a situation counts in learning the confidence; the others count 1."""

FOLDS = 2


class Sample(NamedTuple):
    """A lesson, its candidates, and which of them hold an answer, shape (n,)."""

    lesson: Lesson
    meeting: Meeting
    right: Bools
    fold: int


def train(squads: Sequence[Squad]) -> Models:
    """The models learned from these files. Raises GoldError if no question in them finds its answer."""
    samples = [sample for squad in squads for sample in _samples(squad)]
    learned = [s for s in samples if s.lesson.situation in RANKED and s.lesson.answers]
    if not any(sample.right.any() for sample in learned):
        raise GoldError("no question finds its answer: nothing to learn from")
    rankers = _crossed(learned, _ranker)
    odds = [rankers[sample.fold].score(sample.meeting.table) for sample in samples]
    tables = [standing(sample.meeting.table, scores) for sample, scores in zip(samples, odds, strict=True)]
    stood = _Stood(
        np.concatenate([table.values for table in tables]),
        np.array([sample.right[int(np.argmax(scores))] for sample, scores in zip(samples, odds, strict=True)], bool),
        np.array([bool(sample.lesson.answers) for sample in samples]),
        np.array([WEIGHTS.get(sample.lesson.situation, 1.0) for sample in samples]),
    )
    folds = np.array([sample.fold for sample in samples])
    unseen = np.zeros(len(samples), np.float32)
    for number in range(FOLDS):
        seen = folds != number if (folds != number).any() else folds == number
        unseen[folds == number] = _hopes(stood.only(seen)).decision_function(stood.values[folds == number])
    scale, offset = _calibrated(samples, odds, unseen)
    confidence = trees_of(tables[0].names, _hopes(stood)).scaled(scale, offset)
    return Models(_ranker(learned), confidence, train_marker(squads))


def _samples(squad: Squad) -> list[Sample]:
    """All lessons of one file as the ranker meets them."""
    samples = []
    for documents, asked in track(list(lessons(squad)), "Reading", transient=True):
        answerer = Answerer(documents, Models())
        for lesson in asked:
            if meeting := answerer.meet(lesson.text, lesson.document):
                right = np.array([_holds(segment.row(row), lesson) for segment, row in meeting.places], bool)
                samples.append(Sample(lesson, meeting, right, lesson.article % FOLDS))
    return samples


def _holds(row: Row, lesson: Lesson) -> bool:
    return any(document == row.document.id and row.start <= at < row.end for document, at in lesson.answers)


def _crossed(samples: Sequence[Sample], fit: Callable[[Sequence[Sample]], Trees]) -> list[Trees]:
    """For each fold what is learned from the others; from all where there is but one."""
    folds = range(FOLDS)
    apart = [[sample for sample in samples if sample.fold != fold] for fold in folds]
    return [fit(part if any(sample.right.any() for sample in part) else samples) for part in apart]


def _ranker(samples: Sequence[Sample]) -> Trees:
    """The log-odds that a candidate answers, of those whose question has an answer."""
    values = np.concatenate([sample.meeting.table.values for sample in samples])
    right = np.concatenate([sample.right for sample in samples])
    return trees_of(samples[0].meeting.table.names, HistGradientBoostingClassifier(**RANKER).fit(values, right))


class _Stood(NamedTuple):
    """The likeliest candidates of all samples: what the confidence is learned from, a row a sample."""

    values: Floats
    right: Bools
    answerable: Bools
    weights: Floats

    def only(self, rows: Bools) -> "_Stood":
        """Some of the rows."""
        return _Stood(self.values[rows], self.right[rows], self.answerable[rows], self.weights[rows])


def _calibrated(samples: Sequence[Sample], odds: Sequence[Floats], unseen: Floats) -> tuple[float, float]:
    """The scale and the offset by which the log-odds learned become, with the rules, those of a probability.

    That is Platt's (1999) calibration, on samples that the models have not seen, where the situation is a natural one.
    """
    learned, judged, right = [], [], []
    for sample, scores, first in zip(samples, odds, unseen, strict=True):
        if sample.lesson.situation in CALIBRATED:
            order, hoped = hopes(sample.meeting.question, scores, first)
            rules = RULES * judge(sample.meeting, order[:JUDGED])
            best = int(np.argmax(hoped[:JUDGED] + rules))
            learned.append(float(hoped[best]))
            judged.append(float(rules[best]))
            right.append(bool(sample.right[order[best]]))
    x, y, sign = np.array(learned), np.array(judged), np.where(right, -1.0, 1.0)

    def loss(parameters: NDArray[np.float64]) -> float:
        return float(np.logaddexp(0, sign * (parameters[0] * x + parameters[1] + y)).mean())

    scale, offset = minimize(loss, np.array([1.0, 0.0])).x
    return float(scale), float(offset)


def _hopes(stood: _Stood) -> HistGradientBoostingClassifier:
    """Whether the likeliest candidate answers, each row counted twice: as right or not, and as answerable or not.

    What could be answered tells the two kinds of silence apart better than what was answered alone.
    """
    return HistGradientBoostingClassifier(**CONFIDENCE).fit(
        np.concatenate([stood.values, stood.values]),
        np.concatenate([stood.right, stood.answerable]),
        sample_weight=np.concatenate([stood.weights, stood.weights]),
    )


def main(argv: Sequence[str]) -> int:
    """Learns from the files of a folder that are in SQuAD's format, writes the models; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.training", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="a folder of files in SQuAD's format")
    parser.add_argument("--output", type=Path, default=FOLDER, help="the folder to write to (default: beside the code)")
    arguments = parser.parse_args(argv)
    try:
        if not arguments.output.is_dir():
            raise GoldError(f"{arguments.output}: there is no such folder to write to")
        squads = read_squads(arguments.folder)
        train(list(squads.values())).write(arguments.output)
    except UserError as error:
        print(f"verbatim: {error}", file=sys.stderr)
        return 2
    print(f"{arguments.output.name}: learned from {', '.join(squads)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
