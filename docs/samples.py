"""Samples of the sentences that were gathered, and questions about each: what is indexed and asked when measuring.

A sample is a folder of three files: ``documents.jsonl``; ``sentences.txt``, a line for each passage of these that may
be quoted, in the order of the documents' ids; ``questions.jsonl``. The same documents give the same samples, and a
smaller one is part of each larger one.
"""

import json
import random
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from corpus import Document, Kind, split
from retrieval.words import STOP_WORDS

QUESTIONS = 1_000
"""Questions about each sample."""

_FEWEST, _MOST = 3, 8  # words of a question that are no stop words
_AROUND = ".,;:!?()[]{}<>\"'`“”‘’*"
_WILLING = {"to", "can", "could", "may", "must", "should", "will"}  # what stands before a verb
_DOING = "How do I {}?"
_ASKED = (
    "What does {} do?",
    "What is {}?",
    "What happens with {}?",
    "How does {} work?",
    "How can I tell {}?",
    "When is {} used?",
    "Where is {} set?",
    "Why is {} needed?",
    "Which {} should be used?",
    "Is it true that {}?",
)


class Question(NamedTuple):
    """A question in full, the same without its stop words, and the number of the sentence that it was made from."""

    full: str
    bare: str
    sentence: int


class Sample(NamedTuple):
    """Where a sample is, and what is in it."""

    folder: Path
    documents: int
    sentences: int
    distinct: int
    characters: int


def draw(gathered: Path, folder: Path, sizes: Sequence[int]) -> list[Sample]:
    """Samples of ``sizes`` sentences, ascending, or little more: documents are taken whole. All there is, if fewer."""
    files = sorted((gathered / "documents").rglob("*.txt"), key=lambda file: _lot(gathered, file))
    chosen: list[Document] = []
    rows: dict[str, list[str]] = {}
    found = 0
    waiting = iter(files)
    samples = []
    for size in sizes:
        for file in waiting:
            text = file.read_text("utf-8")
            document = Document(file.relative_to(gathered).as_posix(), text[: text.index("\n")], None, text)
            chosen.append(document)
            rows[document.id] = quotable(document)
            found += len(rows[document.id])
            if found >= size:
                break
        samples.append(_write(folder / f"{size}", sorted(chosen, key=lambda document: document.id), rows))
    return samples


def quotable(document: Document) -> list[str]:
    """The sentences of a document that may be quoted, in order."""
    return [passage.text for passage in split(document) if passage.kind in {Kind.SENTENCE, Kind.LINE}]


def documents(folder: Path) -> list[Document]:
    """The documents of a sample, in the order of their ids."""
    with (folder / "documents.jsonl").open(encoding="utf-8") as lines:
        return [Document(entry["id"], entry["title"], None, entry["text"]) for entry in map(json.loads, lines)]


def questions(folder: Path) -> list[Question]:
    """The questions about a sample."""
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        return [Question(**json.loads(line)) for line in lines]


def ask(sentences: Sequence[str], count: int) -> Iterator[Question]:
    """Makes ``count`` questions of sentences drawn by lot: some of the words that stand together, and a way of asking.

    Few words are likelier than many: people's questions, as those of SQuAD, hold five terms in the mean, and so do
    these. Where they follow "to" or "can" they are taken for something to do ("How do I …?").
    """
    chance = random.Random(7)  # noqa: S311 (the same questions every time)
    while count:
        number = chance.randrange(len(sentences))
        words = [word.strip(_AROUND) for word in sentences[number].split()]
        telling = [place for place, word in enumerate(words) if _tells(word)]
        wanted = min(chance.randint(_FEWEST, _MOST), chance.randint(_FEWEST, _MOST))
        if len(telling) >= wanted:
            first = chance.randrange(len(telling) - wanted + 1)
            begin, end = telling[first], telling[first + wanted - 1] + 1
            doing = begin > 0 and words[begin - 1].lower() in _WILLING
            way = _DOING if doing else chance.choice(_ASKED)
            full = way.format(" ".join(filter(None, words[begin:end])))
            bare = " ".join(filter(_tells, (word.strip(_AROUND) for word in full.split())))
            yield Question(full, bare, number)
            count -= 1


def _tells(word: str) -> bool:
    return word.lower() not in STOP_WORDS and any(map(str.isalpha, word))


def _lot(gathered: Path, file: Path) -> bytes:
    """What documents are drawn by: their place in an order that has nothing to do with what is in them."""
    return blake2b(file.relative_to(gathered).as_posix().encode(), digest_size=8).digest()


def _write(folder: Path, documents: Sequence[Document], rows: dict[str, list[str]]) -> Sample:
    folder.mkdir(parents=True, exist_ok=True)
    sentences = [row for document in documents for row in rows[document.id]]
    lines = (json.dumps({"id": d.id, "title": d.title, "text": d.text}) for d in documents)
    (folder / "documents.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    (folder / "sentences.txt").write_text("".join(f"{sentence}\n" for sentence in sentences), "utf-8")
    made = (json.dumps(question._asdict()) for question in ask(sentences, QUESTIONS))
    (folder / "questions.jsonl").write_text("".join(f"{line}\n" for line in made), "utf-8")
    return Sample(folder, len(documents), len(sentences), len(set(sentences)), sum(map(len, sentences)))
