"""What questions want."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question import Want, parse


@pytest.mark.parametrize(
    ("want", "questions"),
    [
        (Want.PERSON, ["Who signed the pact?", "Whose cat is it?", "By whom was it built?", "WHO BUILT IT?"]),
        (Want.PERSON, ["What is the name of the ship?", "Which person won?", "And who built it?", "who's the keeper"]),
        (Want.PERSON, ["president of Rome", "the State Department spokesman", "mayor"]),  # an office and names, no more
        (Want.PLACE, ["Where is the cat?", "In which city do they live?", "Which country won?", "What region is it?"]),
        (Want.DATE, ["When did it end?", "In what year was it built?", "What time does it open?", "Since when?"]),
        (Want.DATE, ["On which day?", "when was it"]),
        (Want.DATE, ["opening hours", "deadline", "Date"]),
        (Want.COUNT, ["How many cats are there?", "What is the number of boats?", "What percentage voted?"]),
        (Want.AMOUNT, ["How much does it cost?", "What is the price of oil?", "How old is Tom?", "How far is Rome?"]),
        (Want.AMOUNT, ["How tall is the tower?", "How long is it?", "what's the cost of a ticket", "How often?"]),
        (Want.AMOUNT, ["ticket price", "day ticket costs"]),
        (Want.PLACE, ["venue address"]),
        (Want.CAUSE, ["Why did he leave?", "What caused the fire?", "How come it rained?", "What is the reason?"]),
        (Want.CONDITION, ["Under what condition can it be used?", "In which case is it free?"]),
        (Want.SAYING, ["What did Putin say about NATO?", "How did Miller respond?", "What does the mayor claim?"]),
        (Want.MANNER, ["How do I reset it?", "How can one enter?", "How to make tea", "In what way is it done?"]),
        (Want.YES_NO, ["Did he go?", "Is the tower open?", "Can I bring a dog?", "And will it rain?"]),
        (
            Want.THING,
            ["What is a cat?", "Which resolutions could it violate?", "What provoked anger?", "Tell me of Tom"],
        ),
        (Want.THING, ["hello", "putin nato asia", "?", "…", "123"]),
        (Want.THING, ["election of the president", "What says the price?"]),
    ],
)
def test_want(want: Want, questions: list[str]) -> None:
    assert {question: parse(question).want for question in questions} == dict.fromkeys(questions, want)


@pytest.mark.parametrize(
    ("question", "words", "names"),
    [
        ("Where did Mary Hale live?", {"mari": "Mary", "hale": "Hale", "live": "live"}, {"mari", "hale"}),
        (
            "Mary lived where she lives?",
            {"mari": "Mary", "live": "lives"},
            set(),
        ),  # the first word has a capital anyway
        ("Tom", {"tom": "Tom"}, {"tom"}),
        ("What did the U.S. do in 1953?", {"us.": "U.S.", "1953": "1953"}, {"us.", "1953"}),
        ("WHO BUILT THE BRIDGE?", {"build": "BUILT", "bridg": "BRIDGE"}, set()),
        ("what did rome do", {"rome": "rome"}, {"rome"}),  # known to the documents as a name
        ("is it?", {}, set()),
    ],
)
def test_words_and_names(question: str, words: dict[str, str], names: set[str]) -> None:
    parsed = parse(question, frozenset({"rome"}))
    assert (parsed.words, set(parsed.names), parsed.terms) == (words, names, tuple(words))


@pytest.mark.parametrize(
    ("question", "pairs"),
    [
        ("Who built the stone lighthouse?", (("build", "stone"), ("stone", "lighthous"))),
        ("Does the cat or, if not, the dog or the hen eat?", (("dog", "hen"), ("hen", "eat"))),  # cat … dog: too far
        ("cat cat dog", (("cat", "dog"),)),
        ("cat", ()),
    ],
)
def test_neighbours(question: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert parse(question).pairs == pairs


@pytest.mark.parametrize(
    ("question", "focus"),
    [
        ("Which resolutions could it violate?", ("resolut",)),
        ("What kind of aid was given?", ("aid",)),
        ("How many passengers does the ferry carry?", ("passeng",)),
        ("What is a cat?", ()),
        ("Who left?", ()),
    ],
)
def test_focus(question: str, focus: tuple[str, ...]) -> None:
    assert parse(question).focus == focus


@pytest.mark.parametrize(
    "question",
    [
        *("List the bridges", "name all mayors of the town", "Please list every fee", "Can you list the rules?"),
        *(
            "give me all prices",
            "show me a list of plans",
            "Which countries signed the pact?",
            "What weapons did he send?",
        ),
        *(
            "What are the reasons for the strike?",
            "Who were the mayors?",
            "what are the opening hours",
            "Which people won?",
        ),
    ],
)
def test_several_are_wanted(question: str) -> None:
    assert parse(question).several


@pytest.mark.parametrize(
    "question",
    [
        *(
            "Which country has won?",
            "What does it cost?",
            "Who is the mayor?",
            "What is the list price?",
            "name of the ship",
        ),
        *(
            "What happens on Sundays?",
            "which bus goes there",
            "What was his answer?",
            "Tell me about the bridges",
            "list",
        ),
    ],
)
def test_one_is_wanted(question: str) -> None:
    assert not parse(question).several


def test_what_to_list_is_looked_for_and_not_the_word_list() -> None:
    question = parse("Please list all the stone bridges of the town")
    assert (question.terms, question.focus) == (("stone", "bridg", "town"), ("stone", "bridg"))
    assert parse("list price").terms == ("price",)


def test_speaker() -> None:
    assert parse("What did Matthew Miller say about it?").speaker == ("matthew", "miller")
    assert parse("What did Matthew Miller eat?").speaker == ()


@pytest.mark.parametrize(
    "courteous",
    [
        "Hello, who signed the pact?",
        "hey there!! Who signed the pact? Thanks a lot!",
        "Hi\n\nWho signed the pact? pls",
        "can you please tell me: who signed the pact",
        "Does anybody know who signed the pact, please?",
        "I'd like to know who signed the pact",
        "tell me who signed the pact",
    ],
)
def test_courtesy_changes_nothing(courteous: str) -> None:
    plain, question = parse("Who signed the pact?"), parse(courteous)
    assert (question.words, question.want, question.pairs, question.before) == (
        plain.words,
        plain.want,
        plain.pairs,
        plain.before,
    )


@pytest.mark.parametrize("text", ["tell me about it", "hello", "Thanks", "Can you swim?", "thanks to whom?", "", " "])
def test_what_is_no_courtesy_around_a_question_stays(text: str) -> None:
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("question", "copular"),
    [
        ("president of Rome", True),
        ("who president of Rome", True),
        ("election of the president", False),
        ("Who is the keeper?", True),
        ("Who's she?", True),
        ("What is he doing?", False),
        ("Who left?", False),
    ],
)
def test_copular(question: str, copular: bool) -> None:
    assert parse(question).copular is copular


def test_light_words_weigh_less_but_not_as_names() -> None:
    light = parse("What did the person do about rain?")
    assert light.weight("person") < light.weight("rain") == 1.0
    assert parse("What is the Person about?").weight("person") == 1.0


@given(st.text())
def test_any_question_can_be_read(text: str) -> None:
    question = parse(text)
    assert question == parse(text)
    assert all(term and word in text for term, word in question.words.items())
    assert question.names <= set(question.terms)
    assert {term for pair in question.pairs for term in pair} <= set(question.terms)
