"""What is measured: Verbatim and its peers, each behind the same methods.

Every peer is used the way its own documentation shows for speed, and gives the numbers of the best sentences. A word
that stands everywhere costs most, so where a library offers to leave such words out, it is measured both ways.
"""

# ruff: noqa: D102 (the methods are those of Engine)
# ruff: noqa: PLC0415 (a process loads no other library than the one that is measured in it)

import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import tantivy

    from corpus import Document

Write = Callable[[Path], None]
"""Writes an index into a folder that is there and empty."""


class Engine(ABC):
    """One way to search. What it needs is imported when it is made, which is not measured."""

    @abstractmethod
    def read(self, sample: Path) -> Write:
        """What is left to do once the texts of a sample are in memory."""

    @abstractmethod
    def open(self, folder: Path) -> None:
        """Opens the index in a folder, to search it."""

    @abstractmethod
    def search(self, question: str, limit: int) -> Sequence[int]:
        """The numbers of the best ``limit`` sentences, best first; none where it does something else."""


class Verbatim(Engine):
    """Verbatim's index, and all that an answer takes besides: spelling, acronyms, models.

    Beside a sentence it searches its paragraph, heading and title, and leaves stop words out.
    """

    def __init__(self, candidates: int | None = None, *, answers: bool = False, alone: bool = False) -> None:
        """Finds ``candidates`` passages, whatever the limit is; or ``answers`` the question.

        It writes with two processes; ``alone`` with one, and has the whole index in memory meanwhile.
        """
        import samples

        from retrieval import Answerer, Index, building, storage, terms
        from retrieval.segment import Part

        self._candidates, self._answers, self._alone = candidates, answers, alone
        self._documents, self._index, self._storage, self._building = samples.documents, Index, storage, building
        self._part, self._terms, self._answerer = Part, terms.terms, Answerer

    def read(self, sample: Path) -> Write:
        return partial(self._write, self._documents(sample))

    def _write(self, documents: "Sequence[Document]", folder: Path) -> None:
        if self._alone:
            self._storage.save(folder, self._index.of(documents).parts, "")
        else:
            with self._storage.writing(folder) as writer:
                written = self._building.segments(documents, writer)
                writer.save([self._part(segment) for segment in written], "")

    def open(self, folder: Path) -> None:
        self._opened = self._answerer(self._index(self._storage.load(folder).parts))
        self._stack = self._opened.index.stacks["en"]

    def search(self, question: str, limit: int) -> Sequence[int]:
        if self._answers:
            self._opened.ask(question)
            return ()
        found: list[int] = self._stack.search(self._terms(question), self._candidates or limit).rows.tolist()
        return found


class Sklearn(Engine):
    """scikit-learn's ``TfidfVectorizer()`` as it comes, and the similarity to all sentences by one of its kernels.

    Its vectors have length 1, so ``linear_kernel`` gives the cosine too, and scales nothing anew.
    """

    def __init__(self, kernel: str) -> None:
        """``kernel`` is the name of the function."""
        import joblib
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.metrics import pairwise

        self._joblib, self._vectorizer = joblib, TfidfVectorizer
        self._similarity = getattr(pairwise, kernel)

    def read(self, sample: Path) -> Write:
        return partial(self._write, _sentences(sample))

    def _write(self, sentences: Sequence[str], folder: Path) -> None:
        vectorizer = self._vectorizer()
        matrix = vectorizer.fit_transform(sentences)
        self._joblib.dump((vectorizer, matrix), folder / "index.joblib")

    def open(self, folder: Path) -> None:
        self._fitted, self._matrix = self._joblib.load(folder / "index.joblib", mmap_mode="r")

    def search(self, question: str, limit: int) -> Sequence[int]:
        scores = self._similarity(self._fitted.transform([question]), self._matrix)[0]
        found = np.flatnonzero(scores)  # to choose among all, zeros too, takes NumPy longer than to score them
        if len(found) > limit:
            found = found[np.argpartition(scores[found], -limit)[-limit:]]
        best: list[int] = found[np.argsort(-scores[found])].tolist()
        return best


class Bm25s(Engine):
    """bm25s with Snowball's stemmer, as in its README; ``stop_words`` are left out of the index and the question."""

    def __init__(self, backend: str, stop_words: str | None = "en", *, mapped: bool = False) -> None:
        """``mapped`` opens the index by memory map."""
        import bm25s
        import Stemmer

        self._model, self._backend, self._mapped = bm25s.BM25, backend, mapped
        self._tokens = partial(
            bm25s.tokenize, stopwords=stop_words or [], stemmer=Stemmer.Stemmer("english"), show_progress=False
        )

    def read(self, sample: Path) -> Write:
        return partial(self._write, _sentences(sample))

    def _write(self, sentences: Sequence[str], folder: Path) -> None:
        model = self._model(backend=self._backend)
        model.index(self._tokens(sentences), show_progress=False)
        model.save(folder, show_progress=False)

    def open(self, folder: Path) -> None:
        self._opened = self._model.load(folder, mmap=self._mapped, show_progress=False)

    def search(self, question: str, limit: int) -> Sequence[int]:
        tokens = self._tokens([question], return_ids=False)
        if not tokens[0]:  # a question of stop words alone, which it does not take
            return ()
        found = self._opened.retrieve(tokens, k=limit, return_as="documents", show_progress=False)
        numbers: list[int] = found[0].tolist()
        return numbers


