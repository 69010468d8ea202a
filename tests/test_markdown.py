"""Whatever stands in a text, Discord shows exactly that, and nothing of it acts.

``render`` below is a small reading of markdown as Discord's apps read it, written from their documented behaviour
(https://support.discord.com/hc/en-us/articles/210298617, https://discord.com/developers/docs/reference#message-formatting)
and from the rules of the simple-markdown library beneath. It shares nothing with the code under test.
"""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.markdown import CUT, escape, label, length, quote

# What acts at the start of a line, then what acts anywhere, in the order in which Discord tries it.
STARTS = [
    ("heading", r"#{1,3}\s+\S"),
    ("subtext", r"-#\s+\S"),
    ("list", r"\s*(?:[-*+]|\d+[.)])\s+\S"),
    ("block quote", r">(?:>>)?\s"),
]
RULES = [
    ("escape", r"\\([^0-9A-Za-z\s])"),
    ("fence", r"```"),
    ("code", r"`([^`]+)`(?!`)"),
    ("mention", r"<(?:@[!&]?|#)\d+>|@everyone|@here|<id:\w+>|</[^>]+:\d+>"),
    ("timestamp", r"<t:-?\d+(?::\w)?>"),
    ("emoji", r"<a?:\w+:\d+>|:[^\s:]+:"),
    ("link", r"\[[^\]]*\]\([^)]*\)|<\w+:[^\s>]+>|(?:https?|steam|discord)://[^\s<]+"),
    ("bold", r"\*\*(?!\s)((?:\\.|[^\\])+?)(?<!\s)\*\*(?!\*)"),
    ("underline", r"__(?:\\.|[^\\])+?__"),
    ("italics", r"\*(?!\s)(?:\\.|[^\\*])+?\*(?!\*)|\b_(?:\\.|[^\\_])+?_\b"),
    ("struck", r"~~.+?~~"),
    ("spoiler", r"\|\|.+?\|\|"),
]


def render(markdown: str, *, line: bool = True) -> list[tuple[str, str]]:
    """What a person sees: pieces of text, each with the name of the rule that shaped it."""
    assert "\n" not in markdown
    seen = [(name, "") for name, pattern in STARTS if line and re.match(pattern, markdown)]
    at, plain = 0, ""
    while at < len(markdown):
        name, match = next(
            ((name, match) for name, pattern in RULES if (match := re.compile(pattern, re.DOTALL).match(markdown, at))),
            ("text", None),
        )
        if match is None or name == "escape":
            plain += match[1] if match else markdown[at]
            at = match.end() if match else at + 1
            continue
        if plain:
            seen.append(("text", plain))
            plain = ""
        if name == "bold":
            inside = render(match[1], line=False)
            assert {inner for inner, _ in inside} <= {"text"}
            seen.append((name, "".join(text for _, text in inside)))
        else:
            seen.append((name, match[1] if name == "code" else match[0]))
        at = match.end()
    return [*seen, ("text", plain)] if plain else seen


LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
CLOSERS = "\u202c\u2069"
HOSTILE = {
    "mention": "<@1> <@!1> <@&1> <#1> @everyone @here </ask:1> <id:home>",
    "timestamp": "<t:1718928000:R>",
    "emoji": "<:a:1> <a:b:2> :smile: 10:30:45",
    "masked link": "[x](http://y) ![x](http://y) [1] [1](http://y)",
    "bare link": "see https://a.example/b_c_d?e=~f~#g, steam://run and <https://a.example>",
    "spoiler": "||x|| a|b",
    "fence": "```py\nx\n``` `y` ``z``",
    "heading": "# not a heading",
    "heading behind a break": "a\n# b\n## c",
    "subtext": "-# not small",
    "block quote": "> not quoted",
    "long block quote": ">>> not quoted",
    "list": "- a\n* b\n+ c",
    "numbered list": "1. a\n23) b",
    "number alone": "1953.",
    "sign alone": "-",
    "year at the start": "1953. It ended.",
    "emphasis": "*a* **b** ***c*** _d_ __e__ ~~f~~ a_b_c",
    "backslash": "\\ \\\\ \\*a\\* \\n ends with \\",
    "shrug": "¯\\_(ツ)_/¯ ¯_(ツ)_/¯",
    "forged marker": "really. `[2]` [2] […] `[…]`",
    "line breaks": "a\nb\r\nc\rd \n  e\u2028f\u2029g\x85h\vi\fj",
    "invisible": "a\u200bb\u00ad\ufeffc\u2060",
    "joined emoji": "👩‍👩‍👧 👍🏽 🇩🇪 ❤️",
    "accents": "e\u0301 Z\u0335\u0321\u0328a\u0334",
    "override": "pay \u202e001\u202c or \u202e002",
    "isolates": "\u2066a\u2067b\u2069c\u2068",
    "closers": "\u202c\u2069a\u2069",
    "Hebrew": "שלום *עולם* 12",
    "Arabic": "قال “نعم” [1]",
    "mixed": "he said שלום (\u2067x",
}


def shown(text: str) -> str:
    """A text as it is to be seen: trimmed, on one line, controls as U+FFFD."""
    text = re.sub(f"[ \t]*[{LINE_BREAKS}]\\s*", " ", text.strip())
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cs") and c != "\t" else c for c in text)


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


def left_open(text: str) -> int:
    """How many embeddings, overrides and isolates are open at the end (UAX #9, X1–X8, without the limit of depth)."""
    stack: list[str] = []
    for character in text:
        if character in "\u202a\u202b\u202d\u202e":
            stack.append("embedding")
        elif character in "\u2066\u2067\u2068":
            stack.append("isolate")
        elif character == "\u202c" and stack and stack[-1] == "embedding":
            stack.pop()
        elif character == "\u2069" and "isolate" in stack:
            del stack[len(stack) - 1 - stack[::-1].index("isolate") :]
    return len(stack)


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
