"""Lessons: the situations that models learn from, made from questions with marked answers."""

from collections import Counter

from corpus import Document
from retrieval.gold import Span, SpanQuestion, Squad
from retrieval.lessons import Lesson, Situation, lessons
from retrieval.terms import tokenize

ANIMALS = ("cat", "dog", "goat", "hen")
YEARS = (1871, 1902, 1953, 1999)


def squad() -> Squad:
    """Two articles of two paragraphs; each has one question, which its second sentence answers."""
    documents, questions = [], []
    for number, (animal, year) in enumerate(zip(ANIMALS, YEARS, strict=True)):
        text = f"A {animal} lived on the farm. The {animal} won a prize in {year}. It rained that day."
        id_ = f"{number // 2}/{number % 2}"
        documents.append(Document(id_, f"Farm {number // 2}", None, text))
        answer = Span(id_, text.index(str(year)), str(year))
        questions.append(SpanQuestion(f"In {year - 1} or when did the {animal} win a prize?", id_, (answer,)))
    return Squad(tuple(documents), tuple(questions))


FOLDERS = [({document.id: document for document in documents}, asked) for documents, asked in lessons(squad())]
ALL = [(documents, lesson) for documents, asked in FOLDERS for lesson in asked]


def of(situation: Situation) -> list[tuple[dict[str, Document], Lesson]]:
    return [(documents, lesson) for documents, lesson in ALL if lesson.situation is situation]


def test_how_many_there_are() -> None:
    counts = Counter(lesson.situation for _, lesson in ALL)
    assert (counts[Situation.ALL], counts[Situation.PARAGRAPH], counts[Situation.PART]) == (4, 4, 4)
    assert counts[Situation.HALF] == 4
    assert counts.keys() <= set(Situation)


def test_every_answer_stands_in_the_documents_that_are_asked() -> None:
    for documents, lesson in ALL:
        for document, start in lesson.answers:
            assert documents[document].text[start : start + 4] in map(str, YEARS)


def test_what_can_be_answered() -> None:
    for situation in (Situation.ALL, Situation.PARAGRAPH, Situation.PART):
        assert all(lesson.answers for _, lesson in of(situation))
    for situation in (Situation.FOREIGN, Situation.CUT, Situation.ALTERED):
        assert not any(lesson.answers for _, lesson in of(situation))
    for documents, lesson in of(Situation.HALF):
        assert len({document.title for document in documents.values()}) == 1
        number = next(n for n, animal in enumerate(ANIMALS) if animal in lesson.text)
        assert bool(lesson.answers) == (f"{number // 2}/{number % 2}" in documents)


def test_a_sentence_that_was_cut_out_is_gone() -> None:
    for documents, lesson in of(Situation.CUT):
        number = next(n for n, animal in enumerate(ANIMALS) if animal in lesson.text)
        assert str(YEARS[number]) not in documents[f"{number // 2}/{number % 2}"].text


def test_an_altered_question_has_one_other_word() -> None:
    texts = {question.text for question in squad().questions}
    altered = of(Situation.ALTERED)
    assert altered
    for _, lesson in altered:
        words = [lesson.text[token.start : token.end] for token in tokenize(lesson.text)]
        differing = [
            sum(one != other for one, other in zip(words, (t[k.start : k.end] for k in tokenize(t)), strict=True))
            for t in texts
        ]
        assert min(differing) == 1


def test_the_same_again() -> None:
    again = [lesson for _, asked in lessons(squad()) for lesson in asked]
    assert again == [lesson for _, lesson in ALL]
