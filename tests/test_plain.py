"""Questions in plain words, from the message that Discord sends to the one that is posted."""

import logging
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Still
from discord_wire import (
    APPLICATION,
    CHANNEL,
    CHANNEL_ELSEWHERE,
    ELSEWHERE,
    ME,
    NEWS,
    PERSON,
    POST,
    QUIET,
    SERVER,
    THREAD,
    USER,
    Fault,
    People,
    Reply,
    Said,
    message,
    refusal,
    shown,
)

from bot.commands.plain import question_in
from bot.pace import PERSON as PERSONS_PACE
from bot.servers import Server
from corpus import QuestionError
from retrieval import Answerer

HERE = Server(int(SERVER))
BUILT = "Who built the stone lighthouse?"
AT_ME = f"<@{APPLICATION}>"
ANSWER = [
    "-# Question: Who built the stone lighthouse?",
    "> **Mary Hale** built the stone lighthouse in 1871. `[1]` `[2]`",
]
OTHER = {**USER, "id": "401"}


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answerer: Answerer) -> Iterator[People]:
    people = People(monkeypatch, tmp_path, Still(answerer))
    yield people
    people.store.close()


def mention(people: People, text: str, **more: Any) -> Said:  # noqa: ANN401 (as ``say`` takes it)
    """Somebody mentions the bot."""
    return people.say(f"{AT_ME} {text}", **{"mentions": (ME,), **more})


