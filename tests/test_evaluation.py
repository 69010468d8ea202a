"""The protocols on files small enough to be worked out by hand, and the command that runs them."""

import io
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Timer
from typing import TypeVar

import numpy as np
import pytest
from conftest import HARBOUR, LIGHTHOUSE

from bot import curves, evaluating, wording
from bot.__main__ import Streams, main
from corpus import Document, SettingError, UserError
from retrieval import Answer, Citation, Miss, Report, Section, evaluate
from retrieval.evaluation import MISSES, Outcomes
from retrieval.gold import Collection, Query, QuoteQuestion, Quotes, Span, SpanQuestion, Squad
from retrieval.models import Models
from retrieval.peers import Scores, best_of_group, bm25, require, tfidf, with_context
from retrieval.trees import UNTAUGHT

Item = TypeVar("Item")

BUILDING = "Mary Hale built the stone lighthouse in 1871. The gate opens on Saturdays."
FERRY = "The ferry carries 40 passengers. It sails at noon."
BAKERY = "The bakery sells rye bread. Bread costs 4 dollars."


def silent(items: Sequence[Item], _: str, /) -> Iterable[Item]:
    """Shows nobody how far it is."""
    return items


def document(identifier: str, text: str) -> Document:
    """A paragraph of the article that its id names."""
    return Document(identifier, identifier.split("/", maxsplit=1)[0], None, text)


def asked(question: str, of: Document, *answers: str) -> SpanQuestion:
    """A question about a paragraph, and answers in it."""
    return SpanQuestion(question, of.id, tuple(Span(of.id, of.text.index(words), words) for words in answers))


TOWER, BOAT, SHOP = document("Tower/0", BUILDING), document("Boat/0", FERRY), document("Shop/0", BAKERY)
QUESTIONS = (
    asked("Who built the stone lighthouse?", TOWER, "Mary Hale"),
    asked("How many passengers does the ferry carry?", BOAT, "40", "40 passengers"),
    asked("What does the bakery sell?", SHOP, "rye bread"),
)
SQUAD = Squad((TOWER, BOAT, SHOP), QUESTIONS)


def sections(found: Iterable[Section]) -> dict[str, dict[str, dict[str, float]]]:
    """Figures by section, row and metric."""
    return {section.key: section.rows for section in found}


def test_squad() -> None:
    report = evaluate(SQUAD, (), silent)
    tables = sections(report.sections)
    assert report.sizes == {
        "documents": 3,
        "questions": 3,
        "of them unanswerable": 0,
        "different answerable questions": 3,
    }
    assert report.notes == ()
    assert list(tables) == ["sentence", "sentence in paragraph", "span", "withheld", "confidence"]
    perfect = {"P@1": 1.0, "MRR": 1.0, "R@5": 1.0, "R@10": 1.0, "R@30": 1.0}
    assert tables["sentence"] == dict.fromkeys(
        ["Verbatim", "TF-IDF", "TF-IDF + context", "BM25", "BM25 + context"], perfect
    )
    assert tables["sentence in paragraph"] == {"Verbatim": {"P@1": 1.0}}
    assert list(tables["span"]) == ["in all paragraphs", "in the given one"]
    assert list(tables["withheld"]) == ["seed 0", "seed 1", "seed 2", "mean"]
    assert tables["confidence"]["all documents there"]["answered right"] == 1.0
    assert len(report.outcomes["half withheld"].right) == 9
    # One of three articles is withheld by each seed, so a third of the questions cannot be answered.
    assert sum(report.outcomes["half withheld"].answerable) == 6


@pytest.mark.parametrize("gold", [SQUAD, Quotes((QuoteQuestion(QUESTIONS[0].text, ("Mary Hale",)),))])
def test_the_models_given_answer(gold: Squad | Quotes) -> None:
    never_sure = Models(confidence=replace(UNTAUGHT, start=-10.0))
    for models, some in ((None, True), (never_sure, False)):
        report = evaluate(gold, (LIGHTHOUSE,), silent, models=models)
        assert [any(outcomes.answered) for outcomes in report.outcomes.values()] == [some] * len(report.outcomes)


