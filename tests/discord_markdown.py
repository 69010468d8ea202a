"""Discord's markdown as Discord's apps read it, and texts that would act in it.

``render`` is a small reading of it, written from its documented behaviour
(https://support.discord.com/hc/en-us/articles/210298617, https://discord.com/developers/docs/reference#message-formatting)
and from the rules of the simple-markdown library beneath. It shares nothing with the code under test.
"""

import re
import unicodedata

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
    ("link", r"\[[^\]]*\]\((?:<[^<>\s]*>|[^)]*)\)|<\w+:[^\s>]+>|(?:https?|steam|discord)://[^\s<]+"),
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
