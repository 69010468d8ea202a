"""Question → Answer: the question is read, the ranker says which passages may answer it, the sure ones are cited."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Protocol

from corpus import ENGLISH, Document, QuestionError, language_of, printable
from retrieval import entities
from retrieval.acronyms import Acronyms
from retrieval.answer import Answer, Citation, Correction
from retrieval.citing import Citer
from retrieval.enumeration import whole
from retrieval.followup import adds, leans, resolve
from retrieval.index import Index
from retrieval.judging import Meeting
from retrieval.languages import UNKNOWN
from retrieval.languages import language as known_of
from retrieval.marker import Mark
from retrieval.matching import Match, matches
from retrieval.models import Models, read_models
from retrieval.question import Question, Want, parse
from retrieval.ranking import LIKELY, Ranker, Reading, Searched
from retrieval.remembering import remembered, weak
from retrieval.rows import Row
from retrieval.segment import Entry
from retrieval.spelling import Spelling
from retrieval.stack import Place
from retrieval.terms import searchable, terms

THRESHOLD = 0.5
"""The confidence, a probability, from which a passage is an answer. Below it, it is only near."""

LONGEST = 2_000
"""Characters of a question: a longer one is a text, and takes seconds to read."""

SETTLES = 0.7
"""What the passage that settles a yes/no question must meet of its weight: with one thing less it is about another."""

UNSETTLED = 0.5
"""How sure a passage is that does not settle the question, beside one that does."""

UNLIKE = 0.7
"""The worth from which words are shown as the answer in a language that the marker did not learn from."""

LEANT = 0.5
"""What the answer to a question that leans on another must meet more than: what was taken over may not be meant."""


class Source(Protocol):
    """Documents that can be searched, whatever holds them; they never change, another takes their place."""

    @property
    def stacks(self) -> Mapping[str, Searched]:
        """Those in each language; English always."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What a list shows of them, in the order of their ids."""

    def get(self, identifier: str) -> Document | None:
        """The document with an id, whole, if there is one."""

    def beside(self, own: Index, /) -> "Source":
        """These and others, no two of them with one id."""

    def __contains__(self, identifier: object) -> bool: ...

    def __len__(self) -> int: ...


