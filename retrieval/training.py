"""Questions with marked answers → the ranker: ``python -m retrieval.training FOLDER`` writes it beside the code.

Every question is asked of the whole file and of the part of it that its article is, so that what is learned holds in a
library and in a folder of two pages. The same files give the same ranker, to the bit.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from sklearn.ensemble import HistGradientBoostingClassifier

from corpus import Document, GoldError, UserError
from retrieval.answerer import Answerer
from retrieval.gold import SpanQuestion, Squad, read_gold
from retrieval.trees import RANKER, UNTAUGHT, Trees

PART = 40  # documents of one part, where an article has more
SETTINGS = {
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


def train(squads: Sequence[Squad]) -> Trees:
    """The ranker learned from these files: trees over ``retrieval.features``, one sample a candidate.

    Raises GoldError if no question in them finds its answer.
    """
    samples: list[NDArray[np.float32]] = []
    right: list[NDArray[np.bool_]] = []
    for documents, questions in track([part for squad in squads for part in _parts(squad)], "Reading", transient=True):
        answerer = Answerer(documents, UNTAUGHT)
        for question in questions:
            met, passages = answerer.meet(question.text)
            if not passages:
                continue
            answers = {(span.document, span.start) for span in question.answers}
            samples.append(met)
            right.append(
                np.array([any(p.document.id == d and p.start <= s < p.end for d, s in answers) for p in passages], bool)
            )
    labels = np.concatenate(right) if right else np.zeros(0, bool)
    if not labels.any():
        raise GoldError("no question finds its answer: nothing to learn from")
    model = HistGradientBoostingClassifier(**SETTINGS).fit(np.concatenate(samples), labels)
    return trees_of(model)


def trees_of(model: HistGradientBoostingClassifier) -> Trees:
    """The trees of a fitted binary classifier without categorical features or missing values."""
    feature, threshold, left, right, value, roots = [], [], [], [], [], []
    offset, depth = 0, 0
    for (tree,) in model._predictors:  # noqa: SLF001 (the nodes have no public form)
        nodes = tree.nodes
        leaf = nodes["is_leaf"].astype(bool)
        here = np.arange(len(nodes)) + offset
        roots.append(offset)
        feature.append(np.where(leaf, 0, nodes["feature_idx"]))
        threshold.append(np.where(leaf, 0, nodes["num_threshold"]))
        left.append(np.where(leaf, here, nodes["left"].astype(np.int64) + offset))
        right.append(np.where(leaf, here, nodes["right"].astype(np.int64) + offset))
        value.append(np.where(leaf, nodes["value"], 0))
        depth = max(depth, int(nodes["depth"].max()))
        offset += len(nodes)
    return Trees(
        np.concatenate(feature).astype(np.int16),
        np.concatenate(threshold).astype(np.float32),
        np.concatenate(left).astype(np.int32),
        np.concatenate(right).astype(np.int32),
        np.concatenate(value).astype(np.float32),
        np.array(roots, np.int32),
        depth,
        float(np.ravel(model._baseline_prediction)[0]),  # noqa: SLF001 (likewise)
    )


def _parts(squad: Squad) -> Iterator[tuple[list[Document], list[SpanQuestion]]]:
    """The whole file, then its parts: an article each, or where one is long so many documents of it."""
    documents = list(squad.documents)
    yield documents, list(squad.questions)
    for _, article in groupby(documents, key=lambda document: document.id.rpartition("/")[0]):
        of_article = list(article)
        for at in range(0, len(of_article), PART):
            part = of_article[at : at + PART]
            ids = {document.id for document in part}
            yield part, [question for question in squad.questions if question.document in ids]


def main(argv: Sequence[str]) -> int:
    """Reads the .json files of a folder, learns from those in SQuAD's format, writes the ranker; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.training", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="a folder of files in SQuAD's format")
    parser.add_argument("--output", type=Path, default=RANKER, help="where to write (default: beside the code)")
    arguments = parser.parse_args(argv)
    try:
        if not arguments.output.parent.is_dir():
            raise GoldError(f"{arguments.output.parent}: there is no such folder to write to")
        read = {file.name: read_gold(file) for file in sorted(arguments.folder.glob("*.json"))}
        squads = {name: gold for name, gold in read.items() if isinstance(gold, Squad)}
        if not squads:
            raise GoldError(f"{arguments.folder}: holds no file in SQuAD's format")
        train(list(squads.values())).write(arguments.output)
    except UserError as error:
        print(f"verbatim: {error}", file=sys.stderr)
        return 2
    print(f"{arguments.output.with_suffix('.npz').name}: learned from {', '.join(squads)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
