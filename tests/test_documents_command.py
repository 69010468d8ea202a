"""/documents: what a server adds, by whom, what is refused, and that all of it can be had back."""

import io
import random
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import HARBOUR, LIGHTHOUSE, Still
from discord_wire import (
    CALLBACK,
    EDIT,
    ELSEWHERE,
    FOLLOW_UP,
    MEMBER,
    PERSON,
    ROLE,
    ROLE_ELSEWHERE,
    SERVER,
    Cdn,
    File,
    People,
    Said,
    Where,
    texts,
    used,
)

from bot.commands import documents
from bot.servers import Server
from bot.uploads import MOST
from corpus import LIMITS, Document, Limits
from retrieval import Answerer

HERE = int(SERVER)
CATS = b"The House of Cats\n\nThe red cat Minka was born in the harbour of Sundby in 1911.\n"
BORN = "When was Minka born?"
PRIVATE, CHANGE = {"type": 5, "data": {"flags": 64}}, {"type": 6}
ADDED = "From now on this server's questions are answered from them, too."
NOTHING = "Nothing was added."
COMMANDS = ["documents add", "documents remove", "documents list", "documents export"]


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[People]:
    people = People(monkeypatch, tmp_path, Still(Answerer([LIGHTHOUSE, HARBOUR])))
    yield people
    people.store.close()


@pytest.fixture(scope="module")
def cdn() -> Iterator[Cdn]:
    with Cdn() as cdn:
        yield cdn


def add(people: People, *files: File, **where: object) -> Said:
    """Somebody adds files, with one command."""
    names = ("file", "file2", "file3", "file4", "file5")
    return people.use("documents add", dict(zip(names, files, strict=False)), **where)  # type: ignore[arg-type]


def states(said: Said) -> list[str]:
    """What is said of each file in the end, and of all."""
    head, lines, end = said.texts
    assert head == "### Adding documents"
    return [*lines.split("\n"), end]


def put(people: People, name: str, data: bytes = b"", server: int = HERE) -> None:
    """A document that is there already."""
    people.desk.uploads.put(server, name, data, Document(f"added//{name}", name, None, "Words."), int(PERSON))


def names(people: People, server: int = HERE) -> list[str]:
    return [upload.name for upload in people.desk.uploads.all(server)]


def test_what_is_added_answers_questions_there_and_nowhere_else(people: People, cdn: Cdn) -> None:
    said = add(people, cdn.file("cats.txt", CATS))
    assert (said.kinds, said.first) == ([CALLBACK, EDIT, EDIT], PRIVATE)
    waiting, _ = (texts(body) for kind, body in said.requests if kind == EDIT)
    assert waiting[1:] == ["📖 **cats.txt**", "-# This may take a minute."]
    assert states(said) == ["✅ **cats.txt** · 17 words", ADDED]
    (upload,) = people.desk.uploads.all(HERE)
    assert (upload.name, upload.added_by) == ("cats.txt", int(PERSON))
    assert people.desk.uploads.data(HERE, "cats.txt") == CATS
    assert "**1911**" in people.use("ask", {"question": BORN}).texts[1]
    assert "do not say" in people.use("ask", {"question": BORN}, server=None).texts[1]


def test_a_file_of_the_same_name_takes_the_place_of_the_first(people: People, cdn: Cdn) -> None:
    add(people, cdn.file("cats.txt", CATS))
    said = add(people, cdn.file("cats.txt", CATS.replace(b"1911", b"1923")))
    assert states(said) == ["✅ **cats.txt** · 17 words", ADDED]
    assert names(people) == ["cats.txt"]
    assert "**1923**" in people.use("ask", {"question": BORN}).texts[1]


def test_several_files_are_added_one_by_one_and_each_has_its_line(people: People, cdn: Cdn) -> None:
    said = add(
        people,
        cdn.file("../../etc/cats.txt", CATS),
        cdn.file("tool.exe", b"MZ"),
        cdn.file("<@1> *b*.md", b"# Dogs\n\nA dog barked.\n"),
        cdn.file("missing.txt", b"", size=10, status=404),
        cdn.file("empty.txt", b""),
    )
    assert said.kinds == [CALLBACK, *[EDIT] * 6]
    shown = [texts(body)[1].split("\n") for kind, body in said.requests if kind == EDIT]
    assert [[line[0] for line in lines] for lines in shown] == [
        list("📖⏳⏳⏳⏳"),
        list("✅📖⏳⏳⏳"),
        list("✅❌📖⏳⏳"),
        list("✅❌✅📖⏳"),
        list("✅❌✅❌📖"),
        list("✅❌✅❌❌"),
    ]
    cats, tool, dogs, missing, empty, end = states(said)
    assert cats == "✅ **cats.txt** · 17 words"
    assert tool.startswith("❌ **tool.exe** · ")
    assert dogs == "✅ **\\<\\@1> \\*b\\*.md** · 4 words"
    assert missing == ("❌ **missing.txt** · could not be fetched from Discord (ClientResponseError)\\: try again")
    assert empty.startswith("❌ **empty.txt** · ")
    assert end == ADDED
    assert names(people) == ["<@1> *b*.md", "cats.txt"]