def test_a_rerun_gives_the_same_figures() -> None:
    first, second = (evaluate(SQUAD, (), silent, 2) for _ in range(2))
    assert repr(first.sections) == repr(second.sections)  # repr, for NaN is not NaN
    assert first.notes == ("a sample of 2 questions (seed 0)",)


def test_questions_are_merged_by_their_text() -> None:
    """An answer in either paragraph is right; in its own paragraph each question is asked by itself."""
    again = document("Boat/1", "The ferry to Rome carries 60 passengers, says the ferry's owner.")
    gold = Squad((TOWER, BOAT, again), (*QUESTIONS[:2], asked(QUESTIONS[1].text, again, "60")))
    report = evaluate(gold, (), silent)
    assert report.sizes["different answerable questions"] == 2
    assert len(report.outcomes["all documents there"].right) == 2
    assert sections(report.sections)["sentence"]["Verbatim"]["P@1"] == 1.0
    assert sections(report.sections)["sentence in paragraph"]["Verbatim"]["P@1"] == 1.0


def test_refusals_are_measured_where_there_are_questions_to_refuse() -> None:
    impossible = SpanQuestion("When did the bakery in Rome burn?", SHOP.id, ())
    empty = SpanQuestion("", SHOP.id, ())
    report = evaluate(Squad(SQUAD.documents, (*QUESTIONS, impossible, empty)), (), silent)
    rows = sections(report.sections)["refusals"]
    assert report.sizes["of them unanswerable"] == 2
    assert (rows["unanswerable"]["EM"], rows["unanswerable"]["answered"]) == (1.0, 0.0)
    assert rows["all"]["EM"] == pytest.approx((3 * rows["answerable"]["EM"] + 2) / 5)
    assert rows["all"]["AUROC"] == 1.0
    assert len(report.outcomes["all documents there"].right) == 3  # only what can be answered is asked of all


def test_misses_of_a_squad_file() -> None:
    """Those whose first quote is wrong, offered as an answer or not; the question that was met is none of them."""
    wrong = (asked(QUESTIONS[1].text, SHOP, "4", "4 dollars"), asked("Who owns the ferry of Sheba?", SHOP, "Bread"))
    report = evaluate(Squad(SQUAD.documents, (QUESTIONS[0], *wrong)), (), silent)
    quoted, nearest = report.misses
    assert report.missed == 2
    assert quoted == Miss(
        QUESTIONS[1].text,
        "another quote",
        quoted.confidence,
        "The ferry carries 40 passengers.",
        None,
        ("4", "4 dollars", "Bread costs 4 dollars."),
    )
    assert nearest == Miss(
        "Who owns the ferry of Sheba?",
        "not answered",
        nearest.confidence,
        None,
        "The ferry carries 40 passengers.",
        ("Bread", "Bread costs 4 dollars."),
    )


def test_of_many_misses_some_are_drawn() -> None:
    many = [asked(f"How many passengers does ferry {n} carry?", SHOP, "rye") for n in range(MISSES + 2)]
    first, second = (evaluate(Squad((BOAT, SHOP), tuple(many)), (), silent) for _ in range(2))
    assert (len(first.misses), first.missed) == (MISSES, MISSES + 2)
    assert first.misses == second.misses


def test_paragraphs_are_withheld_where_there_is_one_article() -> None:
    paragraphs = [document(f"Town/{n}", text) for n, text in enumerate((BUILDING, FERRY, BAKERY))]
    questions = [
        SpanQuestion(q.text, p.id, tuple(Span(p.id, span.start, span.text) for span in q.answers))
        for q, p in zip(QUESTIONS, paragraphs, strict=True)
    ]
    report = evaluate(Squad(tuple(paragraphs), tuple(questions)), (), silent)
    assert [s.title for s in report.sections if s.key == "withheld"] == [
        "(e) Half the paragraphs of its one article withheld"
    ]
    assert sum(report.outcomes["half withheld"].answerable) == 6


