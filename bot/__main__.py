"""``python -m bot``: argv and environment → wiring. Every command ends here, with one line where a person erred."""

import os
import signal

if __name__ == "__main__":  # what is imported below takes seconds, in which Ctrl-C would end in a traceback
    _interrupted = signal.getsignal(signal.SIGINT)
    if _interrupted is signal.default_int_handler:  # nohup and the like have it ignored
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))

import argparse
import json
import logging
import queue
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

from bot import wording
from bot.courtesy import reply
from bot.library import Library, Serving, Tell
from bot.progress import Bar
from bot.remote import Remote
from bot.settings import Settings, read_settings
from bot.store import Store, backup
from corpus import (
    Change,
    Document,
    Folder,
    IndexProblem,
    IndexUnusable,
    QuestionError,
    SettingError,
    Shelf,
    UserError,
    look_into,
    not_empty,
    printable,
    read_folder,
)
from retrieval import (
    Address,
    Answer,
    Answerer,
    Collection,
    Index,
    Kept,
    Quotes,
    SharedDocuments,
    evaluate,
    path_of,
    read_gold,
    shared,
)

if sys.platform != "win32":
    import resource

_OPEN = 10_240  # files, of which macOS allows no more
ANSWERED, NOT_SAID, ERROR = 0, 1, 2  # as grep has it
INTERRUPTED, BROKEN_PIPE = 130, 141  # as a shell has it: 128 + the signal's number


