"""Training: from questions with marked answers to a ranker and a marker, the same ones each time."""

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


def test_the_same_files_give_the_same_models(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    models = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        assert main([str(tmp_path), "--output", str(folder)]) == 0
        models.append({file.name: file.read_bytes() for file in sorted(folder.iterdir())})
    assert models[0] == models[1]
    assert list(models[0]) == ["confidence.npz", "marker.npz", "marker_trees.npz", "ranker.npz"]
    assert "one: learned from farm.json" in capsys.readouterr().out


def test_a_folder_without_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"verbatim: {tmp_path}: holds no file in SQuAD's format\n"
