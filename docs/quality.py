"""Writes docs/quality.md: how good the answers to public questions are, and to those in ``tests/data``.

``make evaluate DATA=folder`` runs it. Each file of the folder that is in SQuAD's format is answered by models that
learned from the others alone, and half its articles by models that learned from the other halves of all; the classic
collections in it, and our own questions, by the models that ship. Each report is printed as ``python -m bot evaluate``
prints it, with its misses.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot import evaluating, wording  # noqa: E402 (found only through the line above, as what follows)
from bot.__main__ import positive  # noqa: E402
from bot.progress import Bar  # noqa: E402
from corpus import GoldError, UserError, read_folder  # noqa: E402
from retrieval import Report, evaluate, read_gold  # noqa: E402
from retrieval.gold import COLLECTIONS, Squad, read_squads  # noqa: E402
from retrieval.training import train  # noqa: E402

HEAD = """\
# How good the answers are

Every figure here is written by one command, and the same files give the same figures, all but the times:

```sh
{command}
```

The folder holds the files named below. A file in SQuAD's format is answered by models that learned from the other such
files alone, never by those that ship, which may have seen it: that is the hardest, for the documents are of another
kind. "Other articles" are every second article of a file, answered by models that learned from the rest of all files:
that is the nearest to the models that ship. The rest is answered by these. All figures are shares, from 0 to 1, but the
times; a dash stands where there is nothing to measure.
"""

PROTOCOLS = {
    "sentence": """\
## The sentence, among those of all paragraphs

As in ReQA (Ahmad et al., 2019): all paragraphs of the file are the documents, every sentence is a candidate, and a
sentence is right if a marked answer begins in it. The same question asked twice is asked once, either answer right.
P@1: the first sentence is right; MRR: the mean of 1/rank; R@k: a right one is among the first k. The peers rank the
same sentences: scikit-learn's TF-IDF as it comes, BM25 (bm25s) with a stemmer and stop words, and each with the score
of the sentence's title and paragraph added ("context"). Their ties share their average rank.
""",
    "sentence in paragraph": """\
## The sentence, in the given paragraph

The question is asked of its own paragraph alone; P@1 as above.
""",
    "span": """\
## The words that answer

Exact match (EM) and F1 over words, as SQuAD's official script has them. Two ways of looking: *forced*, as published
systems are measured, the likeliest words of the first sentence are taken for every question, sure or not (EM, F1); *as
shown*, only what a person sees marked counts: "marked" is the share of questions with marked words, "EM marked" and
"F1 marked" are of those alone. "answered" is the share that was answered at all.
""",
    "refusals": """\
## Refusals, in the given paragraph

As in SQuAD 2.0: to a question that its paragraph does not answer, saying so is right (EM and F1 are 1), anything else
is wrong (0), and saying so to any other is wrong too.
""",
    "withheld": """\
## Silence, with half the documents withheld

Half the articles (half the paragraphs, where there is but one article) are withheld and every question is asked, for
three seeds: what was answered there only cannot be answered now. AUROC: how often a question that can be answered has
a higher confidence than one that cannot. "kept at 2 % false": the share of the answerable questions still answered if
the threshold is set so that at most 2 % of the others are; "kept right": the share of them answered right.
""",
    "confidence": """\
## The confidence, and the threshold that ships

"precision" is the share of answers that are right, "answered" and "answered right" are shares of the questions that can
be answered, "refused" of those that cannot. ECE is the expected calibration error over ten bins (Guo et al., 2017): how
far the confidence is from the share that is right.
""",
    "documents": """\
## Classic collections

Whole documents, ranked for long queries: Verbatim's in the order of their first sentence found, the peers' whole or by
their best sentence. nDCG at 10 with linear gains, and mean average precision.
""",
    "answers": """\
## Small folders

Questions of our own, in `tests/data`; a quote is right if it holds the words wanted. The seed questions are what people
asked first about the two articles that ship; they were looked at while Verbatim was made, and show that nothing broke.
"shipped" asks these articles more; the others ask small folders as people have them: a club's papers, a town's, the
help of a program, a newsroom's. They were written without a look at how Verbatim works, a third of them in other words
than the documents', and most of those that the documents do not answer nearly are.
""",
}
"""What each section is, by its key, in the order they are written."""

TIMES = """\
## Times

What one question took, asked for the first time, in milliseconds: the median and the 99th percentile. They are those of
the machine that this ran on, one question after the other; compare them with each other, not with other machines'.
"""

REFERENCES = """\
## Measured elsewhere

Figures of other questions than these, so they stand in no table. On SQuAD 1.1's development set, among the sentences of
all paragraphs, P@1 is .561 for USE-QA as published (Ahmad et al., 2019), a neural dual encoder; .582 for
all-MiniLM-L6-v2 was measured once while this project was planned, and no command here repeats it. In the given
paragraph of SQuAD 1.1, logistic regression over the features of a parser has EM 40.4 and F1 51.0, and people have F1
90.5 (Rajpurkar et al., 2016), of 100.
"""

MISSES = """\
## Misses

