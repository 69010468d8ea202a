"""/sources: the list of documents, and the card of one with its file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from discord_wire import CALLBACK, EDIT, LIST, SERVER, People, Said, used

from bot.library import Library
from corpus import LIMITS, Document, Shelf
from retrieval import Answerer, Index

PRIVATE, CHANGE = {"type": 5, "data": {"flags": 64}}, {"type": 6}
CATS = b"Cats\n\nA cat sat on the mat.\n"
CARD = ["**Cats**\n-# cats.txt\n-# 7 words", "> Cats A cat sat on the mat."]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "cats.txt").write_bytes(CATS)
    return folder


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path) -> Iterator[People]:
    """In a server whose documents are a folder, read as it is."""
    shelf = Shelf(folder, LIMITS)
    library = Library(shelf, Index.of(shelf.first().documents), Answerer, lambda *_: None)
    people = People(monkeypatch, tmp_path / "data", library)
    yield people
    people.store.close()
    shelf.close()


def card(people: People, document: str = "cats.txt", room: int = 10_485_760) -> Said:
    """Somebody opens a document, where files may have so many bytes."""
    return people.deal(used("sources", {"document": document}) | {"attachment_size_limit": room})


@pytest.mark.parametrize("name", ["cats.txt", "Cats", " CATS "])
def test_a_document_is_shown_with_its_file_to_one_alone(people: People, name: str) -> None:
    said = card(people, name)
    assert (said.kinds, said.first) == ([CALLBACK, EDIT], PRIVATE)
    assert said.texts == CARD
    assert [part["file"]["url"] for part in said.parts if part["type"] == 13] == ["attachment://cats.txt"]
    assert said.files == {"cats.txt": CATS}


def test_the_file_is_as_it_is_now(people: People, folder: Path) -> None:
    (folder / "cats.txt").write_bytes(b"A dog.\n")
    assert card(people).files == {"cats.txt": b"A dog.\n"}


def test_a_file_that_is_too_large_is_not_sent(people: People) -> None:
    assert card(people, room=len(CATS)).files == {"cats.txt": CATS}
    said = card(people, room=len(CATS) - 1)
    assert (said.texts, said.files) == ([*CARD, "-# The file is too large to be sent here."], {})


def test_a_file_that_cannot_be_read_is_not_sent(people: People, folder: Path) -> None:
    (folder / "cats.txt").unlink()
    said = card(people)
    assert (said.texts, said.files) == ([*CARD, "-# The file cannot be read just now."], {})
    (folder / "cats.txt").symlink_to("/etc/hostname")
    assert card(people).files == {}


@pytest.mark.parametrize("name", ["../cats.txt", "/etc/hostname", "cat", "added//cats.txt", " ", "*"])
def test_what_is_no_document_is_told_so(people: People, name: str) -> None:
    said = card(people, name)
    assert (said.kinds, said.private) == ([CALLBACK, EDIT], True)
    assert said.line.startswith("No document has that name\\: choose one from the list")


def test_a_document_that_the_server_added_is_sent_as_it_was(people: People) -> None:
    people.desk.uploads.put(int(SERVER), "ö b.txt", b"\xff\x00", Document("added//ö b.txt", "Own", None, "Own."), 1)
    said = card(people, "own")
    assert said.texts == ["**Own**\n-# added//ö b.txt\n-# 1 word", "> Own."]
    assert said.files == {"b.txt": b"\xff\x00"}
    elsewhere = people.use("sources", {"document": "own"}, added=False)
    assert elsewhere.line.startswith("No document has that name")


@pytest.fixture
def many(people: People) -> People:
    """The same with three pages of documents."""
    people.desk.library.answerer = Answerer([Document(f"{n:02}.txt", f"Cats {n}", None, "A cat.") for n in range(25)])
    return people


def test_the_list_is_shown_to_one_alone_and_turned(many: People) -> None:
    page = many.use("sources")
    assert page.first == PRIVATE
    assert page.texts[0] == "### 25 documents"
    for number in (2, 3):
        page = many.press(page.offered[-1], on=page)
        assert (page.kinds, page.first) == ([CALLBACK, EDIT], CHANGE)
        assert page.texts[-1] == f"-# Page {number} of 3."
    assert page.texts[1] == "\n".join(f"**Cats {number}**\n-# {number}.txt" for number in range(20, 25))
    assert page.offered == ["v1:card:2", "v1:sources:1"]


@pytest.mark.parametrize(("asked", "page"), [("-1", 1), ("99999", 3)])
def test_beyond_the_pages_is_the_nearest(many: People, asked: str, page: int) -> None:
    assert many.press(f"v1:sources:{asked}").texts[-1] == f"-# Page {page} of 3."


def test_a_document_is_opened_from_the_list(people: People) -> None:
    listed = people.use("sources")
    (choose,) = (part for part in listed.parts if part["type"] == LIST)
    said = people.press(choose["custom_id"], LIST, (choose["options"][0]["value"],), listed)
    assert (said.kinds, said.first) == ([CALLBACK, EDIT], PRIVATE)
    assert (said.texts, said.files) == (CARD, {"cats.txt": CATS})


@pytest.mark.parametrize("values", [(), ("dogs.txt",), ("cats.txt", "cats.txt"), ("x" * 64,)])
def test_what_is_not_in_the_list_any_more_is_stale(people: People, values: tuple[str, ...]) -> None:
    said = people.press("v1:card:0", LIST, values)
    assert said.private
    assert "not there any more" in said.texts[0]


def test_documents_of_hostile_titles_can_all_be_listed_and_opened(people: People) -> None:
    titles = ["", "\n\t", "\u202e", "\u200b", "\x00", "\ud800", "\u202eT" * 200, "a\x00b", "\u2066\u2069", "<@1>"]
    documents = [Document(f"{n}.txt", title, None, "A cat.") for n, title in enumerate(titles[:-1])]
    documents.append(Document("x" * 200, titles[-1], None, "A cat."))
    people.desk.library.answerer = Answerer(documents)
    listed = people.use("sources")
    (choose,) = (part for part in listed.parts if part["type"] == LIST)
    named = [option["label"] for option in choose["options"]]
    assert named == [*(f"{n}.txt" for n in range(6)), "T" * 99 + "…", "a\ufffdb", "8.txt", "<@1>"]
    offered = people.begin_typing("sources", "document", "")
    assert [each["name"] for each in offered] == named
    for option in choose["options"]:
        assert "A cat." in people.press(choose["custom_id"], LIST, (option["value"],)).texts[1]