REFUSED: dict[str, tuple[str, bytes]] = {
    "a program": ("tool.exe", b"MZ"),
    "no ending": ("README", b"Words."),
    "nothing in it": ("a.txt", b""),
    "white space": ("a.txt", b" \n\t"),
    "no text": ("a.txt", bytes(range(256)) * 9),
    "a broken PDF": ("a.pdf", b"%PDF-1.7\nbroken"),
    "a broken Word document": ("a.docx", b"PK\x03\x04broken"),
}


@pytest.mark.parametrize(("name", "data"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_in_a_line_for_whoever_added_it(
    people: People, cdn: Cdn, name: str, data: bytes
) -> None:
    line, end = states(add(people, cdn.file(name, data)))
    assert line.startswith(f"❌ **{name}** · ")
    assert name not in line.partition(" · ")[2]
    assert "Traceback" not in line
    assert end == NOTHING
    assert names(people) == []


FAILURES: dict[str, tuple[dict[str, object], str]] = {
    "gone": ({"status": 404}, "ClientResponseError"),
    "broken": ({"status": 503}, "ClientResponseError"),
    "cut short": ({"promised": 1000}, "ClientPayloadError"),
    "hanging": ({"promised": 1000, "hangs": True}, "TimeoutError"),
}


@pytest.mark.parametrize(("how", "error"), FAILURES.values(), ids=FAILURES)
def test_what_discord_does_not_hand_over_is_refused(
    people: People, cdn: Cdn, monkeypatch: pytest.MonkeyPatch, how: dict[str, object], error: str
) -> None:
    if "hangs" in how:
        monkeypatch.setattr(documents, "_FETCHED_IN", 0.1)
    said = add(people, cdn.file("cats.txt", CATS, size=1000, **how))
    line = f"❌ **cats.txt** · could not be fetched from Discord ({error})\\: try again"
    assert states(said) == [line, NOTHING]


def test_where_discord_cannot_be_reached_it_is_refused(people: People) -> None:
    said = add(people, File("cats.txt", 10, "http://127.0.0.1:1/"))
    line = "❌ **cats.txt** · could not be fetched from Discord (ClientConnectorError)\\: try again"
    assert states(said) == [line, NOTHING]


def test_a_file_that_is_too_large_is_not_fetched(people: People, cdn: Cdn) -> None:
    people.desk = replace(people.desk, limits=Limits(1, LIMITS.read_seconds, LIMITS.read_memory_mb))
    people.desk.uploads.quota = 10_000_000
    said = add(people, cdn.file("cats.txt", CATS, size=1_000_001, status=500))
    assert states(said) == ["❌ **cats.txt** · is larger than 1 MB\\: split it", NOTHING]


def test_a_file_that_is_larger_than_it_was_said_to_be_is_not_fetched_to_its_end(people: People, cdn: Cdn) -> None:
    people.desk = replace(people.desk, limits=Limits(1, LIMITS.read_seconds, LIMITS.read_memory_mb))
    said = add(people, cdn.file("cats.txt", b"a cat " * 200_000, size=10, promised=10**9, hangs=True))
    assert states(said) == ["❌ **cats.txt** · is larger than 1 MB\\: split it", NOTHING]


def test_what_goes_beyond_the_quota_is_not_fetched(people: People, cdn: Cdn) -> None:
    put(people, "a.txt", b"x" * 600_000)
    said = add(people, cdn.file("cats.txt", CATS, size=500_000, status=500))
    left = "takes 0.5 MB, and of the 1 MB of this server 0.4 are left\\: remove documents first, or split it"
    assert states(said) == [f"❌ **cats.txt** · {left}", NOTHING]
    assert names(people) == ["a.txt"]


def test_what_goes_beyond_the_quota_only_once_it_is_there_is_refused_too(people: People, cdn: Cdn) -> None:
    put(people, "a.txt", b"x" * 600_000)
    line, end = states(add(people, cdn.file("cats.txt", b"A cat sat. " * 50_000, size=10)))
    assert line.startswith("❌ **cats.txt** · takes 0.6 MB")
    assert end == NOTHING
    assert names(people) == ["a.txt"]


def test_one_too_many_is_refused_and_one_of_the_same_name_is_not(people: People, cdn: Cdn) -> None:
    for number in range(MOST):
        put(people, f"{number}.txt")
    line, end = states(add(people, cdn.file("cats.txt", CATS)))
    assert line == "❌ **cats.txt** · is one too many, this server has 200 documents\\: remove one first"
    assert end == NOTHING
    assert states(add(people, cdn.file("7.txt", CATS))) == ["✅ **7.txt** · 17 words", ADDED]


def test_an_error_amid_the_files_is_told_beside_what_was_said(
    people: People, cdn: Cdn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(people.desk.uploads, "check", full)
    said = add(people, cdn.file("cats.txt", CATS))
    assert said.kinds == [CALLBACK, EDIT, FOLLOW_UP]
    assert said.private
    assert said.line.startswith("Sorry, something went wrong on my side.")


STRANGERS: dict[str, Where] = {
    "a member": {"permissions": MEMBER},
    "with another role": {"permissions": MEMBER, "roles": (ROLE_ELSEWHERE,)},
    "directly": {"server": None},
    "where the bot was brought along": {"added": False, "roles": (ROLE,)},
    "of another server": {"server": ELSEWHERE, "permissions": MEMBER, "roles": (ROLE_ELSEWHERE,)},
}


@pytest.mark.parametrize("where", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("command", [*COMMANDS, "v1:own:0", "v1:export:0"])
def test_who_may_not_is_refused_whatever_their_client_sends(people: People, command: str, where: Where) -> None:
    people.desk.servers.put(Server(HERE, curators=int(ROLE)))
    put(people, "cats.txt", CATS)
    if command.startswith("v1:"):
        said = people.press(command, **where)
    elif command.endswith("add"):
        said = add(people, File("a.txt", 1, "http://127.0.0.1:1/"), **where)
    else:
        said = people.use(command, {"document": "cats.txt"} if command.endswith("remove") else {}, **where)
    assert said.refusal in (
        "This is for whoever may manage this server.",
        "This is for a server that has added me\\: use it there.",
    )
    assert names(people) == ["cats.txt"]
    assert people.begin_typing("documents remove", "document", "", **where) == []


def test_the_role_that_the_server_has_set_may(people: People, cdn: Cdn) -> None:
    curator: Where = {"permissions": MEMBER, "roles": (ROLE,)}
    file = cdn.file("cats.txt", CATS)
    assert add(people, file, **curator).refusal == "This is for whoever may manage this server."
    people.desk.servers.put(Server(HERE, curators=int(ROLE)))
    assert states(add(people, file, **curator))[-1] == ADDED
    assert people.begin_typing("documents remove", "document", "", **curator)
    assert people.use("documents list", **curator).texts[0].startswith("### This server's own 1 document\n")
    assert people.use("documents export", **curator).files
    assert people.use("documents remove", {"document": "cats.txt"}, **curator).texts


def test_a_document_is_removed_and_answers_no_more(people: People) -> None:
    text = CATS.decode()
    people.desk.uploads.put(HERE, "c*ts.txt", CATS, Document("added//c*ts.txt", "Cats", None, text), 1)
    assert "**1911**" in people.use("ask", {"question": BORN}).texts[1]
    said = people.use("documents remove", {"document": "c*ts.txt"})
    assert (said.kinds, said.first) == ([CALLBACK, EDIT], PRIVATE)
    assert said.texts == ["Removed **c\\*ts.txt**. It is not answered from any more."]
    assert "do not say" in people.use("ask", {"question": BORN}).texts[1]
    again = people.use("documents remove", {"document": "c*ts.txt"})
    assert again.line == "This server has no document of that name\\: /documents list shows them."


def test_the_documents_of_another_server_are_not_touched(people: People) -> None:
    put(people, "cats.txt", CATS, int(ELSEWHERE))
    assert people.use("documents remove", {"document": "cats.txt"}).line.startswith("This server has no document")
    assert people.use("documents list").texts[0] == "### This server has no documents of its own"
    assert people.use("documents export").files == {}
    assert people.begin_typing("documents remove", "document", "") == []
    assert names(people, int(ELSEWHERE)) == ["cats.txt"]


def test_documents_are_offered_while_a_name_is_typed(people: People) -> None:
    for number in range(30):
        put(people, f"Cats {number:02}.txt")
    put(people, "dogs.txt")
    offered = people.begin_typing("documents remove", "document", "cAtS")
    assert [each["value"] for each in offered] == [f"Cats {number:02}.txt" for number in range(25)]
    assert people.begin_typing("documents remove", "document", "og")[0]["name"] == "dogs.txt"


def test_the_list_has_pages(people: People) -> None:
    assert people.use("documents list").texts == [
        "### This server has no documents of its own",
        "`/documents add` adds some, up to 1.0 MB. Nobody outside this server is answered from them.",
    ]
    for number in range(31):
        put(people, f"{number:02}.txt", b"x" * 20_000)
    people.desk.uploads.forget(int(PERSON))
    page = people.use("documents list")
    assert page.first == PRIVATE
    assert page.texts[0] == "### This server's own 31 documents\n-# 0.6 of 1.0 MB are used."
    assert page.texts[1].startswith("**00.txt** · 0.0 MB · added <t:")
    assert f"<@{PERSON}>" not in page.texts[1]
    for number in (2, 3):
        page = people.press(page.offered[-1], on=page)
        assert (page.first, page.texts[-1]) == (CHANGE, f"-# Page {number} of 3.")
    assert page.texts[1].startswith("**30.txt**")
    assert "\n" not in page.texts[1]
    assert page.offered == ["v1:own:1"]
    assert people.press("v1:own:-3").texts[-1] == "-# Page 1 of 3."
    assert people.press("v1:own:99").texts[-1] == "-# Page 3 of 3."


def exported(people: People, limit: int) -> dict[str, bytes]:
    """Everything that comes of an export, part by part, where a message may have so many bytes of files."""
    found: dict[str, bytes] = {}
    said = people.deal(used("documents export", {}) | {"attachment_size_limit": limit})
    while True:
        ((name, archive),) = said.files.items()
        assert len(archive) <= limit
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            assert not {*opened.namelist()} & found.keys()
            found |= {each: opened.read(each) for each in opened.namelist()}
        assert [part["file"]["url"] for part in said.parts if part["type"] == 13] == [f"attachment://{name}"]
        if not said.offered:
            return found
        pressed = {"custom_id": said.offered[0], "component_type": 2, "id": 1}
        said = people.deal(used("documents export", {}) | {"type": 3, "data": pressed, "attachment_size_limit": limit})


@pytest.mark.parametrize("limit", [500_000, *range(16_000, 20_000, 400)])
def test_all_can_be_had_back_in_as_many_parts_as_it_takes(people: People, limit: int) -> None:
    """Bytes that cannot be packed, and the longest names: what is around them must fit as well."""
    chance = random.Random(0)  # noqa: S311 (no secret)
    files = {f"{'猫' * 70}{number:03}.txt": chance.randbytes(4_000 + number) for number in range(20)}
    for name, data in files.items():
        put(people, name, data)
    assert exported(people, limit) == files


def test_a_large_file_that_cannot_be_packed_is_sent_where_there_is_room_around_it(people: People) -> None:
    data = random.Random(0).randbytes(900_000)  # noqa: S311 (no secret)
    put(people, "cats.pdf", data)
    assert exported(people, 902_000) == {"cats.pdf": data}
    said = people.deal(used("documents export", {}) | {"attachment_size_limit": 900_400})
    assert "Too large to be sent here: cats.pdf" in said.texts


def test_a_file_that_is_too_large_to_be_sent_is_named(people: People) -> None:
    put(people, "l*rge.txt", b"x" * 50_000)
    put(people, "small.txt", b"x")
    said = people.deal(used("documents export", {}) | {"attachment_size_limit": 20_000})
    assert said.texts == [
        "### This server's own documents",
        "1 document.",
        "Too large to be sent here: l\\*rge.txt",
    ]
    people.desk.uploads.remove(HERE, "small.txt")
    said = people.deal(used("documents export", {}) | {"attachment_size_limit": 20_000})
    assert (said.texts[1], said.files) == ("0 documents.", {})


def test_a_part_that_is_gone_is_stale(people: People) -> None:
    put(people, "cats.txt", CATS)
    said = people.press("v1:export:1")
    assert said.private
    assert "not there any more" in said.texts[0]
