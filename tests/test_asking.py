"""Asking, and what an answer offers, from the interaction that Discord sends to what is stored and shown."""

import gc
import sqlite3
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Still
from discord_wire import (
    CALLBACK,
    CHANNEL,
    CHANNEL_ELSEWHERE,
    DELETE,
    EDIT,
    ELSEWHERE,
    FOLLOW_UP,
    FORUM,
    MEMBER,
    NEWS,
    PERSON,
    POST,
    QUIET,
    SERVER,
    THREAD,
    VOICE,
    Fault,
    People,
    Said,
    Where,
    refusal,
)

from bot.asked import Asked
from bot.desk import warm
from bot.pace import PERSON as PERSONS_PACE
from bot.servers import Server
from corpus import Document, IndexProblem
from retrieval import Answerer

HERE = Server(int(SERVER))
BUILT = "Who built the stone lighthouse?"
CAT = "Where did the cat sleep?"
DEFERRED, PRIVATE = {"type": 5}, {"type": 5, "data": {"flags": 64}}
OFFERED = ["context", "more", "followup", "vote", "vote"]
NOBODY_SAYS = "**The documents do not say.**\n-# No passage holds a word of the question."


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answerer: Answerer) -> Iterator[People]:
    people = People(monkeypatch, tmp_path, Still(answerer))
    yield people
    people.store.close()


def ask(people: People, question: str = BUILT, **where: object) -> Said:
    """Somebody asks."""
    return people.use("ask", {"question": question}, **where)  # type: ignore[arg-type]


def asked_in(said: Said) -> str:
    """The id of what was asked."""
    return next(part for part in said.offered if ":more:" in part).split(":")[2]


def kept(people: People, said: Said) -> Asked:
    """What is kept of what was asked."""
    found = people.desk.questions.find(asked_in(said))
    assert found is not None
    return found


def names(said: Said) -> list[str]:
    """What is offered to press."""
    return [custom_id.split(":")[1] for custom_id in said.offered]


def test_a_question_is_answered_and_kept(people: People) -> None:
    said = ask(people)
    assert (said.kinds, said.first) == ([CALLBACK, EDIT], DEFERRED)
    assert said.texts[:2] == [
        f"-# Question: {BUILT}",
        "> **Mary Hale** built the stone lighthouse in 1871. `[1]` `[2]`",
    ]
    assert names(said) == OFFERED
    found = kept(people, said)
    assert (found.guild, found.channel, found.person) == (int(SERVER), int(CHANNEL), int(PERSON))
    assert (found.question, found.document, found.private, found.answered) == (BUILT, None, False, True)
    assert [quoted.document for quoted in found.quotes] == ["coast/lighthouse.txt", "harbour.text"]


@pytest.mark.parametrize("where", [{"server": None}, {"added": False}], ids=["direct", "brought along"])
def test_where_no_server_has_the_bot_a_question_belongs_to_none(people: People, where: Where) -> None:
    assert kept(people, ask(people, **where)).guild is None


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("harbour.text", "harbour.text"),
        ("HARBOUR.TEXT", "harbour.text"),
        ("  harbour   news ", "harbour.text"),
        ("coast/lighthouse.txt", "coast/lighthouse.txt"),
    ],
)
def test_one_document_is_asked_alone(people: People, name: str, document: str) -> None:
    said = people.use("ask", {"question": BUILT, "document": name})
    found = kept(people, said)
    assert found.document == document
    assert {quoted.document for quoted in found.quotes} == {document}


def test_a_document_that_there_is_not(people: People) -> None:
    said = people.use("ask", {"question": BUILT, "document": "h*rbour"})
    assert (said.kinds, said.private) == ([CALLBACK, DELETE, FOLLOW_UP], True)
    assert said.line.startswith("No document has that name\\: choose one from the list")


def test_documents_are_offered_while_a_name_is_typed(people: People) -> None:
    lighthouse = {"name": "The Lighthouse at Gull Point", "value": "coast/lighthouse.txt"}
    harbour = {"name": "Harbour News", "value": "harbour.text"}
    typed = {
        "": [lighthouse, harbour],
        "HARB": [harbour],
        "  gull   point ": [lighthouse],
        "h": [harbour, lighthouse],  # those that begin with it stand first
        "text": [harbour],
        "cat": [],
    }
    for command in ("ask", "search", "sources"):
        for text, choices in typed.items():
            offered = people.begin_typing(command, "document", text)
            assert [(each["name"], each["value"]) for each in offered] == [
                (each["name"], each["value"]) for each in choices
            ]


def test_no_more_documents_are_offered_than_discord_shows(people: People) -> None:
    documents = [Document(f"{number:02}{'x' * 200}.txt", "T" * 300, None, "A cat sat.") for number in range(30)]
    people.desk.library.answerer = Answerer(documents)
    offered = people.begin_typing("ask", "document", "t")
    assert len(offered) == 25
    said = people.use("ask", {"question": "Who sat?", "document": offered[7]["value"]})
    assert kept(people, said).document == documents[7].id


