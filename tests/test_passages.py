"""/search, the passages behind an answer, and the document around a quote."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import HARBOUR, LIGHTHOUSE, Still
from discord_wire import CALLBACK, DELETE, EDIT, FOLLOW_UP, SERVER, People, Said

from corpus import Document
from retrieval import Answerer

BUILT = "Who built the stone lighthouse?"
PRIVATE, CHANGE = {"type": 5, "data": {"flags": 64}}, {"type": 6}
STALE = "This belongs to something that is not there any more: it was deleted, or the document has changed since."
LOG = Document(
    "log.txt",
    "The Log",
    None,
    "\n\n".join(
        f"On day {number} the keeper {number} saw a ship. " + "The sea was calm. " * 12 for number in range(40)
    ),
)


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[People]:
    people = People(monkeypatch, tmp_path, Still(Answerer([LIGHTHOUSE, HARBOUR, LOG])))
    yield people
    people.store.close()


def serve(people: People, *documents: Document) -> None:
    """From now on other documents are served."""
    people.desk.library.answerer = Answerer(documents)


def ask(people: People, question: str = BUILT, **options: str | bool) -> Said:
    return people.use("ask", {"question": question, **options})


def is_stale(said: Said) -> bool:
    """Whether one person is told, with a way to ask the same again."""
    return said.texts == [STALE] and said.private and len(said.offers("again").split(":")) == 3


def test_words_are_searched_for_one_alone(people: People) -> None:
    said = people.use("search", {"words": "the *ferry*"})
    assert (said.kinds, said.first) == ([CALLBACK, EDIT], PRIVATE)
    assert said.texts == [
        "### Passages for: the \\*ferry\\*",
        "> The ferry carries 40 passengers. `[1]`",
        "> The stone lighthouse was built by Mary Hale in 1871. `[2]`",
        "`[1]` **Harbour News** · line 4\n`[2]` **Harbour News** · line 3",
        "-# Page 1 of 1.\n-# Ranked by how well they fit the words; none of them need be an answer.",
    ]
    (row,) = people.store.read("SELECT words_only, private, question FROM questions")
    assert tuple(row) == (1, 1, "the *ferry*")


def test_one_document_is_searched_alone(people: People) -> None:
    said = people.use("search", {"words": "lighthouse", "document": "harbour news"})
    assert "Harbour News" in said.texts[-2]
    assert "Gull Point" not in str(said.texts[1:])
    told = people.use("search", {"words": "lighthouse", "document": "x"})
    assert (told.kinds, told.private) == ([CALLBACK, EDIT], True)
    assert told.line.startswith("No document has that name")


def test_nothing_is_found(people: People) -> None:
    said = people.use("search", {"words": "xylophone"})
    assert said.texts == ["### Passages for: xylophone", "No passage is near these words."]
    assert said.offered == []


@pytest.mark.parametrize("words", [" ", "\u3000"])
def test_no_words_are_told_so(people: People, words: str) -> None:
    assert people.use("search", {"words": words}).refusal == "There is nothing to look for\\: type words after /search."


def test_all_that_was_ranked_can_be_paged_through(people: People) -> None:
    page = people.use("search", {"words": "keeper ship"})
    seen: list[str] = []
    for number in range(1, 11):
        assert f"-# Page {number} of 10." in page.texts[-1]
        seen += [text for text in page.texts if text.startswith("> ")]
        assert all(f"`[{each}]`" in str(page.texts) for each in range(3 * number - 2, 3 * number + 1))
        if number < 10:
            page = people.press(page.offered[-1], on=page)
            assert (page.kinds, page.first) == ([CALLBACK, EDIT], CHANGE)
    assert len({*seen}) == 30
    assert page.offered == [page.offered[0]]
    assert "-# Page 9 of 10." in people.press(page.offered[0], on=page).texts[-1]


def test_what_came_next_to_an_answer_is_shown_to_one_alone(people: People) -> None:
    answer = ask(people)
    said = people.press(answer.offers("more"), on=answer, person="401")
    assert said.first == PRIVATE
    assert said.texts[0] == f"### Passages for: {BUILT}"
    asked = answer.offers("more").split(":")[2]
    for page in ("-5", "99999"):
        turned = people.press(f"v1:page:{asked}:{page}", on=said)
        assert turned.texts[0] == said.texts[0]
        assert turned.first == CHANGE


def test_fewer_passages_than_when_the_button_was_made(people: People) -> None:
    page = people.use("search", {"words": "keeper ship"})
    serve(people, LIGHTHOUSE, replace(LOG, text="A keeper saw a ship."))
    said = people.press(page.offered[-1], on=page)
    assert said.texts[1] == "> A keeper saw a ship. `[1]`"
    assert said.offered == []


@pytest.mark.parametrize("name", ["more", "context"])
def test_what_was_asked_of_a_document_that_is_gone_is_stale(people: People, name: str) -> None:
    answer = ask(people, document="harbour.text")
    serve(people, LIGHTHOUSE)
    said = people.press(answer.offers(name), on=answer)
    assert said.first == PRIVATE
    assert is_stale(said)


def test_a_quote_is_shown_where_it_stands(people: People) -> None:
    answer = ask(people)
    said = people.press(answer.offers("context"), on=answer, person="401")
    assert (said.kinds, said.first) == ([CALLBACK, EDIT], PRIVATE)
    assert said.texts[0] == "`[1]` **The Lighthouse at Gull Point** · 3 May 2023 · line 5"
    assert "> **Mary Hale built the stone lighthouse in 1871.** She picked granite" in said.texts[1]
    other = people.press(said.offered[-1], on=said)
    assert other.first == CHANGE
    assert other.texts[0] == "`[2]` **Harbour News** · line 3"
    assert people.press(other.offered[-1], on=other).texts == said.texts


def test_a_document_can_be_walked_through_from_end_to_end(people: People) -> None:
    answer = ask(people, "What did the keeper 20 see on day 20?")
    first = people.press(answer.offers("context"), on=answer)
    seen: list[list[str]] = []
    for way in ("Earlier", "Later"):
        page = first
        while (button := next(part for part in page.parts if part.get("label") == way)) and not button["disabled"]:
            page = people.press(button["custom_id"], on=page)
            seen.append(page.texts)
        back = [part["custom_id"] for part in page.parts if part.get("label") == "Back to the quote"]
        assert [people.press(each, on=page).texts for each in back] == [first.texts]
    assert "1 page earlier" in seen[0][0]
    whole = str([first.texts, *seen])
    assert all(f"keeper {number} saw" in whole for number in range(40))


@pytest.mark.parametrize("place", ["0:999999", "0:-999999", "3:0", "-1:0", "999999:0"])
def test_what_no_button_leads_to_is_stale(people: People, place: str) -> None:
    answer = ask(people)
    asked = answer.offers("context").split(":")[2]
    said = people.press(f"v1:walk:{asked}:{place}", on=answer)
    assert said.kinds == [CALLBACK, FOLLOW_UP]
    assert is_stale(said)


SENTENCE = "Mary Hale built the stone lighthouse in 1871."


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        (f"A new beginning.\n\n{LIGHTHOUSE.text}", True),
        (LIGHTHOUSE.text.replace("built", "bought"), False),
        (f"{LIGHTHOUSE.text}\n\n{SENTENCE}", True),  # still where it was
        (f"A new beginning. {SENTENCE}\n\n{LIGHTHOUSE.text}", False),  # which of the two?
        ("Nothing.", False),
    ],
)
def test_a_document_that_has_changed_is_shown_if_it_still_says_that_once(
    people: People, text: str, stands: bool
) -> None:
    answer = ask(people)
    serve(people, replace(LIGHTHOUSE, text=text), HARBOUR)
    said = people.press(answer.offers("context"), on=answer)
    if stands:
        assert f"**{SENTENCE}**" in said.texts[1]
    else:
        assert is_stale(said)


def test_a_page_that_is_gone_is_stale(people: People) -> None:
    answer = ask(people, "What did the keeper 20 see on day 20?")
    first = people.press(answer.offers("context"), on=answer)
    later = next(part["custom_id"] for part in first.parts if part.get("label") == "Later")
    quoted = people.desk.questions.find(later.split(":")[2])
    assert quoted is not None
    serve(people, replace(LOG, text=quoted.quotes[0].quote))
    assert is_stale(people.press(later, on=first))


def test_the_passages_are_those_of_the_server_where_it_was_asked(people: People) -> None:
    own = Document("added//a.txt", "Cats", None, "The red cat Minka was born in the harbour of Sundby in 1911.")
    people.desk.uploads.put(int(SERVER), "a.txt", b"", own, 1)
    answer = ask(people, "When was Minka born?")
    assert "> **The red cat Minka was born" in people.press(answer.offers("context"), on=answer).texts[1]
    people.desk.uploads.remove(int(SERVER), "a.txt")
    assert is_stale(people.press(answer.offers("context"), on=answer))


def test_an_error_in_public_is_taken_back_and_told_to_one_alone(people: People) -> None:
    said = ask(people, document="nothing")
    assert (said.kinds, said.private) == ([CALLBACK, DELETE, FOLLOW_UP], True)