Of the questions in SQuAD's format, asked of all documents, those whose first quote is wrong, given as the answer or
offered as nearest; of our own questions, those not answered right, or answered though the documents do not say. The
command prints them, of a large file fifty drawn by a fixed seed. [misses.md](misses.md) says what stood in the way of
fifty.
"""


class Measured(NamedTuple):
    """What was measured, what with, and what came of it."""

    name: str
    models: str
    report: Report


def measure(folder: Path, sample: int | None) -> Iterator[Measured]:
    """Every file in SQuAD's format, or ``sample`` questions of it, every collection, our own questions.

    Raises GoldError if there are not two files to learn from one and ask the other.
    """
    bar = Bar(sys.stderr)
    squads = read_squads(folder)
    if len(squads) == 1:
        raise GoldError(f"{folder}: holds one file in SQuAD's format; models must learn from another")
    for name, squad in squads.items():
        others = {other: learned for other, learned in squads.items() if other != name}
        models = f"models learned from {', '.join(f'`{other}`' for other in others)}"
        yield Measured(name, models, evaluate(squad, (), bar, sample, train(list(others.values()))))
    halves = train([half(squad, 0) for squad in squads.values()])
    for name, squad in squads.items():
        report = evaluate(half(squad, 1), (), bar, sample, halves)
        yield Measured(f"{name}, other articles", "models learned from the rest of all files", report)
    for sign in sorted(file for file in folder.rglob("*") if file.name in COLLECTIONS):
        report = evaluate(read_gold(sign.parent), (), bar)
        yield Measured(report.kind, "the models that ship", report)
    shipped = ROOT / "corpus" / "documents"
    for file in sorted((ROOT / "tests" / "data").glob("*.jsonl")):
        documents = read_folder(own if (own := file.with_suffix("")).is_dir() else shipped).documents
        name = file.stem.replace("_", " ")
        yield Measured(name, "the models that ship", evaluate(read_gold(file), documents, bar))


def half(squad: Squad, which: int) -> Squad:
    """Every second article of a file, from the first or the second on, with its questions and their answers there.

    In a file of one article every document counts as one.
    """
    many = len({document.title for document in squad.documents}) > 1
    numbers: dict[str, int] = {}
    kept = tuple(d for d in squad.documents if numbers.setdefault(d.title if many else d.id, len(numbers)) % 2 == which)
    there = {document.id for document in kept}
    return Squad(
        kept,
        tuple(
            replace(question, answers=tuple(answer for answer in question.answers if answer.document in there))
            for question in squad.questions
            if question.document in there
        ),
    )


def document(measured: Sequence[Measured], command: str) -> str:
    """The document, in Markdown."""
    parts = [HEAD.format(command=command), "\n".join(map(_measured, measured)) + "\n"]
    for key, about in PROTOCOLS.items():
        tables = [
            _table(name, section.rows)
            for name, _, report in measured
            for section in report.sections
            if section.key == key
        ]
        parts += [about, *tables] if tables else []
    parts += [TIMES, _table("", {name: report.milliseconds for name, _, report in measured})]
    missed = [
        f"- {name}: {report.missed:,} of {len(next(iter(report.outcomes.values())).right):,}"
        for name, _, report in measured
        if report.outcomes
    ]
    return "\n".join([*parts, REFERENCES, MISSES, "\n".join(missed) + "\n"])


def _measured(measured: Measured) -> str:
    """What was measured, in a line."""
    name, models, report = measured
    sizes = [wording.counted(count, size) for size, count in report.sizes.items()]
    return f"- **{name}**: {', '.join([*sizes, *report.notes])}; answered by {models}"


def _table(name: str, rows: Mapping[str, Mapping[str, float]]) -> str:
    """Rows of figures, as Markdown has a table."""
    metrics = list(next(iter(rows.values())))
    shown = [
        [row, *("–" if isnan(value) else f"{value:.3f}" for value in figures.values())] for row, figures in rows.items()
    ]
    lines = [[name, *metrics], ["---", *("---:" for _ in metrics)], *shown]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main(argv: Sequence[str]) -> int:
    """Measures, prints, writes; the exit status."""
    parser = argparse.ArgumentParser(prog="make evaluate DATA=folder", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="a folder with two files in SQuAD's format or more, and collections")
    parser.add_argument(
        "--sample", type=positive, metavar="N", help="ask N questions of each file, chosen by a fixed seed"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "quality.md", help="(default: %(default)s)")
    arguments = parser.parse_args(argv)
    console = wording.terminal(sys.stdout)
    measured = []
    begin = time.perf_counter()
    try:
        for found in measure(arguments.folder, arguments.sample):
            measured.append(found)
            evaluating.show(console, found.name, found.report, time.perf_counter() - begin)
            console.print()
            begin = time.perf_counter()
    except UserError as error:
        print(f"verbatim: {error}", file=sys.stderr)
        return 2
    sampled = f' ARGS="--sample {arguments.sample}"' if arguments.sample else ""
    arguments.output.write_text(document(measured, f"make evaluate DATA=folder{sampled}"), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
