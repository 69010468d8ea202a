"""The document about quality: made from files small enough to learn from in a moment."""

import json
import re
from pathlib import Path

import pytest
import quality

from retrieval import Report, Section

OURS = ("club", "newsroom", "seed questions", "shipped", "support", "town")
ANIMALS = ("cat", "dog", "horse")


def write(file: Path, fruit: str) -> None:
    """Paragraphs in SQuAD's format, each with a question that a sentence of it answers."""
    paragraphs = []
    for number, animal in enumerate(ANIMALS, 2):
        for colour in ("red", "blue", "green", "white"):
            context = f"The {colour} {animal} ate {number} {fruit}. The barn of the {animal} was {colour}. It rained."
            answer = {"text": str(number), "answer_start": context.index(str(number))}
            question = {"question": f"How many {fruit} did the {colour} {animal} eat?", "answers": [answer]}
            paragraphs.append({"context": context, "qas": [question]})
    file.write_text(json.dumps({"data": [{"title": "Farm", "paragraphs": paragraphs}]}), "utf-8")


def test_the_document_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, output = tmp_path / "data", tmp_path / "quality.md"
    (folder / "times").mkdir(parents=True)
    write(folder / "farm.json", "apples")
    write(folder / "times" / "mill.json", "pears")
    (folder / "times" / "TIME.ALL").write_text("*TEXT 017\n\nTHE FERRY SANK .\n\n*TEXT 018\n\nBREAD .\n")
    (folder / "times" / "TIME.QUE").write_text("*FIND 1\n\nFERRY\n\n")
    (folder / "times" / "TIME.REL.ALL").write_text("1 1\n")
    assert quality.main([str(folder), "--sample", "4", "--output", str(output)]) == 0
    text = output.read_text("utf-8")
    assert '\nmake evaluate DATA=folder ARGS="--sample 4"\n' in text
    assert re.findall(r"^- \*\*(.+)\*\*: .* answered by (.*)$", text, re.MULTILINE) == [
        ("farm.json", "models learned from `times/mill.json`"),
        ("times/mill.json", "models learned from `farm.json`"),
        ("farm.json, other articles", "models learned from the rest of all files"),
        ("times/mill.json, other articles", "models learned from the rest of all files"),
        ("TIME", "the models that ship"),
        *((name, "the models that ship") for name in OURS),
    ]
    assert text.count("a sample of 4 questions (seed 0)") == 4
    tables = re.findall(r"^\| (.*?) \| (.*?) \|.*\n\| ---.*\n\| (.*?) \|", text, re.MULTILINE)
    squad = [
        [
            (name, metric, row)
            for name in ("farm.json", "times/mill.json", "farm.json, other articles", "times/mill.json, other articles")
        ]
        for metric, row in (
            ("P@1", "Verbatim"),
            ("P@1", "Verbatim"),
            ("EM", "in all paragraphs"),
            ("AUROC", "seed 0"),
            ("precision", "all documents there"),
        )
    ]
    assert tables == [
        *(table for pair in squad for table in pair),
        ("TIME", "nDCG@10", "Verbatim (documents of its first 30 sentences)"),
        *((name, "precision", "Verbatim") for name in OURS),
        ("", "median", "farm.json"),
    ]
    assert "farm.json (SQuAD)\n12 documents" in capsys.readouterr().out


@pytest.mark.parametrize("sample", ["0", "-1", "few"])
def test_a_sample_of_nothing_is_refused(tmp_path: Path, sample: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        quality.main([str(tmp_path), "--sample", sample])
    assert stop.value.code == 2
    assert f"argument --sample: '{sample}' is not a whole number from 1\n" in capsys.readouterr().err


def test_one_is_no_plural() -> None:
    report = Report("TIME", (), {"documents": 1, "judged questions": 1}, {"median": 1.5}, ())
    text = quality.document([quality.Measured("TIME", "nobody", report)], "make it")
    assert "- **TIME**: 1 document, 1 judged question; answered by nobody\n" in text


def test_every_figure_is_in_its_table() -> None:
    sections = (
        Section("sentence", "", {"Verbatim": {"P@1": 0.75, "MRR": 0.8125}, "BM25": {"P@1": 0.5, "MRR": float("nan")}}),
    )
    report = Report("SQuAD", (), {"questions": 8000}, {"median": 1.5, "p99": 12.0}, sections)
    text = quality.document([quality.Measured("dev.json", "nobody", report)], "make it")
    assert "- **dev.json**: 8,000 questions; answered by nobody\n" in text
    rows = ("| dev.json | P@1 | MRR |", "| --- | ---: | ---: |", "| Verbatim | 0.750 | 0.812 |", "| BM25 | 0.500 | – |")
    assert "\n".join(["", *rows, "", "## Times"]) in text
    assert "\n|  | median | p99 |\n| --- | ---: | ---: |\n| dev.json | 1.500 | 12.000 |\n\n" in text


def test_one_file_cannot_be_judged_by_what_learned_from_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "farm.json", "apples")
    output = tmp_path / "quality.md"
    assert quality.main([str(tmp_path), "--output", str(output)]) == 2
    assert capsys.readouterr().err == (
        f"verbatim: {tmp_path}: holds one file in SQuAD's format; models must learn from another\n"
    )
    assert not output.exists()
