"""/stats: what is shown of what was asked, to whom, and what never is."""

import csv
import io
import json
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import discord
import pytest
from conftest import Still
from discord import ui
from discord_wire import CALLBACK, EDIT, ELSEWHERE, MEMBER, SERVER, People, Said, Where
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.asked import LISTED, Asked, Cited, Day, Disliked, Quoted, Statistics, Unanswered
from bot.chart import described
from bot.layouts import stats_view
from bot.spreadsheet import as_csv
from retrieval import Answerer

HERE = int(SERVER)
SOMEBODY = 123456789012345678
DAY = date(2024, 6, 23)


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answerer: Answerer) -> Iterator[People]:
    people = People(monkeypatch, tmp_path, Still(answerer))
    yield people
    people.store.close()


def ask(people: People, question: str, *quotes: str, guild: int | None = HERE, title: str = "Cats") -> str:
    """Somebody asked, in a server or directly, and was answered by the quotes if there are any; the id of it."""
    asked = Asked(
        id=secrets.token_urlsafe(9),
        guild=guild,
        channel=300,
        person=SOMEBODY,
        at=time.time(),
        question=question,
        document=None,
        read=question,
        standing=None,
        private=False,
        words_only=False,
        answered=bool(quotes),
        confidence=0.9,
        quotes=tuple(Quoted(f"{title}.txt", title, 0, len(quote), quote, None) for quote in quotes),
    )
    people.desk.questions.add(asked)
    return asked.id


def asked_at(people: People, asked: str) -> float:
    """When something was asked, in Unix time."""
    found = people.desk.questions.find(asked)
    assert found is not None
    return found.at


def test_what_was_asked_is_shown_to_one_alone(people: People) -> None:
    ask(people, "Who sat?", "A *cat* sat.")
    disliked = ask(people, "Who barked?", "A cat sat on the mat.")
    ask(people, "Who sang?", "Birds sing.", title="[Birds](http://x)")
    swam = ask(people, "Who *swam*?")
    people.desk.questions.vote(disliked, SOMEBODY, good=False)
    said = people.use("stats")
    assert said.kinds == [CALLBACK, EDIT]
    assert said.first == {"type": 5, "data": {"flags": 64}}
    assert said.texts == [
        "### Questions of the last 30 days",
        "**4 questions:** 3 answered (75 %), 1 not.",
        "**Cited most**\n- **Cats** · 2 answers\n- **\\[Birds](http\\://x)** · 1 answer",
        "**Found wrong** 👎\n- Who barked?\n> A cat sat on the mat.",
        f"**Not answered**\n- <t:{int(asked_at(people, swam))}:d> Who \\*swam\\*?",
        "-# All are in the file.",
    ]


def test_the_chart_and_the_file_are_attached_under_the_names_that_are_shown(people: People) -> None:
    ask(people, "Who sat?", "A cat sat.")
    swam = ask(people, "Who swam?")
    said = people.use("stats")
    (gallery,) = (part for part in said.parts if part["type"] == discord.ComponentType.media_gallery.value)
    (file,) = (part for part in said.parts if part["type"] == discord.ComponentType.file.value)
    (picture,) = gallery["items"]
    shown = [item["url"].removeprefix("attachment://") for item in (picture["media"], file["file"])]
    assert shown == ["questions.png", "unanswered.csv"]
    asked_on = datetime.fromtimestamp(asked_at(people, swam), UTC).date()
    assert Image.open(io.BytesIO(said.files["questions.png"])).format == "PNG"
    assert rows(said.files["unanswered.csv"])[1:] == [["Who swam?", asked_on.isoformat()]]
    statistics = people.desk.questions.statistics(HERE, 30, datetime.now(UTC).date())
    assert picture["description"] == described(statistics)
    (attached,) = (each for each in said.requests[-1][1]["attachments"] if each["filename"] == "questions.png")
    assert attached["description"] == described(statistics)


def test_where_nothing_was_asked_there_is_nothing_to_show(people: People) -> None:
    said = people.use("stats")
    assert said.texts == ["### Questions of the last 30 days", "Nobody has asked anything."]
    assert said.files == {}


def test_where_all_was_answered_there_is_no_file(people: People) -> None:
    ask(people, "Who sat?", "A cat sat.")
    said = people.use("stats")
    assert said.files.keys() == {"questions.png"}
    assert said.texts[1:] == ["**1 question:** 1 answered (100 %), 0 not.", "**Cited most**\n- **Cats** · 1 answer"]


def everything(said: Said) -> str:
    """All that was sent, as one text."""
    return json.dumps(said.requests) + "".join(file.decode("utf-8", "replace") for file in said.files.values())


def test_what_was_asked_elsewhere_is_never_shown(people: People) -> None:
    ask(people, "Who sat?", "A cat sat.")
    for guild in (int(ELSEWHERE), None):
        ask(people, "a secret question", guild=guild)
        disliked = ask(people, "a secret question", "a secret quote", guild=guild, title="a secret title")
        people.desk.questions.vote(disliked, SOMEBODY, good=False)
    said = people.use("stats")
    assert "secret" not in everything(said)
    assert said.texts[1] == "**1 question:** 1 answered (100 %), 0 not."


