"""The console: scripted through streams, then typed at a terminal that is none."""

import io
import re
from pathlib import Path
from queue import SimpleQueue

import pytest
from conftest import HARBOUR, LIGHTHOUSE, Still
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot import console, wording
from corpus import Document
from retrieval import Answerer

BUILT = """\
Mary Hale built the stone lighthouse in 1871. [1] [2]
[1] The Lighthouse at Gull Point · 3 May 2023 · coast/lighthouse.txt, line 5
[2] Harbour News · harbour.text, line 3 (nearly the same words)
"""


def said(answerer: Answerer, *lines: str) -> list[str]:
    """What the console prints to lines piped into it, a paragraph each."""
    stdout = io.StringIO()
    typed = io.StringIO("".join(f"{line}\n" for line in lines))
    assert console.run(Still(answerer), SimpleQueue(), typed, stdout) == 0
    assert "\x1b" not in stdout.getvalue(), "what is piped is plain"
    return stdout.getvalue().split("\n\n")


def test_a_question(answerer: Answerer) -> None:
    assert said(answerer, "Who built the stone lighthouse?") == [BUILT.rstrip(), ""]


def test_a_session(answerer: Answerer) -> None:
    assert said(
        answerer, ":more", ":why", "", ":sources", ":x:", "mayor of Rome", ":more", ":why", ":quit", "ferry"
    ) == [
        "Ask something first.",
        "Ask something first.",
        "\nThe Lighthouse at Gull Point\n  3 May 2023 · coast/lighthouse.txt\nHarbour News\n  harbour.text",
        ":x:: no such command; :help lists them",
        "The documents do not say.",
        "No further passage is near the question.",
        "No passage shares a word with the question.",
        "",
    ]


def test_a_question_may_lean_on_the_last_one(answerer: Answerer) -> None:
    asked = "Who built the stone lighthouse?"
    granite = f"{LIGHTHOUSE.text[42:149]} [1]"
    _, leaning, alone, further, _ = said(answerer, asked, "Why did she pick granite?", "ferry", ":why")
    assert leaning.splitlines()[:2] == [f'leaning on: "{asked}"', granite]
    assert alone.splitlines()[0] == "The ferry carries 40 passengers. [1]", (
        "it stands by itself, so nothing is leaned on"
    )
    assert [line.split()[0] for line in further.splitlines()] == ["word", "ferry", "How"]


@pytest.mark.parametrize("between", ["thanks", "Why did he vanish?", ":sources", "…", "ferry " * 400])
def test_the_last_real_question_stays(answerer: Answerer, between: str) -> None:
    asked = "How much does a ticket cost?"
    assert f'leaning on: "{asked}"\n' in "\n\n".join(said(answerer, asked, between, "and the ferry?"))


def test_more_and_why_are_about_the_question_as_it_was_read(answerer: Answerer) -> None:
    *_, table, _ = said(answerer, "Who built the stone lighthouse?", "and when?", ":why")
    assert [line.split()[0] for line in table.splitlines()] == [
        *("word", "Mary", "Hale", "built", "stone", "lighthouse", "How")
    ]


@pytest.mark.parametrize("leave", [":quit", ":q", ":exit", "  :quit  "])
def test_leaving(answerer: Answerer, leave: str) -> None:
    assert said(answerer, leave, "ferry") == [""]


def test_more_and_why_go_on_from_the_last_answer_whatever_is_served_by_then(answerer: Answerer) -> None:
    screen = io.StringIO()
    library = Still(answerer)
    session = console.Session(library, wording.terminal(screen))

    def said_to(line: str) -> list[str]:
        screen.seek(screen.truncate(0))
        session.handle(line)
        return screen.getvalue().splitlines()

    said_to("When was the stone lighthouse built?")
    before = said_to(":why")
    library.answerer = Answerer([Document("new.txt", "New", None, "The lighthouse fell into the sea.")])
    assert said_to(":why") == before
    assert {line.split(" · ")[-1].split(",")[0] for line in said_to(":more")[1::3]} == {LIGHTHOUSE.id, HARBOUR.id}
    assert said_to(":sources") == ["New", "  new.txt"]
    assert said_to("Where did the lighthouse fall?")[-1] == "[1] New · new.txt, line 1"
    assert said_to(":more") == ["No further passage is near the question."]


def test_help_lists_every_command(answerer: Answerer) -> None:
    (text, _) = said(answerer, ":help")
    assert text == console.HELP
    for command in (":more", ":why", ":sources", ":help", ":quit"):
        assert f"\n  {command} " in text
        assert "no such command" not in "".join(said(answerer, command))


def test_who_asks_nothing_is_answered_politely(answerer: Answerer) -> None:
    assert said(answerer, "hello", "Who is it?", ":more") == [
        "Hello! Ask about the documents, in a sentence or in key words.",
        "There is no word in that to search by: name a person, a place, a thing or a date.",
        "Ask something first.",
        "",
    ]


