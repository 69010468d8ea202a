"""Measuring speed: the sentences that are gathered, the samples and questions made of them, and the document."""

import json
import re
from pathlib import Path

import engines
import measuring
import pytest
import samples
import sentences
import speed
import throughput
from engines import ANSWER, RETRIEVE, Built, Opened
from hypothesis import given
from hypothesis import strategies as st
from measuring import Asked, Figures, Measured, Report
from samples import Sample
from sentences import HEAD, Source, Text

from corpus import Document
from retrieval import Index
from retrieval.storage import save
from retrieval.words import STOP_WORDS

HARBOUR = "The ferry carries forty passengers to the island. It leaves the harbour at seven in the morning."
TOWER = "The keeper of the lighthouse lights the lamp when the evening comes."
OLD = "The tower of {} is old."
PLACES = [
    "Alba",
    "Brigg",
    "Corran",
    "Dunnet",
    "Eigg",
    "Fidra",
    "Girdle",
    "Hoy",
    "Inchcape",
    "Jura",
    "Kinnaird",
    "Lismore",
]
PEER = "bm25s, numpy"


def gathered(folder: Path) -> Path:
    """A folder as ``sentences.gather`` leaves it: twelve documents of four sentences that may be quoted."""
    for place in PLACES:
        file = folder / "documents" / "guide" / f"{place}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"A guide to {place}\n\n{HARBOUR}\n\n{OLD.format(place)} {TOWER}\n", "utf-8")
    source = Source("guide", "1.2-3", 12, 24, 0, 3_000)
    (folder / "gathered.json").write_text(json.dumps([source._asdict()]), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (HARBOUR, True),
        ("Is it so that the keeper sleeps?", True),
        ("He said that it was “much too late.”", True),
        ("It was late.", False),  # too short
        ("The keeper of the lighthouse", False),  # no end
        ("for (i = 0; i < n; i++) { total += values[i]; } return total.", False),
        ("Der Leuchtturm steht seit vielen Jahren auf einem Felsen im Meer.", False),
        ("Lighthouse harbour ferry tower granite storm.", False),  # no sentence
    ],
)
def test_prose_is_told_by_its_words(block: str, expected: bool) -> None:
    assert sentences.prose(block) is expected


def test_a_page_is_read_block_by_block() -> None:
    html = """<html><head><title>The  harbour</title><style>p { color: red }</style></head><body>
    <nav><ul><li>Home</li></ul></nav><h2>Ferries&para;</h2><p>The <b>ferry</b>
    leaves&#12; at seven.</p><pre>ferry --help</pre><div>By day<br>and by night.<ul><li>Köln</li></ul></div>"""
    expected = ("The harbour", [f"{HEAD}Ferries¶", "The ferry leaves at seven.", "By day", "and by night.", "Köln"])
    assert sentences.page(html.encode()) == expected
    meta = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'
    assert sentences.page(html.replace("<html><head>", meta).encode("latin-1")) == expected
    assert sentences.page(b"") == ("", [])


def test_paragraphs_and_headings_are_kept_once(tmp_path: Path) -> None:
    seen: set[str] = set()
    one = Text("harbour.html", "Harbour", [f"{HEAD}Ferries¶", HARBOUR, "x = 1", TOWER])
    two = Text("tower/index.html", "", [f"{HEAD}Ferries¶", HARBOUR, f"{HEAD}Empty", f"{HEAD}Lamps", f"{TOWER} {TOWER}"])
    assert sentences.keep(tmp_path, "coast", "1.0-2", [one, two, one], seen) == Source("coast", "1.0-2", 2, 6, 3, 342)
    assert {file.relative_to(tmp_path).as_posix(): file.read_text("utf-8") for file in tmp_path.rglob("*.txt")} == {
        "coast/harbour.html.txt": f"Harbour\n\nFerries\n\n{HARBOUR}\n\n{TOWER}\n",
        "coast/tower/index.html.txt": f"index.html\n\nLamps\n\n{TOWER} {TOWER}\n",
    }


def test_samples_are_parts_of_larger_ones_and_hold_what_may_be_quoted(tmp_path: Path) -> None:
    small, large = samples.draw(gathered(tmp_path), tmp_path / "samples", [10, 20])
    assert (small.documents, small.sentences) == (3, 12)
    assert (large.documents, large.sentences) == (5, 20)
    documents = samples.documents(large.folder)
    assert {document.id for document in samples.documents(small.folder)} < {document.id for document in documents}
    assert documents == sorted(documents, key=lambda document: document.id)
    (part,) = Index.of(documents).parts
    spans = zip(part.segment.row_document.tolist(), part.segment.row_spans.tolist(), strict=True)
    rows = [documents[document].text[begin:end] for document, (_, begin, end) in spans]
    assert (large.folder / "sentences.txt").read_text("utf-8").split("\n") == [*rows, ""]
    assert samples.draw(tmp_path, tmp_path / "again", [10, 20])[1]._replace(folder=large.folder) == large
    assert samples.questions(tmp_path / "again" / "20") == samples.questions(large.folder)


@given(st.lists(st.lists(st.sampled_from(["the", "to", "ferry", "Lamp,", "(old", "of", "7", "can", "x"]), min_size=9)))
def test_questions_are_made_of_sentences(words: list[list[str]]) -> None:
    texts = [" ".join(some) for some in [*words, TOWER.split()]]
    for question in samples.ask(texts, 5):
        inside = {word.strip(".,(") for word in texts[question.sentence].split()}
        telling = [word for word in question.full.rstrip("?").split() if word.lower() not in STOP_WORDS and word != "7"]
        assert question.bare.split() == telling
        assert len([word for word in telling if word in inside]) >= 3


