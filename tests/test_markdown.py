"""Whatever stands in a text, Discord shows exactly that, and nothing of it acts."""

import unicodedata

import pytest
from discord_markdown import CLOSERS, HOSTILE, left_open, render, shown
from hypothesis import example, given
from hypothesis import strategies as st

from bot.markdown import CUT, escape, label, length, quote


def check(rendered: list[tuple[str, str]], text: str, bold: str | None) -> None:
    """Nothing but plain and bold text is to be seen, and that is the text; what is added only closes directions."""
    assert {name for name, _ in rendered} <= {"text", "bold"}
    assert [part for name, part in rendered if name == "bold"] == ([bold] if bold else [])
    seen = "".join(part for _, part in rendered)
    if any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text):
        assert seen[0] == "\u2068"
        assert seen[-1] == "\u2069" or "\u2069" in text  # or it closed before its time what was opened for it
        seen = seen[1:]
    assert seen.startswith(shown(text))
    assert set(seen[len(shown(text)) :]) <= set(CLOSERS)


texts = st.text(
    st.one_of(
        st.sampled_from("\\*_~`|<>[]()#@:.-+&!/1 a\tA\n\r\v\x1c\x85\u2028\u202a\u202c\u202e\u2066\u2068\u2069\u200d"),
        st.sampled_from("\u0301\u05d0\u0661👍🏽🇩🇪\ufe0f\x00\x7f"),
        st.characters(),
    ),
    max_size=60,
)


@st.composite
def highlighted(draw: st.DrawFn) -> tuple[str, tuple[int, int]]:
    """A text and a span of it."""
    text = draw(texts)
    start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    return text, (start, end)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("bold", ["none", "all", "middle"])
def test_hostile_text_is_shown_as_it_is(text: str, bold: str) -> None:
    span = {"none": None, "all": (0, len(text)), "middle": (len(text) // 3, 2 * len(text) // 3)}[bold]
    words = shown(text[slice(*span)]) if span else None
    line = quote(text, span, 10_000)
    assert left_open(line) == 0
    *rendered, marker = render(f"{line}`[1]`")  # what stands at its end could act on what follows
    assert marker == ("code", "[1]")
    check(rendered, text, words)
    assert {name for name, _ in render(f"{line} x")} <= {"text", "bold"}


@given(texts)
def test_escaping_shows_any_text(text: str) -> None:
    assert render(escape(text.strip())) == ([("text", shown(text))] if text.strip() else [])


@given(highlighted())
def test_a_quote_shows_any_text_with_its_highlight_bold(case: tuple[str, tuple[int, int]]) -> None:
    text, (start, end) = case
    line = quote(text, (start, end), 10_000)
    check(render(line), text, shown(text[start:end]))
    assert left_open(line) == 0


@given(highlighted(), st.integers(40, 90))
def test_a_cut_quote_fits_and_keeps_its_highlight(case: tuple[str, tuple[int, int]], room: int) -> None:
    text, (start, end) = case
    line = quote(text, (start, end), room)
    assert length(line) <= room
    assert left_open(line) == 0
    rendered = render(line)
    assert {(name, part) for name, part in rendered if name not in ("text", "bold")} <= {("code", "[…]")}
    bold = "".join(part for name, part in rendered if name == "bold")
    words = shown(text[start:end])
    assert words.startswith(bold)
    assert bool(bold) == bool(words)
    seen = "".join(part for name, part in rendered if name != "code").strip("\u2068\u2069\u202c ")
    assert seen in shown(text)


@given(texts, st.integers(20, 60))
@example("\U0001098000000000000000000000", 20)  # from right to left, and cut
def test_a_label_fits_on_its_line(text: str, room: int) -> None:
    line = label(text, room)
    assert length(line) <= room
    assert left_open(line) == 0
    assert {name for name, _ in render(line)} <= {"text"}
    assert not set(line.removesuffix("…").strip("\u2068\u2069")) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    )


@pytest.mark.parametrize(
    ("text", "highlight", "room", "expected"),
    [
        ("A cat sat.", (2, 5), 100, "A **cat** sat."),
        ("A cat sat.", (1, 6), 100, "A **cat** sat."),  # white space stays outside the asterisks
        ("A cat sat.", (1, 2), 100, "A cat sat."),
        ("A cat sat.", (0, 10), 100, "**A cat sat.**"),
        ("concatenate", (3, 6), 100, "con**cat**enate"),
        ("so *very* big", (3, 9), 100, r"so **\*very\*** big"),
        (" \n A cat\r\n  sat.\n", (4, 20), 100, "A **cat sat.**"),
        ("", None, 100, ""),
        (" ", (0, 1), 100, ""),
    ],
)
def test_quotes(text: str, highlight: tuple[int, int] | None, room: int, expected: str) -> None:
    assert quote(text, highlight, room) == expected


WORDS = " ".join(f"word{number}" for number in range(1000))


@pytest.mark.parametrize(
    ("highlight", "expected"),
    [
        (None, f"word0 word1 word2 word3 word4 word5 word6 {CUT}"),
        ("word0", f"**word0** word1 word2 word3 word4 word5 word6 {CUT}"),
        ("word500 word501", f"{CUT} word499 **word500 word501** word502 {CUT}"),
        ("word999", f"{CUT} word995 word996 word997 word998 **word999**"),
        (WORDS, f"**word0 word1 word2 word3 word4 word5 word6** {CUT}"),
    ],
)
def test_long_quotes_are_cut_at_words_around_the_highlight(highlight: str | None, expected: str) -> None:
    start = WORDS.index(highlight) if highlight else 0
    assert quote(WORDS, (start, start + len(highlight)) if highlight else None, 64) == expected


@pytest.mark.parametrize(
    "unit",
    ["x", "e\u0301", "👍🏽", "👩\u200d👩\u200d👧", "🇩🇪", "\u1112\u1161\u11ab", "❤\ufe0f", "🏴\U000e0067\U000e007f"],
    ids=["letter", "accent", "skin", "family", "flag", "Korean", "variation", "tags"],
)
@pytest.mark.parametrize("room", range(60, 72))
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_a_word_without_end_is_cut_between_characters(unit: str, room: int, place: float) -> None:
    many = 100_000 // len(unit)
    start = int(place * (many - 1)) * len(unit)
    line = quote(unit * many, (start, start + len(unit)), room)
    assert length(line) <= room
    assert f"**{unit}**" in line
    words = line.replace("**", "").removeprefix(CUT).removesuffix(CUT)
    assert words == unit * (len(words) // len(unit))
    assert line.count(CUT) == (1 if place in (0.0, 1.0) else 2)


def test_a_heap_of_accents_is_cut_inside() -> None:
    line = quote("e" + "\u0301" * 100_000, None, 200)
    assert length(line) <= 200
    assert line.startswith("e\u0301\u0301")


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("A plain title", 100, "A plain title"),
        ("  two\n lines\t", 100, "two lines"),
        ("\u202eesrever\u202c", 100, "esrever"),
        ("# 1 [x](http://y)", 100, r"\# 1 \[x](http\://y)"),
        ("2024. A year", 100, r"2024\. A year"),
        ("69.txt -x +1", 100, "69.txt -x +1"),
        ("one two three four", 14, "one two…"),
        ("x" * 100, 14, "x" * 10 + "…"),
        ("שלום", 100, "\u2068שלום\u2069"),
        ("\u202e", 100, ""),
    ],
)
def test_labels(text: str, room: int, expected: str) -> None:
    assert label(text, room) == expected