def test_own_questions() -> None:
    questions = (
        QuoteQuestion("Who built the stone lighthouse?", ("nobody", "Mary Hale")),
        QuoteQuestion("What does the ferry carry?", ("60 passengers",)),
        QuoteQuestion("What does a ticket cost?", ("stone lighthouse",)),
        QuoteQuestion("Who is the mayor of Rome?", ()),
        QuoteQuestion("How many passengers does the ferry carry?", ()),
        QuoteQuestion("Who is the queen of Sheba?", ("4\ndollars",)),
    )
    report = evaluate(Quotes(questions), (LIGHTHOUSE, HARBOUR), silent)
    ((_, figures),) = sections(report.sections)["answers"].items()
    assert figures["precision"] == 1 / 4
    assert figures["answered"] == 3 / 4
    assert figures["answered right"] == 1 / 4
    assert figures["refused"] == 1 / 2
    assert report.missed == 4
    assert [(miss.question, miss.why, miss.quoted) for miss in report.misses] == [
        (
            "What does the ferry carry?",
            "the words wanted stand in no document",
            "The ferry carries 40 passengers.",
        ),
        ("What does a ticket cost?", "another quote", "A ticket costs 4 dollars."),
        (
            "How many passengers does the ferry carry?",
            "answered, but should not be",
            "The ferry carries 40 passengers.",
        ),
        ("Who is the queen of Sheba?", "not answered", None),
    ]


def test_a_collection() -> None:
    queries = (Query("stone lighthouse", {"Tower/0": 4}), Query("bread at noon", {"Boat/0": 1, "Shop/0": 2}))
    report = evaluate(Collection("Tiny", "by hand", (TOWER, BOAT, SHOP), queries), (), silent)
    assert (report.kind, report.notes) == ("Tiny", ("by hand",))
    rows = sections(report.sections)["documents"]
    assert list(rows) == [
        "Verbatim (documents of its first 30 sentences)",
        "TF-IDF, whole document",
        "TF-IDF, best sentence",
        "BM25, whole document",
        "BM25, best sentence",
    ]
    assert {row: figures["MAP"] for row, figures in rows.items()} == dict.fromkeys(rows, 1.0)
    # Both find the boat and the shop; the more wanted shop comes first, or else second.
    second = (1 / math.log2(2) + 2 / math.log2(3)) / (2 / math.log2(2) + 1 / math.log2(3))
    assert all(figures["nDCG@10"] in (1.0, pytest.approx((1 + second) / 2)) for figures in rows.values())


def test_outcomes_at_the_answerers_own_threshold() -> None:
    quote = Citation(TOWER, 0, 45, None, 0.9)
    outcomes = Outcomes()
    for answered, confidence, answerable, right in (
        (True, 0.95, True, True),
        (True, 0.85, True, False),
        (False, 0.15, True, True),
        (True, 0.75, False, False),
        (False, 0.05, False, False),
    ):
        answer = Answer("?", (quote,) if answered else (), () if answered else (quote,), confidence)
        outcomes.add(answer, answerable=answerable, right=right)
    assert outcomes.answers() == {
        "precision": 1 / 3,
        "answered": 2 / 3,
        "answered right": 1 / 3,
        "refused": 1 / 2,
        "AUROC": pytest.approx(5 / 6),  # of six pairs, .15 against .75 is the wrong way round
        "ECE": pytest.approx((0.05 + 0.85 + 0.85 + 0.75 + 0.05) / 5),
    }


def test_peers() -> None:
    texts = ["cat cat sat", "dog sat", "bird"]
    for peer in (tfidf, bm25):
        (scores,) = peer(texts)(["cat"])
        assert scores.shape == (3,)
        assert (scores > 0).tolist() == [True, False, False]
    (cosine,) = tfidf(["cat", "dog"])(["cat"])
    assert cosine.tolist() == [1.0, 0.0]
    # Two sentences share a context, which is scored once and counts for both.
    (scores,) = with_context(tfidf, texts, ["about a cat", "about a cat", "about a bird"])(["cat"])
    alone, around = tfidf(texts)(["cat"])[0], tfidf(["about a cat", "about a bird"])(["cat"])[0]
    assert scores == pytest.approx(alone + around[[0, 0, 1]])


def test_the_best_of_each_group() -> None:
    def scorer(questions: Sequence[str]) -> Scores:
        return np.array([[1.0, 5.0, 2.0, 4.0]] * len(questions))

    grouped = best_of_group(scorer, np.array([0, 0, 2, 2]), 4)
    assert grouped(["?", "?"]).tolist() == [[5.0, 0.0, 4.0, 0.0]] * 2


