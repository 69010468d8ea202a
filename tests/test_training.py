"""Training: from questions with marked answers to a ranker, the same one each time."""

import json
from pathlib import Path

import pytest

from retrieval.training import main

ANIMALS = ("cat", "dog", "horse", "goat", "mouse", "hen", "duck", "pig")


def write(folder: Path) -> None:
    """A file of questions whose answers stand in sentences that share their words."""
    paragraphs = []
    for number, animal in enumerate(ANIMALS):
        for colour in ("red", "blue", "green", "white", "black", "brown"):
            context = (
                f"The {colour} {animal} ate {number + 2} apples. The barn of the {animal} was {colour}. It rained."
            )
            paragraphs.append(
                {
                    "context": context,
                    "qas": [
                        {
                            "id": f"{animal} {colour}",
                            "question": f"How many apples did the {colour} {animal} eat?",
                            "answers": [{"text": str(number + 2), "answer_start": context.index(str(number + 2))}],
                        }
                    ],
                }
            )
    (folder / "farm.json").write_text(json.dumps({"data": [{"title": "Farm", "paragraphs": paragraphs}]}), "utf-8")


def test_the_same_files_give_the_same_ranker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    rankers = []
    for name in ("one.npz", "two.npz"):
        assert main([str(tmp_path), "--output", str(tmp_path / name)]) == 0
        rankers.append((tmp_path / name).read_bytes())
    assert rankers[0] == rankers[1]
    assert "one.npz: learned from farm.json" in capsys.readouterr().out


def test_a_folder_without_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"verbatim: {tmp_path}: holds no file in SQuAD's format\n"