class Answerer:
    """Answers questions from documents. Holds no state between questions; may be asked from several threads."""

    def __init__(
        self, source: Source | Iterable[Document], models: Models | None = None, threshold: float = THRESHOLD
    ) -> None:
        """Answers from an index, or from documents, which are indexed.

        ``models`` default to those that ship. A passage answers if the confidence in it reaches ``threshold``.
        """
        self.index: Source = Index.of(source) if isinstance(source, Iterable) else source
        self._threshold = threshold
        models = models or read_models()
        stacks = self.index.stacks
        self._rankers = {language: Ranker(stack, models) for language, stack in stacks.items()}
        self._marker = models.marker
        self._english = self._rankers[ENGLISH]
        tallies = stacks[ENGLISH].tallies
        self._spelling = Spelling(tallies.spelt, tallies.__contains__)
        self._acronyms = Acronyms(tallies)
        self._lexes = {language: stack.lexis for language, stack in stacks.items()}
        self._citer = Citer(self._lexes, weak(self._answering))
        # A question is told apart, and read, several times over: by who answers, who explains, and who leans on it.
        self._told = remembered(self._telling, 64)
        self._read = remembered(self._reading, 16)

    @property
    def documents(self) -> tuple[Document, ...]:
        """What it answers from, whole, in the order of their ids."""
        return tuple(document for entry in self.entries if (document := self.index.get(entry.id)))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What a list shows of them."""
        return self.index.entries

    def ask(
        self,
        question: str,
        document: str | None = None,
        limit: int = 3,
        after: str | None = None,
        threshold: float | None = None,
    ) -> Answer:
        """What the documents, or the one with the id ``document``, say to ``question``.

        At most ``limit`` citations, or ``limit`` nearest passages. ``after`` is the question before (in a chain its
        ``Answer.standing``): one that lacks something takes it from there, and one that stands by itself is answered
        as if there were none. Where the surest passage does not settle what is asked, that is no answer at any
        threshold, and it counts as UNSETTLED times as sure. ``threshold`` stands for the Answerer's own, for the
        question before as well. Raises QuestionError for a question that is empty or longer than LONGEST, and for an id
        that is not there.
        """
        threshold = self._threshold if threshold is None else threshold
        spelt, corrections = self._spelt(question)
        resolved = self._resolved(spelt, after, document, threshold)
        readings = self._read(resolved or spelt, document)
        added = adds(spelt) if resolved else None
        settling = [reading for reading in readings[:LIKELY] if _settles(added, reading)]
        settled = bool(settling) and settling[0] is readings[0]
        sure = readings[0].confidence * (1 if settled else UNSETTLED) if readings else 0.0
        answered = settled and sure >= threshold
        stands = answered or (searchable(spelt) and not self._leans(spelt))
        standing = resolved or (question if stands else after)
        answer = Answer(question, (), (), sure, corrections, after if resolved else None, standing)
        if not answered:
            # Quoted without their leads, so of the likely ones first those that the index found first by their words.
            nearest = [*sorted(readings[:LIKELY], key=attrgetter("rank")), *readings[LIKELY:]]
            return replace(answer, nearest=tuple(map(self._citer.passage, nearest[:limit])))
        if listed := self._citer.listed(settling):
            return replace(answer, citations=(replace(listed, score=sure),))
        quotable = [reading for reading in settling if reading.confidence >= threshold]
        return replace(answer, citations=self._citer.cite(quotable, limit, echoes=document is None))

    def search(self, question: str, document: str | None = None, limit: int = 3) -> tuple[Citation, ...]:
        """The ``limit`` passages ranked first for ``question``, whether they answer or not; errors as in ``ask``."""
        return tuple(map(self._citer.passage, self._read(self._spelt(question)[0], document)[:limit]))

    def guess(self, question: str, document: str | None = None) -> Citation | None:
        """The passage ranked first with its likeliest words marked, however unsure both are; errors as in ``ask``.

        For measuring, where every question has an answer; nobody should be told it.
        """
        readings = self._read(self._spelt(question)[0], document)
        if not readings:
            return None
        row = readings[0].row
        mark = self._mark(readings[0].question, row)
        marked = (row.start + mark.start, row.start + mark.end) if mark else None
        return replace(self._citer.passage(readings[0]), highlight=marked)

    def why(self, question: str, document: str | None = None) -> tuple[Match, ...]:
        """How the terms of ``question`` were met by the passage ranked first; empty if no passage shares any."""
        readings = self._read(self._spelt(question)[0], document)
        if not readings:
            return ()
        best = readings[0]
        return matches(best.question, best.row, self._lexes[best.question.language])

    def meet(self, question: str, document: str | None = None) -> Meeting | None:
        """What models learn from: a question and its candidates, both in English; None where there are none."""
        self._check(document)
        return self._english.meet(parse(question, self._english.lexis.name_terms), document)

    def _spelt(self, question: str) -> tuple[str, tuple[Correction, ...]]:
        """A question of English as the documents spell it, and the words that this corrected; any other as it is.

        Raises QuestionError.
        """
        if not question.strip():
            raise QuestionError("the question is empty: write what you want to know")
        if len(question) > LONGEST:
            raise QuestionError(f"the question has {len(question):,} characters: ask it in {LONGEST:,} at most")
        return self._spelling.correct(question) if self._is_english(question) else (question, ())

    def _is_english(self, question: str) -> bool:
        """Whether a question is English rather than in another language that documents are in."""
        return len(self._rankers) == 1 or self._told(question).language == ENGLISH

    def _telling(self, text: str) -> Question:
        """A question as one in its own language, of those that documents are in.

        Where its words ask in some of them it is one of these, or one whose words are not known.
        """
        asked = {language: parse(text, language=language) for language in self._rankers}
        asking = [language for language, question in asked.items() if question.asks or question.want is Want.YES_NO]
        unknown = [language for language in asked if known_of(language) is UNKNOWN]
        return asked[language_of(text, [*asking, *unknown] if asking else self._rankers)]

    def _leans(self, question: str, after: str = "") -> bool:
        """Whether a question of English lacks something that the one before it may give."""
        return self._is_english(f"{after} {question}") and leans(question, self._english.lexis.name_terms)

    def _reading(self, text: str, document: str | None) -> tuple[Reading, ...]:
        """The candidates of a question, surest first.

        It is read in each language that documents are in, for these. A question with an acronym, or a name that has
        one, is asked in each form; a candidate counts as the form that it meets best. One in another language than the
        question asks in mostly shares no more with it than names: unless it meets every word, it does not settle it.
        """
        self._check(document)
        asked = self._told(text) if len(self._rankers) > 1 else None
        words = " ".join(asked.words.values()) if asked and asked.asks else ""
        found: list[Reading] = []
        for language, ranker in self._rankers.items():
            wanted = frozenset(terms(words, language) if asked and language != asked.language else ())
            for form in self._acronyms.forms(text) if language == ENGLISH else (text,):
                question = parse(form, ranker.lexis.name_terms, language)
                for reading in ranker.rank(question, document):
                    settles = wanted <= reading.met
                    found.append(reading if settles else reading._replace(confidence=reading.confidence * UNSETTLED))
        found.sort(key=attrgetter("confidence"), reverse=True)
        best: dict[Place, Reading] = {}
        for reading in found:
            best.setdefault(reading.place, reading)
        return tuple(best.values())

    def _resolved(self, question: str, after: str | None, document: str | None, threshold: float) -> str | None:
        """A question that leans on the one before it, as it stands by itself.

        None for one that already does, and where it cannot be told what it lacks: perhaps the one before lacks it, too.
        """
        if not after or not searchable(after) or not self._leans(question, after):
            return None
        last = self.ask(after, document, 1, threshold=threshold)
        if last.standing is None:
            return None
        return resolve(question, self._spelt(after)[0], last.words, self._english.lexis.name_terms, self._is_place)

    def _is_place(self, name: str) -> bool | None:
        """Whether the documents more often than not write of a name as of a place; None where they do not hold it."""
        wanted, votes = set(terms(name)), list[bool]()
        names = self._english.lexis.names
        for reading in self._english.rank(parse(name)):
            text = reading.row.text
            there = {entity.start for entity in entities.places(text, names) if entity.strength == 1}
            named = entities.people(text, names)
            votes += [e.start in there for e in named if wanted <= set(terms(text[e.start : e.end]))]
        return 2 * sum(votes) >= len(votes) if votes else None

    def _answering(self, question: Question, row: Row) -> tuple[int, int] | None:
        """The words of a passage that answer, as a span of its document; None where that is not sure."""
        mark = self._mark(question, row) if question.asks else None
        if mark is None or not mark.sure or (question.language != ENGLISH and mark.worth < UNLIKE):
            return None
        span = whole(row.text, mark.start, mark.end) if question.several else (mark.start, mark.end)
        return (row.start + span[0], row.start + span[1]) if span else None

    def _mark(self, question: Question, row: Row) -> Mark | None:
        lexis = self._lexes[question.language]
        return self._marker.mark(question, row.text, lexis) if self._marker else None

    def _check(self, document: str | None) -> None:
        """Raises QuestionError if no document has this id."""
        if document is not None and document not in self.index:
            raise QuestionError(f"{printable(document)}: no document has this id; `sources` lists those there are")


def _settles(added: frozenset[str] | None, reading: Reading) -> bool:
    """Whether a passage speaks of enough of a question that asks yes or no, or that leans on the one before it.

    To settle yes or no it must speak of whoever is named, and of nearly all the rest. Of a question that leans it must
    speak of all that was ``added`` (None where nothing was leaned on): this is what is asked, and the words taken over
    must not outweigh it.
    """
    question = reading.question
    if question.want is Want.YES_NO and (not question.names <= reading.met or reading.spoken < SETTLES):
        return False
    return added is None or (reading.met >= added & set(question.terms) and reading.spoken > LEANT)