def test_a_private_question_is_answered_to_one_alone_who_may_share_it(people: People) -> None:
    said = people.use("ask", {"question": BUILT, "private": True})
    assert said.first == PRIVATE
    assert names(said) == [*OFFERED[:3], "share", *OFFERED[3:]]
    assert kept(people, said).private


def test_a_server_may_have_answers_private_unless_asked_otherwise(people: People) -> None:
    people.desk.servers.put(replace(HERE, private=True))
    said = ask(people)
    assert said.first == PRIVATE
    assert "share" in names(said)
    assert not kept(people, said).private
    assert people.use("ask", {"question": BUILT, "private": False}).first == DEFERRED


CHANNELS: list[tuple[str, tuple[str, ...], bool]] = [
    (CHANNEL, (), True),
    (CHANNEL, (CHANNEL,), True),
    (THREAD, (CHANNEL,), True),
    (CHANNEL, (NEWS, FORUM), False),
    (CHANNEL, (THREAD,), False),
]


@pytest.mark.parametrize(("channel", "allowed", "public"), CHANNELS)
def test_where_it_may_not_speak_one_person_alone_sees_the_answer(
    people: People, channel: str, allowed: tuple[str, ...], public: bool
) -> None:
    people.desk.servers.put(replace(HERE, channels=tuple(map(int, allowed))))
    said = people.use("ask", {"question": BUILT, "private": False}, channel=channel)
    assert said.first == (DEFERRED if public else PRIVATE)
    assert ("In this channel answers are shown to you alone." in said.texts[0]) == (not public)
    assert "share" not in names(said)


def test_a_server_may_set_how_sure_an_answer_must_be(people: People) -> None:
    people.desk.servers.put(replace(HERE, threshold=1.0))
    assert "**The documents do not say.**" in ask(people).texts[1]
    assert "**Mary Hale**" in ask(people, server=None).texts[1]


@pytest.mark.parametrize("question", ["hello", "thanks!", "what can you do?", "?!"])
def test_what_is_no_question_is_answered_at_once_and_not_kept(people: People, question: str) -> None:
    assert ask(people, question).refusal
    assert people.store.read("SELECT * FROM questions") == []


def test_who_asks_too_fast_is_told_how_long_to_wait(people: People) -> None:
    most, _ = PERSONS_PACE
    for _ in range(most):
        assert ask(people).kinds == [CALLBACK, EDIT]
    assert ask(people).refusal.startswith("That is faster than I may answer here\\: ask again in ")
    assert people.use("search", {"words": "ferry"}).refusal.startswith("That is faster")
    assert ask(people, person="401").kinds == [CALLBACK, EDIT]


