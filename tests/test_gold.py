"""Files of questions: what is read from each kind, and the one line said of a bad one."""

import json
from pathlib import Path

import pytest

from corpus import Document, GoldError
from retrieval.gold import Collection, Query, QuoteQuestion, Quotes, Span, SpanQuestion, Squad, read_gold

CATS = "A cat sat on the mat. A dog barked."
SQUAD = {
    "data": [
        {
            "title": "House_pets",
            "paragraphs": [
                {
                    "context": CATS,
                    "qas": [
                        {
                            "id": "1",
                            "question": " Who sat? ",
                            "answers": [{"text": "A cat", "answer_start": 0}, {"text": "A cat", "answer_start": 0}],
                        },
                        {
                            "id": "2",
                            "question": "Who swam?",
                            "is_impossible": True,
                            "answers": [],
                            "plausible_answers": [{"text": "A dog", "answer_start": 22}],
                        },
                    ],
                },
                {"context": "Cats purr.", "qas": []},
            ],
        },
        {"title": "House_pets", "paragraphs": [{"context": "Dogs bark.", "qas": []}]},
    ],
    "version": "v2.0",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "questions"


def test_squad(file: Path) -> None:
    file.write_text(json.dumps(SQUAD), "utf-8")
    assert read_gold(file) == Squad(
        (
            Document("House_pets/0", "House pets", None, CATS),
            Document("House_pets/1", "House pets", None, "Cats purr."),
            Document("House_pets/2", "House pets", None, "Dogs bark."),
        ),
        (
            SpanQuestion("Who sat?", "House_pets/0", (Span("House_pets/0", 0, "A cat"),)),
            SpanQuestion("Who swam?", "House_pets/0", ()),
        ),
    )


def test_own_lines(file: Path) -> None:
    file.write_text('{"question": " Who sat?", "answers": ["cat", "Kater"]}\n\n{"question": "Who?", "answers": []}\n')
    assert read_gold(file) == Quotes((QuoteQuestion("Who sat?", ("cat", "Kater")), QuoteQuestion("Who?", ())))


OUTSIDE = {"question": "B", "answers": [{"text": "A", "answer_start": 1}]}
SHORT = "string should have at least 1 character"
LINES = 'each line must be {"question": "…", "answers": ["…"]}, or the whole file SQuAD\'s format'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no question; write some, one a line, or give a file in SQuAD's format"),
        (b'{"data": []}', "holds no question; write some, one a line, or give a file in SQuAD's format"),
        (b"\xff", "is not UTF-8 (byte 0): save it again with the encoding UTF-8"),
        (b'{"data": 1}', "data: input should be a valid list; SQuAD's format is wanted"),
        (
            b'{"data": [{"paragraphs": [{"context": "A", "qas": [{"question": "B", "answers": [{"text": "A"}]}]}]}]}',
            "data.0.paragraphs.0.qas.0.answers.0.answer_start: field required; SQuAD's format is wanted",
        ),
        (
            json.dumps({"data": [{"paragraphs": [{"context": "A", "qas": [OUTSIDE]}]}]}).encode(),
            "'B': answer_start 1 is outside its paragraph",
        ),
        (b'\n{"question": "B"}', f", line 2: answers: field required; {LINES}"),
        (b'{"question": " ", "answers": []}', f", line 1: question: {SHORT}; {LINES}"),
        (
            b'{"question": "B", "answers": [""]}',
            f", line 1: answers.0: {SHORT}; {LINES}",
        ),
        (b'{"question": "B", "answers": "C"}', f", line 1: answers: input should be a valid array; {LINES}"),
        (b"Who?", f", line 1: invalid JSON: expected value at line 1 column 1; {LINES}"),
    ],
)
def test_bad_files(file: Path, content: bytes, message: str) -> None:
    file.write_bytes(content)
    with pytest.raises(GoldError) as error:
        read_gold(file)
    assert str(error.value) == f"{file}{'' if message.startswith(',') else ': '}{message}"


def test_no_file(file: Path) -> None:
    with pytest.raises(GoldError, match=r"cannot be read \(No such file or directory\): check that it exists"):
        read_gold(file)


