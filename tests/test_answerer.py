"""Question → Answer, whole, on the small corpus; then what holds for any question on the shipped documents."""

from dataclasses import replace

import pytest
from conftest import HARBOUR, LIGHTHOUSE
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Kind, QuestionError, split
from retrieval import Answer, Answerer, Citation
from retrieval.models import read_models

BUILT = Citation(LIGHTHOUSE, 42, 87, (42, 51), 0)  # [Mary Hale] built the stone lighthouse in 1871.
BUILT_TOO = Citation(HARBOUR, 16, 68, (50, 59), 0, echo=True)  # … was built by [Mary Hale] in 1871.
PICKED = Citation(LIGHTHOUSE, 42, 149, (115, 148), 0)  # Mary Hale built … She picked granite because [storms …].
FERRY = Citation(HARBOUR, 69, 101, (87, 89), 0)  # The ferry carries [40] passengers.


def weightless(answer: Answer) -> Answer:
    """The answer without its numbers, which depend on the weights the ranking has been given."""
    return replace(
        answer,
        confidence=0,
        citations=tuple(replace(citation, score=0) for citation in answer.citations),
        nearest=tuple(replace(citation, score=0) for citation in answer.nearest),
    )


@pytest.mark.parametrize(
    ("question", "citations"),
    [
        ("Who built the stone lighthouse?", (BUILT, BUILT_TOO)),  # said by both documents, so cited together
        ("how many passengers does the ferry carry", (FERRY,)),
        ("Why did Mary Hale pick granite?", (PICKED,)),  # "she" is understood, and shown with whom she is
        ("How much does a ticket cost?", (Citation(LIGHTHOUSE, 190, 215, (205, 214), 0),)),
        ("When does the gate open?", (Citation(LIGHTHOUSE, 161, 189, (176, 188), 0),)),
        ("ferry", (replace(FERRY, highlight=None),)),
    ],
)
def test_answers(answerer: Answerer, question: str, citations: tuple[Citation, ...]) -> None:
    assert weightless(answerer.ask(question)) == Answer(question, citations, (), 0, standing=question)


def test_the_words_that_answer(answerer: Answerer) -> None:
    answer = answerer.ask("Why did Mary Hale pick granite?")
    assert answer.answered
    assert answer.words == "storms had wrecked a wooden tower"
    assert answer.citations[0].quote == LIGHTHOUSE.text[42:149]
    assert answer.citations[0].place == "line 5"
    assert answerer.ask("ferry").words is None


@pytest.mark.parametrize("question", ["Who is the mayor of Rome?", "hello", "banana", "…?", "is it"])
def test_the_documents_do_not_say(answerer: Answerer, question: str) -> None:
    standing = None if question in {"…?", "is it"} else question  # there is no word to search by
    assert answerer.ask(question) == Answer(question, (), (), 0.0, standing=standing)
    assert answerer.search(question) == ()
    assert answerer.why(question) == ()


def test_the_nearest_passages_are_no_answer(answerer: Answerer) -> None:
    question = "When did the ferry to Rome sink?"
    answer = answerer.ask(question)
    assert not answer.answered
    assert answer.words is None
    nearest = (replace(FERRY, highlight=None), replace(BUILT_TOO, highlight=None, echo=False))
    assert weightless(answer) == Answer(question, (), nearest, 0, standing=question)


@pytest.mark.parametrize("question", ["comments", "post a comment", "No comments:"])
def test_residue_is_never_offered(answerer: Answerer, question: str) -> None:
    assert answerer.ask(question) == Answer(question, (), (), 0.0, standing=question)


def test_the_echo_comes_from_whichever_document_is_second() -> None:
    answer = Answerer([HARBOUR, LIGHTHOUSE]).ask("What was built of stone by Mary Hale in 1871?")
    assert {(citation.document.id, citation.echo) for citation in answer.citations} in (
        {(HARBOUR.id, False), (LIGHTHOUSE.id, True)},
        {(LIGHTHOUSE.id, False), (HARBOUR.id, True)},
    )


def test_one_document_only(answerer: Answerer) -> None:
    question = "Who built the stone lighthouse?"
    alone = replace(BUILT_TOO, echo=False)
    assert weightless(answerer.ask(question, HARBOUR.id)) == Answer(question, (alone,), (), 0, standing=question)
    assert answerer.ask("ferry", LIGHTHOUSE.id) == Answer("ferry", (), (), 0.0, standing="ferry")
    assert {citation.document for citation in answerer.search(question, HARBOUR.id)} == {HARBOUR}


def test_limit(answerer: Answerer) -> None:
    question = "Who built the stone lighthouse?"
    assert weightless(answerer.ask(question, limit=1)) == Answer(question, (BUILT,), (), 0, standing=question)


