"""Questions with their right answers → records: SQuAD's JSON, Verbatim's own lines, two classic collections."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from corpus import Document, GoldError, language_of

_WORDS = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True, slots=True)
class Span:
    """An answer: its words, and the document and character at which they begin."""

    document: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class SpanQuestion:
    """A question about one paragraph, by its id, and the answers people marked there; none where it does not say."""

    text: str
    document: str
    answers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Squad:
    """A file in SQuAD's format: each paragraph a document ``article/number`` with its article's title.

    All are in the one language of the file.
    """

    documents: tuple[Document, ...]
    questions: tuple[SpanQuestion, ...]


@dataclass(frozen=True, slots=True)
class QuoteQuestion:
    """A question, and strings one of which a right quote holds; none where the documents do not say."""

    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotes:
    """A file in Verbatim's own format: questions for a folder of documents that is named apart."""

    questions: tuple[QuoteQuestion, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query and the gain of each relevant document, by its id."""

    text: str
    gains: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Collection:
    """A classic retrieval collection; ``note`` says how its judgments are read."""

    name: str
    note: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]


Gold = Squad | Quotes | Collection


def read_gold(path: Path) -> Gold:
    """Reads a file of questions, or the folder of a classic collection, whichever it is.

    Raises GoldError, in one line, for anything that cannot be measured with.
    """
    if path.is_dir():
        for sign, read in COLLECTIONS.items():
            if (path / sign).is_file():
                return read(path)
        raise GoldError(f"{path}: is a folder without cran.qry or TIME.QUE; give a file, or the folder of one of them")
    text = _text(path)
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    squad = isinstance(whole, dict) and "data" in whole
    gold = _squad(path, whole) if squad else _quotes(path, text)
    if not gold.questions:
        raise GoldError(f"{path}: holds no question; write some, one a line, or give a file in SQuAD's format")
    return gold


def read_squads(folder: Path) -> dict[str, Squad]:
    """The .json files of a folder and its subfolders that are in SQuAD's format, by their path within it, in order.

    Raises GoldError if there is none, or for a file that cannot be measured with.
    """
    read = {file.relative_to(folder).as_posix(): read_gold(file) for file in sorted(folder.rglob("*.json"))}
    squads = {name: gold for name, gold in read.items() if isinstance(gold, Squad)}
    if not squads:
        raise GoldError(f"{folder}: holds no file in SQuAD's format")
    return squads


class _Model(BaseModel):
    model_config = ConfigDict(strict=True)


class _Answer(_Model):
    text: str
    answer_start: Annotated[int, Field(ge=0)]


class _Question(_Model):
    question: str
    answers: list[_Answer] = []
    is_impossible: bool = False


class _Paragraph(_Model):
    context: str
    qas: list[_Question]


class _Article(_Model):
    title: str = "untitled"
    paragraphs: list[_Paragraph]


class _File(_Model):
    data: list[_Article]


class _Line(_Model):
    question: _WORDS
    answers: list[_WORDS]


def _squad(path: Path, whole: object) -> Squad:
    try:
        articles = _File.model_validate(whole).data
    except ValidationError as error:
        raise GoldError(f"{path}: {_first(error)}; SQuAD's format is wanted") from None
    language = language_of(" ".join(paragraph.context for article in articles for paragraph in article.paragraphs))
    documents: list[Document] = []
    questions: list[SpanQuestion] = []
    numbers: Counter[str] = Counter()
    for article in articles:
        for paragraph in article.paragraphs:
            identifier = f"{article.title}/{numbers[article.title]}"
            numbers[article.title] += 1
            documents.append(
                Document(identifier, article.title.replace("_", " "), None, paragraph.context, language=language)
            )
            for asked in paragraph.qas:
                answers = [] if asked.is_impossible else asked.answers
                outside = [a.answer_start for a in answers if a.answer_start >= len(paragraph.context)]
                if outside:
                    raise GoldError(f"{path}: {asked.question!r}: answer_start {outside[0]} is outside its paragraph")
                spans = dict.fromkeys(Span(identifier, answer.answer_start, answer.text) for answer in answers)
                questions.append(SpanQuestion(asked.question.strip(), identifier, tuple(spans)))
    return Squad(tuple(documents), tuple(questions))


def _quotes(path: Path, text: str) -> Quotes:
    questions = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            asked = _Line.model_validate_json(line)
        except ValidationError as error:
            raise GoldError(
                f'{path}, line {number}: {_first(error)}; each line must be {{"question": "…", "answers": ["…"]}}, '
                "or the whole file SQuAD's format"
            ) from None
        questions.append(QuoteQuestion(asked.question, tuple(asked.answers)))
    return Quotes(tuple(questions))


def _cranfield(folder: Path) -> Collection:
    """Cranfield 1400 (Cleverdon, 1967), in SMART's layout: ``.I`` number, ``.T`` title, ``.W`` words.

    The judgments number the queries by their order in the file, and grade from 1 (a complete answer) to 4 (of minimal
    interest); the gain is 5 − grade.
    """
    documents = []
    for number, record in _records(folder / "cran.all.1400"):
        title = " ".join(record.get("T", "").split())
        documents.append(Document(f"cranfield/{number}", title, None, record.get("W", "")))
    gains: dict[int, dict[str, int]] = {}
    for place, (query, document, grade) in _numbers(folder / "cranqrel", 3):
        if not 1 <= grade <= 5:
            raise GoldError(f"{place}: a grade is a number from 1 to 5")
        if grade < 5:
            gains.setdefault(query, {})[f"cranfield/{document}"] = 5 - grade
    queries = [
        Query(" ".join(r.get("W", "").split()), gains.get(n, {}))
        for n, (_, r) in enumerate(_records(folder / "cran.qry"), 1)
    ]
    return _collection(folder, "Cranfield", "gain 5 − grade", documents, queries)


_TIME_WHOLE = 374
_TIME_LOST = 2


def _time(folder: Path) -> Collection:
    """TIME (articles of 1963), as SMART distributed it: ``*TEXT`` and ``*FIND`` before each article and query.

    The judgments number the articles by their order, but they count 425 of them where the file holds 423: up to the
    370th they fit, and from the 378th on they name the article two before (424, "election of Park Chung Hee", is the
    422nd). So _TIME_LOST articles are missing there, and numbers beyond _TIME_WHOLE are read accordingly.
    """
    articles = re.split(r"^\*TEXT.*$", _text(folder / "TIME.ALL"), flags=re.MULTILINE)[1:]
    # The file is double-spaced and marks no paragraphs.
    documents = [Document(f"time/{n}", f"TIME, text {n}", None, " ".join(a.split())) for n, a in enumerate(articles, 1)]
    relevant: dict[int, dict[str, int]] = {}
    for _, (query, *numbers) in _numbers(folder / "TIME.REL.ALL"):
        relevant[query] = {f"time/{n if n <= _TIME_WHOLE else n - _TIME_LOST}": 1 for n in numbers}
    pieces = re.split(r"^\*FIND\s+(\d+)\s*$|^\*STOP.*$", _text(folder / "TIME.QUE"), flags=re.MULTILINE)[1:]
    queries = [
        Query(" ".join(text.split()), relevant.get(int(number), {}))
        for number, text in zip(pieces[::2], pieces[1::2], strict=True)
        if number is not None
    ]
    return _collection(folder, "TIME", "TIME.REL.ALL, renumbered past two missing articles", documents, queries)


COLLECTIONS: dict[str, Callable[[Path], Collection]] = {"cran.qry": _cranfield, "TIME.QUE": _time}
"""The file that a collection's folder is known by, and what reads the folder."""


def _collection(folder: Path, name: str, note: str, documents: list[Document], queries: list[Query]) -> Collection:
    """The collection, of the queries that have judgments; every document judged must be there."""
    known = {document.id for document in documents}
    judged = [query for query in queries if query.gains]
    strangers = sorted({identifier for query in judged for identifier in query.gains} - known)
    if strangers:
        raise GoldError(f"{folder}: the judgments name {strangers[0]}, which is not there; get the collection anew")
    if not judged:
        raise GoldError(f"{folder}: holds no query with a judgment; get the collection anew")
    return Collection(name, note, tuple(documents), tuple(judged))


def _records(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The records of a file in SMART's layout: number, and the text of each field by its letter."""
    pieces = re.split(r"^\.I +(\d+)\s*$", _text(path), flags=re.MULTILINE)[1:]
    if not pieces:
        raise GoldError(f"{path}: holds no record that begins with .I and a number; get the collection anew")
    records = []
    for number, body in zip(pieces[::2], pieces[1::2], strict=True):
        _, *fields = re.split(r"^\.([A-Z])\s*$", body, flags=re.MULTILINE)
        record: dict[str, str] = {}
        for letter, text in zip(fields[::2], fields[1::2], strict=True):
            record[letter] = record.get(letter, "") + text
        records.append((int(number), record))
    return records


def _numbers(path: Path, count: int | None = None) -> list[tuple[str, list[int]]]:
    """The numbers on each line that is not blank, ``count`` of them if it is given, and the place they stand at."""
    rows = []
    for number, line in enumerate(_text(path).splitlines(), 1):
        place = f"{path}, line {number}"
        words = line.split()
        if words and not (all(map(str.isdecimal, words)) and len(words) == (count or len(words))):
            raise GoldError(f"{place}: wanted are {count or 'only'} numbers")
        if words:
            rows.append((place, [int(word) for word in words]))
    return rows


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise GoldError(f"{path}: cannot be read ({error.strerror}): check that it exists and may be read") from None
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: is not UTF-8 (byte {error.start}): save it again with the encoding UTF-8") from None


def _first(error: ValidationError) -> str:
    """The first thing wrong, and where, in one line."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    message = re.sub(r"\s+", " ", first["msg"])
    return f"{where}: {message[0].lower()}{message[1:]}" if where else f"{message[0].lower()}{message[1:]}"