@dataclass(frozen=True, slots=True)
class Streams:
    """Where a command reads and writes."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO

    def complain(self, message: object) -> None:
        """One line about what went wrong."""
        print(f"verbatim: {message}", file=self.stderr)


def main(argv: Sequence[str], streams: Streams) -> int:
    """Runs one command and returns its exit status. Raises SystemExit only where argparse does: on usage and help."""
    arguments = _parser().parse_args(argv)
    _may_open_many()
    logging.getLogger("retrieval").addHandler(
        logging.NullHandler()
    )  # what it logs is for `discord`, which sets that up
    try:
        status: int = arguments.run(arguments, read_settings(), streams)
        streams.stdout.flush()
    except UserError as error:
        streams.complain(error)
        return ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:  # the disk is full, the terminal is gone
        streams.complain(f"the output cannot be written: {error.strerror}")
        return ERROR
    return status


def _may_open_many() -> None:
    """Lets the process have more files open than the few hundred that are usual: each array of an index is one."""
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _OPEN if hard == resource.RLIM_INFINITY else min(_OPEN, hard)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Answers questions about a folder of documents, only in the documents' own words.",
        epilog='example: python -m bot ask "When did the Korean War end?"',
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, run: object, summary: str, examples: str, *, documents: bool = True, index: bool = False
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=f"examples:\n{examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if documents:
            sub.add_argument(
                "--documents", metavar="DIR", type=Path, help="the folder of documents (default: $DOCUMENTS)"
            )
        if index:
            sub.add_argument("--index", metavar="DIR", help="where their index is kept (default: $INDEX)")
        sub.set_defaults(run=run)
        return sub

    ask = command(
        "ask",
        _ask,
        "answer one question, or many from standard input",
        '  python -m bot ask "When did the Korean War end?"\n'
        "  python -m bot ask --json -k 1 --document western-weapons-flow-to-ukraine.txt what is NATO doing in Asia\n"
        '  python -m bot ask --after "When did the Korean War end?" "and how?"\n'
        "  python -m bot ask --json - < questions.txt\n\n"
        'With "-", each line is a question, or a JSON object {"question": …, "document": …, "after": …}.\n'
        "Exit status: 0 answered (of many: at least one), 1 the documents do not say or were not asked (a greeting,\n"
        '"help", no word to search by: there is a polite line), 2 an error.',
        index=True,
    )
    ask.add_argument("question", nargs="+", metavar="QUESTION", help='the question; "-" reads one a line')
    ask.add_argument("--document", metavar="ID", help="answer from this document only (its path within the folder)")
    ask.add_argument("--after", metavar="QUESTION", help='the question before, for one that leans on it ("and when?")')
    ask.add_argument("--json", action="store_true", help="print one JSON object a line")
    ask.add_argument("-k", type=positive, default=3, metavar="N", help="at most N citations (default: %(default)s)")
    command(
        "console",
        _console,
        "ask interactively",
        "  python -m bot console\n  python -m bot console --documents ~/papers",
        index=True,
    )
    command(
        "index",
        _index,
        "keep an index of the documents on disk, or bring it up to date",
        "  python -m bot index --documents ~/papers --index ~/papers.index\n"
        '  python -m bot ask --index ~/papers.index "When did the Korean War end?"\n\n'
        "What answers from an index opens it at once, however large; `console` and `discord` keep it up to date while\n"
        "they run. It knows its folder: --documents need not be given with it. Small folders need no index: they are\n"
        "indexed when a command starts. If neither --index nor $INDEX is given, it is kept in $DATA/index, and opened\n"
        "wherever the same folder is to be answered from.",
        index=True,
    )
    sources = command(
        "sources",
        _sources,
        "list the documents, or the files that cannot be served",
        "  python -m bot sources --documents ~/papers\n  python -m bot sources --problems",
    )
    sources.add_argument("--problems", action="store_true", help="list the files that cannot be served, and why")
    evaluate = command(
        "evaluate",
        _evaluate,
        "measure the answers to questions whose answers are known",
        "  python -m bot evaluate questions.jsonl --documents ~/papers\n"
        "  python -m bot evaluate dev-v1.1.json --sample 1000 --plot curves.svg\n"
        "  python -m bot evaluate --json cranfield\n\n"
        'FILE holds lines {"question": …, "answers": […]} about the folder of documents: words one of which the right\n'
        "quote holds, or none where the documents do not say. Or it is a file in SQuAD's format, or the folder of a\n"
        "classic collection, Cranfield or TIME.",
    )
    evaluate.add_argument("file", metavar="FILE", type=Path, help="the questions, or the folder of a collection")
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")
    evaluate.add_argument(
        "--plot", metavar="PICTURE", type=Path, help="draw reliability and risk–coverage: .png or .svg"
    )
    evaluate.add_argument("--sample", type=positive, metavar="N", help="ask N of the questions, chosen by a fixed seed")
    command(
        "discord",
        _discord,
        "run the Discord bot (needs $DISCORD_TOKEN)",
        "  DISCORD_TOKEN=… python -m bot discord\n  python -m bot discord --documents ~/papers",
        index=True,
    )
    copy = command(
        "backup",
        _backup,
        "copy what the Discord bot keeps, while it runs or not",
        "  python -m bot backup ~/backups/verbatim.db\n\n"
        "To restore it, stop the bot and put it into the folder $DATA as verbatim.db, with no verbatim.db-wal or\n"
        "verbatim.db-shm beside it.",
        documents=False,
    )
    copy.add_argument("file", metavar="FILE", type=Path, help="the copy; a file of this name is replaced")
    return parser


def positive(text: str) -> int:
    """A whole number from 1, as argparse wants it: it makes one line of what is none."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _ask(arguments: argparse.Namespace, settings: Settings, streams: Streams) -> int:
    engine = _engine(arguments, settings)
    index = engine.index() if engine else _served(arguments, settings, streams)[0]
    answerer = Answerer(index, None, settings.threshold)
    console = wording.terminal(streams.stdout)
    many = arguments.question == ["-"]
    status = NOT_SAID
    for number, line in enumerate(streams.stdin if many else [" ".join(arguments.question)], 1):
        if many and not line.strip():
            continue
        try:
            question, document, after = _line(line) if many else (line, None, None)
            begin = time.perf_counter()
            after = arguments.after if after is None else after
            if after and reply(after) is not None:
                after = None  # "thanks" asks nothing to lean on
            courtesy = reply(question, follows=bool(after)) if question.strip() else None
            if courtesy is None:
                within = arguments.document if document is None else document
                with _reading(arguments, settings):
                    answer = answerer.ask(question, within, arguments.k, after)
            else:
                answer = Answer(question, (), (), 0.0, standing=after)
            elapsed_ms = (time.perf_counter() - begin) * 1000
        except (QuestionError, IndexProblem) as error:
            streams.complain(f"line {number}: {error}" if many else error)
            status = ERROR
            continue
        if arguments.json:
            print(wording.as_json(answer, elapsed_ms, courtesy), file=streams.stdout, flush=True)
        else:
            if many:
                console.print(wording.shown(answer.question), style="bold")
            console.print(wording.as_text(answer) if courtesy is None else courtesy, end="\n\n" if many else "\n")
            streams.stdout.flush()
        if answer.answered and status == NOT_SAID:
            status = ANSWERED
    return status


def _line(line: str) -> tuple[str, str | None, str | None]:
    """A question, the document it is restricted to, and the question before it, from one line of standard input.

    Raises QuestionError.
    """
    line = line.strip().removeprefix("\ufeff")  # some shells put a byte order mark before what they pipe
    if not line.startswith("{"):
        return line, None, None
    try:
        record = json.loads(line)
        question, document, after = record["question"], record.get("document"), record.get("after")
    except (ValueError, KeyError, RecursionError):
        raise QuestionError('is no JSON object with a "question": mend it, or write the question plainly') from None
    if not isinstance(question, str) or not isinstance(document, str | None) or not isinstance(after, str | None):
        raise QuestionError('"question", "document" and "after" must be strings')
    return question, document, after