def test_more_goes_on_where_the_answer_ended_and_repeats_nothing() -> None:
    names = ["Cats", "Dogs", "Hens", "Foxes", "Cows", "Owls", "Bees", "Ants"]
    document = Document("a.txt", "", None, "".join(f"{name} met the bear.\n\n" for name in names))
    *quotes, end, _ = said(Answerer([document]), "bear", ":more", ":more", ":more")
    assert sorted(quote.split()[0] for quote in quotes) == sorted(names)
    assert [quote.splitlines()[1].split()[0] for quote in quotes] == [f"[{n}]" for n in range(1, len(names) + 1)]
    assert end == "No further passage is near the question."


def test_more_after_no_answer_skips_the_nearest_passages_shown(answerer: Answerer) -> None:
    stdout = "\n".join(said(answerer, "When did the ferry to Rome sink?", ":more"))
    assert stdout.count("The ferry carries 40 passengers.") == 1


def test_why(answerer: Answerer) -> None:
    *_, table, _ = said(answerer, "Why did Mary pick rare granite?", ":why")
    *met, sure = table.splitlines()
    assert re.fullmatch(r"How sure it is that this passage answers: [01]\.\d\d\.", sure)
    assert [line.split()[::2] for line in met] == [
        ["word", "met", "as"],
        ["Mary", "lead"],
        ["pick", "passage"],
        ["rare", "nowhere"],
        ["granite", "passage"],
    ]


def test_what_is_in_a_document_commands_no_terminal() -> None:
    text = "The \x1b[31m cat :x: [bold]sat.\n\nIt ran."
    assert said(Answerer([Document("a.txt", "", None, text)]), "cat") == [
        "The ␛[31m cat :x: [bold]sat. [1]\n[1] a.txt, line 1",
        "",
    ]
    assert said(Answerer([HARBOUR]), ":\x1b[31m") == [":␛[31m: no such command; :help lists them", ""]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the console keeps its history, and a terminal of known kind and width."""
    for name, value in {
        "XDG_STATE_HOME": str(tmp_path),
        "HOME": str(tmp_path),
        "TERM": "xterm",
        "COLUMNS": "200",
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def typed(answerer: Answerer, keys: str, *news: str) -> str:
    """What appears on the terminal when these keys are pressed, and when there is news of the documents."""
    queue = SimpleQueue[str]()
    for line in news:
        queue.put(line)
    screen = Terminal()
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        keyboard.send_text(keys)
        assert console.run(Still(answerer), queue, Terminal(), screen) == 0
    return screen.getvalue()


CTRL_C, CTRL_D, UP, ENTER, TAB = "\x03", "\x04", "\x1b[A", "\r", "\t"


@pytest.mark.usefixtures("state")
def test_a_terminal_is_greeted_and_the_answering_words_stand_out(answerer: Answerer) -> None:
    screen = typed(answerer, f"Who built the stone lighthouse?{ENTER}{CTRL_D}")
    assert screen.startswith("2 documents. Ask away; :help for more, Ctrl-D to leave.\n")
    assert "\x1b[1;32mMary Hale\x1b[0m built the stone lighthouse in 1871." in screen


@pytest.mark.usefixtures("state")
def test_news_of_the_documents_stand_before_the_next_answer(answerer: Answerer) -> None:
    news = ("read anew: 1 added, 1 changed", "a.pdf: is damaged: save it again")
    screen = typed(answerer, f"ferry{ENTER}ferry{ENTER}{CTRL_D}", *news)
    dim = "".join(f"\x1b[2m{line}\x1b[0m\n" for line in news)
    assert screen.startswith(f"2 documents. Ask away; :help for more, Ctrl-D to leave.\n{dim}")
    assert screen.count("read anew") == 1


@pytest.mark.usefixtures("state")
def test_ctrl_c_drops_the_line_and_no_more(answerer: Answerer) -> None:
    screen = typed(answerer, f"a word{CTRL_C}:sources{ENTER}{CTRL_D}")
    assert "harbour.text" in screen
    assert "documents do not say" not in screen


@pytest.mark.usefixtures("state")
def test_what_was_asked_before_comes_back(answerer: Answerer) -> None:
    typed(answerer, f"ferry{ENTER}:quit{ENTER}")
    screen = typed(answerer, f"{UP}{UP}{ENTER}{CTRL_D}")
    assert "40 passengers" in screen


def test_the_history_is_private(answerer: Answerer, state: Path) -> None:
    typed(answerer, f"ferry{ENTER}{CTRL_D}")
    (history,) = (path for path in state.rglob("*") if path.is_file())
    assert "ferry" in history.read_text()
    assert history.stat().st_mode & 0o077 == 0


def test_where_no_history_can_be_kept_the_console_still_works(answerer: Answerer, state: Path) -> None:
    (state / "verbatim").write_text("a file where the folder should be")
    assert "40 passengers" in typed(answerer, f"ferry{ENTER}{CTRL_D}")