class Tantivy(Engine):
    """tantivy with its English stemmer and without positions, which only phrases need; it writes with all cores."""

    def __init__(self, *, stop_words: bool) -> None:
        """With ``stop_words``, those of its own list are left out of the index and the question."""
        import tantivy

        self._tantivy, self._stop_words = tantivy, stop_words

    def _index(self, folder: Path) -> "tantivy.Index":
        """The index in a folder, which is made if it is not there."""
        schema = self._tantivy.SchemaBuilder()
        schema.add_text_field("text", tokenizer_name="words" if self._stop_words else "en_stem", index_option="freq")
        schema.add_integer_field("number", fast=True)
        index: tantivy.Index = self._tantivy.Index(schema.build(), path=str(folder))
        if self._stop_words:
            kinds = self._tantivy.Filter
            words = self._tantivy.TextAnalyzerBuilder(self._tantivy.Tokenizer.simple())
            for each in (kinds.remove_long(40), kinds.lowercase(), kinds.stopword("english"), kinds.stemmer("english")):
                words = words.filter(each)
            index.register_tokenizer("words", words.build())
        return index

    def read(self, sample: Path) -> Write:
        return partial(self._write, _sentences(sample))

    def _write(self, sentences: Sequence[str], folder: Path) -> None:
        writer = self._index(folder).writer()
        for number, sentence in enumerate(sentences):
            writer.add_document(self._tantivy.Document(text=sentence, number=number))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._opened = self._index(folder)
        self._searcher = self._opened.searcher()

    def search(self, question: str, limit: int) -> Sequence[int]:
        query, _ = self._opened.parse_query_lenient(question, ["text"])
        hits = self._searcher.search(query, limit, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        return [number for number in numbers if isinstance(number, int)]


class RankBm25(Engine):
    """rank-bm25 as in its README: words between spaces, here in lower case. It has no way to be stored but pickle."""

    def __init__(self) -> None:
        """Takes nothing."""
        import rank_bm25

        self._model = rank_bm25.BM25Okapi

    def read(self, sample: Path) -> Write:
        return partial(self._write, _sentences(sample))

    def _write(self, sentences: Sequence[str], folder: Path) -> None:
        with (folder / "index.pickle").open("wb") as file:
            pickle.dump(self._model([sentence.lower().split() for sentence in sentences]), file)

    def open(self, folder: Path) -> None:
        with (folder / "index.pickle").open("rb") as file:
            self._opened = pickle.load(file)  # noqa: S301 (written by the method above)
        self._numbers = range(self._opened.corpus_size)

    def search(self, question: str, limit: int) -> Sequence[int]:
        found: list[int] = self._opened.get_top_n(question.lower().split(), self._numbers, limit)
        return found


def _sentences(sample: Path) -> list[str]:
    return (sample / "sentences.txt").read_text("utf-8").split("\n")[:-1]


class Offer(NamedTuple):
    """How an engine is made, in the process that is measured; the one whose index it opens, if not its own.

    One that is not ``asked`` only writes.
    """

    make: Callable[[], Engine]
    shares: str | None = None
    asked: bool = True


RETRIEVE = "Verbatim, retrieve"
"""What all others are compared with."""

ANSWER = "Verbatim, answer"
_COSINE = "scikit-learn, cosine_similarity"
_NUMBA = "bm25s, numba"

ENGINES: dict[str, Offer] = {
    RETRIEVE: Offer(Verbatim),
    "Verbatim, retrieve 40": Offer(lambda: Verbatim(40), RETRIEVE),
    ANSWER: Offer(lambda: Verbatim(answers=True), RETRIEVE),
    "Verbatim, one process": Offer(lambda: Verbatim(alone=True), asked=False),
    _COSINE: Offer(lambda: Sklearn("cosine_similarity")),
    "scikit-learn, linear_kernel": Offer(lambda: Sklearn("linear_kernel"), _COSINE),
    "bm25s, numpy": Offer(lambda: Bm25s("numpy")),
    _NUMBA: Offer(lambda: Bm25s("numba")),
    "bm25s, numba, mmap": Offer(lambda: Bm25s("numba", mapped=True), _NUMBA),
    "bm25s, numba, all words": Offer(lambda: Bm25s("numba", None)),
    "tantivy, all words": Offer(lambda: Tantivy(stop_words=False)),
    "tantivy": Offer(lambda: Tantivy(stop_words=True)),
    "rank-bm25": Offer(RankBm25),
}
"""What is measured, by its name."""


class Built(NamedTuple):
    """What it took to write an index: seconds, and bytes of memory at the most."""

    seconds: float
    peak: int


class Opened(NamedTuple):
    """What it took to open an index: seconds, and bytes of resident memory before and after."""

    seconds: float
    before: int
    after: int


class Timed(NamedTuple):
    """A question that was asked: seconds, those of the processor, and the numbers of the sentences that were found."""

    seconds: float
    processor: float
    found: Sequence[int]


def memory(called: str, file: str = "status", process: int | str = "self") -> int:
    """Bytes of memory of a process, by their name in a file of Linux's: ``VmRSS`` now, ``VmHWM`` at the most."""
    lines = Path(f"/proc/{process}/{file}").read_text("utf-8")
    return int(lines.split(f"{called}:")[1].split()[0]) * 1024
