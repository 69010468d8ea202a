"""The commands, through discord.py's own parsing and command tree, down to the requests that leave the process."""

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import pytest
from conftest import Still
from discord_wire import (
    CALLBACK,
    DELETE,
    EDIT,
    FOLLOW_UP,
    SERVER,
    Fault,
    People,
    Reply,
    Stub,
    Wire,
    banned,
    refusal,
    texts,
)

from corpus import Document, IndexAway, IndexProblem, QuestionError
from retrieval import Answer, Citation

TEXT = "A cat sat on the mat. A dog barked."
CATS = Document("cats.txt", "Cats", date(2024, 6, 21), TEXT)
ANSWER = Answer("Who sat?", (Citation(CATS, 0, 21, (0, 5), 1.0),), (), 0.95)
SHOWN = [
    "-# Question: Who sat?",
    "> **A cat** sat on the mat. `[1]`",
    "`[1]` **Cats** · 21 June 2024 · line 1",
    "-# Fits well: check it at its source.",
]
DEFERRED, PRIVATE = {"type": 5}, {"type": 5, "data": {"flags": 64}}
NO_MENTIONS: dict[str, list[str]] = {"parse": []}


class Use(Protocol):
    """Somebody uses a command of a bot whose documents answer like this."""

    def __call__(
        self, outcome: Answer | Exception, name: str = "ask", *, direct: bool = False, **options: str | bool
    ) -> Stub: ...


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[People]:
    people = People(monkeypatch, tmp_path, Still(Stub(ANSWER, CATS)))
    yield people
    people.store.close()


@pytest.fixture
def wire(people: People) -> Wire:
    return people.wire


