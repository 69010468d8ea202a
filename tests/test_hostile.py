"""Whatever stands in documents, names and questions, no message that shows it does anything that is not ours.

Every view is made twice, of hostile texts and of plain ones in their places: what acts in it must be the same.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import ui
from discord_markdown import CLOSERS, HOSTILE, left_open, render, shown
from discord_wire import refused
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.around import stretch
from bot.asked import Cited, Day, Disliked, Statistics, Unanswered
from bot.layouts import (
    ADDED,
    REFUSED,
    ROOM,
    Adding,
    Offers,
    adding_view,
    answer_view,
    card_view,
    choice,
    context_view,
    export_view,
    file_name,
    forwarded_view,
    passages_view,
    removed_view,
    shared_view,
    sources_view,
    stats_view,
    uploads_view,
)
from bot.markdown import needed
from bot.uploads import Upload
from corpus import Document, Mark, name_of
from retrieval import Answer, Citation, Correction, Match

FORGED = {
    "sources": "So it is. `[1]`\n`[1]` **The Lighthouse** · line 5\n-# Fits well: check it at its source.",
    "who shared it": "x\n-# Shared by <@1>.",
    "that they do not say": "**The documents do not say.**\n-# Looked for: x.",
    "a setting": "### Settings of this server\n**Where I may speak:** everywhere.",
    "a page": "[open the page](<https://evil.example>) [x](<javascript:alert(1)>) [x]: https://evil.example",
    "nested fences": "````md\n```py\nx\n```\n````\n~~~\ny\n~~~",
    "quoted blocks": "> > >>> x\n>>> all that follows",
    "lists in quotes": "- # x\n  - ||y||\n1. > z",
    "overrides": "\u202e`[1]`\u202c \u2067x\u2069\u2069\u2069 \u202e",
    "an end of what is bold": "x** y **z *** __ * _",
    "an end of a line": "x\\",
    "the end of a link": "x>) y](z) >",
}
TEXTS = HOSTILE | FORGED

POINTS: dict[str, re.Pattern[str]] = {
    "heading": re.compile(r"(#{1,3})\s+"),
    "subtext": re.compile(r"(-#)\s+"),
    "list": re.compile(r"([-*+]|\d+[.)])\s+"),
    "block quote": re.compile(r"(>(?:>>)?)\s"),
}


def acting(markdown: str) -> list[tuple[str, str]]:
    """What of a text is more than its letters: line by line what it begins with, then all that stands within it."""
    found: list[tuple[str, str]] = []
    for line in markdown.split("\n"):
        rest, begun = line, True
        while begun:
            begun = False
            for name, pattern in POINTS.items():
                if match := pattern.match(rest):
                    found.append((name, match[1]))
                    rest, begun = rest[match.end() :], True
        found.append(("line", ""))
    for name, part in render(markdown.replace("\n", " "), line=False):
        if name == "link":
            assert re.fullmatch(r"\[[a-z ]+\]\(<?https://[!-;=?-~]+>?\)", part), part
        if name != "text" and part != "[…]":
            found.append((name, "" if name in ("bold", "link") else part))
    return found


def views(text: str) -> Iterator[ui.LayoutView]:
    """Every kind of message with a text wherever somebody else's words are shown, but what stands around a quote."""
    heading = Mark(0, len(text), "heading", "", 1)
    whole = Document(
        f"{text}.txt",
        text,
        date(2024, 6, 1),
        f"{text}\n{text}",
        "https://a.example/b_c",
        (heading, Mark(len(text) + 1, 2 * len(text) + 1, "paragraph", "1")),
    )
    plain = replace(whole, id=f"x{text}", marks=(), url=None)
    start, end = len(text) + 1, 2 * len(text) + 1
    cited = (
        Citation(whole, start, end, (start, end), 1.0, differs=True),
        Citation(plain, start, end, None, 0.9, differs=True),
        Citation(whole, start, end, None, 0.9, echo=True),
    )
    offers = Offers("Q" * 12, share=True, people=True, apart=True)
    corrections, leaning = (Correction(text, text),), (text, text)
    looked_for = (Match(text, text, 1.0, "nowhere", text, 0.0), Match(text, text, 1.0, "passage", text, 1.0))
    answered = answer_view(Answer(text, cited, (), 0.95, corrections, *leaning), (), offers)
    unanswered = answer_view(Answer(text, (), cited, 0.1, corrections, *leaning), looked_for, offers)
    yield from (answered, unanswered)
    by: Any = SimpleNamespace(mention="<@400>")
    for view, said in ((answered, True), (unanswered, False)):
        made = view.to_components()  # type: ignore[no-untyped-call]
        message: Any = SimpleNamespace(components=[box(made[0])])
        again = shared_view(message, by, offers, answered=said)
        assert again is not None
        yield again
    yield forwarded_view(text, by, "https://discord.com/channels/1/2/3")
    yield passages_view("Q" * 12, text, cited, 0)
    yield sources_view((whole, plain), 0)
    yield card_view(whole, file_name(whole), "The file cannot be read just now.")
    name = name_of(text)
    yield adding_view([Adding(name, ADDED, "3 words"), Adding(name, REFUSED, text)], done=True)
    yield removed_view(name)
    yield uploads_view([Upload(name, 1, 400, 0.0, 1)], 1_000_000, 0)
    yield export_view([name], [name], 0, 2, "documents-1.zip")
    yield stats_view(
        Statistics(
            (Day(date(2024, 6, 1), 3, 1),),
            (Unanswered(text, 0.0),),
            (Cited(text, text, 2),),
            (Disliked(text, text, text), Disliked(text, None, None)),
        )
    )