def test_why(answerer: Answerer) -> None:
    met = [(match.word, match.where, match.met_by) for match in answerer.why("Why did Mary pick the rare granite?")]
    assert met == [
        ("Mary", "lead", "Mary"),
        ("pick", "passage", "picked"),
        ("rare", "nowhere", ""),
        ("granite", "passage", "granite"),
    ]


def test_search_offers_whatever_shares_a_word(answerer: Answerer) -> None:
    found = answerer.search("the stone lighthouse and the ferry", limit=10)
    assert {citation.quote for citation in found} >= {
        "Mary Hale built the stone lighthouse in 1871.",
        "The stone lighthouse was built by Mary Hale in 1871.",
        "The ferry carries 40 passengers.",
    }
    assert len(answerer.search("the stone lighthouse and the ferry", limit=1)) == 1


@pytest.mark.parametrize("question", ["", " ", "\n\t\u00a0"])
def test_a_blank_question(answerer: Answerer, question: str) -> None:
    for ask in (answerer.ask, answerer.search, answerer.why):
        with pytest.raises(QuestionError) as error:
            ask(question)
        assert str(error.value) == "the question is empty: write what you want to know"


def test_an_unknown_document(answerer: Answerer) -> None:
    with pytest.raises(QuestionError) as error:
        answerer.ask("ferry", "no\nsuch.txt")
    assert str(error.value) == "no\\nsuch.txt: no document has this id; `sources` lists those there are"


def test_the_models_are_held_once_however_many_answerers_there_are() -> None:
    assert read_models() is read_models()


def test_the_same_question_has_the_same_answer(shipped_answerer: Answerer) -> None:
    again = Answerer(shipped_answerer.documents)
    for question in ("What did Putin say?", "weapons", "Who said what to whom?", "the United States"):
        assert shipped_answerer.ask(question) == shipped_answerer.ask(question) == again.ask(question)
        assert shipped_answerer.search(question, limit=30) == again.search(question, limit=30)


def test_ties_go_to_the_document_whose_id_is_first() -> None:
    first, second = (Document(name, "", None, "A cat sat.\n\nIt is so.") for name in ("b.txt", "a.txt"))
    for documents in ([first, second], [second, first]):
        assert [c.document.id for c in Answerer(documents).ask("cat").citations] == ["a.txt", "b.txt"]


@pytest.mark.parametrize("text", ["Is it?", "…", "# Only a heading\n\nPost a Comment", "12", "日本語。"])
def test_documents_without_a_word_to_find_are_served(text: str) -> None:
    question = "Where is the cat?"
    answer = Answerer([Document("a.txt", "", None, text)]).ask(question)
    assert answer == Answer(question, (), (), 0.0, standing=question)


def test_a_question_of_two_hundred_unknown_names(answerer: Answerer) -> None:
    question = "The ferry " + " ".join(f"Name{number}" for number in range(200))
    assert not answerer.ask(question).answered


def test_a_question_too_long(answerer: Answerer) -> None:
    assert answerer.ask("ferry " * 333).question == "ferry " * 333
    for ask in (answerer.ask, answerer.search, answerer.guess, answerer.why):
        with pytest.raises(QuestionError) as error:
            ask("ferry " * 334)
        assert str(error.value) == "the question has 2,004 characters: ask it in 2,000 at most"


WORDS = (
    "what did Putin say about the who signed when was weapons South Korea North Korea NATO how many missiles "
    "why US U.S. agreement “big mistake” pact Miller ? , . ' - comment Post a Comment 2024 Friday which "
    "where is he it they it's IT"
)
QUESTIONS = st.text(max_size=999) | st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=99).map(" ".join)


@given(QUESTIONS, st.integers(1, 5), st.booleans())
def test_any_question_whatsoever(shipped_answerer: Answerer, question: str, limit: int, restricted: bool) -> None:
    document = shipped_answerer.documents[0] if restricted else None
    try:
        answer = shipped_answerer.ask(question, document.id if document else None, limit)
    except QuestionError:
        assert not question.strip()
        return
    assert question.strip()
    assert answer.question == question
    assert answer.answered == bool(answer.citations)
    assert not (answer.citations and answer.nearest)
    assert 0 <= answer.confidence <= 1
    cited = [*answer.citations, *answer.nearest]
    assert len(cited) <= limit
    for citation in cited:
        assert citation.document in ([document] if document else shipped_answerer.documents)
        assert 0 <= citation.start < citation.end <= len(citation.document.text)
        assert citation.quote == citation.quote.strip()
        assert 0 <= citation.score <= 1
        if citation.highlight is not None:
            start, end = citation.highlight
            assert citation.start <= start < end <= citation.end
    for number, one in enumerate(cited):
        for other in cited[number + 1 :]:
            assert one.document is not other.document or one.end <= other.start or other.end <= one.start
    apart = [citation.score for citation in answer.citations if not citation.echo and not citation.differs]
    assert apart == sorted(apart, reverse=True)
    assert not (answer.citations and answer.citations[0].echo), "an echo follows what it repeats"
    residue = [p for known in shipped_answerer.documents for p in split(known) if p.kind is Kind.RESIDUE]
    assert not any(
        citation.document is p.document and citation.start < p.end and p.start < citation.end
        for citation in cited
        for p in residue
    )