@pytest.fixture
def use(people: People) -> Use:
    def use(outcome: Answer | Exception, name: str = "ask", *, direct: bool = False, **options: str | bool) -> Stub:
        people.desk.library.answerer = stub = Stub(outcome, CATS)
        people.use(name, {**options}, server=None if direct else SERVER)
        return stub

    return use


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody sleeps: how long they would have."""
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        if seconds:  # discord.py and aiohttp also let others run
            pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noted)
    return pauses


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize(
    ("options", "first"), [({}, DEFERRED), ({"private": False}, DEFERRED), ({"private": True}, PRIVATE)]
)
def test_ask_defers_then_edits(
    use: Use, wire: Wire, options: dict[str, Any], first: dict[str, object], direct: bool
) -> None:
    use(ANSWER, direct=direct, question="Who sat?", **options)
    assert wire.kinds == [CALLBACK, EDIT]
    assert wire.sent(CALLBACK) == [first]
    (edit,) = wire.sent(EDIT)
    assert texts(edit) == SHOWN
    assert edit["flags"] == 1 << 15  # components, version 2
    assert edit["allowed_mentions"] == NO_MENTIONS


def test_sources_are_shown_to_the_person_alone(use: Use, wire: Wire) -> None:
    use(ANSWER, "sources")
    assert wire.sent(CALLBACK) == [PRIVATE]
    assert texts(wire.sent(EDIT)[0]) == ["### 1 document", "**Cats** · 21 June 2024\n-# cats.txt"]


def test_searching_does_not_hold_up_the_event_loop(use: Use, wire: Wire) -> None:
    stub = use(ANSWER, question="Who sat?")
    assert stub.threads
    assert threading.get_ident() not in stub.threads
    assert wire.kinds == [CALLBACK, EDIT]


def test_a_command_asks_what_is_served_when_it_is_used_and_goes_on_with_that(people: People) -> None:
    newer = Stub(Answer("Who sat?", (), (), 0.1), CATS)

    class Swapped(Stub):
        def ask(
            self,
            question: str,
            document: str | None = None,
            limit: int = 3,
            after: str | None = None,
            threshold: float | None = None,
        ) -> Answer:
            people.desk.library.answerer = newer
            return super().ask(question, document, limit, after, threshold)

    people.desk.library.answerer = Swapped(ANSWER, CATS)
    assert [people.use("ask", {"question": "Who sat?"}).texts[1] for _ in range(2)] == [
        SHOWN[1],
        "**The documents do not say.**\n-# No passage holds a word of the question.",
    ]


@pytest.mark.parametrize("question", [" ", "\t", "\u3000"])
def test_a_blank_question_is_told_at_once_and_privately(use: Use, wire: Wire, question: str) -> None:
    stub = use(ANSWER, question=question)
    assert wire.sent(CALLBACK) == [
        {
            "type": 4,
            "data": {
                "content": "There is no question\\: type one after /ask.",
                "flags": 64,
                "tts": False,
                "allowed_mentions": NO_MENTIONS,
            },
        }
    ]
    assert wire.kinds == [CALLBACK]
    assert not stub.threads


def test_a_greeting_is_returned_at_once_and_privately(use: Use, wire: Wire) -> None:
    stub = use(ANSWER, question="hello!")
    (sent,) = wire.sent(CALLBACK)
    assert sent["data"]["content"] == "Hello! Ask about the documents, in a sentence or in key words."
    assert sent["data"]["flags"] == 64
    assert wire.kinds == [CALLBACK]
    assert not stub.threads


BROKEN: list[Callable[[], Exception]] = [
    aiohttp.ServerDisconnectedError,
    lambda: aiohttp.ClientOSError(104, "Connection reset by peer"),
    lambda: ConnectionResetError(54, "Connection reset by peer"),
    TimeoutError,
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", [CALLBACK, EDIT])
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(
    "instead",
    [*BROKEN, lambda: banned("1"), lambda: refusal(500, 0), lambda: refusal(503, 0)],
    ids=["disconnected", "reset", "reset as on a Mac", "timeout", "banned", "500", "503"],
)
def test_one_answer_whatever_happens_on_the_way(
    use: Use,
    wire: Wire,
    pauses: list[float],
    instead: Callable[[], Reply | Exception],
    times: int,
    kind: str,
    after: bool,
) -> None:
    wire.faults[kind] = [Fault(instead(), after=after) for _ in range(times)]
    use(ANSWER, question="Who sat?")
    assert set(wire.kinds) == {CALLBACK, EDIT}
    assert texts(wire.sent(EDIT)[-1]) == SHOWN
    assert len(pauses) >= (1 if kind == CALLBACK and after else times)


def test_a_refusal_is_waited_for_as_long_as_it_says(use: Use, wire: Wire, pauses: list[float]) -> None:
    wire.faults[EDIT] = [Fault(banned("7.5")), Fault(banned("Wed, 21 Oct 2026 07:28:00 GMT")), Fault(banned("0"))]
    use(ANSWER, question="Who sat?")
    assert pauses == [7.5, 2.0, 4.0]
    assert texts(wire.sent(EDIT)[-1]) == SHOWN


def test_a_long_ban_is_not_waited_for(
    use: Use, wire: Wire, pauses: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    wire.faults = {kind: [Fault(banned("3600"))] * 9 for kind in (EDIT, DELETE, FOLLOW_UP)}
    use(ANSWER, question="Who sat?")
    assert pauses == []
    assert "could not be told" in caplog.text


@pytest.mark.parametrize("kind", [CALLBACK, EDIT])
@pytest.mark.parametrize(("status", "code"), [(404, 10008), (404, 10015), (404, 10062), (401, 50027)])
def test_a_person_who_is_gone_is_one_line_in_the_log(
    use: Use, wire: Wire, caplog: pytest.LogCaptureFixture, kind: str, status: int, code: int
) -> None:
    caplog.set_level(logging.INFO, "bot")
    wire.faults[kind] = [Fault(refusal(status, code))]
    use(ANSWER, question="Who sat?")
    assert wire.kinds[-1] == kind  # nothing more is tried
    (record,) = (record for record in caplog.records if record.name == "bot.delivery")
    assert record.exc_info is None
    assert "\n" not in record.getMessage()


def test_an_unexpected_error_takes_the_public_answer_back(
    use: Use, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    use(RuntimeError("a secret"), question="Who sat?")
    assert wire.kinds == [CALLBACK, DELETE, FOLLOW_UP]
    (told,) = wire.sent(FOLLOW_UP)
    assert told["flags"] == 64
    _apologises(told["content"], caplog)


def test_an_unexpected_error_in_private_is_told_in_place(
    use: Use, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    use(RuntimeError("a secret"), question="Who sat?", private=True)
    assert wire.kinds == [CALLBACK, EDIT]
    _apologises(wire.sent(EDIT)[0]["content"], caplog)


def _apologises(line: str, caplog: pytest.LogCaptureFixture) -> None:
    match = re.fullmatch(
        "Sorry, something went wrong on my side. If you report it, please give this number: `(.{8})`", line
    )
    assert match is not None
    assert f"[{match[1]}]" in caplog.text
    assert "RuntimeError: a secret" in caplog.text


@pytest.mark.parametrize(("private", "kinds"), [(False, [CALLBACK, DELETE, FOLLOW_UP]), (True, [CALLBACK, EDIT])])
def test_what_a_person_can_mend_is_told_in_its_own_words(
    use: Use, wire: Wire, caplog: pytest.LogCaptureFixture, private: bool, kinds: list[str]
) -> None:
    use(QuestionError("Ask about *one* thing."), question="Who sat?", private=private)
    assert wire.kinds == kinds
    assert wire.sent(kinds[-1])[0]["content"] == r"Ask about \*one\* thing."
    assert "Traceback" not in caplog.text


def test_what_is_wrong_with_an_index_is_told_who_runs_the_bot(
    use: Use, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    """And nobody else, for it names folders and machines; that it is away for a moment says nothing of them."""
    use(IndexProblem("milvus+http://10.0.0.7 takes no password"), question="Who sat?", private=True)
    told = wire.sent(EDIT)[0]["content"]
    assert told.startswith("Sorry, something went wrong on my side.")
    assert "10.0.0.7" in caplog.text
    use(IndexAway("The index cannot be reached just now."), question="Who sat?", private=True)
    assert wire.sent(EDIT)[1]["content"] == "The index cannot be reached just now."


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(("status", "code"), [(404, 10008), (403, 50013), (500, 0)])
@pytest.mark.parametrize("after", [False, True])
def test_an_apology_gets_through_though_taking_back_fails(
    use: Use, wire: Wire, status: int, code: int, after: bool
) -> None:
    wire.faults[DELETE] = [Fault(refusal(status, code), after=after)]
    use(RuntimeError(), question="Who sat?")
    assert wire.kinds[-1] == FOLLOW_UP


def test_an_apology_that_cannot_be_told_is_one_more_line(
    use: Use, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.faults[FOLLOW_UP] = [Fault(refusal(403, 50001))]
    use(RuntimeError("a secret"), question="Who sat?")
    assert caplog.records[-1].levelname == "WARNING"
    assert caplog.records[-1].exc_info is None


def test_a_lost_reply_to_the_only_response_is_no_error(
    use: Use, wire: Wire, pauses: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    wire.faults[CALLBACK] = [Fault(aiohttp.ServerDisconnectedError(), after=True)]
    use(ANSWER, question=" ")
    assert wire.kinds == [CALLBACK, CALLBACK]
    assert not [record for record in caplog.records if record.name == "bot.delivery"]
    assert len(pauses) == 1


def test_a_command_that_is_no_more_is_told_so(use: Use, wire: Wire) -> None:
    use(ANSWER, "find", words="cat")
    (told,) = wire.sent(CALLBACK)
    assert told["data"]["content"].startswith("This command has changed.")
    assert told["data"]["flags"] == 64


def test_an_option_of_another_form_is_told_so(use: Use, wire: Wire) -> None:
    use(ANSWER, "ask")
    assert wire.sent(CALLBACK)[0]["data"]["content"].startswith("This command has changed.")