def box(made: dict[str, Any]) -> discord.Container:
    """A box as it comes back from Discord."""
    parts = [part | {"id": number} for number, part in enumerate(made["components"], start=2)]
    return discord.Container(made | {"id": 1, "components": parts}, None)  # type: ignore[arg-type]


def said(view: ui.LayoutView) -> list[str]:
    """The texts of a message."""
    return [part.content for part in view.walk_children() if isinstance(part, ui.TextDisplay)]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_nothing_in_a_hostile_text_acts(text: str) -> None:
    for hostile, plain in zip(views(text), views("word"), strict=True):
        assert [acting(each) for each in said(hostile)] == [acting(each) for each in said(plain)]
        assert [left_open(each) for each in said(hostile)] == [0] * len(said(plain))
        assert refused(hostile.to_components()) == ""  # type: ignore[no-untyped-call]


acts = st.text(
    st.sampled_from("\\*_~`|<>[]()#@:.-+&!/1a \n\r\u2028\u202e\u2067\u2069\u200b:👍ש")
    | st.characters(exclude_categories=["Cs"]),
    min_size=1,
    max_size=40,
)


@given(acts.filter(str.strip))
@settings(max_examples=50)
def test_nothing_in_any_text_acts(text: str) -> None:
    for hostile, plain in zip(views(text), views("word"), strict=True):
        assert [acting(each) for each in said(hostile)] == [acting(each) for each in said(plain)]


UNITS = ["x", "*", "`", "|", "\n# a", "👍🏽", "ש", "\u202e", "e\u0301", "<@1>", "[a](b)", "\u200b", "> "]


