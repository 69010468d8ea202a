"""The interactive console: a question a line, commands with a colon; plain text when it is piped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TextIO

from platformdirs import user_state_path
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from rich.console import Console

from bot import wording
from bot.courtesy import reply
from bot.library import Serving
from corpus import IndexProblem, QuestionError
from retrieval import Answer, Answerer, Citation

MORE = 3  # passages shown by one :more
RANKED = 30  # passages :more can reach
HELP = """\
Ask a question in your own words; the answer is a quote, with the place it stands.
The next one may lean on it: "and when?", "why did she?", "what about the ferry?"
  :more      the next passages found for the last question
  :why       which of its words the best passage met, and how sure that makes it
  :sources   the documents
  :help      this text
  :quit      leave (or Ctrl-D)"""


@dataclass(slots=True)
class Session:
    """One person at the console: the last answer, and which passages were shown for it."""

    library: Serving
    console: Console
    _answerer: Answerer = field(init=False)
    _answer: Answer | None = None
    _shown: list[Citation] = field(default_factory=list)

    def handle(self, line: str) -> bool:
        """Answers one line; False when it asks to leave."""
        line = line.strip()
        if line in {":quit", ":q", ":exit"}:
            return False
        if line.startswith(":"):
            commands: dict[str, Callable[[], None]] = {
                ":more": self._more,
                ":why": self._why,
                ":sources": lambda: self.console.print(wording.sources(self.library.answerer.entries)),
                ":help": lambda: self.console.print(HELP),
            }
            unknown = f"{wording.shown(line)}: no such command; :help lists them"
            commands.get(line, lambda: self.console.print(unknown))()
        elif line:
            self._ask(line)
        return True

    def _ask(self, question: str) -> None:
        after = self._answer.standing if self._answer else None
        if (courtesy := reply(question, follows=bool(after))) is not None:
            self.console.print(courtesy)
            return
        answerer = self.library.answerer
        self._answer = answerer.ask(question, after=after)
        self._answerer = answerer  # :more and :why go on from this answer, whatever is served by then
        self._shown = [*self._answer.citations, *self._answer.nearest]
        self.console.print(wording.as_text(self._answer))

    def _more(self) -> None:
        if self._answer is None:
            self.console.print("Ask something first.")
            return
        ranked = self._answerer.search(self._answer.read, limit=RANKED)
        new = [citation for citation in ranked if not any(known.holds(citation) for known in self._shown)][:MORE]
        if not new:
            self.console.print("No further passage is near the question.")
            return
        self.console.print(wording.quotes(new, first=len(self._shown) + 1))
        self._shown += new

    def _why(self) -> None:
        if self._answer is None:
            self.console.print("Ask something first.")
        elif matches := self._answerer.why(self._answer.read):
            self.console.print(wording.why(matches))
            self.console.print(f"How sure it is that this passage answers: {self._answer.confidence:.2f}.")
        else:
            self.console.print("No passage shares a word with the question.")


def run(library: Serving, news: SimpleQueue[str], stdin: TextIO, stdout: TextIO) -> int:
    """Runs the console until its input ends. Returns the exit status, 0.

    A person at a terminal sees the ``news`` of the documents before the next answer that may be other for it.
    """
    interactive = stdin.isatty() and stdout.isatty()
    console = wording.terminal(stdout)
    session = Session(library, console)
    if interactive:
        documents = wording.counted(len(library.answerer.index), "documents")
        console.print(f"{documents}. Ask away; :help for more, Ctrl-D to leave.")
    for line in _typed() if interactive else stdin:
        while interactive and not news.empty():
            console.print(news.get(), style="dim")
        try:
            if not session.handle(line):
                break
        except (QuestionError, IndexProblem) as error:
            console.print(str(error))
        console.print()
    return 0


def _typed() -> Iterator[str]:
    """Lines typed at a terminal, with history and completion of the commands, until Ctrl-D."""
    words = WordCompleter([":more", ":why", ":sources", ":help", ":quit"], sentence=True)
    prompt: PromptSession[str] = PromptSession(history=_history(), completer=words, complete_while_typing=False)
    while True:
        try:
            yield prompt.prompt("? ")
        except KeyboardInterrupt:  # Ctrl-C drops the line, as in a shell
            continue
        except EOFError:
            return


def _history() -> History:
    """What was asked before, kept in the user's state folder; in memory only where that cannot be written."""
    try:
        path = user_state_path("verbatim", ensure_exists=True) / "history"
        path.touch(mode=0o600)
        return FileHistory(path)
    except OSError:
        return InMemoryHistory()
