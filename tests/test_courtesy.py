"""Who is met politely, and who is answered."""

import pytest

from bot.courtesy import reply

INVITE = "Ask about the documents, in a sentence or in key words."
NO_WORD = "There is no word in that to search by: name a person, a place, a thing or a date."


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("hello", f"Hello! {INVITE}"),
        ("  Hello there!! ", f"Hello! {INVITE}"),
        ("GOOD  MORNING everyone", f"Hello! {INVITE}"),
        ("What’s up?", f"Hello! {INVITE}"),
        ("thanks a lot :)", "You are welcome."),
        ("bye", "Goodbye."),
        ("!ping", f"I am here. {INVITE}"),
        ("stop", "There is nothing to stop: I only answer when I am asked."),
        ("ok", f"All right. {INVITE}"),
        ("tell me more!", "Say what you want to know more about: a person, a place, a thing or a date."),
        ("Who is it?", NO_WORD),
        ("and now?", NO_WORD),
        ("???", NO_WORD),
        ("😀", NO_WORD),
        ("", NO_WORD),
    ],
)
def test_nothing_was_asked(message: str, line: str) -> None:
    assert reply(message) == line


@pytest.mark.parametrize("message", ["help", "/help", "Who are you?", "what can you do, please", "are you a bot?"])
def test_who_the_bot_is(message: str) -> None:
    assert (reply(message) or "").startswith("I answer questions about a set of documents, only in their own words")


@pytest.mark.parametrize(
    "question",
    [
        "hello kitty price",
        "who are you calling in the emergency?",
        "help with billing",
        "tell me more about the ferry",
        "Where is the bus stop?",
        "thanks to whom did it end",
        "What does the US want?",
        "What does the WHO say?",
        "7",
        "日本",
    ],
)
def test_a_question_is_none_of_that(question: str) -> None:
    assert reply(question) is None