# The command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small corpus in files."""
    for file in (LIGHTHOUSE, HARBOUR):
        path = tmp_path / "documents" / file.id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.text.encode())
    return tmp_path / "documents"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A question answered, and one missed."""
    lines = [
        {"question": "Who built the stone lighthouse?", "answers": ["Mary Hale"]},
        {"question": "What does the ferry carry?", "answers": []},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return file


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    """The three paragraphs in SQuAD's format."""
    articles = [
        {
            "title": paragraph.title,
            "paragraphs": [
                {
                    "context": paragraph.text,
                    "qas": [
                        {
                            "question": question.text,
                            "answers": [{"text": span.text, "answer_start": span.start} for span in question.answers],
                        }
                    ],
                }
            ],
        }
        for paragraph, question in zip(SQUAD.documents, QUESTIONS, strict=True)
    ]
    file = tmp_path / "dev.json"
    file.write_text(json.dumps({"version": "1.1", "data": articles}), "utf-8")
    return file


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def run(*argv: object, stderr: io.StringIO | None = None) -> tuple[int, str, str]:
    """The command: its status, and what it wrote to each stream."""
    streams = Streams(io.StringIO(), io.StringIO(), stderr or io.StringIO())
    status = main(["evaluate", *map(str, argv)], streams)
    assert isinstance(streams.stdout, io.StringIO)
    assert isinstance(streams.stderr, io.StringIO)
    return status, streams.stdout.getvalue(), streams.stderr.getvalue()


def test_the_table_lists_every_miss(own: Path, folder: Path) -> None:
    status, stdout, stderr = run(own, "--documents", folder)
    assert (status, stderr) == (0, "")
    head, sizes, speed, _, title, columns, row, _, misses, _, *miss = map(str.rstrip, stdout.splitlines())
    assert head == f"{own} (questions)"
    assert sizes == "2 documents · 2 questions · 1 of them unanswerable"
    assert re.fullmatch(r"a question: [\d.]+ ms \(median\), [\d.]+ ms \(p99\) · \d+ s in all", speed)
    assert title == "The first quote of each answer"
    assert columns.split() == ["precision", "answered", "answered", "right", "refused", "AUROC", "ECE"]
    assert row.split()[:5] == ["Verbatim", "0.500", "1.000", "1.000", "0.000"]
    assert misses == "Misses: 1"
    assert miss[0] == "What does the ferry carry?"
    assert re.fullmatch(r"  answered, but should not be \([01]\.\d\d\)", miss[1])
    assert miss[2:] == ["  quoted: The ferry carries 40 passengers."]


def test_one_is_no_plural(own: Path, folder: Path) -> None:
    (folder / HARBOUR.id).unlink()
    own.write_text(json.dumps({"question": "Who built the stone lighthouse?", "answers": ["Mary Hale"]}), "utf-8")
    assert run(own, "--documents", folder)[1].splitlines()[1] == "1 document · 1 question · 0 of them unanswerable"


def test_a_sample_of_one(squad: Path) -> None:
    assert "a sample of 1 question (seed 0)" in run(squad, "--sample", "1")[1].splitlines()[1]


def test_the_table_says_of_how_many_misses_some_are_drawn() -> None:
    miss = Miss("Why?", "not answered", 0.25, None, "It rained.", ("because", "Because it is so."))
    stream = io.StringIO()
    report = Report("SQuAD", (), {"questions": 8000}, {"median": 1.25}, (), (miss,), 1944)
    evaluating.show(wording.terminal(stream), "dev.json", report, 60.0)
    assert stream.getvalue().splitlines() == [
        "dev.json (SQuAD)",
        "8,000 questions",
        "a question: 1.2 ms (median) · 60 s in all",
        "",
        "Misses: 1 of 1,944, drawn by a fixed seed",
        "",
        "Why?",
        "  not answered (0.25)",
        "  nearest: It rained.",
        "  wanted: because | Because it is so.",
    ]