@pytest.mark.parametrize("name", [RETRIEVE, "scikit-learn, cosine_similarity", "scikit-learn, linear_kernel", PEER])
def test_the_number_found_is_that_of_the_sentence(tmp_path: Path, name: str) -> None:
    (sample,) = samples.draw(gathered(tmp_path), tmp_path / "samples", [48])
    texts = (sample.folder / "sentences.txt").read_text("utf-8").split("\n")
    engine = engines.ENGINES[name].make()
    (tmp_path / "index").mkdir()
    engine.read(sample.folder)(tmp_path / "index")
    engine.open(tmp_path / "index")
    assert [engine.search(f"Is the tower of {place} old?", 10)[0] for place in PLACES] == [
        texts.index(OLD.format(place)) for place in PLACES
    ]


def test_everything_is_measured_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "OPENINGS", 1)
    monkeypatch.setattr(measuring, "ROUNDS", 2)
    monkeypatch.setattr(samples, "QUESTIONS", 7)
    output = tmp_path / "speed.md"
    arguments = [str(gathered(tmp_path)), "--sizes", "10", "--engines", PEER, "--output", str(output)]
    assert speed.main(arguments) == 0
    written = output.read_text("utf-8")
    asked = re.findall(rf"^\| ({RETRIEVE}|{PEER}) \| (?:[\d.,]+|–) \|.*\| (\d+) \| (\S+) \|$", written, re.MULTILINE)
    assert asked == [(RETRIEVE, "7", "1.00"), (PEER, "7", "1.00")] * 2
    assert "## Of 12 sentences\n" in written
    assert "| guide | 1.2-3 | 12 | 24 | 0 |\n" in written
    assert capsys.readouterr().out == f"{written}\n"
    assert not (tmp_path / "indexes").exists()
    again = tmp_path / "again.md"
    assert speed.main([str(tmp_path), "--write", "--output", str(again)]) == 0
    assert again.read_text("utf-8") == written


def test_a_process_that_ends_is_given_up(tmp_path: Path) -> None:
    sample = Sample(tmp_path / "nothing", 0, 0, 0, 0)
    assert measuring._built(PEER, sample, tmp_path / "index") is None  # noqa: SLF001


def test_many_are_answered_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, Index.of([Document("tower.txt", "Tower", None, TOWER)]).parts, "")
    monkeypatch.setattr(throughput, "QUESTIONS", 70)
    served = throughput.serve(tmp_path, ["Who lights the lamp?", "When does the keeper light it?"])
    assert [(each.askers, len(each.answered)) for each in served] == [(1, 70), (8, 70), (64, 70)]
    assert all(each.lags and each.seconds > 0 for each in served)


def figures(seconds: float, *, given_up: bool = False) -> Figures:
    """Of an engine that takes so many seconds for a question, to write and to open, and as many MB of everything."""
    if given_up:
        return Figures(None, 0, None, None, Asked([], [], 0), Asked([], [], 0))
    size = round(seconds * 1e6)
    asked = Asked([seconds] * 200, [seconds / 2] * 200, 190)
    return Figures(Built(seconds, size), size, Opened(seconds, 0, size), seconds, asked, asked)


def test_goals_and_figures_are_told_as_they_are() -> None:
    sample = Sample(Path("sample"), 3, 200_000, 190_000, 9_000_000)
    found = {RETRIEVE: figures(0.001), ANSWER: figures(0.01), "rank-bm25": figures(0, given_up=True)}
    measured = Measured(sample, found)
    served = [throughput.Served(8, 2.0, [0.2] * 100, [0.001, 0.03])]
    text = speed.document(Report([Source("guide", "1", 3, 9, 1, 99)], [measured], served, "1 core", 0.5))
    goals = re.findall(r"^\| ([^|]+) \| [≤≥] ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    assert goals == [
        ("retrieve with stop words, p50", "1.5 ms", "1.00 ms", "yes"),
        ("retrieve without stop words, p50", "0.6 ms", "1.00 ms", "no: 67 % too much"),
        ("retrieve with stop words, p99", "3 × p50", "1.00 × p50", "yes"),
        ("retrieve without stop words, p99", "3 × p50", "1.00 × p50", "yes"),
        ("answer, p50", "5 ms", "10.0 ms", "no: 2.0 × too much"),
        ("opening", "50 ms", "1.00 ms", "yes"),
        ("opening", "60 MB", "0.00100 MB", "yes"),
        ("building", "150,000 sentences/s", "200,000,000 sentences/s", "yes"),
        ("building", "1,000 MB", "0.00100 MB", "yes"),
        ("event loop, longest lag", "20 ms", "30.0 ms", "no: 50 % too much"),
    ]
    assert "| Verbatim, answer | 10.0 | 10.0 | 10.0 | 10.0 | 5.00 | 5.00 | 200 | 0.95 |\n" in text
    assert "| rank-bm25 | – | – | – | – | – | – | 0 | – |\n" in text
    assert "| rank-bm25 | over 900 s | – | – | – | – | – | – | – | – | – |\n" in text
    assert "| 8 | 100 | 50 | 200 | 200 | 15.5 | – | 30.0 |\n" in text


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (None, "–"),
        (0, "0"),
        (0.01234, "0.0123"),
        (1.0, "1.00"),
        (12.345, "12.3"),
        (999.9, "1,000"),
        (12345.6, "12,346"),
    ],
)
def test_numbers_have_three_digits(number: float | None, expected: str) -> None:
    assert speed.shown(number) == expected


def test_what_cannot_be_gathered_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert speed.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        "speed: apt-get is not there: the sentences are gathered from packages of Debian, on Debian\n"
    )