@pytest.mark.parametrize(
    ("text", "question", "words"),
    [
        ("It opened in 1950.\n\nDr. Smith founded the club.", "Who founded the club?", "Dr. Smith"),
        ("Contact\n\nWrite to me@example.org.\n\nOpening hours\n\nWe open at nine.", "When do you open?", "nine"),
    ],
)
def test_words_that_answer(text: str, question: str, words: str | None) -> None:
    answer = Answerer([Document("a.txt", "", None, text)]).ask(question)
    assert (answer.answered, answer.words) == (True, words)


def test_a_short_line_may_be_all_there_is_and_be_quoted() -> None:
    text = "House rules\n\nSmoking only on the balcony\n\nAsk Mrs. Holt for the key."
    answer = Answerer([Document("a.txt", "House rules", None, text)]).ask("Where can I smoke?")
    assert answer.citations[0].quote == "Smoking only on the balcony"


def test_a_question_repeated_is_no_answer() -> None:
    text = "Members ask many things. How do I join the club? You join the club by writing to the treasurer."
    answer = Answerer([Document("a.txt", "", None, text)]).ask("How do I join the club?")
    assert answer.citations[0].quote == "You join the club by writing to the treasurer."


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Did Mary Hale build the lighthouse?", "Mary Hale built the stone lighthouse in 1871."),
        ("Does the ferry carry 40 passengers?", "The ferry carries 40 passengers."),
        ("Did Mary Hale build the windmill?", None),
        ("Does the ferry carry horses?", None),
        ("Is the gate made of copper?", None),
    ],
)
def test_yes_or_no_is_settled_by_what_speaks_of_all_of_it(answerer: Answerer, question: str, quote: str | None) -> None:
    answer = answerer.ask(question)
    assert (answer.citations[0].quote if answer.citations else None) == quote
    assert answer.words is None
    assert (answer.confidence >= 0.5) == answer.answered


@pytest.mark.parametrize(
    "question",
    ["Did South Korea send tanks to Ukraine?", "Did Russia send soldiers to North Korea?", "Is Kim Jong Un married?"],
)
def test_near_misses_settle_nothing(shipped_answerer: Answerer, question: str) -> None:
    answer = shipped_answerer.ask(question)
    assert not answer.answered
    assert answer.nearest


@pytest.mark.parametrize("threshold", [0.01, 0.3, 0.5, 0.9])
def test_what_settles_nothing_is_no_answer_at_any_threshold(threshold: float) -> None:
    strict, usual = Answerer([LIGHTHOUSE, HARBOUR], threshold=threshold), Answerer([LIGHTHOUSE, HARBOUR])
    for question in ("Does the ferry carry horses?", "Did Mary Hale build the windmill?"):
        answer = strict.ask(question)
        assert not answer.answered
        assert 0 < answer.confidence == usual.ask(question).confidence < 0.5


@pytest.mark.parametrize("threshold", [0.0, 0.01, 0.98, 1.0])
@pytest.mark.parametrize(
    ("question", "after"),
    [
        ("Who built the stone lighthouse?", None),
        ("and when?", "Who built the stone lighthouse?"),  # at 1.0 not known to be Mary Hale
        ("Does the ferry carry horses?", None),
        ("ferry", None),
    ],
)
def test_a_threshold_for_one_question(answerer: Answerer, question: str, after: str | None, threshold: float) -> None:
    usual = answerer.ask(question, after=after)
    expected = Answerer([LIGHTHOUSE, HARBOUR], threshold=threshold).ask(question, after=after)
    assert answerer.ask(question, after=after, threshold=threshold) == expected
    assert answerer.ask(question, after=after) == usual


def test_thresholds_make_a_difference(answerer: Answerer) -> None:
    question = "Who built the stone lighthouse?"
    assert answerer.ask(question, threshold=0.01).answered
    assert not answerer.ask(question, threshold=1.0).answered


RULES = Document(
    "rules.md",
    "Club",
    None,
    "# Club\n\nMembers wrote the rules.\n\n## Rules\n\nRead them all.\n\n- Be kind to guests.\n"
    "- Lock the door at night.\n"
    "- Feed the cat.\n- Pay your fee.\n\n## Cat\n\nThe cat is grey. The cat likes fish.\n",
)


