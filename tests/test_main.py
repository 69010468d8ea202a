"""The command line as a function of argv and streams; then, where only a process will do, as one."""

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from conftest import HARBOUR, LIGHTHOUSE

from bot.__main__ import Streams, main
from bot.servers import Server, Servers
from bot.settings import Settings
from bot.store import Store

ROOT = Path(__file__).parents[1]
COMMANDS = ["ask", "console", "index", "sources", "evaluate", "discord", "backup"]
BUILT = (
    "Mary Hale built the stone lighthouse in 1871. [1] [2]\n"
    "[1] The Lighthouse at Gull Point · 3 May 2023 · coast/lighthouse.txt, line 5\n"
    "[2] Harbour News · harbour.text, line 3 (nearly the same words)\n"
)
FERRY = "The ferry carries 40 passengers. [1]\n[1] Harbour News · harbour.text, line 4\n"
NO_TOKEN = (
    "verbatim: DISCORD_TOKEN is not set: make a bot at https://discord.com/developers/applications, copy its token, "
    "and put DISCORD_TOKEN=… into the environment or the file .env\n"
)
NOT_SAID = "The documents do not say.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small corpus in files."""
    for document in (LIGHTHOUSE, HARBOUR):
        (tmp_path / document.id).parent.mkdir(exist_ok=True)
        (tmp_path / document.id).write_bytes(document.text.encode())
    return tmp_path


def run(folder: Path, *argv: str, stdin: str = "") -> tuple[int, str, str]:
    """A command with this folder of documents: its status, and what it wrote to each stream."""
    streams = Streams(io.StringIO(stdin), io.StringIO(), io.StringIO())
    status = main([argv[0], "--documents", str(folder), *argv[1:]], streams)
    assert isinstance(streams.stdout, io.StringIO)
    assert isinstance(streams.stderr, io.StringIO)
    return status, streams.stdout.getvalue(), streams.stderr.getvalue()


@pytest.mark.parametrize(
    ("argv", "status", "stdout", "stderr"),
    [
        (["ask", "Who built the stone lighthouse?"], 0, BUILT, ""),
        (["ask", "Who", "built", "the", "stone", "lighthouse?"], 0, BUILT, ""),
        (["ask", "--document", "harbour.text", "What does the ferry carry?"], 0, FERRY, ""),
        (["ask", "Who is the mayor of Rome?"], 1, NOT_SAID, ""),
        (["ask", "--document", "coast/lighthouse.txt", "ferry"], 1, NOT_SAID, ""),
        (["ask", "What", "does", "the", "ferrry", "carry?"], 0, f"(read 'ferrry' as 'ferry')\n{FERRY}", ""),
        (["ask", "hello!"], 1, "Hello! Ask about the documents, in a sentence or in key words.\n", ""),
        (["ask", " "], 2, "", "verbatim: the question is empty: write what you want to know\n"),
        (["ask", "ferry " * 334], 2, "", "verbatim: the question has 2,004 characters: ask it in 2,000 at most\n"),
        (
            ["ask", "--document", "none.txt", "ferry"],
            2,
            "",
            "verbatim: none.txt: no document has this id; `sources` lists those there are\n",
        ),
        (
            ["sources"],
            0,
            "The Lighthouse at Gull Point\n  3 May 2023 · coast/lighthouse.txt\nHarbour News\n  harbour.text\n",
            "",
        ),
        (["console"], 0, "", ""),
        (
            ["discord"],
            2,
            "",
            NO_TOKEN,
        ),
    ],
)
def test_commands(folder: Path, argv: list[str], status: int, stdout: str, stderr: str) -> None:
    assert run(folder, *argv) == (status, stdout, stderr)


def test_at_most_so_many_citations(folder: Path) -> None:
    _, stdout, _ = run(folder, "ask", "-k", "1", "Who built the stone lighthouse?")
    assert stdout.splitlines()[0] == "Mary Hale built the stone lighthouse in 1871. [1]"
    assert len(stdout.splitlines()) == 2


CITATION = ["document", "title", "date", "url", "place", "quote", "start", "end", "highlight", "score", "differs"]
RECORD = [
    *("question", "leaning_on", "standing", "answered", "answer", "confidence", "reply", "corrections", "citations"),
    *("nearest", "elapsed_ms"),
]