def cranfield(folder: Path) -> Path:
    """Two documents and three queries in SMART's layout; the third has no judgment."""
    (folder / "cran.all.1400").write_text(
        ".I 1\n.T\nwings in\na slipstream .\n.A\nbrenckman,m.\n.B\nj. ae. scs.\n.W\nwings lift .\n"
        ".I 2\n.T\n\n.A\n.B\n.W\nslabs of heat .\n.A\nno author\n.W\nand more .\n",
        "utf-8",
    )
    queries = ".I 001\n.W\nwhat lifts\nwings .\n.I 004\n.W\nheat .\n.I 9\n.W\nice .\n"
    (folder / "cran.qry").write_bytes(queries.replace("\n", "\r\n").encode())
    (folder / "cranqrel").write_text("1 1 2\n1 2 5\n\n2 2 1\n", "utf-8")
    return folder


def test_cranfield(tmp_path: Path) -> None:
    """The judgments number the queries by their order, 4 the best gain; grade 5 is of no interest."""
    assert read_gold(cranfield(tmp_path)) == Collection(
        "Cranfield",
        "gain 5 − grade",
        (
            Document("cranfield/1", "wings in a slipstream .", None, "\nwings lift .\n"),
            Document("cranfield/2", "", None, "\nslabs of heat .\n\nand more .\n"),
        ),
        (Query("what lifts wings .", {"cranfield/1": 3}), Query("heat .", {"cranfield/2": 4})),
    )


def time(folder: Path, texts: int, judgments: str) -> Path:
    """A folder like that of TIME, with so many articles."""
    articles = "".join(f"*TEXT {n + 17:03} 01/04/63 PAGE 020\n\nARTICLE {n}\n\nENDS .\n\n" for n in range(1, texts + 1))
    (folder / "TIME.ALL").write_text(articles, "utf-8")
    (folder / "TIME.QUE").write_text("*FIND      1\n\n ELECTION\n\nOF PARK .\n\n*FIND 2\n\n COUP .\n\n*STOP\n", "utf-8")
    (folder / "TIME.REL.ALL").write_text(judgments, "utf-8")
    return folder


def test_time(tmp_path: Path) -> None:
    assert read_gold(time(tmp_path, 2, "1  2\n")) == Collection(
        "TIME",
        "TIME.REL.ALL, renumbered past two missing articles",
        (
            Document("time/1", "TIME, text 1", None, "ARTICLE 1 ENDS ."),
            Document("time/2", "TIME, text 2", None, "ARTICLE 2 ENDS ."),
        ),
        (Query("ELECTION OF PARK .", {"time/2": 1}),),
    )


def test_judgments_of_time_skip_two_articles(tmp_path: Path) -> None:
    gold = read_gold(time(tmp_path, 423, "1 370 424\n\n2 378\n"))
    assert isinstance(gold, Collection)
    assert [set(query.gains) for query in gold.queries] == [{"time/370", "time/422"}, {"time/376"}]


STRANGER = "{folder}: the judgments name cranfield/3, which is not there; get the collection anew"


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("cranqrel", "1 x 2\n", "{folder}/cranqrel, line 1: wanted are 3 numbers"),
        ("cranqrel", "1 1\n", "{folder}/cranqrel, line 1: wanted are 3 numbers"),
        ("cranqrel", "1 1 6\n", "{folder}/cranqrel, line 1: a grade is a number from 1 to 5"),
        (
            "cranqrel",
            "1 3 1\n",
            STRANGER,
        ),
        ("cranqrel", "7 1 1\n", "{folder}: holds no query with a judgment; get the collection anew"),
        (
            "cran.all.1400",
            "text",
            "{folder}/cran.all.1400: holds no record that begins with .I and a number; get the collection anew",
        ),
    ],
)
def test_bad_collections(tmp_path: Path, file: str, content: str, message: str) -> None:
    (cranfield(tmp_path) / file).write_text(content, "utf-8")
    with pytest.raises(GoldError) as error:
        read_gold(tmp_path)
    assert str(error.value) == message.format(folder=tmp_path)


def test_a_folder_that_is_no_collection(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"is a folder without cran.qry or TIME.QUE; give a file, or the folder of one"):
        read_gold(tmp_path)