@pytest.mark.parametrize("question", ["What are the rules?", "list all rules", "name the rules"])
def test_a_list_asked_for_by_its_heading(question: str) -> None:
    answer = Answerer([RULES]).ask(question)
    assert [citation.quote for citation in answer.citations] == [
        "- Be kind to guests.\n- Lock the door at night.\n- Feed the cat.\n- Pay your fee."
    ]
    assert answer.confidence == answer.citations[0].score


def test_a_long_list_is_quoted_as_far_as_it_is_short_enough_to_read() -> None:
    lines = [f"{number}. Rule of the {'very ' * 10}old club." for number in range(100)]
    text = "# Club\n\n## Rules\n\n" + "\n".join(lines)
    (citation,) = Answerer([Document("a.md", "Club", None, text)]).ask("What are the rules?").citations
    quoted = citation.quote.splitlines()
    assert quoted == lines[: len(quoted)]
    assert len(citation.quote) <= 700 < len(citation.quote) + len(lines[0])


def test_a_heading_without_a_list_below_it_lists_nothing() -> None:
    answer = Answerer([RULES]).ask("list the cats")
    assert all("cat" in citation.quote for citation in answer.citations)


def test_a_list_is_more_than_one_quote(shipped_answerer: Answerer) -> None:
    listed = shipped_answerer.ask("List the agreements signed")
    quotes = [citation.quote for citation in listed.citations if not citation.echo]
    assert len(quotes) > 1
    assert all("agreement" in quote for quote in quotes)


@pytest.mark.parametrize(
    "question", ["Where did Putin make his statement?", "Where did Putin go right after Pyongyang?"]
)
def test_beside_a_quote_in_which_no_place_was_seen_stands_no_other(shipped_answerer: Answerer, question: str) -> None:
    assert len([citation for citation in shipped_answerer.ask(question).citations if not citation.echo]) == 1


def test_a_quote_less_sure_stands_beside_no_other(shipped_answerer: Answerer) -> None:
    for question in ("North Korea", "the United States", "How did South Korea respond?", "What did Putin sign?"):
        first, *further = (c.score for c in shipped_answerer.ask(question).citations if not c.echo)
        assert all(score / (1 - score) >= 0.59 * first / (1 - first) for score in further)


def test_an_echo_answers_too(shipped_answerer: Answerer) -> None:
    for question in ("kyiv western missiles", "What did Putin warn South Korea against?", "weapons to Ukraine"):
        assert all(citation.score >= 0.5 for citation in shipped_answerer.ask(question).citations)


@pytest.mark.parametrize("times", [2, 15])
def test_copies_of_the_documents_change_no_answer(times: int) -> None:
    once = Answerer([LIGHTHOUSE, HARBOUR]).ask("Who built the stone lighthouse?", limit=1)
    copies = [replace(d, id=f"{number}/{d.id}") for number in range(times) for d in (LIGHTHOUSE, HARBOUR)]
    answer = Answerer(copies).ask("Who built the stone lighthouse?")
    assert [citation.quote for citation in answer.citations[:1]] == [citation.quote for citation in once.citations]
    assert [citation.echo for citation in answer.citations] == [False, *[True] * (len(answer.citations) - 1)]


def test_how_many_are_asked_for_changes_no_order(shipped_answerer: Answerer) -> None:
    few, many = (shipped_answerer.search("weapons to Ukraine", limit=limit) for limit in (3, 30))
    assert few == many[:3]


def test_how_many_are_asked_for_changes_no_nearest_passage(shipped_answerer: Answerer) -> None:
    question = "What is the capital of Vietnam?"
    few, many = (shipped_answerer.ask(question, limit=limit) for limit in (3, 30))
    assert len(many.nearest) > 12
    assert few.nearest == many.nearest[:3]


def test_a_guess_is_marked_however_unsure(answerer: Answerer) -> None:
    question = "When did the ferry to Rome sink?"
    assert not answerer.ask(question).answered
    guess = answerer.guess(question)
    assert guess is not None
    assert guess.highlight is not None
    assert guess.start <= guess.highlight[0] < guess.highlight[1] <= guess.end
    assert answerer.guess("banana") is None


def test_a_question_for_yes_or_no_has_nothing_marked(answerer: Answerer) -> None:
    answer = answerer.ask("Did Mary Hale build the stone lighthouse in 1871?")
    assert answer.answered
    assert answer.words is None


def test_a_question_leans_on_the_last_one_as_that_was_read(answerer: Answerer) -> None:
    answer = answerer.ask("and when?", after="Who built the stone lighthuose?")
    assert answer.standing == answerer.ask("and when?", after="Who built the stone lighthouse?").standing
    assert answer.answered


def test_no_more_copies_are_cited_than_are_wanted() -> None:
    copies = [replace(HARBOUR, id=f"{number}.md") for number in range(9)]
    assert len(Answerer(copies).ask("How many passengers does the ferry carry?", limit=4).citations) == 4