def _console(arguments: argparse.Namespace, settings: Settings, streams: Streams) -> int:
    from bot import console  # noqa: PLC0415 (a terminal's line editor: only this command pays for loading it)

    news = queue.SimpleQueue[str]()
    library = _library(arguments, settings, streams, lambda _, line: news.put(line))
    with library as serving, _reading(arguments, settings):
        return console.run(serving, news, streams.stdin, streams.stdout)


def _sources(arguments: argparse.Namespace, settings: Settings, streams: Streams) -> int:
    path, bar = _path(arguments, settings), Bar(streams.stderr)
    console = wording.terminal(streams.stdout)
    if arguments.problems:
        console.print(wording.problems(look_into(path, settings.limits, bar)))
        return ANSWERED
    folder = read_folder(path, settings.limits, bar)
    console.print(wording.sources(folder.documents))
    for problem in folder.problems:
        streams.complain(problem)
    return ANSWERED


def _evaluate(arguments: argparse.Namespace, settings: Settings, streams: Streams) -> int:
    from bot import curves, evaluating  # noqa: PLC0415 (only this command pays for loading them)

    gold = read_gold(arguments.file)
    own = isinstance(gold, Quotes)
    if not own and arguments.documents:
        raise SettingError(f"{arguments.file} brings its own documents: leave out --documents")
    if arguments.plot:
        curves.check(arguments.plot)
        if isinstance(gold, Collection):
            raise SettingError(f"{arguments.file} ranks documents, without a confidence to draw: leave out --plot")
    begin = time.perf_counter()
    bar = Bar(streams.stderr)
    folder = read_folder(_path(arguments, settings), settings.limits, bar) if own else Folder((), ())
    report = evaluate(gold, _complained(folder, streams).documents, bar, arguments.sample)
    elapsed = time.perf_counter() - begin
    if arguments.plot:
        curves.draw(arguments.plot, arguments.file.name, report.outcomes)
    if arguments.json:
        print(evaluating.as_json(str(arguments.file), report, elapsed), file=streams.stdout)
    else:
        evaluating.show(wording.terminal(streams.stdout), str(arguments.file), report, elapsed)
    return ANSWERED


