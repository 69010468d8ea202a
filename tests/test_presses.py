"""Presses of any kind: what stands in a custom_id comes from outside; what it names may be gone, or somebody else's."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import Still
from discord_wire import (
    BUTTON,
    CALLBACK,
    CHANNEL,
    CHANNEL_ELSEWHERE,
    EDIT,
    ELSEWHERE,
    FOLLOW_UP,
    MEMBER,
    PERSON,
    SERVER,
    THREAD,
    Fault,
    People,
    Said,
    Where,
    refusal,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.asked import Asked, Quoted
from bot.commands import all_presses
from bot.layouts import help_view
from bot.presses import StaleError, as_number, custom_id, parse
from retrieval import Answerer

SECRET = "Whom did the harbour master love?"
STALE = "This belongs to something that is not there any more: it was deleted, or the document has changed since."
PRESSES = [
    "followup:{}",
    "again:{}",
    "share:{}",
    "vote:{}:good",
    "vote:{}:bad",
    "people:{}",
    "more:{}",
    "page:{}:0",
    "context:{}",
    "walk:{}:0:0",
]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory, answerer: Answerer) -> Iterator[People]:
    with pytest.MonkeyPatch.context() as patch:
        people = People(patch, tmp_path_factory.mktemp("data"), Still(answerer))
        yield people
        people.store.close()


def ask(people: People, **how: object) -> str:
    """A question that somebody else asked, in the channel where things are pressed; the id of it."""
    asked = Asked(
        id=secrets.token_urlsafe(9),
        guild=int(SERVER),
        channel=int(CHANNEL),
        person=401,
        at=time.time(),
        question=SECRET,
        document=None,
        read=SECRET,
        standing=None,
        private=False,
        words_only=False,
        answered=True,
        confidence=0.9,
        quotes=(Quoted("harbour.text", "Harbour News", 16, 70, "The stone lighthouse", None),),
    )
    asked = replace(asked, **how)  # type: ignore[arg-type]
    people.desk.questions.add(asked)
    return asked.id


def is_stale(said: Said) -> bool:
    """Whether all that came of a press is the polite note, which one person alone sees, and a way to ask again."""
    again = [custom_id for custom_id in said.offered if custom_id.startswith("v1:again")]
    return said.texts == [STALE] and said.private and said.offered == again


MALFORMED = [
    *("", "v1", "v1:", ":", "nonsense", "v1:unknown", "v1:unknown:x", "v0:more:x", "v2:more:x", "V1:more:x", "more:x"),
    *("v1:more", "v1:more:x:y", "v1:context", "v1:context:x:0", "v1:followup", "v1:followup:x:y", "v1:again:x:y"),
    *("v1:share", "v1:share:x:y", "v1:vote", "v1:vote:x", "v1:vote:x:good:y", "v1:people", "v1:people:x:y"),
    *("v1:page", "v1:page:x", "v1:page:x:0:0", "v1:page:x:y", "v1:page:x:", "v1:page:x:1.5", "v1:page:x:0x1"),
    *("v1:walk", "v1:walk:x", "v1:walk:x:0", "v1:walk:x:0:0:0", "v1:walk:x:y:0", "v1:walk:x:0:y", "v1:walk:x:+1:0"),
    *("v1:sources", "v1:sources:x", "v1:sources:٣", "v1:sources:1:2", "v1:card", "v1:card:0", "v1:card:0:0"),
    *("v1:own", "v1:own:x", "v1:own:1:2", "v1:export", "v1:export:x", "v1:export:1", "v1:export:-1", "v1:export:1:2"),
    *("v1:set", "v1:set:unknown", "v1:set:threshold:Reckless", "v1:privacy:x", "v1:forget:x", "v1:forgotten:x"),
    f"v1:page:x:{'9' * 80}",
    f"v1:walk:x:0:-{'9' * 80}",
    f"v1:sources:{'9' * 80}",
    "v1:sources:1_0",
    "v1:sources: 1",
]


@pytest.mark.parametrize("pressed", MALFORMED)
def test_what_is_not_understood_is_stale(people: People, pressed: str) -> None:
    assert is_stale(people.press(pressed))


@pytest.mark.parametrize("name", ["followed", "asked"])
@pytest.mark.parametrize("arguments", ["", ":x:y"])
def test_a_form_that_is_not_understood_is_stale(people: People, name: str, arguments: str) -> None:
    form = Said([(CALLBACK, {"type": 9, "data": FORM | {"custom_id": f"v1:{name}{arguments}"}})], {}, [])
    assert is_stale(people.submit(form, "Who?"))


FORM = {"components": [{"type": 18, "component": {"type": 4, "custom_id": "question"}}]}


@pytest.mark.parametrize("pressed", [pressed for pressed in PRESSES if pressed != "again:{}"])
def test_what_is_not_known_any_more_is_stale(people: People, pressed: str) -> None:
    assert is_stale(people.press("v1:" + pressed.format("x" * 12)))


def test_a_note_that_cannot_be_told_is_let_go(people: People, caplog: pytest.LogCaptureFixture) -> None:
    people.wire.faults[CALLBACK] = [Fault(refusal(404, 10062))]
    assert people.press("v1:unknown").kinds == [CALLBACK]
    assert [record for record in caplog.records if record.levelname != "INFO" and record.name.startswith("bot")] == []


def test_an_error_of_our_own_is_no_stale_button(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """A TypeError inside what answers a press is ours to mend: it must not pass for a wrong number of arguments."""

    def broken(*_: object) -> None:
        raise TypeError

    asked = ask(people)
    monkeypatch.setattr(Answerer, "search", broken)
    said = people.press(f"v1:more:{asked}")
    assert said.kinds == [CALLBACK, EDIT]
    assert said.line.startswith("Sorry, something went wrong on my side.")


NAMES = [
    *("followup", "followed", "again", "asked", "share", "vote", "people", "more", "page", "context", "walk"),
    *("sources", "card", "own", "export", "set", "privacy", "forget", "forgotten"),
]


def test_these_are_all_names(people: People) -> None:
    assert all_presses(people.desk).keys() == {*NAMES}


@given(st.sampled_from(NAMES), st.lists(st.text("019-+ax\u0663 \U0001f600\x00", max_size=9), max_size=4))
@settings(max_examples=60)
def test_whatever_is_pressed_is_answered_and_never_by_an_apology(people: People, name: str, rest: list[str]) -> None:
    said = people.press(":".join(["v1", name, *rest]))
    assert said.kinds[0] == CALLBACK
    assert not (said.last.get("content") or "").startswith("Sorry")


@given(pressed=st.sampled_from(PRESSES), whose=st.sampled_from(["server", "direct", "thread", "channel", "private"]))
@settings(max_examples=40)
def test_a_question_of_another_place_or_for_another_person_alone_is_never_shown(
    people: People, pressed: str, whose: str
) -> None:
    asked = {
        "server": lambda: ask(people, guild=int(ELSEWHERE), channel=int(CHANNEL_ELSEWHERE)),
        "direct": lambda: ask(people, guild=None),
        "thread": lambda: ask(people, channel=int(THREAD)),
        "channel": lambda: ask(people, channel=310),
        "private": lambda: ask(people, private=True),
    }[whose]()
    said = people.press("v1:" + pressed.format(asked))
    assert SECRET not in str(said.requests)
    assert said.kinds[0] == CALLBACK
    if not pressed.startswith("again"):  # which opens a form, then an empty one
        assert is_stale(said)
    assert people.desk.questions.claim(asked, "shared")
    assert people.desk.questions.claim(asked, "forwarded")


WHERES: list[tuple[dict[str, object], Where]] = [
    ({}, {}),
    ({"person": int(PERSON), "private": True}, {}),
    ({"guild": None, "person": int(PERSON)}, {"server": None}),
    ({"channel": int(THREAD)}, {"channel": THREAD}),
    ({"guild": None}, {"added": False}),
]


@pytest.mark.parametrize(("how", "where"), WHERES, ids=["public", "private", "direct", "thread", "brought along"])
def test_a_question_of_this_place_is_known(people: People, how: dict[str, object], where: Where) -> None:
    assert SECRET in str(people.press(f"v1:again:{ask(people, **how)}", **where).last)


def test_a_private_question_that_was_shared_is_known_to_all(people: People) -> None:
    asked = ask(people, private=True)
    people.desk.questions.claim(asked, "shared")
    assert SECRET in str(people.press(f"v1:again:{asked}", permissions=MEMBER).last)


def test_a_stale_note_after_a_page_was_to_turn_leaves_the_page_as_it_is(people: People) -> None:
    said = people.press("v1:page:unknown:1")
    assert said.kinds == [CALLBACK, FOLLOW_UP]
    assert is_stale(said)


def test_help_is_shown_to_one_alone(people: People) -> None:
    said = people.use("help")
    assert said.kinds == [CALLBACK]
    assert said.private
    assert said.last["components"] == help_view().to_components()  # type: ignore[no-untyped-call]


@given(
    st.text(st.characters(exclude_characters=":"), min_size=1, max_size=20),
    st.lists(st.integers() | st.text("ab", max_size=9), max_size=4),
)
def test_what_is_put_on_a_button_comes_back(name: str, arguments: list[object]) -> None:
    assert parse(custom_id(name, *arguments)) == (name, tuple(map(str, arguments)))


@given(st.integers(-999_999, 999_999))
def test_numbers_come_back(value: int) -> None:
    assert as_number(str(value)) == value


@given(
    st.text(max_size=12).filter(lambda text: not text.isascii() or not text.lstrip("-").isdigit())
    | st.integers(10**6).map(str)
)
def test_what_is_no_number_of_ours_is_stale(text: str) -> None:
    with pytest.raises(StaleError):
        as_number(text)


def test_the_kind_of_a_press_does_not_matter(people: People) -> None:
    assert is_stale(people.press("v1:more:unknown", 3, ("x",)))
    assert is_stale(people.press("v1:card:0", BUTTON))