@pytest.mark.parametrize(
    "text", [f"{AT_ME} {BUILT}", f"{BUILT} <@!{APPLICATION}>", f"Who built {AT_ME} \n the  stone lighthouse?"]
)
def test_who_mentions_the_bot_is_answered(people: People, text: str) -> None:
    said = people.say(text, mentions=(ME,))
    assert (said.kinds, said.posted_in) == ([POST], [CHANNEL])
    assert said.texts[:2] == ANSWER
    assert said.last["message_reference"]["message_id"] == 601
    assert said.last["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert (said.last["nonce"], said.last["enforce_nonce"]) == ("601", True)
    context = people.press(said.offers("context"), on=said)
    assert "Mary Hale" in context.texts[1]


def test_a_direct_message_needs_no_mention(people: People) -> None:
    said = people.say(BUILT, server=None)
    assert said.texts[:2] == ANSWER
    (asked,) = people.store.read("SELECT guild, channel, person, private FROM questions")
    assert tuple(asked) == (None, int(CHANNEL), int(PERSON), 0)
    assert people.press(said.offers("context"), on=said, server=None).private


def test_in_a_thread_too(people: People) -> None:
    people.desk.servers.put(replace(HERE, channels=(int(CHANNEL),)))
    assert mention(people, BUILT, channel=THREAD).posted_in == []  # it may not write in threads
    people.servers = deepcopy(people.servers)
    people.servers[0]["roles"][0] |= {"permissions": str(1 << 38 | 3072)}
    assert mention(people, BUILT, channel=THREAD).posted_in == [THREAD]


IGNORED: dict[str, dict[str, Any]] = {
    "no mention": {"text": BUILT},
    "a name": {"text": f"@verbatim {BUILT}"},
    "somebody else": {"text": f"<@401> {BUILT}", "mentions": (OTHER,)},
    "everyone": {"text": f"@everyone {BUILT}", "mention_everyone": True},
    "a role": {"text": f"<@&700> {BUILT}", "mention_roles": ["700"]},
    "a bot": {"text": f"{AT_ME} {BUILT}", "mentions": (ME,), "author": {**OTHER, "bot": True}},
    "a bot directly": {"text": BUILT, "server": None, "author": {**OTHER, "bot": True}},
    "itself": {"text": f"{AT_ME} {BUILT}", "mentions": (ME,), "author": ME},
    "itself directly": {"text": BUILT, "server": None, "author": {**ME, "bot": False}},
    "a webhook": {"text": f"{AT_ME} {BUILT}", "mentions": (ME,), "webhook_id": "9", "author": {**OTHER, "bot": True}},
    "no permission": {"text": f"{AT_ME} {BUILT}", "mentions": (ME,), "channel": QUIET},
    "a channel that is not known": {"text": f"{AT_ME} {BUILT}", "mentions": (ME,), "channel": "999"},
}


@pytest.mark.parametrize("what", IGNORED.values(), ids=IGNORED)
def test_what_does_not_ask_the_bot_is_left_alone(people: People, what: dict[str, Any]) -> None:
    assert people.say(**what).requests == []
    assert people.store.read("SELECT * FROM questions") == []


def test_it_speaks_only_where_the_server_lets_it(people: People) -> None:
    people.desk.servers.put(replace(HERE, channels=(int(NEWS),)))
    assert mention(people, BUILT).requests == []
    assert mention(people, BUILT, channel=NEWS).posted_in == [NEWS]
    assert mention(people, BUILT, server=ELSEWHERE, channel=CHANNEL_ELSEWHERE).posted_in == [CHANNEL_ELSEWHERE]


@pytest.mark.parametrize("text", ["", "help", "who are you?"])
def test_who_only_mentions_it_is_told_what_it_is(people: People, text: str) -> None:
    said = mention(people, text)
    assert said.line.startswith("I answer questions about a set of documents")
    assert people.store.read("SELECT * FROM questions") == []


def test_an_answer_may_be_answered_by_a_question_that_leans_on_it(people: People) -> None:
    first = mention(people, BUILT)
    mention(people, "What does a ticket cost?")
    said = mention(people, "and when?", to=shown(first))
    assert said.texts[0] == f"-# Question: and when?\n-# leaning on: {BUILT}"
    other = mention(people, "and when?", to=shown(first), author=OTHER)
    assert other.texts[0] == f"-# Question: and when?\n-# leaning on: {BUILT}"


def test_a_question_leans_on_the_last_one_of_this_person_here(people: People) -> None:
    mention(people, BUILT)
    assert mention(people, "and when?").texts[0] == f"-# Question: and when?\n-# leaning on: {BUILT}"
    assert BUILT not in str(mention(people, "and when?", author=OTHER).requests)
    assert BUILT not in str(mention(people, "and when?", channel=NEWS).requests)


@pytest.mark.parametrize(
    "to",
    [
        message(),  # no components
        message()
        | {
            "components": [
                {"type": 1, "id": 1, "components": [{"type": 2, "id": 2, "style": 5, "url": "https://a.example"}]}
            ]
        },
        message()
        | {
            "components": [
                {"type": 1, "id": 1, "components": [{"type": 2, "id": 2, "style": 2, "custom_id": "v1:more:x"}]}
            ]
        },
        message()
        | {"components": [{"type": 1, "id": 1, "components": [{"type": 2, "id": 2, "style": 2, "custom_id": "x"}]}]},
        message() | {"components": [{"type": 10, "id": 1, "content": "v1:more:x"}]},
    ],
    ids=["none", "a link", "unknown", "of another bot", "a text"],
)
def test_an_answer_to_any_message_is_a_question(people: People, to: dict[str, Any]) -> None:
    assert mention(people, BUILT, to=to).texts[:2] == ANSWER


def test_an_answer_to_a_message_that_is_deleted_is_a_question(people: People) -> None:
    assert (
        mention(
            people,
            BUILT,
            to=None,
            message_reference={"message_id": "7", "channel_id": CHANNEL},
            referenced_message=None,
            type=19,
        ).texts[:2]
        == ANSWER
    )


def test_what_one_person_alone_may_read_is_never_leaned_on_before_all(people: People) -> None:
    answer = people.use("ask", {"question": BUILT, "private": True})
    for said in (mention(people, "and when?"), mention(people, "and when?", to=shown(answer))):
        assert BUILT not in str(said.requests)
    people.press(answer.offers("share"), on=answer)
    assert BUILT in mention(people, "and when?", to=shown(answer)).texts[0]


def test_what_the_server_shows_to_one_alone_is_not_leaned_on_in_public(people: People) -> None:
    people.desk.servers.change(int(SERVER), private=True)
    people.use("ask", {"question": BUILT})
    assert BUILT not in str(mention(people, "and when?").requests)


def test_directly_a_private_question_is_leaned_on(people: People) -> None:
    people.use("ask", {"question": BUILT, "private": True}, server=None)
    assert f"leaning on: {BUILT}" in people.say("and when?", server=None).texts[0]


def test_who_asks_too_fast_is_told_once(people: People) -> None:
    most, _ = PERSONS_PACE
    for text in (BUILT, "hello", "", BUILT, "x" * 400, BUILT)[:most]:
        assert mention(people, text).kinds == [POST]
    assert mention(people, BUILT).line.startswith("That is faster than I may answer here\\: ask again in ")
    assert mention(people, "hello").requests == []
    assert mention(people, BUILT, author=OTHER).texts[:2] == ANSWER


def test_a_long_message(people: People) -> None:
    long = "We were there last year. " * 70
    assert mention(people, f"{long} {BUILT} {long}").texts[:2] == ANSWER
    assert mention(people, long).line == "That is 1,749 characters\\: ask it in 300 at most."


@pytest.mark.parametrize(
    "instead", [refusal(400, 50035), refusal(403, 50013), refusal(404, 10003)], ids=["deleted", "forbidden", "gone"]
)
def test_what_cannot_be_posted_is_one_line_in_the_log(
    people: People, caplog: pytest.LogCaptureFixture, instead: Reply
) -> None:
    caplog.set_level(logging.INFO)
    people.wire.faults[POST] = [Fault(instead)]
    assert mention(people, BUILT).kinds == [POST]
    (record,) = (record for record in caplog.records if record.name.startswith("bot."))
    assert record.getMessage().startswith("A message could not be answered: ")
    assert record.exc_info is None


def test_an_unexpected_error_is_told_and_logged(
    people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(Answerer, "ask", broken)
    said = mention(people, BUILT)
    assert said.line.startswith("Sorry, something went wrong on my side.")
    assert "secret" not in said.line
    assert "a secret" in caplog.text


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("  Who\n built it? ", "Who built it?"),
        ("Who? " + "a " * 200, "Who?"),
        ("a " * 200 + "谁建的？ b", "谁建的？"),
        ("Really?! " + "x. " * 200 + "And who? y", "And who?"),
        ("x" * 400, "x" * 400),
        ("?" * 400, "?" * 400),
    ],
)
def test_the_question_in_a_message(text: str, question: str) -> None:
    found = question_in(text)
    assert found == question or found.endswith(question)


def test_no_text_is_no_question() -> None:
    with pytest.raises(QuestionError):
        question_in(" \n")