def _discord(arguments: argparse.Namespace, settings: Settings, streams: Streams) -> int:
    if settings.discord_token is None:
        raise SettingError(
            "DISCORD_TOKEN is not set: make a bot at https://discord.com/developers/applications, copy its token, "
            "and put DISCORD_TOKEN=… into the environment or the file .env"
        )
    logging.basicConfig(
        level=settings.log_level, stream=streams.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it would count changes at INFO, whatever comes of them
    from bot import client, desk  # noqa: PLC0415 (nothing but this command loads discord.py)

    shards = client.Shards(list(settings.shard_ids) if settings.shard_ids else None, settings.shard_count)
    with (
        closing(Store(settings.data)) as store,
        _library(arguments, settings, streams, logging.getLogger("bot.library").log, patient=True) as library,
    ):
        made = desk.open_desk(library, store, settings.limits, settings.server_mb)
        desk.warm(library.answerer)
        return client.run(made, settings.discord_token.get_secret_value(), shards)


def _backup(arguments: argparse.Namespace, settings: Settings, _streams: Streams) -> int:
    backup(settings.data, arguments.file)
    return ANSWERED


def _index(arguments: argparse.Namespace, settings: Settings, streams: Streams) -> int:
    if engine := _engine(arguments, settings):
        shelf = Shelf(_path(arguments, settings), settings.limits)
        changes = shelf.changes(Bar(streams.stderr), settled=False)
        engine.build(_some(shelf, changes))
        engine.tidy()
        for line in wording.unserved(shelf.problems):
            streams.complain(line)
        print(wording.counted(len(engine.index()), "documents"), file=streams.stdout)
        return ANSWERED
    kept, path = _kept(arguments, settings)
    kept = kept or _usual(settings)
    index = _updated(kept, path, settings, streams)
    passages, documents = sum(part.rows for part in index.parts), len(index)
    size = sum(file.stat().st_size for file in kept.folder.rglob("*") if file.is_file())
    print(
        f"{wording.counted(passages, 'passages')} of {wording.counted(documents, 'documents')}, "
        f"{size / 1_000_000:,.1f} MB: {printable(str(kept.folder))}",
        file=streams.stdout,
    )
    return ANSWERED


def _some(shelf: Shelf, changes: Iterable[Change]) -> Iterator[Document]:
    """The documents of a first look. Raises FolderError after it if there was none: a drive may be missing."""
    none = True
    for _, document in changes:
        if document is not None:
            none = False
            yield document
    if none:
        not_empty(shelf.path, Folder((), shelf.problems))


def _library(
    arguments: argparse.Namespace, settings: Settings, streams: Streams, tell: Tell, *, patient: bool = False
) -> "AbstractContextManager[Serving]":
    """The documents, indexed; it is told what becomes of them while they are served. An engine may be waited for."""
    make = partial(Answerer, threshold=settings.threshold)
    if engine := _engine(arguments, settings):
        return (Remote.patient if patient else Remote)(engine, make, tell)
    index, shelf, kept = _served(arguments, settings, streams)
    return Library(shelf, index, make, tell, kept.save if kept else None)


def _served(arguments: argparse.Namespace, settings: Settings, streams: Streams) -> tuple[Index, Shelf, Kept | None]:
    """The index of the documents, the shelf that tells what changes in their folder, and where it is kept, if it is.

    One that is kept is opened as it is; where it cannot be, there is a line, and it is made anew.
    """
    kept, path = _kept(arguments, settings)
    if kept is None:
        shelf = Shelf(path, settings.limits)
        return Index.of(_complained(shelf.first(Bar(streams.stderr)), streams).documents), shelf, None
    with suppress(IndexUnusable):
        index, state = kept.open()
        return index, Shelf(path, settings.limits, state=state), kept
    _updated(kept, path, settings, streams)
    index, state = kept.open()
    return index, Shelf(path, settings.limits, state=state), kept


def _updated(kept: Kept, documents: Path, settings: Settings, streams: Streams) -> Index:
    """An index that is kept, checked and brought up to date with the documents; made anew where it is no good."""
    index, state = Index(()), None
    try:
        kept.check()
        index, state = kept.open()
    except IndexUnusable as problem:
        if kept.there:
            streams.complain(f"{problem}; it is made anew")
    shelf = Shelf(documents, settings.limits, state=state)
    index = kept.update(index, shelf, Bar(streams.stderr))
    for line in wording.unserved(shelf.problems):
        streams.complain(line)
    return index


def _kept(arguments: argparse.Namespace, settings: Settings) -> tuple[Kept | None, Path]:
    """The index that is kept, if one is, and the folder of documents.

    If nobody says which folder, it is the one that the index is of. Where nobody says which index, it is the one that
    `index` keeps then, if it is of the folder. Raises SettingError for an index of another folder, which would be made
    into one of this folder.
    """
    path, place = _path(arguments, settings), arguments.index or settings.index
    if not place:
        usual = _usual(settings)
        return (usual if _is_of(usual.of, path) else None), path
    kept = Kept(path_of(place))
    known, shown = kept.of, printable(place)
    if not _is_of(known, path):
        if arguments.documents or "documents" in settings.model_fields_set:
            if known and known.is_dir():
                of = f"is of the documents in {printable(str(known))}, not of those in {printable(str(path))}"
                raise SettingError(f"INDEX: {shown} {of}: give another folder")
        elif known:
            path = known
        elif kept.there:
            raise SettingError(f"INDEX: {shown} does not say which folder it is of: give it with --documents")
    if kept.folder.resolve().is_relative_to(path.resolve()):
        raise SettingError(f"INDEX: {shown} is in the folder of documents: keep the index elsewhere")
    return kept, path


def _is_of(known: Path | None, path: Path) -> bool:
    """Whether a folder of documents is the one that an index is of, by whatever name."""
    try:
        return known is not None and known.samefile(path)
    except OSError:
        return False


def _usual(settings: Settings) -> Kept:
    """The index that is kept where nobody says where."""
    return Kept(settings.data / "index")


@contextmanager
def _reading(arguments: argparse.Namespace, settings: Settings) -> Iterator[None]:
    """Has the documents asked. Raises IndexProblem for what is the fault of an index: its damage shows anywhere."""
    try:
        yield
    except (UserError, OSError):
        raise
    except Exception:
        kept, _ = _kept(arguments, settings) if not _engine(arguments, settings) else (None, None)
        if kept is not None:
            try:
                kept.check()
            except IndexUnusable as problem:
                raise IndexProblem(f"{problem}: `python -m bot index` makes it anew") from None
        raise


def _engine(arguments: argparse.Namespace, settings: Settings) -> SharedDocuments | None:
    """The documents on an engine, if they are on one. Raises SettingError."""
    place: str | None = arguments.index or settings.index
    address = Address.parse(place) if place else None
    return shared(address) if address else None


def _path(arguments: argparse.Namespace, settings: Settings) -> Path:
    """The folder of documents."""
    path: Path = arguments.documents or settings.documents
    return path


def _complained(folder: Folder, streams: Streams) -> Folder:
    """The same folder, after a line for each of the first files in it that cannot be served."""
    for line in wording.unserved(folder.problems):
        streams.complain(line)
    return folder


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _interrupted)
    for _stream in (sys.stdin, sys.stdout, sys.stderr):
        _stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        sys.exit(main(sys.argv[1:], Streams(sys.stdin, sys.stdout, sys.stderr)))
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BROKEN_PIPE)