def test_json(folder: Path) -> None:
    status, stdout, stderr = run(folder, "ask", "--json", "Who built the stone lighthouse?")
    (line,) = stdout.splitlines()
    record = json.loads(line)
    assert (status, stderr) == (0, "")
    assert list(record) == RECORD
    assert [list(citation) for citation in record["citations"]] == [CITATION, CITATION]
    assert record["elapsed_ms"] > 0
    assert 0 <= record["confidence"] <= 1
    assert {key: record[key] for key in ("question", "answered", "answer", "nearest")} == {
        "question": "Who built the stone lighthouse?",
        "answered": True,
        "answer": "Mary Hale",
        "nearest": [],
    }
    for citation in record["citations"]:
        text = (folder / citation["document"]).read_bytes().decode()
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert text[slice(*citation["highlight"])] == "Mary Hale"


def test_a_question_after_another(folder: Path) -> None:
    before, question = "Who built the stone lighthouse?", "Why did she pick granite?"
    lines = "\n".join(json.dumps(line) for line in [{"question": question, "after": before}, {"question": "and when?"}])
    _, stdout, _ = run(folder, "ask", "--json", "--after", "ferry", "-", stdin=lines)
    first, second = map(json.loads, stdout.splitlines())
    assert (first["question"], first["leaning_on"]) == (question, before)
    assert first["standing"] == "Why did Mary Hale pick granite"
    assert second["leaning_on"] == "ferry", "--after stands for whatever line has none of its own"


def test_a_courtesy_is_nothing_to_lean_on(folder: Path) -> None:
    built = "Who built the stone lighthouse?"
    lines = "\n".join(
        json.dumps({"question": question, "after": after})
        for question, after in [("and when?", "thanks"), ("thanks", built), ("and when?", built)]
    )
    _, stdout, _ = run(folder, "ask", "--json", "-", stdin=lines)
    assert [(record["leaning_on"], record["standing"]) for record in map(json.loads, stdout.splitlines())] == [
        (None, None),
        (None, built),
        (built, "when Mary Hale built the stone lighthouse"),
    ]


def test_json_where_the_documents_do_not_say(folder: Path) -> None:
    status, stdout, _ = run(folder, "ask", "--json", "When did the ferry to Rome sink?")
    record = json.loads(stdout)
    assert status == 1
    assert (record["answered"], record["answer"], record["citations"]) == (False, None, [])
    assert [list(passage) for passage in record["nearest"]] == [CITATION, CITATION]
    assert record["nearest"][0]["quote"] == "The ferry carries 40 passengers."


def test_json_where_nothing_was_asked(folder: Path) -> None:
    status, stdout, _ = run(folder, "ask", "--json", "thanks!")
    record = json.loads(stdout)
    assert status == 1
    assert (record["answered"], record["reply"], record["nearest"]) == (False, "You are welcome.", [])


def test_many_questions_are_answered_in_order(folder: Path) -> None:
    lines = "What does the ferry carry?\n\n  \nmayor of Rome?\r\n"
    assert run(folder, "ask", "-", stdin=lines) == (
        0,
        f"What does the ferry carry?\n{FERRY}\nmayor of Rome?\n{NOT_SAID}\n",
        "",
    )


def test_many_questions_as_json(folder: Path) -> None:
    lines = [
        "ferry",
        '{"question": "lighthouse", "document": "harbour.text"}',
        '{"question": "ferry", "document": null, "id": 7}',
        '{"question": "granite"}',
        "[1]",  # an ordinary question
    ]
    status, stdout, stderr = run(folder, "ask", "--json", "-k", "1", "-", stdin="\n".join(lines))
    records = [json.loads(line) for line in stdout.splitlines()]
    assert [record["question"] for record in records] == ["ferry", "lighthouse", "ferry", "granite", "[1]"]
    assert [[citation["document"] for citation in record["citations"]] for record in records] == [
        ["harbour.text"],
        ["harbour.text"],
        ["harbour.text"],
        ["coast/lighthouse.txt"],
        [],
    ]
    assert (status, stderr) == (0, "")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{bad", 'is no JSON object with a "question": mend it, or write the question plainly'),
        ("{}", 'is no JSON object with a "question": mend it, or write the question plainly'),
        ('{"a":' * 100_000, 'is no JSON object with a "question": mend it, or write the question plainly'),
        (
            '{"question": ' + "1" * 5000 + "}",
            'is no JSON object with a "question": mend it, or write the question plainly',
        ),
        ('{"question": 3}', '"question", "document" and "after" must be strings'),
        ('{"question": "ferry", "document": 3}', '"question", "document" and "after" must be strings'),
        ('{"question": "ferry", "after": 3}', '"question", "document" and "after" must be strings'),
        ('{"question": " "}', "the question is empty: write what you want to know"),
        ('{"question": "ferry", "document": "b"}', "b: no document has this id; `sources` lists those there are"),
    ],
    ids=range(9),
)
def test_a_bad_line_has_its_complaint_and_the_others_are_answered(folder: Path, line: str, complaint: str) -> None:
    assert run(folder, "ask", "-", stdin=f"ferry\n{line}\nferry\n") == (
        2,
        f"ferry\n{FERRY}\nferry\n{FERRY}\n",
        f"verbatim: line 2: {complaint}\n",
    )