def test_nothing_tells_who_asked(people: People) -> None:
    people.desk.questions.vote(ask(people, "Who swam?", "A cat sat."), SOMEBODY, good=False)
    ask(people, "Who sang?")
    sent = everything(people.use("stats"))
    assert "Who sang?" in sent
    assert str(SOMEBODY) not in sent


@pytest.mark.parametrize("where", [{"permissions": MEMBER}, {"server": None}, {"added": False}])
def test_who_may_not_manage_the_server_sees_nothing(people: People, where: Where) -> None:
    ask(people, "Who swam?")
    assert people.use("stats", **where).refusal in (
        "This is for whoever may manage this server.",
        "This is for a server that has added me\\: use it there.",
    )


def test_a_rate_is_not_rounded_up_to_all() -> None:
    view = stats_view(Statistics((Day(DAY, 999, 1),), (), (), ()))
    assert "**1,000 questions:** 999 answered (99 %), 1 not." in texts(view)


def test_where_the_file_does_not_hold_all_it_is_said() -> None:
    newest = tuple(Unanswered("Who?", 0.0) for _ in range(LISTED))
    view = stats_view(Statistics((Day(DAY, 0, LISTED + 1),), newest, (), ()))
    assert texts(view)[-1] == "-# The newest 50 are in the file."


def texts(view: ui.LayoutView) -> list[str]:
    return [part.content for part in view.walk_children() if isinstance(part, ui.TextDisplay)]


WORDS = st.text(max_size=300) | st.text(st.sampled_from("*_~`|[]()<>@#:-+\\\n=ابم😀\u202e\u2068"), max_size=600)
STATISTICS = st.builds(
    Statistics,
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=30).map(
        lambda counts: tuple(Day(DAY + timedelta(number), *each) for number, each in enumerate(counts))
    ),
    st.lists(st.builds(Unanswered, WORDS, st.floats(0, 4e9)), max_size=LISTED).map(tuple),
    st.lists(st.builds(Cited, WORDS, WORDS, st.integers(1, 10**6)), max_size=LISTED).map(tuple),
    st.lists(st.builds(Disliked, WORDS, st.none() | WORDS, st.none() | WORDS), max_size=LISTED).map(tuple),
)


@given(STATISTICS)
def test_whatever_was_asked_the_message_keeps_within_the_limits_and_in_its_lines(statistics: Statistics) -> None:
    view = stats_view(statistics)
    said = texts(view)
    assert sum(len(text.encode("utf-16-le")) // 2 for text in said) <= 3900
    assert len(list(view.walk_children())) <= 40
    # A line that a document or a person could have begun otherwise would be none of these.
    begins = ("### ", "**", "- ", "> ", "-# ", "Nobody has asked anything.")
    assert [line for text in said for line in text.split("\n") if not line.startswith(begins)] == []


def test_the_fullest_message_keeps_within_the_limits() -> None:
    full = "*" * 600
    view = stats_view(
        Statistics(
            tuple(Day(DAY - timedelta(ago), 10**6, 10**6) for ago in range(30)),
            tuple(Unanswered(full, 4e9) for _ in range(LISTED)),
            tuple(Cited(full, full, 10**6) for _ in range(LISTED)),
            tuple(Disliked(full, full, full) for _ in range(LISTED)),
        )
    )
    assert 3000 < sum(map(len, texts(view))) <= 3900


def rows(file: bytes, delimiter: str = ",") -> list[list[str]]:
    """The cells, as a spreadsheet takes them."""
    csv.field_size_limit(1 << 20)  # what reads tables sets a limit for its whole process
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    "question",
    ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1+1", "\r\n=1+1", "＝1+1", "＠SUM(A1)", '=HYPERLINK("http://x")'],
)
def test_a_question_that_a_spreadsheet_would_compute_is_a_text(question: str) -> None:
    _, (cell, _) = rows(as_csv([Unanswered(question, 0.0)]))
    assert cell == f"'{question.strip()}"


def test_the_file_is_known_for_utf_8_and_says_what_it_holds() -> None:
    file = as_csv([Unanswered('Wer sagte "Nein"; und, ö?', 86_399.0), Unanswered("Who?\nMe?", 86_400.0)])
    assert file.startswith(b"\xef\xbb\xbf")
    assert rows(file) == [
        ["question", "asked on (UTC)"],
        ['Wer sagte "Nein"; und, ö?', "1970-01-01"],
        ["Who? Me?", "1970-01-02"],
    ]


@given(st.lists(WORDS, max_size=5), st.sampled_from(",;\t|"))
def test_however_cells_are_parted_a_question_is_one_and_begins_no_formula(questions: list[str], delimiter: str) -> None:
    head, *read = rows(as_csv([Unanswered(question, 0.0) for question in questions]), delimiter)
    assert len(read) == len(questions)
    assert [row for row in read if row[0][:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")] == []
    assert {len(row) for row in [head, *read]} <= {2 if delimiter == "," else 1}