def test_what_cannot_be_kept_is_answered_with_nothing_to_press(
    people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(people.desk.questions, "add", full)
    said = ask(people)
    assert "**Mary Hale**" in said.texts[1]
    assert said.offered == []
    (record,) = (record for record in caplog.records if record.name == "bot.desk")
    assert record.getMessage() == "A question could not be remembered: database or disk is full"


def test_a_message_is_asked_about_in_private(people: People) -> None:
    said = people.ask_about(f"  {BUILT}\n")
    assert said.first == PRIVATE
    assert said.texts[0] == f"-# Question: {BUILT}"
    assert "share" in names(said)
    assert not kept(people, said).private


def test_of_a_long_message_the_last_question_is_asked(people: People) -> None:
    long = "We were there last year. " * 20
    assert people.ask_about(f"{long}Did you see it? {BUILT} {long}").texts[0] == f"-# Question: {BUILT}"
    told = people.ask_about(long * 3)
    assert told.refusal == "That is 1,499 characters\\: ask it in 300 at most."


@pytest.mark.parametrize("text", ["", " \n", "\u3000"])
def test_a_message_without_text_cannot_be_asked_about(people: People, text: str) -> None:
    assert people.ask_about(text).refusal == "That message holds no text to ask about."


def test_a_question_may_lean_on_an_answer(people: People) -> None:
    answer = ask(people)
    form = people.press(answer.offers("followup"), on=answer)
    assert (form.kinds, form.first["type"]) == ([CALLBACK], 9)
    assert form.last["title"] == "Follow up"
    assert form.parts[0]["description"] == f"It may lean on: {BUILT}"
    said = people.submit(form, "and when?", answer)
    assert said.first == DEFERRED
    assert said.texts[0] == f"-# Question: and when?\n-# leaning on: {BUILT}"
    assert "1871" in said.texts[1]


def test_an_answer_that_leans_is_as_private_and_about_the_same_document(people: People) -> None:
    answer = people.use("ask", {"question": BUILT, "private": True, "document": "harbour.text"})
    said = people.submit(people.press(answer.offers("followup"), on=answer), "and when?", answer)
    assert said.first == PRIVATE
    assert (kept(people, said).private, kept(people, said).document) == (True, "harbour.text")


def test_what_leans_on_a_document_that_is_gone_is_stale(people: People) -> None:
    answer = people.use("ask", {"question": BUILT, "document": "harbour.text"})
    form = people.press(answer.offers("followup"), on=answer)
    people.desk.library.answerer = Answerer(people.desk.library.answerer.documents[:1])
    said = people.submit(form, "and when?", answer)
    assert said.texts[0].startswith("This belongs to something that is not there any more")
    again = people.press(said.offers("again"), on=said)
    assert "**Mary Hale**" in people.submit(again, BUILT, said).texts[1]  # of the documents that there are


def test_a_question_may_be_asked_in_other_words(people: People) -> None:
    answer = people.use("ask", {"question": CAT, "private": True, "document": "harbour.text"})
    assert names(answer) == ["more", "again", "share"]
    form = people.press(answer.offers("again"), on=answer)
    (text,) = (part for part in form.parts if part["type"] == 4)
    assert (text["value"], text["max_length"]) == (CAT, 300)
    said = people.submit(form, BUILT, answer)
    assert said.first == PRIVATE
    assert (kept(people, said).private, kept(people, said).document) == (True, "harbour.text")


def test_a_blank_form_is_told_so(people: People) -> None:
    form = people.press("v1:again")
    assert people.submit(form, "  ").refusal.startswith("There is no question")


def private_answer(people: People, question: str = BUILT) -> Said:
    return people.use("ask", {"question": question, "private": True})


def test_a_private_answer_is_shared_as_it_stands_and_once(people: People) -> None:
    answer = private_answer(people)
    said = people.press(answer.offers("share"), on=answer)
    assert (said.kinds, said.first) == ([CALLBACK, EDIT], DEFERRED)
    assert said.texts == [*answer.texts, f"-# Shared by <@{PERSON}>."]
    assert said.last["allowed_mentions"] == {"parse": []}
    assert names(said) == OFFERED
    assert people.press(answer.offers("share"), on=answer).refusal == "It is shared already\\."
    context = people.press(said.offers("context"), on=said, person="401")
    assert "Mary Hale" in context.texts[1]


def test_that_the_documents_do_not_say_may_be_shared_too(people: People) -> None:
    answer = private_answer(people, CAT)
    said = people.press(answer.offers("share"), on=answer)
    assert said.texts == [*answer.texts, f"-# Shared by <@{PERSON}>."]
    assert names(said) == ["more", "again"]


@pytest.mark.parametrize("kind", [CALLBACK, EDIT])
def test_what_could_not_be_shared_may_be_shared_again(people: People, kind: str) -> None:
    answer = private_answer(people)
    people.wire.faults[kind] = [Fault(refusal(403, 50001))]
    said = people.press(answer.offers("share"), on=answer)
    assert said.private
    assert said.line.startswith("Sorry")
    assert people.press(answer.offers("share"), on=answer).kinds == [CALLBACK, EDIT]


def test_nothing_is_shared_where_it_may_not_speak(people: People) -> None:
    answer = private_answer(people)
    people.desk.servers.put(replace(HERE, channels=(int(NEWS),)))
    said = people.press(answer.offers("share"), on=answer)
    assert said.refusal == "In this channel answers are shown to one person alone."
    people.desk.servers.put(HERE)
    assert people.press(answer.offers("share"), on=answer).kinds == [CALLBACK, EDIT]


def test_what_is_no_answer_is_not_shared(people: People) -> None:
    answer = private_answer(people)
    assert "not there any more" in people.press(answer.offers("share")).texts[0]  # on a message without components


VOTES: list[tuple[str, bool | None]] = [
    ("Noted: this answered. Thank you.", True),
    (
        "Noted: this did not answer. Thank you. The people who run this server can see the question, not who asked.",
        False,
    ),
]


def test_a_vote_is_noted_and_the_last_counts(people: People) -> None:
    answer = ask(people)
    good, bad = (each for each in answer.offered if ":vote:" in each)
    for pressed, (thanks, noted) in zip((good, bad), VOTES, strict=True):
        said = people.press(pressed, on=answer, person="401")
        assert (said.first, said.line) == (PRIVATE, thanks)
        votes = people.store.read("SELECT person, good FROM votes")
        assert [(row["person"], bool(row["good"])) for row in votes] == [(401, noted)]


@pytest.mark.parametrize(("private", "where"), [(True, {}), (False, {"server": None})], ids=["private", "direct"])
def test_where_nobody_else_sees_the_question_nobody_is_said_to(people: People, private: bool, where: Where) -> None:
    answer = people.use("ask", {"question": BUILT, "private": private}, **where)
    _, bad = (each for each in answer.offered if ":vote:" in each)
    assert people.press(bad, on=answer, **where).line == "Noted: this did not answer. Thank you."


@pytest.fixture
def unanswered(people: People) -> Said:
    """What the documents do not say, in a server whose people may be asked."""
    people.desk.servers.put(replace(HERE, people=int(NEWS)))
    said = ask(people, CAT)
    assert said.texts[1].startswith("**The documents do not say.**")
    assert names(said) == ["more", "again", "people"]
    return said


def test_a_question_is_passed_on_to_people_once(people: People, unanswered: Said) -> None:
    said = people.press(unanswered.offers("people"), on=unanswered)
    assert (said.kinds, said.posted_in) == ([CALLBACK, POST, EDIT], [NEWS])
    _, (_, posted), _ = said.requests
    assert said.line == f"Passed on to <#{NEWS}>\\."
    assert posted["allowed_mentions"] == {"parse": []}
    assert (posted["nonce"], posted["enforce_nonce"]) == (asked_in(unanswered), True)
    assert Said([(POST, posted)], {}, []).texts == [
        "### The documents do not answer",
        f"> {CAT}",
        f"-# Passed on by <@{PERSON}> · [where it was asked](https://discord.com/channels/{SERVER}/{CHANNEL}/600)",
    ]
    again = people.press(unanswered.offers("people"), on=unanswered, person="401")
    assert (again.kinds, again.line) == ([CALLBACK, EDIT], f"Passed on to <#{NEWS}> before\\.")


def test_a_private_message_is_not_linked(people: People) -> None:
    people.desk.servers.put(replace(HERE, people=int(NEWS)))
    answer = people.use("ask", {"question": CAT, "private": True})
    _, (_, posted), _ = people.press(answer.offers("people"), on=answer).requests
    assert Said([(POST, posted)], {}, []).texts[-1] == f"-# Passed on by <@{PERSON}>"


def test_a_question_that_could_not_be_passed_on_may_be_again(people: People, unanswered: Said) -> None:
    people.wire.faults[POST] = [Fault(refusal(403, 50001))]
    said = people.press(unanswered.offers("people"), on=unanswered)
    assert (said.kinds, said.private) == ([CALLBACK, POST, EDIT], True)
    assert said.line.startswith("Sorry")
    assert people.press(unanswered.offers("people"), on=unanswered).kinds == [CALLBACK, POST, EDIT]


@pytest.mark.parametrize("channel", [QUIET, CHANNEL_ELSEWHERE, FORUM, VOICE, "999"])
def test_where_it_may_not_write_nothing_is_passed_on(people: People, unanswered: Said, channel: str) -> None:
    people.desk.servers.put(replace(HERE, people=int(channel)))
    said = people.press(unanswered.offers("people"), on=unanswered)
    assert said.refusal == "I cannot write in the channel for such questions\\: /settings names another."


def test_where_people_are_asked_no_more_the_button_is_stale(people: People, unanswered: Said) -> None:
    people.desk.servers.put(HERE)
    assert "not there any more" in people.press(unanswered.offers("people"), on=unanswered).texts[0]


def test_where_it_may_only_look_nothing_is_passed_on(people: People, unanswered: Said) -> None:
    people.servers = deepcopy(people.servers)
    people.servers[0]["roles"][0] |= {"permissions": "1024"}  # View Channel alone
    assert "cannot write" in people.press(unanswered.offers("people"), on=unanswered).refusal


def test_what_a_server_added_answers_its_people_alone(people: People) -> None:
    text = "The red cat Minka was born in the harbour of Sundby in 1911."
    people.desk.uploads.put(int(SERVER), "a.txt", b"", Document("added//a.txt", "Cats", None, text), 1)
    born = "When was Minka born?"
    assert "**1911**" in ask(people, born, permissions=MEMBER).texts[1]
    elsewhere: list[Where] = [{"server": ELSEWHERE, "channel": CHANNEL_ELSEWHERE}, {"server": None}, {"added": False}]
    for where in elsewhere:
        assert "**The documents do not say.**" in ask(people, born, **where).texts[1]
        assert people.begin_typing("ask", "document", "cats", **where) == []


def test_what_is_there_at_the_start_is_not_looked_through_for_garbage(answerer: Answerer) -> None:
    before = gc.get_freeze_count()
    warm(answerer)
    assert gc.get_freeze_count() > before
    gc.unfreeze()


def test_an_engine_that_is_away_keeps_nobody_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise IndexProblem("the index cannot be reached just now")

    away_answerer = Answerer([])
    monkeypatch.setattr(away_answerer, "ask", away)
    warm(away_answerer)
    gc.unfreeze()