def test_a_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA", str(tmp_path / "data"))
    copy = tmp_path / "copy.db"

    def back_up() -> tuple[int, str, str]:
        streams = Streams(io.StringIO(), out := io.StringIO(), err := io.StringIO())
        return main(["backup", str(copy)], streams), out.getvalue(), err.getvalue()

    missing = f"DATA: {tmp_path / 'data' / 'verbatim.db'}: there is no such file; the bot makes it when it runs"
    assert back_up() == (2, "", f"verbatim: {missing}\n")
    assert not (tmp_path / "data").exists()
    with closing(Store(tmp_path / "data")) as store:
        Servers(store).put(Server(1, private=True))
    assert back_up() == (0, "", "")
    (tmp_path / "restored").mkdir()
    copy.rename(tmp_path / "restored" / "verbatim.db")
    with closing(Store(tmp_path / "restored")) as store:
        assert Servers(store).get(1) == Server(1, private=True)


def test_no_question_at_all(folder: Path) -> None:
    assert run(folder, "ask", "-") == (1, "", "")


def test_files_that_cannot_be_served_are_named_and_the_others_answer(folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b" ")
    complaint = "verbatim: bad.txt: is empty: write something in it, or take it out of the folder\n"
    assert run(folder, "ask", "What does the ferry carry?") == (0, FERRY, complaint)
    assert run(folder, "sources")[2] == complaint
    assert run(folder, "console")[2] == complaint


def test_the_files_that_cannot_be_served_alone(folder: Path) -> None:
    assert run(folder, "sources", "--problems") == (0, "2 served, 0 not.\n", "")
    (folder / "bad\n.txt").write_bytes(b"A cat sat.")
    (folder / "empty.txt").write_bytes(b"")
    assert run(folder, "sources", "--problems") == (
        0,
        (
            "bad\\n.txt: has a name that cannot be written down: rename it\n"
            "empty.txt: is empty: write something in it, or take it out of the folder\n"
            "2 served, 2 not.\n"
        ),
        "",
    )
    assert run(folder / "coast", "sources", "--problems") == (0, "1 served, 0 not.\n", "")


@pytest.mark.parametrize("command", [["ask", "ferry"], ["console"], ["sources"]])
def test_a_missing_folder(tmp_path: Path, command: list[str]) -> None:
    missing = tmp_path / "missing"
    complaint = f"verbatim: {missing}: there is no such folder; give the folder that holds your documents\n"
    assert run(missing, *command) == (2, "", complaint)


def test_documents_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCUMENTS", str(folder))
    streams = Streams(io.StringIO(), io.StringIO(), io.StringIO())
    assert main(["ask", "What does the ferry carry?"], streams) == 0


def test_a_wrong_setting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    complaint = "verbatim: LOG_LEVEL: input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR' (it is 'LOUD')\n"
    assert run(folder, "ask", "ferry") == (2, "", complaint)