def test_json(own: Path, folder: Path) -> None:
    status, stdout, stderr = run(own, "--documents", folder, "--json")
    record = json.loads(stdout)
    assert (status, stderr, stdout.count("\n")) == (0, "", 1)
    assert (record["file"], record["kind"], record["questions"], record["of_them_unanswerable"]) == (
        str(own),
        "questions",
        2,
        1,
    )
    assert 0 < record["median_ms"] <= record["p99_ms"]
    assert record["sections"]["answers"]["Verbatim"]["precision"] == 0.5
    assert record["missed"] == 1
    (miss,) = record["misses"]
    assert list(miss) == ["question", "why", "confidence", "quoted", "nearest", "wanted"]


def test_json_of_squad(squad: Path) -> None:
    status, stdout, _ = run(squad, "--json", "--sample", 2)
    record = json.loads(stdout)
    assert (status, record["notes"]) == (0, ["a sample of 2 questions (seed 0)"])
    assert record["sections"]["sentence"]["BM25"]["P@1"] == 1.0
    assert record["sections"]["confidence"]["all documents there"]["AUROC"] is None  # there is nothing to refuse


class AtOnce(Timer):
    """Does not wait, not even for a thread."""

    def start(self) -> None:
        self.function()

    def join(self, timeout: float | None = None) -> None:
        """It is done."""


def test_the_bar_is_for_a_terminal_only(squad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.progress.Timer", AtOnce)
    _, stdout, stderr = run(squad, stderr=Terminal())
    assert "half withheld, seed 2" in stderr
    assert "\x1b" not in stdout
    assert run(squad)[2] == ""


@pytest.mark.parametrize("suffix", [".png", ".svg", ".SVG"])
def test_a_plot(squad: Path, tmp_path: Path, suffix: str) -> None:
    picture, again = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    assert run(squad, "--plot", picture)[0] == 0
    assert run(squad, "--plot", again)[0] == 0
    data = picture.read_bytes()
    assert data == again.read_bytes()
    assert data.startswith(b"\x89PNG" if suffix == ".png" else b"<?xml")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["none.json"], "none.json: cannot be read (No such file or directory): check that it exists and may be read"),
        (["{squad}", "--documents", "."], "{squad} brings its own documents: leave out --documents"),
        (["{squad}", "--plot", "curves.pdf"], "curves.pdf: a picture ends in .png or .svg"),
        (["{squad}", "--plot", "none/c.png"], "none/c.png: there is no folder none; make it first"),
    ],
)
def test_what_a_person_did_wrong_is_one_line(squad: Path, argv: list[str], message: str) -> None:
    assert run(*(word.format(squad=squad) for word in argv)) == (2, "", f"verbatim: {message.format(squad=squad)}\n")


def test_a_collection_has_no_curves(tmp_path: Path) -> None:
    (tmp_path / "TIME.ALL").write_text("*TEXT 017\n\nTHE FERRY SANK .\n\n*TEXT 018\n\nBREAD .\n")
    (tmp_path / "TIME.QUE").write_text("*FIND 1\n\nFERRY\n\n")
    (tmp_path / "TIME.REL.ALL").write_text("1 1\n")
    status, stdout, _ = run(tmp_path)
    assert status == 0
    assert "TIME" in stdout
    assert run(tmp_path, "--plot", "c.png") == (
        2,
        "",
        f"verbatim: {tmp_path} ranks documents, without a confidence to draw: leave out --plot\n",
    )


def test_a_plot_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken.svg").mkdir()
    with pytest.raises(SettingError, match=r"taken.svg: cannot be written \(Is a directory\)"):
        curves.draw(tmp_path / "taken.svg", "Nothing", {"of nothing": Outcomes()})


def test_missing_extras_are_said_in_one_line(squad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: str) -> None:
        return None

    monkeypatch.setattr("bot.curves.find_spec", absent)
    assert run(squad, "--plot", "c.png")[2] == (
        "verbatim: --plot needs matplotlib: run `make evaluate` instead, or install requirements-evaluate.txt\n"
    )
    monkeypatch.setattr("retrieval.peers.find_spec", absent)
    with pytest.raises(UserError, match="bm25s, a peer in the table, is not installed: use `make evaluate`"):
        require()