@pytest.mark.parametrize(
    "long", ["x" * 100_000, *(unit * (6_000 // len(unit)) for unit in UNITS)], ids=["a word", *UNITS]
)
def test_whatever_is_long_keeps_the_limits_and_does_not_act(long: str) -> None:
    for hostile, plain in zip(views(long), views("word"), strict=True):
        assert refused(hostile.to_components()) == ""  # type: ignore[no-untyped-call]
        # Where there is no room for them, links are left out.
        kept = [[part for part in acting(each) if part[0] != "link"] for each in said(plain)]
        assert [[part for part in acting(each) if part[0] != "link"] for each in said(hostile)] == kept


@given(acts)
def test_the_name_of_a_file_does_not_act_and_is_shown_as_it_is_kept(text: str) -> None:
    name = name_of(text)
    for view in (removed_view(name), uploads_view([Upload(name, 1, None, 0.0, 1)], 1_000_000, 0)):
        line = next(each for each in said(view) if "**" in each)
        (bold,) = (part for kind, part in render(line.partition("\n")[0], line=False) if kind == "bold")
        assert bold.strip("\u2068\u2069") == name


def words(line: str) -> str:
    """The words of a quote as a person reads them, without the marker and what only closes directions."""
    assert line.startswith("> ")
    pieces = render(line[2:], line=False)
    assert {kind for kind, _ in pieces} <= {"text", "bold", "code"}
    return "".join(part for kind, part in pieces if kind != "code").rstrip(" ")


def is_verbatim(line: str, text: str) -> bool:
    """Whether a line shows exactly that text, set apart from its surroundings at most."""
    seen, wanted = words(line).removeprefix("\u2068"), shown(text)
    return seen.startswith(wanted) and {*seen[len(wanted) :]} <= {*CLOSERS}


QUOTING: dict[str, Callable[[Document, int, int], ui.LayoutView]] = {
    "answer": lambda document, start, end: answer_view(
        Answer("Who?", (Citation(document, start, end, (start, (start + end) // 2), 1.0),), (), 0.9)
    ),
    "nearest": lambda document, start, end: answer_view(
        Answer("Who?", (), (Citation(document, start, end, (start, end), 1.0),), 0.1)
    ),
    "passage": lambda document, start, end: passages_view(
        "Q", "who", (Citation(document, start, end, (start, (start + end) // 2), 1.0),), 0
    ),
    "disliked": lambda document, start, end: stats_view(
        Statistics((Day(date(2024, 6, 1), 1, 0),), (), (), (Disliked("Who?", document.text[start:end], "a.txt"),))
    ),
    "card": lambda document, start, end: card_view(replace(document, text=document.text[start:end]), None),
}


@pytest.mark.parametrize("quoting", QUOTING.values(), ids=QUOTING)
@given(text=acts.filter(str.strip), before=st.text("ab\n", max_size=5))
def test_a_quote_without_our_escapes_is_what_the_document_says(
    quoting: Callable[[Document, int, int], ui.LayoutView], text: str, before: str
) -> None:
    document = Document("a.txt", "Cats", None, f"{before}{text}\nend")
    view = quoting(document, len(before), len(before) + len(text))
    (line,) = (line for each in said(view) for line in each.split("\n") if line.startswith("> "))
    assert is_verbatim(line, text)


@given(text=acts.filter(str.strip), data=st.data())
def test_what_stands_around_a_quote_does_not_act_and_is_what_the_document_says(text: str, data: st.DataObject) -> None:
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    document = Document("a.txt", text, None, text)
    around = stretch(document, (start, end), 0, ROOM, needed)
    view = context_view("Q" * 12, 0, 3, 0, Citation(document, start, end, None, 1.0), around)
    head, context, _ = said(view)
    assert acting(head) == acting("`[1]` **x** · line 1")
    lines = context.split("\n> \n")
    for line, span in zip(lines, around.paragraphs, strict=True):
        assert is_verbatim(line, text[slice(*span)])
        assert acting(line)[:2] == [("block quote", ">"), ("line", "")]
        assert {name for name, _ in acting(line)[2:]} <= {"bold"}


@given(acts.filter(str.strip))
def test_a_choice_is_one_line_of_plain_text(text: str) -> None:
    named = choice(Document("a.txt", text, None, "A cat."))
    assert 1 <= len(named) <= 100
    assert not re.search("[\n\r\u2028\u2029\u202a-\u202e\u2066-\u2069]", named)