@pytest.mark.parametrize(
    ("argv", "usage"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["answer"], "invalid choice: 'answer'"),
        (["ask"], "the following arguments are required: QUESTION"),
        (["ask", "-k", "0", "ferry"], "argument -k: '0' is not a whole number from 1"),
        (["ask", "-k", "few", "ferry"], "argument -k: 'few' is not a whole number from 1"),
        (["evaluate", "--sample", "-1", "q.jsonl"], "argument --sample: '-1' is not a whole number from 1"),
        (["sources", "--json"], "unrecognized arguments: --json"),
    ],
)
def test_wrong_usage(argv: list[str], usage: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(argv, Streams(io.StringIO(), io.StringIO(), io.StringIO()))
    assert stop.value.code == 2
    assert usage in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"], Streams(io.StringIO(), io.StringIO(), io.StringIO()))
    assert stop.value.code == 0
    _, examples = capsys.readouterr().out.split("examples:\n")
    assert f"python -m bot {command}" in examples


def test_an_index_is_kept_and_asked(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    kept = tmp_path_factory.mktemp("kept") / "index"
    ask = ["ask", "--index", str(kept), "Who built the stone lighthouse?"]
    assert run(folder, *ask) == (0, BUILT, ""), "it is made when it is needed"
    (folder / "harbour.text").unlink()
    assert run(folder, *ask) == (0, BUILT, ""), "and answers as it is"
    status, told, complaints = run(folder, "index", "--index", str(kept))
    assert (status, complaints) == (0, "")
    assert re.fullmatch(rf"\d+ passages of 1 document, \d\.\d MB: {kept}\n", told)
    alone = "Mary Hale built the stone lighthouse in 1871. [1]\n" + BUILT.splitlines(keepends=True)[1]
    assert run(folder, *ask) == (0, alone, "")


@pytest.mark.parametrize("harm", [b"", b"{}", b"rubbish"])
def test_an_index_that_is_no_good_is_a_line_and_made_anew(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, harm: bytes
) -> None:
    kept = tmp_path_factory.mktemp("kept") / "index"
    ask = ["ask", "--index", str(kept), "Who built the stone lighthouse?"]
    run(folder, *ask)
    (words,) = kept.glob("segment-*/words.text.npy")
    words.write_bytes(harm)
    line = f"verbatim: {kept}: the index is damaged ({words.parent.name}/words.text.npy has another size); "
    assert run(folder, *ask) == (0, BUILT, f"{line}it is made anew\n")
    assert run(folder, *ask) == (0, BUILT, "")
    (kept / "manifest.json").write_bytes(b"{}")
    status, told, complaints = run(folder, *ask)
    assert (status, told) == (2, "")
    assert complaints.endswith("manifest.json is no index of Verbatim; give another folder, or empty this one\n")


def without(*argv: str) -> tuple[int, str, str]:
    """A command that names no folder of documents."""
    streams = Streams(io.StringIO(), io.StringIO(), io.StringIO())
    status = main(argv, streams)
    return status, str(streams.stdout.getvalue()), str(streams.stderr.getvalue())  # type: ignore[attr-defined]


def test_an_index_knows_its_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Or `console --index X` would make it into an index of the documents that ship."""
    kept = str(tmp_path_factory.mktemp("kept") / "index")
    other = tmp_path_factory.mktemp("other")
    (other / "cat.txt").write_text("A cat sat.")
    ask = ["ask", "--index", kept, "Who built the stone lighthouse?"]
    assert run(folder, "index", "--index", kept)[0] == 0
    assert without(*ask) == (0, BUILT, "")
    (folder / "harbour.text").unlink()
    assert " of 1 document, " in without("index", "--index", kept)[1]
    refused = f"verbatim: INDEX: {kept} is of the documents in {folder}, not of those in {other}: give another folder\n"
    for command in (ask, ["index", "--index", kept]):
        assert run(other, *command) == (2, "", refused)
    other.with_name("papers").symlink_to(folder)
    assert run(other.with_name("papers"), *ask)[0] == 0, "by whatever name"
    moved = folder.rename(tmp_path_factory.mktemp("moved") / "papers")
    assert without(*ask) == run(moved, *ask), "which needs no documents"
    assert without("index", "--index", kept)[::2] == (
        2,
        f"verbatim: {folder}: there is no such folder; give the folder that holds your documents\n",
    )
    Path(kept, "manifest.json").write_bytes(b"")
    unsaid = f"verbatim: INDEX: {kept} does not say which folder it is of: give it with --documents\n"
    assert without(*ask) == (2, "", unsaid)


def test_an_index_is_found_where_it_is_kept_if_nobody_says(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("DATA", str(data))
    ask = ["ask", "Who built the stone lighthouse?"]
    other = tmp_path_factory.mktemp("other")
    (other / "cat.txt").write_text("Tom built the stone lighthouse.")
    assert run(folder, "index")[0] == 0
    (folder / "coast" / "lighthouse.txt").unlink()
    assert run(folder, *ask) == (0, BUILT, ""), "as it was indexed"
    assert run(other, *ask)[1].startswith("Tom built"), "which is of another folder"
    (data / "index" / "manifest.json").write_text("not an index")
    assert run(other, *ask)[1].startswith("Tom built")


def test_damage_that_an_answer_stumbles_over_is_a_line(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is large is not read when an index is opened."""
    monkeypatch.setattr("retrieval.npy.SMALL", 0)
    kept = tmp_path_factory.mktemp("kept") / "index"
    run(folder, "index", "--index", str(kept))
    (file,) = kept.glob("segment-*/around.places.npy")
    array = np.load(file)
    np.save(file, np.full_like(array, 1_000_000))
    line = f"verbatim: {kept}: the index is damaged ({file.parent.name}/around.places.npy has changed)"
    told = f"{line}: `python -m bot index` makes it anew\n"
    assert run(folder, "ask", "--index", str(kept), "Who built the stone lighthouse?") == (2, "", told)
    assert run(folder, "console", "--index", str(kept), stdin="Who built the stone lighthouse?\n")[::2] == (2, told)
    status, _, complaints = run(folder, "index", "--index", str(kept))
    assert (status, complaints) == (0, f"{line}; it is made anew\n")
    assert run(folder, "ask", "--index", str(kept), "Who built the stone lighthouse?") == (0, BUILT, "")


def test_an_index_in_the_folder_of_documents_is_refused(folder: Path) -> None:
    line = f"verbatim: INDEX: {folder / 'index'} is in the folder of documents: keep the index elsewhere\n"
    assert run(folder, "index", "--index", str(folder / "index")) == (2, "", line)
    assert not (folder / "index").exists()


def test_a_folder_that_is_empty_takes_nothing_off_an_engine(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its drive may be missing."""
    engine = str(tmp_path_factory.mktemp("engine") / "x.db")
    assert run(folder, "index", "--index", engine) == (0, "2 documents\n", "")
    empty = tmp_path_factory.mktemp("empty")
    status, told, complaints = run(empty, "index", "--index", engine)
    assert (status, told) == (2, "")
    assert re.fullmatch(r"verbatim: [^\n]+\n", complaints)
    assert run(empty, "ask", "--index", engine, "Who built the stone lighthouse?")[:2] == (0, BUILT)


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"], Streams(io.StringIO(), io.StringIO(), io.StringIO()))
    listed = capsys.readouterr().out
    assert "example: python -m bot ask" in listed
    assert [
        line.split()[0] for line in listed.split("COMMAND\n")[1].splitlines() if line.startswith("    ")
    ] == COMMANDS


def process(folder: Path, *argv: str, environment: Mapping[str, str] = {}) -> "subprocess.Popen[bytes]":
    """A command as a process of its own, with pipes for its streams."""
    return subprocess.Popen(  # noqa: S603 (this Python, and arguments of our own)
        [sys.executable, "-m", "bot", argv[0], "--documents", str(folder), *argv[1:]],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "", "LOG_LEVEL": "INFO", **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_process_any_bytes_may_come_and_any_locale_may_be_set(folder: Path) -> None:
    (folder / "zoe.txt").write_text("Zoë’s café shut.\n\nIt is so.", "utf-8")
    latin = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with process(folder, "ask", "-", environment=latin) as command:
        stdout, stderr = command.communicate(b"\xff \xf0\x9f\x98\x80 caf\xc3\xa9\n")
    assert stderr == b""
    assert stdout.decode() == "\ufffd 😀 café\nZoë’s café shut. [1]\n[1] zoe · zoe.txt, line 1\n\n"
    assert command.returncode == 0


def test_process_answers_each_question_before_the_next_is_asked_and_stops_at_ctrl_c(folder: Path) -> None:
    with process(folder, "ask", "--json", "-") as command:
        assert command.stdin is not None
        assert command.stdout is not None
        for question in ("ferry", "lighthouse"):
            command.stdin.write(f"{question}\n".encode())
            command.stdin.flush()
            assert json.loads(command.stdout.readline())["question"] == question
        command.send_signal(signal.SIGINT)
        assert command.wait() == 130
        assert command.stderr is not None
        assert command.stderr.read() == b""


def test_process_stops_quietly_at_ctrl_c_while_it_is_loaded(folder: Path, tmp_path: Path) -> None:
    early = tmp_path / "early"
    (early / "rich").mkdir(parents=True)
    (early / "rich" / "__init__.py").write_text("import signal\nsignal.raise_signal(signal.SIGINT)\n")
    with process(folder, "ask", "ferry", environment={"PYTHONPATH": str(early)}) as command:
        assert command.communicate() == (b"", b"")
    assert command.returncode == 130


def test_process_stops_quietly_where_nobody_reads_on(folder: Path) -> None:
    with process(folder, "ask", "-") as command:
        assert command.stdin is not None
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()
        command.stdin.write(b"ferry\n" * 10)
        command.stdin.close()
        assert command.stderr.read() == b""
        assert command.wait() == 141


def test_process_a_question_in_no_encoding(folder: Path) -> None:
    with process(folder, "ask", os.fsdecode(b"ferry \xff")) as command:
        stdout, stderr = command.communicate()
    assert (command.returncode, stdout.decode(), stderr) == (0, FERRY, b"")


def test_the_default_folder_is_the_one_shipped() -> None:
    assert Settings().documents == ROOT / "corpus" / "documents"
